# Source of both colours: scripts/codegen.py emits this file twice.
"""Items compressed by threads and sent over connections, a few of them ahead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._io.aio import Slots, closing, in_thread, map_bounded, sleep

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

# Items beyond those that are sent, however many threads there are: they stay in memory.
_MOST_AHEAD = 2
# Seconds between looks at whether the next item may begin.
_GLANCE = 0.01


class Send(Protocol[T_contra]):
    """Sends what an item was compressed to."""

    async def __call__(self, item: T_contra, body: Body, /) -> None: ...


async def staged(
    items: AsyncIterator[T],
    compress: Callable[[T], Body],
    send: Send[T],
    *,
    ahead: int,
    connections: int,
    undecided: Callable[[], bool],
) -> int:
    """Send what ``compress`` makes of every item in a thread; return how many there were.

    At most ``connections`` are sent at a time and ``ahead`` compressed meanwhile, so that the network never waits. An
    item is drawn when one more may be compressed, and not as long as ``undecided`` says that it should wait for what
    those under way show. With one ahead they are sent in order. A failure is raised, and nothing else is sent.
    """
    places, lines = Slots(ahead), Slots(connections)

    async def in_turn() -> AsyncIterator[T]:
        async with closing(items) as source:
            await places.take()
            async for item in source:
                yield item
                del item  # Maybe megabytes, and the next may be a while in coming.
                await places.take()
                while undecided():
                    await sleep(_GLANCE)

    async def handle(item: T) -> None:
        try:
            body = await in_thread(compress, item)
            await lines.take()
        finally:
            places.give()
        try:
            await send(item, body)
        except BaseException:  # whose line stays taken: nobody sends any more
            places.give()  # one more is drawn, and the failure noticed
            raise
        lines.give()

    return len(await map_bounded(handle, in_turn(), limit=connections + _MOST_AHEAD))
