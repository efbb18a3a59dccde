"""Many items at once, in order and within bounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TypeVar

from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._io.accumulation import Accumulator, ItemT, ResultT, accumulated
from anaplan_sdk._io.threads import THREADS, stopping
from anaplan_sdk.errors import WaitTimeoutError

IteratorT = TypeVar("IteratorT", bound=Iterator[object])
R = TypeVar("R")
T = TypeVar("T")

_NEVER = Deadline()

# Seconds that are waited for the threads of a call that has failed. Their connections are cut: it takes no time, unless
# one looks up a name or compresses.
_PARTING_SECONDS = 1.0


@contextmanager
def closing(iterator: IteratorT) -> Iterator[IteratorT]:
    """Close a generator at the end of the block. An iterator of another kind is left to its owner."""
    try:
        yield iterator
    finally:
        if isinstance(iterator, Generator):
            iterator.close()


def each(items: Iterable[T]) -> Iterator[T]:
    """*items* as what the rest of this module works on."""
    yield from items


def map_bounded(fn: Callable[[T], R], items: Iterable[T], *, limit: int) -> list[R]:
    """Call ``fn`` for every item, at most ``limit`` at once; the results keep the order of the items.

    An item is drawn, by the calling thread, only when it can be worked on at once. The first failure is raised bare,
    and so is an interrupt: what is under way is stopped and not waited for, nothing else is begun.
    """
    futures: list[Future[R]] = []
    running: set[Future[R]] = set()
    with _parting(futures), closing(iter(items)) as source, stopping() as stop:
        for item in source:
            futures.append(THREADS.submit(stop.over(partial(fn, item))))
            del item
            running = _checked({*running, futures[-1]}, limit)
        _checked(running, 1)
    return [future.result() for future in futures]


def _checked(running: set[Future[R]], limit: int) -> set[Future[R]]:
    """Wait until fewer than ``limit`` are running. Raises the failure of any that ended."""
    while True:
        patience = None if len(running) >= limit else 0
        done, running = wait(running, patience, FIRST_COMPLETED)
        for future in done:
            future.result()
        if len(running) < limit:
            return running


def prefetch(fn: Callable[[T], R], items: Iterable[T], *, limit: int) -> Iterator[R]:
    """Yield ``fn`` of every item in order, working ahead: at most ``limit`` are under way or wait to be taken.

    Closing it early stops what is under way.
    """
    source = iter(items)
    window: deque[Future[R]] = deque()
    with _parting(window), stopping() as stop:
        window.extend(THREADS.submit(stop.over(partial(fn, item))) for item in islice(source, limit))
        while window:
            result = window.popleft().result()
            window.extend(THREADS.submit(stop.over(partial(fn, item))) for item in islice(source, 1))
            yield result
            del result  # Maybe megabytes, and the caller is done with them.


@contextmanager
def _parting(futures: Iterable[Future[R]]) -> Iterator[None]:
    """Where the block fails, cancel what has not begun, and give a moment to what is being stopped."""
    try:
        yield
    except BaseException:
        left = [future for future in futures if not future.cancel()]
        wait(left, _PARTING_SECONDS)
        raise


def pieces(
    source: Iterable[ItemT],
    accumulator: Accumulator[ItemT, ResultT],
    deadline: Deadline = _NEVER,
    late: Callable[[], Exception] = WaitTimeoutError,
) -> Iterator[ResultT]:
    """Yield what ``accumulator`` makes of a user's iterable, drawing only as much as the next result needs.

    A generator that is left in the middle is closed: it may hold a cursor or a file. What ``late`` returns is raised
    if the deadline passes before the source has given enough; a single piece is waited for, in the calling thread.
    """
    try:
        yield from accumulated(_in_time(source, deadline, late), accumulator)
    finally:
        if isinstance(source, Generator):
            source.close()


def _in_time(source: Iterable[ItemT], deadline: Deadline, late: Callable[[], Exception]) -> Iterator[ItemT]:
    for item in source:
        if deadline.passed():
            raise late()
        yield item
