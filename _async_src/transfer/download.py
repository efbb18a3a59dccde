# Source of both colours: scripts/codegen.py emits this file twice.
"""Content on its way down: an ordered stream of chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import overload

import attrs

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.service import Endpoint, Listing
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._core.transfer.chunks import in_order
from anaplan_sdk._core.transfer.target import download_too_late, empty_chunk
from anaplan_sdk._io.aio import closing, prefetch, sleep
from anaplan_sdk._io.spool import Maps, Spool
from anaplan_sdk.errors import RequestTimeoutError, TransferError
from anaplan_sdk.models import Chunk

from ..engine.session import Session
from ..engine.sinks import InMemory
from .stored import stored_chunks

logger = logger_of("transfer")


@attrs.frozen
class _Fetching:
    """How the content of one chunk is fetched."""

    session: Session
    chunks: Listing[Chunk]
    deadline: Deadline
    maps: Maps | None

    async def fetch(self, chunk: str) -> bytes | Spool:
        policy, path = self.session.settings.retry, self.chunks.endpoint.address
        for failures in range(1, policy.attempts + 1):
            if self.deadline.passed():
                raise download_too_late(path)
            try:
                content = await self._answer(bulk.chunk(self.chunks, chunk))
            except RequestTimeoutError as error:
                raise download_too_late(path) from error
            if content:
                return content
            delay = policy.delay(failures)  # a 204, or the empty answer of a proxy: maybe in passing
            if failures == policy.attempts or not self.deadline.allows(delay):
                break
            await sleep(delay)
        raise empty_chunk(chunk, path)

    async def _answer(self, chunk: Endpoint[bytes]) -> bytes | Spool:
        if self.maps is None:
            return await self.session.content(chunk, self.deadline)
        spool = Spool(self.maps)
        await self.session.save(chunk, InMemory(spool), self.deadline)
        return spool


@overload
def download(
    session: Session, chunks: Listing[Chunk], meter: Meter, *, absent: TransferError, deadline: Deadline
) -> AsyncIterator[bytes]: ...


@overload
def download(
    session: Session, chunks: Listing[Chunk], meter: Meter, *, absent: TransferError, deadline: Deadline, maps: Maps
) -> AsyncIterator[Spool]: ...


async def download(
    session: Session,
    chunks: Listing[Chunk],
    meter: Meter,
    *,
    absent: TransferError,
    deadline: Deadline,
    maps: Maps | None = None,
) -> AsyncIterator[bytes | Spool]:
    """The content of the *chunks* that are listed, in order; those that come next travel meanwhile.

    Where *maps* are given, a chunk waits for its turn in them and takes no room any more once it is drained: for
    content that is put together in memory. Raises *absent* if there is no chunk.
    """

    fetching = _Fetching(session, chunks, deadline, maps)
    ids = in_order(await stored_chunks(session, chunks, deadline), chunks.endpoint.address)
    if not ids:
        raise absent
    async with closing(prefetch(fetching.fetch, ids, limit=session.settings.concurrency)) as contents:
        async for content in contents:
            meter.advance(len(content))
            yield content
            del content  # Maybe megabytes, and the caller is done with them.
    meter.end()
    logger.info("Downloaded %d bytes of %s in %.1f s.", meter.done, meter.name, meter.seconds)
