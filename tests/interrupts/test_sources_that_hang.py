"""A source that gives nothing any more is not waited for beyond the caller's time limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from anaplan_sdk import AsyncClient, Client, TransferTimeoutError
from anaplan_sdk.emulator import Emulator
from stage.observed import FILE, Clock
from stage.support import options_for


async def test_an_asynchronous_source(emulator: Emulator) -> None:
    ended = asyncio.Event()

    async def rows() -> AsyncIterator[str]:
        yield "Code\n"
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with AsyncClient(**options_for(emulator)) as client:
        with pytest.raises(TransferTimeoutError, match="not complete"):
            await client.upload_file_stream(FILE, rows(), timeout=2)
    assert ended.is_set()


async def test_a_source_that_blocks_its_thread(emulator: Emulator) -> None:
    go_on = threading.Event()

    def rows() -> Iterator[str]:
        yield "Code\n"
        go_on.wait()

    try:
        async with AsyncClient(**options_for(emulator)) as client:
            with pytest.raises(TransferTimeoutError, match="not complete"):
                await client.upload_file_stream(FILE, rows(), timeout=2)
    finally:
        go_on.set()


def test_a_source_that_goes_on_after_the_time_limit(emulator: Emulator, clock: Clock) -> None:
    drawn: list[str] = []

    def rows() -> Iterator[str]:
        while True:
            drawn.append("Code\n")
            if len(drawn) == 10:
                clock.put_forward()
            yield drawn[-1]

    with Client(**options_for(emulator)) as client, pytest.raises(TransferTimeoutError):
        client.upload_file_stream(FILE, rows(), timeout=60)
    assert len(drawn) == 10


async def test_a_time_out_of_the_source_itself_is_its_own(emulator: Emulator) -> None:
    async def rows() -> AsyncIterator[str]:
        yield "Code\n"
        raise TimeoutError("the database")

    async with AsyncClient(**options_for(emulator)) as client:
        with pytest.raises(TimeoutError, match="the database"):
            await client.upload_file_stream(FILE, rows(), timeout=60)
