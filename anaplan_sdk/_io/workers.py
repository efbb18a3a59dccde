"""Threads that work ahead, and how many cores there are for them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self, TypeVar

from anaplan_sdk._io.threads import THREADS, StoppedError, acquired

T = TypeVar("T")


def core_count() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """Threads that work ahead of the one that gives them their work, by a few pieces and no more."""

    def __init__(self, count: int) -> None:
        self._running = threading.Semaphore(count)
        self._places = threading.Semaphore(2 * count)
        self._ended = False

    def submit(self, work: Callable[[], T]) -> Callable[[], T]:
        """Have *work* done, and return what waits for its result. Waits itself while there is enough to do."""
        acquired(lambda seconds: self._places.acquire(timeout=seconds), threading.TIMEOUT_MAX)

        def one_of_few() -> T:
            with self._running:
                if self._ended:
                    raise StoppedError
                return work()

        future = THREADS.submit(one_of_few)
        future.add_done_callback(self._done)
        return future.result

    def _done(self, _: Future[T]) -> None:
        self._places.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Begin nothing any more. What is being done ends by itself, in a few milliseconds."""
        self._ended = True
