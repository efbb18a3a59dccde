"""Tasks that wait, give way, or must come to an end."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from anaplan_sdk._io import sources
from anaplan_sdk._io.threads import THREADS

P = ParamSpec("P")
T = TypeVar("T")


class Slots:
    """Taken by at most ``count`` tasks at a time, all of one event loop. Use it with ``async with``."""

    def __init__(self, count: int) -> None:
        self._semaphore = asyncio.Semaphore(count)

    async def take(self) -> None:
        """Wait for a slot, and take it."""
        await self._semaphore.acquire()

    def give(self) -> None:
        """Give a slot back. Any task may do so."""
        self._semaphore.release()

    async def __aenter__(self) -> None:
        await self.take()

    async def __aexit__(self, *_: object) -> None:
        self.give()


def blocks_of(file: sources.Readable) -> Iterable[bytes | str] | AsyncIterator[bytes | str]:
    """What is left of an open file, a block at a time; one whose ``read`` is a coroutine is awaited."""
    return _awaited_blocks(file) if inspect.iscoroutinefunction(file.read) else sources.blocks_of(file)


async def _awaited_blocks(file: Any) -> AsyncIterator[bytes | str]:
    while block := await file.read(sources.BLOCK):
        yield block


async def sleep(seconds: float) -> None:
    """Wait."""
    await asyncio.sleep(seconds)


async def give_way() -> None:
    """Let other tasks go on, in the middle of work that takes long."""
    await asyncio.sleep(0)


async def in_thread(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that computes or reads files in another thread, so that the event loop goes on."""
    return await asyncio.wrap_future(THREADS.submit(partial(fn, *args, **kwargs)))


async def shielded(fn: Callable[[], Awaitable[T]], *, seconds: float) -> T | None:
    """Run a clean-up to its end even if the caller is cancelled meanwhile, which is raised afterwards.

    None where ``seconds`` did not suffice.
    """
    task = asyncio.create_task(_within(fn, seconds))
    cancelled = await _outlasted(task)
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # Looked at, or asyncio would log it as lost.
    raise cancelled


async def _within(fn: Callable[[], Awaitable[T]], seconds: float) -> T | None:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await fn()
    except TimeoutError:
        if limit.expired():
            return None
        raise


async def uninterrupted(fn: Callable[[], Awaitable[T]]) -> tuple[T, BaseException | None]:
    """What a call returns even if the caller is cancelled meanwhile, and that cancellation."""
    task = asyncio.ensure_future(fn())
    cancelled = await _outlasted(task)
    return task.result(), cancelled


async def _outlasted(task: asyncio.Future[T]) -> asyncio.CancelledError | None:
    """Wait for the end of *task*, however often the caller is cancelled meanwhile; the last of those cancellations."""
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled
