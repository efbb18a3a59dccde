"""A lock for threads."""

from __future__ import annotations

import math
import threading

from anaplan_sdk._io import threads


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
