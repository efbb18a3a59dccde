# Source of both colours: scripts/codegen.py emits this file twice.
"""Bodies of CSV, by one request or page by page, and what is done with them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from anaplan_sdk._core.api.service import Endpoint, ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._core.records import PagedCsv, Records
from anaplan_sdk._io.aio import closing, give_way, in_thread
from anaplan_sdk._io.spool import Maps, Spool
from anaplan_sdk._io.targets import Target, as_target
from anaplan_sdk.errors import ApiError

from ..engine.session import Session
from ..engine.sinks import InMemory
from .reads import Reading

T = TypeVar("T")

# Bytes that are parsed at a time. So few rows are there at once that an event loop goes on in between without another
# thread, and that the garbage collector does not see those that are gone by then: four times as many take longer.
_PARSED_BYTES = 16_384

# What some tenants answer to a request for plain CSV, which they do not allow. Which status it is, is not documented.
_NO_PLAIN_CSV = (400, 403, 406, 415)


async def body(
    session: Session, at: ModelPath, csv: Callable[[bool], Endpoint[bytes]], deadline: Deadline, meter: Meter
) -> AsyncIterator[bytes]:
    """The CSV of one request, in blocks of up to a megabyte; *csv* makes the request, escaped or plain.

    It is held while it comes, since it may have to be asked for again, and given back block by block.
    """
    spool, escaped = Spool(Maps()), session.only_escaped.get(at.model_id) is not None
    try:
        await session.save(csv(escaped), InMemory(spool), deadline)
    except ApiError as error:
        if escaped or error.status not in _NO_PLAIN_CSV:
            raise
        await _escaped(session, csv(True), spool, deadline, error)
        session.only_escaped.put(at.model_id, value=True)
    for block in spool.drain():
        meter.advance(len(block))
        yield bytes(block)


async def _escaped(session: Session, csv: Endpoint[bytes], spool: Spool, deadline: Deadline, refused: ApiError) -> None:
    """The same in the form that tenants allow which allow no other, unless it was refused for another reason."""
    try:
        await session.save(csv, InMemory(spool), deadline)
    except ApiError:
        raise refused from None


async def pages(reading: Reading, meter: Meter, *, header_lines: int = 1) -> AsyncIterator[bytes]:
    """The CSV of a read request, as one document, a page at a time."""
    document = PagedCsv(header_lines)
    async with closing(reading.pages()) as contents:
        async for content in contents:
            meter.advance(len(content))
            yield document.joined(content)
            del content


async def parsed(
    parts: AsyncIterator[bytes], records: Records, made_of: Callable[[list[list[str]]], list[T]]
) -> AsyncIterator[list[T]]:
    """What is *made_of* the records of a CSV, a few at a time."""
    async with closing(parts) as contents:
        async for content in contents:
            for start in range(0, len(content), _PARSED_BYTES):
                yield made_of(records.feed(content[start : start + _PARSED_BYTES]))
                await give_way()
            del content
    yield made_of(records.finish())


async def save(parts: AsyncIterator[bytes], path: str | os.PathLike[str], deadline: Deadline) -> Path:
    """Write *parts* to a file that is complete in the end, or left as it was."""
    target = as_target(path)
    with Target(target, deadline.passed) as file:
        await in_thread(file.open)
        async with closing(parts) as contents:
            async for content in contents:
                await in_thread(file.write, content)
        await in_thread(file.finish)
    return target
