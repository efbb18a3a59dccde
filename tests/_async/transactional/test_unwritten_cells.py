# Source of both colours: scripts/codegen.py emits this file twice.
"""Cells that are not written: refused by Anaplan, told before they are sent, or left out by an interruption."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from anaplan_sdk import (
    ApiError,
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    Progress,
    RowError,
    WriteFailedError,
    WriteFailuresWarning,
    WriteInterruptedError,
)
from anaplan_sdk._core import progress
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk.emulator import Emulator, Fault, Model
from anaplan_sdk.emulator.world.planning.demo import ACTIVE_ID, PRICING_ID, PRODUCTS_ID, SHELF_ID
from anaplan_sdk.models import RowFailure, WriteResult
from stage.writing.cells import DATA, PLACE, limit_cells, planning_model, sent, unit_rows


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return planning_model(emulator)


# --- what Anaplan does not write --------------------------------------------------------------------------------------

FAMILY = {**PLACE, "Products": "Espresso", "Time": "FY26", "Units": 1}  # a total


async def test_failures_are_raised_after_all_requests_with_the_rows_of_the_caller(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    cells = [*unit_rows(12), FAMILY, {**PLACE, "Tier": "Nobody"}, {**PLACE, "List Price": 1}]
    with pytest.raises(WriteFailedError, match="Anaplan did not write all cells of module") as caught:
        await client.transactional.write_cells(PRICING_ID, cells)
    result = caught.value.result
    assert (result.total, result.changed, result.failed_rows, result.successful) == (15, 13, (12, 13), False)
    assert result.failures[0] == RowFailure(
        12, "cellIsCalculated", "the cell is a calculated/aggregate cell and is not writeable", "Units"
    )
    assert "row 12, Units: cellIsCalculated" in str(caught.value)


async def test_failures_warn_at_the_line_of_the_caller(client: AsyncClient) -> None:
    with pytest.warns(WriteFailuresWarning, match="1 rows: 1 failed") as caught:
        result = await client.transactional.write_cells(PRICING_ID, [FAMILY], on_failures="warn")
    assert [warning.filename for warning in caught] == [__file__]
    assert result.failed_rows == (0,)


async def test_failures_are_ignored_where_that_is_wanted(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.no_failures = "empty"
    result = await client.transactional.write_cells(PRICING_ID, [FAMILY, {**PLACE, "Units": 1}], on_failures="ignore")
    assert (result.changed, len(result.failures)) == (1, 1)
    assert (await client.transactional.write_cells(PRICING_ID, unit_rows(2))).failures == ()


# --- what is not sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**PLACE, "Revenue": 1}, "Revenue is calculated by a formula"),
        ({**PLACE, "Prices": 1}, "Prices holds no values"),
        ({**PLACE, "Products": "Nobody", "Units": 1}, "Products: no item has the name 'Nobody'"),
        ({**PLACE, "Time": "Jan 99", "Units": 1}, "Time: no item has the name 'Jan 99'"),
        ({"Products": "Rooibos", "Versions": "Budget", "Units": 1}, "it names no item of Time"),
        ({**PLACE, "Shelf Life": 1}, "'Time' is no dimension of Shelf Life"),
        ({**PLACE, "Units": "a lot"}, "Units takes numbers"),
        ({**PLACE, "Units": float("nan")}, "Units takes numbers, and nan is none"),
        ({**PLACE, "Unit": 1}, "none of its keys is a line item of the module, which has 'Prices', 'List Price'"),
        (["Units"], "a row is a mapping"),
    ],
    ids=lambda given: str(given)[:40],
)
async def test_a_row_that_cannot_be_sent_is_told_before_anything_is(
    client: AsyncClient, emulator: Emulator, row: Any, reason: str
) -> None:
    with pytest.raises(RowError, match=f"Row 3: {reason}") as caught:
        await client.transactional.write_cells(PRICING_ID, [*unit_rows(3), row])
    assert (caught.value.row, caught.value.result) == (3, WriteResult())
    assert sent(emulator) == []


async def test_a_row_that_cannot_be_sent_lets_the_requests_before_it_end(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 5)
    emulator.inject(Fault("POST", DATA, delay=0.1, times=None))
    with pytest.raises(RowError, match="Row 12: Units takes") as caught:
        await client.transactional.write_cells(
            PRICING_ID, [*unit_rows(12), {**PLACE, "Units": "x"}, *unit_rows(20)[12:]]
        )
    assert caught.value.result == WriteResult(total=10, changed=10)
    assert caught.value.__notes__ == ["Before that: 10 rows: 10 changed, 0 failed."]
    assert [received.status for received in emulator.received("POST", DATA)] == [200, 200]


async def test_a_source_that_fails_says_what_was_written(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 5)

    def failing() -> Iterator[dict[str, Any]]:
        yield from unit_rows(7)
        raise KeyError("of the source")

    with pytest.raises(KeyError) as caught:
        await client.transactional.write_cells(PRICING_ID, failing())
    assert caught.value.__notes__ == ["Before that: 5 rows: 5 changed, 0 failed."]


async def test_what_a_callback_raises_ends_the_call(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    monkeypatch.setattr(progress, "_INTERVAL", 0.0)

    def stop(event: Progress) -> None:
        if event.done == 10:
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough") as caught:
        await client.transactional.write_cells(PRICING_ID, unit_rows(20), on_progress=stop)
    assert caught.value.__notes__ == ["Before that: 10 rows: 10 changed, 0 failed."]
    assert len(sent(emulator)) == 2


@pytest.mark.parametrize("wrong", [PLACE, "Units", b"Units", 5], ids=repr)
async def test_what_is_no_iterable_of_rows_is_refused(client: AsyncClient, emulator: Emulator, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="rows must be an iterable of rows"):
        await client.transactional.write_cells(PRICING_ID, wrong)
    assert emulator.received("*", "/modules/") == []


class Frame(list[dict[str, Any]]):
    """What a table looks like that gives its columns."""

    def to_csv(self) -> str:
        return ""


async def test_a_table_is_refused_with_what_to_pass(client: AsyncClient) -> None:
    with pytest.raises(ConfigurationError, match=r"a Frame gives its columns: pass frame.to_dict\('records'\)"):
        await client.transactional.write_cells(PRICING_ID, Frame(unit_rows(1)))


@pytest.mark.parametrize(
    "options",
    [{"by": "label"}, {"on_failures": "stop"}, {"on_progress": 5}, {"timeout": -1}],
    ids=repr,
)
async def test_odd_options_are_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        await client.transactional.write_cells(PRICING_ID, unit_rows(1), **options)
    assert emulator.received("*", "/modules/") == []


async def test_a_module_that_is_not_there_is_told(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.transactional.write_cells("102000000999", unit_rows(1))


async def test_items_of_a_subset_are_found(client: AsyncClient, emulator: Emulator, model: Model) -> None:
    model.modules[PRICING_ID].line_item(SHELF_ID).applies_to = [ACTIVE_ID]  # type: ignore[union-attr]
    await client.transactional.write_cells(PRICING_ID, [{"Active": "Rooibos", "Shelf Life": 3}])
    assert sent(emulator)[-1][0]["dimensions"][0]["dimensionId"] == ACTIVE_ID
    with pytest.raises(RowError, match="Active: no item has the name 'Earl Grey'"):
        await client.transactional.write_cells(PRICING_ID, [{"Active": "Earl Grey", "Shelf Life": 3}])
    assert emulator.received("POST", "/dimensions/") == []


# --- interruptions ----------------------------------------------------------------------------------------------------


async def test_a_refusal_in_the_middle_says_from_where_to_go_on(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    emulator.inject(Fault("POST", DATA, status=422, skip=2))
    with pytest.raises(WriteInterruptedError, match="From row 10 on, nothing was written") as caught:
        await client.transactional.write_cells(PRICING_ID, unit_rows(20))
    assert (caught.value.result.changed, list(caught.value.in_doubt), caught.value.next_row) == (10, [], 10)
    assert isinstance(caught.value.__cause__, ApiError)
    assert len(sent(emulator)) == 3
    result = await client.transactional.write_cells(PRICING_ID, unit_rows(20)[caught.value.next_row :])
    assert result.changed == 10


async def test_a_refusal_of_the_first_request_is_raised_as_it_is(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", DATA, status=422))
    with pytest.raises(ApiError, match="archived"):
        await client.transactional.write_cells(PRICING_ID, unit_rows(2))


async def test_a_body_that_is_too_large_for_something_in_between_is_told(
    client: AsyncClient, emulator: Emulator
) -> None:
    emulator.tenant.options.written_cells_bytes, emulator.tenant.options.beyond_write_limit = 1_000, 413
    with pytest.raises(ApiError, match="413.*pass fewer rows at a time"):
        await client.transactional.write_cells(PRICING_ID, unit_rows(12))


async def test_a_look_up_that_fails_in_the_middle_says_what_was_written(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 6)
    emulator.inject(Fault("POST", f"/dimensions/{PRODUCTS_ID}", status=400, skip=1))
    with pytest.raises(WriteInterruptedError) as caught:
        await client.transactional.write_cells(PRICING_ID, unit_rows(20))
    assert (caught.value.result.changed, caught.value.next_row, list(caught.value.in_doubt)) == (5, 5, [])
