"""Writes that are given up in the middle say what they have written, and rows come from asynchronous sources too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, Client, ConfigurationError, RowError, WaitTimeoutError
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk._io.aio import streams
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.world.planning.demo import PRICING_ID
from interrupts.test_stopping import interrupt_at
from stage.support import options_for
from stage.writing.cells import DATA, PLACE, limit_cells, sent, unit_rows

# Far more than a test may take: what waits for it fails by the limit of the test.
pytestmark = pytest.mark.timeout(60)
FOR_EVER = 300.0


@pytest.fixture(autouse=True)
def five_cells(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """In a request, and in a block."""
    limit_cells(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 5)


async def rows_of(count: int) -> AsyncIterator[dict[str, Any]]:
    """Rows of a source that uses its object again."""
    row: dict[str, Any] = {}
    for each in unit_rows(count):
        row.update(each)
        yield row


@pytest.mark.parametrize("batch", [1, 7, 10_000])
async def test_rows_come_from_an_asynchronous_source(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(streams, "_BATCH_ITEMS", batch)
    async with AsyncClient(**options_for(emulator)) as client:
        result = await client.transactional.write_cells(PRICING_ID, rows_of(12))
    assert result.changed == 12
    assert [cell["value"] for body in sent(emulator) for cell in body] == list(range(12))


async def test_a_bad_row_of_an_asynchronous_source_has_its_position(emulator: Emulator) -> None:
    async def source() -> AsyncIterator[Any]:
        async for row in rows_of(7):
            yield row
        yield "Units"

    async with AsyncClient(**options_for(emulator)) as client:
        with pytest.raises(RowError, match="Row 7: a row is a mapping") as caught:
            await client.transactional.write_cells(PRICING_ID, source())
    assert caught.value.result.changed == 5


def test_the_blocking_client_takes_no_asynchronous_source(emulator: Emulator) -> None:
    source: Any = rows_of(1)
    with Client(**options_for(emulator)) as client, pytest.raises(ConfigurationError, match="asynchronous client"):
        client.transactional.write_cells(PRICING_ID, source)


async def test_who_cancels_a_write_learns_what_was_written(emulator: Emulator) -> None:
    emulator.inject(Fault("POST", DATA, skip=1, delay=FOR_EVER))
    async with AsyncClient(**options_for(emulator)) as client:
        write = asyncio.create_task(client.transactional.write_cells(PRICING_ID, unit_rows(20)))
        while len(sent(emulator)) < 2:
            await asyncio.sleep(0.01)
        write.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await write
    assert caught.value.__notes__ == [
        "Before that: 5 rows: 5 changed, 0 failed. A request was under way: it is not known whether rows 5 to 9 were "
        "written."
    ]
    assert len(sent(emulator)) == 2


def test_ctrl_c_in_a_write_says_what_was_written(emulator: Emulator) -> None:
    interrupt_at(emulator, "POST", DATA)
    emulator.inject(Fault("POST", DATA, delay=FOR_EVER))
    with Client(**options_for(emulator)) as client:
        client.list_files()
        with pytest.raises(KeyboardInterrupt) as caught:
            client.transactional.write_cells(PRICING_ID, unit_rows(20))
    assert caught.value.__notes__ == [
        "Nothing was written before. A request was under way: it is not known whether rows 0 to 4 were written."
    ]
    assert len(sent(emulator)) == 1


def test_rows_are_drawn_in_the_calling_thread_and_the_source_is_closed(emulator: Emulator) -> None:
    closed: list[int] = []

    def source() -> Iterator[dict[str, Any]]:
        try:
            yield from unit_rows(12)
            yield {**PLACE, "Units": "x"}
            yield from unit_rows(20)
        finally:
            closed.append(1)

    with Client(**options_for(emulator)) as client, pytest.raises(RowError, match="Row 12"):
        client.transactional.write_cells(PRICING_ID, source())
    assert closed == [1]


async def test_a_source_that_gives_nothing_in_time_ends_the_call(emulator: Emulator) -> None:
    async def source() -> AsyncIterator[dict[str, Any]]:
        yield unit_rows(1)[0]
        await asyncio.sleep(FOR_EVER)

    async with AsyncClient(**options_for(emulator)) as client:
        await client.list_files()
        with pytest.raises(WaitTimeoutError, match="rows were drawn from their source"):
            await client.transactional.write_cells(PRICING_ID, source(), timeout=0.2)
    assert sent(emulator) == []
