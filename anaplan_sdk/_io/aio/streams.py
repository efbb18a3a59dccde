"""Many items at once, in order and within bounds."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Sized,
)
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import partial
from itertools import chain, count, islice
from typing import Any, TypeVar

from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._io.accumulation import Accumulator, ItemT, ResultT, accumulated
from anaplan_sdk._io.threads import THREADS, Lane
from anaplan_sdk.errors import WaitTimeoutError

R = TypeVar("R")
T = TypeVar("T")

_NEVER = Deadline()

# Items of an async source change threads together: a change costs about as much as copying this many bytes.
_BATCH_LENGTH = 1_048_576
# And not more of them than this: what says that it is short, such as a row, may hold much.
_BATCH_ITEMS = 10_000


def closing(iterator: AsyncIterator[T]) -> AbstractAsyncContextManager[AsyncIterator[T]]:
    """Close a generator at the end of the block. An iterator of another kind is left to its owner."""
    return _Closing(iterator)


class _Closing(AbstractAsyncContextManager[AsyncIterator[T]]):
    """No generator itself, or an event loop would know it and close it at its end: see below."""

    def __init__(self, iterator: AsyncIterator[T]) -> None:
        self._owned = _Owned(iterator) if isinstance(iterator, AsyncGenerator) else None
        self._iterator = iterator

    async def __aenter__(self) -> AsyncIterator[T]:
        return self._owned or self._iterator

    async def __aexit__(self, *_: object) -> None:
        if self._owned is not None:
            await self._owned.aclose()


class _Owned(AsyncIterator[T]):
    """A generator that is closed by its owner alone.

    At its end an event loop closes all generators that it knows at once, and so one that another is just closing. It
    gets to know them with their first step, or with their end where no step was taken.
    """

    def __init__(self, generator: AsyncGenerator[T, Any]) -> None:
        self._generator = generator
        self._begun = False

    def __anext__(self) -> Awaitable[T]:
        if self._begun:
            return self._generator.__anext__()
        self._begun = True
        with _unknown_to_the_loop():
            return self._generator.__anext__()

    async def aclose(self) -> None:
        with _unknown_to_the_loop():
            closing = self._generator.aclose()
        await closing


@contextmanager
def _unknown_to_the_loop() -> Iterator[None]:
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)


async def each(items: Iterable[T]) -> AsyncIterator[T]:
    """*items* as what the rest of this module works on."""
    for item in items:
        yield item


async def map_bounded(fn: Callable[[T], Awaitable[R]], items: AsyncIterable[T], *, limit: int) -> list[R]:
    """Call ``fn`` for every item, at most ``limit`` at once; the results keep the order of the items.

    An item is drawn only when it can be worked on at once. The first failure cancels what is under way and is raised
    bare; nothing else is begun.
    """
    drawing = asyncio.Lock()
    positions = count()
    results: dict[int, R] = {}

    async def work() -> None:
        while True:
            async with drawing:
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    return
                position = next(positions)
            results[position] = await fn(item)
            del item  # Maybe megabytes, and the source may be slow to give the next.

    async with closing(aiter(items)) as source:
        workers = [asyncio.create_task(work()) for _ in range(limit)]
        try:
            await asyncio.gather(*workers)
        finally:
            await _stop(workers)
    return [results[position] for position in range(len(results))]


async def prefetch(fn: Callable[[T], Awaitable[R]], items: Iterable[T], *, limit: int) -> AsyncIterator[R]:
    """Yield ``fn`` of every item in order, working ahead: at most ``limit`` are under way or wait to be taken.

    Closing it early cancels what is under way.
    """
    source = iter(items)
    window = deque(asyncio.ensure_future(fn(item)) for item in islice(source, limit))
    try:
        while window:
            result = await window.popleft()
            window.extend(asyncio.ensure_future(fn(item)) for item in islice(source, 1))
            yield result
            del result  # Maybe megabytes, and the caller is done with them.
    except GeneratorExit:
        # Not waited for: a loop that is left early may be closed by the event loop as well, which must find it closed.
        for future in window:
            future.add_done_callback(_look_at)
            future.cancel()
        raise
    except BaseException:
        await _stop(window)
        raise


def _look_at(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()  # or asyncio would log it as lost


def pieces(
    source: Iterable[ItemT] | AsyncIterable[ItemT],
    accumulator: Accumulator[ItemT, ResultT],
    deadline: Deadline = _NEVER,
    late: Callable[[], Exception] = WaitTimeoutError,
) -> AsyncIterator[ResultT]:
    """Yield what ``accumulator`` makes of a user's iterable, drawing only as much as the next result needs.

    The accumulator works in another thread. There, too, a source that is not async is drawn from; it may block. What
    ``late`` returns is raised if the source gives nothing by the deadline; it is not waited for then.
    """
    if isinstance(source, AsyncIterable):
        return _in_time(_from_async(source, accumulator), deadline, late)
    return _in_time(_from_sync(source, accumulator), deadline, late)


async def _in_time(
    results: AsyncIterator[ResultT], deadline: Deadline, late: Callable[[], Exception]
) -> AsyncIterator[ResultT]:
    async with closing(results) as owned:
        while True:
            limit = asyncio.timeout(deadline.left())
            try:
                async with limit:
                    result = await anext(owned)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if limit.expired():
                    raise late() from None
                raise  # the source's own
            yield result
            del result  # Maybe megabytes, and the caller is done with them.


async def _from_sync(source: Iterable[ItemT], accumulator: Accumulator[ItemT, ResultT]) -> AsyncIterator[ResultT]:
    results = accumulated(source, accumulator)
    # One thread for all of it, as a sqlite3 cursor needs.
    lane = Lane()
    try:
        while drawn := await asyncio.wrap_future(lane.submit(partial(_take_one, results))):
            yield drawn.pop()
    finally:
        # A generator that is left in the middle ends where it was drawn, and not in whichever thread drops it last.
        lane.submit(partial(_close, results, source))
        lane.close()


def _close(*iterables: object) -> None:
    for iterable in iterables:
        if isinstance(iterable, Generator):
            iterable.close()


async def _from_async(source: AsyncIterable[ItemT], accumulator: Accumulator[ItemT, ResultT]) -> AsyncIterator[ResultT]:
    async with closing(aiter(source)) as items, closing(_batches(items, accumulator)) as batches:
        async for batch in batches:
            results = chain.from_iterable(map(accumulator.feed, batch))
            while drawn := await asyncio.wrap_future(THREADS.submit(partial(_take_one, results))):
                yield drawn.pop()
    last: list[ResultT] = await asyncio.wrap_future(THREADS.submit(lambda: list(accumulator.finish())))
    for result in last:
        yield result


async def _batches(items: AsyncIterator[ItemT], accumulator: Accumulator[ItemT, ResultT]) -> AsyncIterator[list[ItemT]]:
    batch: list[ItemT] = []
    length = 0
    async for item in items:
        batch.append(accumulator.own(item))
        length += len(item) if isinstance(item, Sized) else 0
        if length >= _BATCH_LENGTH or len(batch) >= _BATCH_ITEMS:
            yield batch
            batch, length = [], 0
    yield batch


def _take_one(results: Iterator[ResultT]) -> list[ResultT]:
    return list(islice(results, 1))


async def _stop(futures: Iterable[asyncio.Future[Any]]) -> None:
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)
