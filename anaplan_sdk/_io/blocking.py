"""Waiting in the calling thread: the twin of ``aio``, name by name."""

from __future__ import annotations

import inspect
import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from anaplan_sdk._io import sources, threads
from anaplan_sdk._io._blocking_streams import closing, map_bounded, pieces, prefetch
from anaplan_sdk._io._blocking_transport import Transport

__all__ = [
    "Lock",
    "Slots",
    "Transport",
    "blocks_of",
    "closing",
    "in_thread",
    "map_bounded",
    "pieces",
    "prefetch",
    "shielded",
    "sleep",
    "uninterrupted",
]

P = ParamSpec("P")
T = TypeVar("T")


class Lock:
    """Held by one thread at a time. Use it with ``with``, or ``acquire`` and ``release``."""

    def __init__(self) -> None:
        self._reset()
        threads.reset_after_fork(self)  # held by a thread of the parent process, it would never be free in a child

    def _reset(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self, seconds: float = math.inf) -> bool:
        """Whether it is held now, after a wait of so many seconds at most."""
        return threads.acquired(lambda patience: self._lock.acquire(timeout=patience), max(seconds, 0.0))

    def release(self) -> None:
        """Let another thread have it."""
        self._lock.release()


class Slots:
    """Taken by at most ``count`` threads at a time. Use it with ``with``."""

    def __init__(self, count: int) -> None:
        self._semaphore = threading.Semaphore(count)

    def take(self) -> None:
        """Wait for a slot, and take it."""
        threads.acquired(lambda patience: self._semaphore.acquire(timeout=patience), math.inf)

    def give(self) -> None:
        """Give a slot back. Any thread may do so."""
        self._semaphore.release()

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, *_: object) -> None:
        self.give()


def blocks_of(file: sources.Readable) -> Iterable[bytes | str]:
    """What is left of an open file, a block at a time. ContentTypeError where its ``read`` is a coroutine."""
    if inspect.iscoroutinefunction(file.read):
        raise sources.asynchronous(file)
    return sources.blocks_of(file)


def sleep(seconds: float) -> None:
    """Wait, unless nobody waits for this thread any more."""
    if (stop := threads.current_stop()) is not None:
        stop.sleep(seconds)
    else:
        time.sleep(seconds)


def in_thread(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that computes or reads files. The calling thread has nothing better to do."""
    threads.check_stopped()
    return fn(*args, **kwargs)


def shielded(fn: Callable[[], T], *, seconds: float) -> T | None:
    """Run a clean-up to its end. Nothing can cancel it here, and ``seconds`` is not needed."""
    return fn()


def uninterrupted(fn: Callable[[], T]) -> tuple[T, BaseException | None]:
    """What a call returns. Nothing can cancel it here, and other threads do not stop it."""
    return threads.unstoppable(fn), None
