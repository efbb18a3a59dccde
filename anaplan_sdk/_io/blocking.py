"""Waiting in the calling thread: the twin of ``aio``, name by name."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anaplan_sdk._io._blocking_streams import closing, map_bounded, pieces, prefetch
from anaplan_sdk._io._blocking_transport import Transport

__all__ = ["Lock", "Transport", "closing", "in_thread", "map_bounded", "pieces", "prefetch", "shielded", "sleep"]

P = ParamSpec("P")
T = TypeVar("T")


class Lock:
    """Held by one thread at a time. Use it with ``with``."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._process_id = os.getpid()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if self._process_id != os.getpid():
            self._reset()  # Held by a thread of the parent process, it would never be free here.
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def in_thread(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that computes or reads files. The calling thread has nothing better to do."""
    return fn(*args, **kwargs)


def shielded(fn: Callable[[], T], *, seconds: float) -> T | None:
    """Run a clean-up to its end. Nothing can cancel it here, and ``seconds`` is not needed."""
    return fn()
