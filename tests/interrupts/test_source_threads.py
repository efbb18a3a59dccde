"""An ordinary iterable that an asynchronous client draws from lives in one thread, from its first row to its end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from anaplan_sdk import ApiError, AsyncClient
from anaplan_sdk.emulator import Emulator, Fault
from stage.support import options_for


def rows(threads: list[int]) -> Iterator[str]:
    """Rows of a source that minds its thread, as a cursor of sqlite3 does."""
    try:
        for number in range(10_000):
            threads.append(threading.get_ident())
            yield f"T{number}\n"
    finally:
        threads.append(threading.get_ident())


@pytest.mark.parametrize("fails", [False, True])
async def test_a_source_is_drawn_and_ended_in_one_thread(emulator: Emulator, fails: bool) -> None:
    threads: list[int] = []
    if fails:
        emulator.inject(Fault(method="PUT", path=r"/chunks/1$", status=400))
    async with AsyncClient(**options_for(emulator, upload_chunk_size=1_000)) as client:
        if fails:
            with pytest.raises(ApiError):
                await client.upload_file_stream(113000000000, rows(threads))
        else:
            await client.upload_file_stream(113000000000, rows(threads))
    for _ in range(100):
        if not any(thread.name.startswith("anaplan-sdk") for thread in threading.enumerate()):
            break
        await asyncio.sleep(0.01)  # the thread ends by itself
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()
