"""Threads of our own: for as long as anybody waits for them, and a way to stop what they do.

``concurrent.futures`` refuses new work as soon as the main thread has ended, waits for what is under way when a program
is interrupted, and loses context variables. An event loop's default executor belongs to the program, which may fill it.
"""

from __future__ import annotations

import os
import queue
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

# Seconds that an idle thread waits for more.
_IDLE_SECONDS = 10.0
# Seconds between two looks of one who waits for something that cannot be stopped.
_LOOK_SECONDS = 0.1


class Resettable(Protocol):
    """Something with threads or locks, which a forked process must not inherit as they are."""

    def _reset(self) -> None: ...


_resettable: weakref.WeakSet[Any] = weakref.WeakSet()


def reset_after_fork(thing: Resettable) -> None:
    """Have *thing* made anew in every child process, before any of its threads can run."""
    _resettable.add(thing)


def _reset_all() -> None:
    for thing in list(_resettable):
        thing._reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)


class StoppedError(Exception):
    """Raised in a thread whose work nobody waits for any more. It never reaches a caller."""


class Stoppable(Protocol):
    """What can be ended from outside while a thread waits for it."""

    def stop(self) -> None: ...


class Stop:
    """One for all that works on the same call: once set, nothing is begun, pauses end, and connections are cut."""

    def __init__(self, parent: Stop | None = None) -> None:
        self._event = threading.Event()
        self._parts: weakref.WeakSet[Any] = weakref.WeakSet()
        self._guard = threading.Lock()
        if parent is not None:
            parent.add(self)

    def stop(self) -> None:
        """Set it, for good."""
        with self._guard:
            self._event.set()
            parts = list(self._parts)
        for part in parts:
            part.stop()

    def add(self, part: Stoppable) -> None:
        """Have *part* stopped with this, at once if it is."""
        with self._guard:
            self._parts.add(part)
            stopped = self._event.is_set()
        if stopped:
            part.stop()

    def over(self, fn: Callable[[], T]) -> Callable[[], T]:
        """*fn* for another thread, which this stops."""

        def stoppable() -> T:
            _current.set(self)  # in a context of its own
            return fn()

        return stoppable

    def check(self) -> None:
        """Raise StoppedError if it is set."""
        if self._event.is_set():
            raise StoppedError

    def sleep(self, seconds: float) -> None:
        """Wait. Raises StoppedError where it is set meanwhile."""
        if self._event.wait(seconds):
            raise StoppedError


_current: ContextVar[Stop | None] = ContextVar("what stops this thread", default=None)


def current_stop() -> Stop | None:
    """What stops the calling thread; None where that is one of the program."""
    return _current.get()


def check_stopped() -> None:
    """Raise StoppedError where nobody waits for the calling thread any more."""
    if (stop := _current.get()) is not None:
        stop.check()


@contextmanager
def stopping() -> Iterator[Stop]:
    """A way to stop what is begun in the block; it is used if the block is left by an exception."""
    stop = Stop(_current.get())
    try:
        yield stop
    except BaseException:
        stop.stop()
        raise


def unstoppable(fn: Callable[[], T]) -> T:
    """What a call returns that must come to its end, whoever waits for it."""
    token = _current.set(None)
    try:
        return fn()
    finally:
        _current.reset(token)


def acquired(acquire: Callable[[float], bool], seconds: float) -> bool:
    """Whether something that waits is got within so many seconds. StoppedError if nobody wants it any more."""
    stop = _current.get()
    if stop is None:
        return acquire(min(seconds, threading.TIMEOUT_MAX))
    ends = time.monotonic() + seconds
    while True:
        stop.check()
        left = max(0.0, ends - time.monotonic())
        if acquire(min(left, _LOOK_SECONDS)):
            return True
        if left <= _LOOK_SECONDS:
            return False


class Threads:
    """As many threads as there is work at a time. They are no reason for a program not to end."""

    def __init__(self) -> None:
        self._reset()
        reset_after_fork(self)

    def _reset(self) -> None:
        self._work: queue.SimpleQueue[_Work] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)

    def submit(self, fn: Callable[[], T]) -> Future[T]:
        """Have *fn* called in another thread, with the caller's context variables.

        Where the interpreter is ending and gives no threads any more, it is called here.
        """
        work = _Work(fn, copy_context())
        if not self._idle.acquire(timeout=0):
            try:
                threading.Thread(target=self._labour, name="anaplan-sdk", daemon=True).start()
            except RuntimeError:
                work.do()
                return work.future
        self._work.put(work)
        return work.future

    def _labour(self) -> None:
        work: _Work | None = self._work.get()
        while work is not None:
            work.do()
            work = None  # or its result would live as long as the thread is idle
            self._idle.release()
            try:
                work = self._work.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                # Somebody may just have counted on this thread.
                work = None if self._idle.acquire(timeout=0) else self._work.get()


class _Work:
    def __init__(self, fn: Callable[[], Any], context: Context) -> None:
        self.future: Future[Any] = Future()
        self._fn, self._context = fn, context

    def do(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self._context.run(self._fn)
        except BaseException as error:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class Lane:
    """One thread for all of its work, as a cursor of sqlite3 needs."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._context = copy_context()
        self._thread: threading.Thread | None = threading.Thread(target=self._labour, name="anaplan-sdk", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # the interpreter is ending
            self._thread = None

    def submit(self, fn: Callable[[], T]) -> Future[T]:
        """Have *fn* called there."""
        work = _Work(fn, self._context)
        if self._thread is None:
            work.do()
        else:
            self._work.put(work)
        return work.future

    def close(self) -> None:
        """End the thread after what was submitted."""
        self._work.put(None)

    def _labour(self) -> None:
        while (work := self._work.get()) is not None:
            work.do()
            del work


THREADS = Threads()
