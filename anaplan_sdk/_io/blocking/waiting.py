"""Threads that wait, give way, or must come to an end."""

from __future__ import annotations

import inspect
import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from anaplan_sdk._io import sources, threads

P = ParamSpec("P")
T = TypeVar("T")


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


def give_way() -> None:
    """Other threads go on anyway. Stop here if nobody waits for this one any more."""
    threads.check_stopped()


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
