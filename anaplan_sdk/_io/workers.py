"""Threads that work ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class Workers:
    """Threads that work ahead of the one that gives them their work, by a few pieces and no more."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="anaplan-sdk")
        self._places = threading.Semaphore(2 * count)

    def submit(self, work: Callable[[], T]) -> Callable[[], T]:
        """Have *work* done, and return what waits for its result. Waits itself while there is enough to do."""
        self._places.acquire()
        future = self._threads.submit(work)
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
        self._threads.shutdown(wait=False, cancel_futures=True)
