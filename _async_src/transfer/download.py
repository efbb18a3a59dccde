# Source of both colours: scripts/codegen.py emits this file twice.
"""Content on its way down: an ordered stream of chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sized
from typing import Protocol, TypeVar

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._core.transfer.chunks import in_order
from anaplan_sdk._core.transfer.target import download_too_late, empty_chunk
from anaplan_sdk._io.aio import closing, prefetch, sleep
from anaplan_sdk._io.spool import Pages, Spool
from anaplan_sdk.errors import RequestTimeoutError, TransferError

from ..engine.session import Session
from ..engine.sinks import InMemory
from .stored import stored_chunks

logger = logger_of("transfer")

ContentT = TypeVar("ContentT", bound=Sized)
ContentT_co = TypeVar("ContentT_co", bound=Sized, covariant=True)


class Fetch(Protocol[ContentT_co]):
    """How the content of one chunk is fetched."""

    async def __call__(self, path: str, /) -> ContentT_co: ...


def download(
    session: Session, path: str, meter: Meter, *, absent: TransferError, deadline: Deadline | None = None
) -> AsyncIterator[bytes]:
    """The content of the chunks listed at *path*, in order; those that come next travel meanwhile.

    Raises *absent* if there is none.
    """

    async def fetch(path: str) -> bytes:
        return await session.content(path, deadline=deadline)

    return _fetched(fetch, session, path, meter, absent, deadline or Deadline())


def download_spooled(
    session: Session, path: str, meter: Meter, *, absent: TransferError, deadline: Deadline | None = None
) -> AsyncIterator[Spool]:
    """The same, for content that is put together in memory: a chunk takes no room any more once it is drained."""
    pages = Pages()

    async def fetch(path: str) -> Spool:
        spool = Spool(pages)
        await session.save(path, InMemory(spool), deadline)
        return spool

    return _fetched(fetch, session, path, meter, absent, deadline or Deadline())


async def _fetched(
    fetch: Fetch[ContentT], session: Session, path: str, meter: Meter, absent: TransferError, deadline: Deadline
) -> AsyncIterator[ContentT]:
    async def fetch_one(chunk: str) -> ContentT:
        if deadline.passed():
            raise download_too_late(path)
        policy = session.settings.retry
        for failures in range(1, policy.attempts + 1):
            try:
                content = await fetch(endpoints.chunk_content(path, chunk))
            except RequestTimeoutError as error:
                raise download_too_late(path) from error
            if content:
                return content
            delay = policy.delay(failures)  # a 204, or the empty answer of a proxy: maybe in passing
            if failures == policy.attempts or not deadline.allows(delay):
                break
            await sleep(delay)
        raise empty_chunk(chunk, path)

    chunks = in_order(await stored_chunks(session, path, deadline), path)
    if not chunks:
        raise absent
    async with closing(prefetch(fetch_one, chunks, limit=session.settings.concurrency)) as contents:
        async for content in contents:
            meter.advance(len(content))
            yield content
            del content  # Maybe megabytes, and the caller is done with them.
    meter.end()
    logger.info("Downloaded %d bytes of %s in %.1f s.", meter.done, meter.name, meter.seconds)
