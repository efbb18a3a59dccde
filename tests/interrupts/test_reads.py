"""Large reads that are given up in the middle are deleted all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, Client
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.emulator.world.planning.demo import PRODUCTS_ID, VIEW_ID
from interrupts.test_stopping import interrupt_at
from stage.support import options_for
from stage.tables import PAGE, READS, open_reads

# Far more than a test may take: what waits for it fails by the limit of the test.
pytestmark = pytest.mark.timeout(60)
FOR_EVER = 300.0
STATE = r"/readRequests/\w+$"
CALLS: dict[str, Callable[[Any], Any]] = {
    "rows": lambda model: model.get_view_rows(VIEW_ID, large=True),
    "csv": lambda model: model.get_view_csv(VIEW_ID, large=True),
    "list": lambda model: model.get_list_items(PRODUCTS_ID, large=True),
}


@pytest.fixture(autouse=True)
def small_pages(emulator: Emulator) -> None:
    emulator.tenant.options.read_page_bytes = 200


async def until(emulator: Emulator, method: str, path: str, count: int = 1) -> None:
    """Wait for so many requests like this."""
    while len(emulator.received(method, path)) < count:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("path", [STATE, r"/pages/1$"], ids=["look", "page"])
async def test_a_read_that_is_cancelled_is_deleted(emulator: Emulator, call: str, path: str) -> None:
    emulator.inject(Fault("GET", path, delay=FOR_EVER, times=None))
    async with AsyncClient(**options_for(emulator)) as client:
        reading = asyncio.create_task(CALLS[call](client.transactional))
        await until(emulator, "GET", path)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert open_reads(emulator) == 0
    assert len(emulator.received("DELETE", READS)) == 1


async def test_a_second_cancellation_does_not_stop_the_deletion(emulator: Emulator) -> None:
    emulator.tenant.script_task(VIEW_ID, TaskScript(hang=True))
    emulator.inject(Fault("DELETE", READS, delay=0.3))
    async with AsyncClient(**options_for(emulator)) as client:
        reading = asyncio.create_task(client.transactional.get_view_rows(VIEW_ID, large=True))
        await until(emulator, "GET", STATE)
        reading.cancel()
        await until(emulator, "DELETE", READS)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert open_reads(emulator) == 0


async def test_a_loop_that_is_left_without_closing_the_stream_deletes_it_soon(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        async for row in client.transactional.get_view_rows_stream(VIEW_ID, large=True):
            assert row.labels
            break
        while open_reads(emulator):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "client left open"])
def test_a_program_that_leaves_a_loop_and_ends_deletes_it(emulator: Emulator, closed: bool) -> None:
    async def main() -> None:
        client = AsyncClient(**options_for(emulator))
        async for row in client.transactional.get_view_rows_stream(VIEW_ID, large=True):
            assert row.labels
            break
        if closed:
            await client.close()

    asyncio.run(main())
    assert (open_reads(emulator), len(emulator.received("DELETE", READS))) == (0, 1)


def test_a_loop_that_is_left_in_the_blocking_client_deletes_at_once(emulator: Emulator) -> None:
    with Client(**options_for(emulator)) as client:
        for row in client.transactional.get_view_rows_stream(VIEW_ID, large=True):
            assert row.labels
            break
        assert open_reads(emulator) == 0


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("path", [STATE, r"/pages/1$"], ids=["look", "page"])
def test_ctrl_c_deletes_what_is_read(emulator: Emulator, call: str, path: str) -> None:
    interrupt_at(emulator, "GET", path)
    emulator.inject(Fault("GET", path, delay=FOR_EVER, times=None))
    with Client(**options_for(emulator)) as client:
        client.list_files()
        with pytest.raises(KeyboardInterrupt):
            CALLS[call](client.transactional)
        assert open_reads(emulator) == 0
    assert len(emulator.received("DELETE", READS)) == 1


def test_two_threads_read_at_the_same_time(emulator: Emulator) -> None:
    with Client(**options_for(emulator)) as client, ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: client.transactional.get_view_rows(VIEW_ID, large=True), range(2))
    assert first == second
    assert open_reads(emulator) == 0
    assert len(emulator.received("GET", PAGE)) == 2 * emulator.read_requests[0].page_count
