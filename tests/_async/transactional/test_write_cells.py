# Source of both colours: scripts/codegen.py emits this file twice.
"""Cells, from rows of any source into the model, in requests within the limits and one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
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
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk.emulator import Emulator, Fault, Model
from anaplan_sdk.emulator.world.planning.demo import (
    ACTIVE_ID,
    APPROVED_ID,
    BUDGET_ID,
    COMMENT_ID,
    LAUNCH_ID,
    LIST_PRICE_ID,
    PRICING_ID,
    PRODUCTS_ID,
    SHELF_ID,
    TIER_ID,
    UNITS_ID,
    VALID_FROM_ID,
)
from anaplan_sdk.models import RowFailure, WriteResult
from stage.observed import OnArrival

from ..side_by_side import together

DATA = f"/modules/{PRICING_ID}/data$"
TIME, VERSIONS = "20000000003", "20000000020"
PRODUCTS = ("Espresso", "Café crème", "Ristretto", "Earl Grey", "Rooibos", "Sencha", "Yerba maté", "Mate cocido")
MONTHS = tuple(f"{month} 26" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun"))
PLACE = {"Products": "Rooibos", "Time": "Jun 26", "Versions": "Budget"}


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return emulator.tenant.models[emulator.environment["ANAPLAN_MODEL_ID"]]


def value(model: Model, line_item_id: str, product: str = "Rooibos", month: str = "Jun 26") -> str:
    products = model.lists[PRODUCTS_ID]
    position, period = products.by_name(product), model.calendar.labelled(month)
    assert position is not None
    assert period is not None
    place = {PRODUCTS_ID: products.item_id(position), TIME: period.id, VERSIONS: BUDGET_ID}
    return model.cell(line_item_id, place)


def rows(count: int = 48) -> list[dict[str, Any]]:
    """Rows with one cell each, and its number as value."""
    places = [(product, month) for product in PRODUCTS for month in MONTHS]
    return [
        {"Products": product, "Time": month, "Versions": "Budget", "Units": number}
        for number, (product, month) in enumerate(places[:count])
    ]


def sent(emulator: Emulator) -> list[list[Any]]:
    """The bodies of the requests that write."""
    return [received.json for received in emulator.received("POST", DATA)]


def limit(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, cells: int) -> None:
    """Let a request hold no more than so many cells, on both sides."""
    monkeypatch.setattr(batches, "MAX_ENTRIES", cells)
    emulator.tenant.options.written_cells_limit = cells


async def test_values_of_every_format_are_written(client: AsyncClient, model: Model) -> None:
    row = {
        **PLACE,
        "List Price": Decimal("12.3456789012345678"),
        "Units": 7,
        "Comment": 'a "quoted" line\nand ä',
        "Approved": True,
        "Valid From": date(2026, 3, 9),
        "Tier": "Gold",
        "Launch": "Feb 26",
    }
    result = await client.transactional.write_cells(PRICING_ID, [row])
    assert result == WriteResult(total=1, changed=7)
    assert [value(model, each) for each in (UNITS_ID, COMMENT_ID, APPROVED_ID, VALID_FROM_ID, TIER_ID, LAUNCH_ID)] == [
        "7",
        'a "quoted" line\nand ä',
        "true",
        "2026-03-09",
        "Gold",
        "Feb 26",
    ]
    assert Decimal(value(model, LIST_PRICE_ID)) == pytest.approx(Decimal("12.3456789012345678"))


async def test_long_rows_ids_and_a_line_item_with_dimensions_of_its_own(client: AsyncClient, model: Model) -> None:
    cells: list[dict[Any, Any]] = [
        {"Line Items": "units", PRODUCTS_ID: "rooibos", "TIME": "jun 26", int(VERSIONS): "budget", "Value": "3"},
        {"Line Items": int(SHELF_ID), "Products": "Rooibos", "Value": 11},
    ]
    assert (await client.transactional.write_cells(int(PRICING_ID), cells)).changed == 2
    assert value(model, UNITS_ID) == "3"
    products = model.lists[PRODUCTS_ID]
    assert model.cell(SHELF_ID, {PRODUCTS_ID: products.item_id(products.by_name("Rooibos") or 0)}) == "11"


async def test_items_are_named_by_codes_or_ids(client: AsyncClient, emulator: Emulator, model: Model) -> None:
    await client.transactional.write_cells(PRICING_ID, [{**PLACE, "Products": "P-05", "Units": 4}], by="code")
    assert value(model, UNITS_ID) == "4"
    products = model.lists[PRODUCTS_ID]
    by_id = {**PLACE, "Products": products.item_id(products.by_name("Rooibos") or 0), "Units": 5}
    await client.transactional.write_cells(PRICING_ID, [by_id], by={"Products": "id"})
    assert value(model, UNITS_ID) == "5"


async def test_names_may_be_left_to_anaplan(client: AsyncClient, emulator: Emulator, model: Model) -> None:
    cells = [{**PLACE, "Units": 6}, {**PLACE, "Products": "Nobody", "Units": 6}]
    result = await client.transactional.write_cells(PRICING_ID, cells, check_items=False, on_failures="ignore")
    assert value(model, UNITS_ID) == "6"
    assert [(failure.row, failure.kind, failure.line_item) for failure in result.failures] == [
        (1, "cellIsInvalid", "Units")
    ]
    assert emulator.received("POST", "/dimensions/") == []


async def test_rows_come_from_any_source(client: AsyncClient, model: Model) -> None:
    def generated() -> Iterator[dict[str, Any]]:
        row: dict[str, Any] = dict(PLACE)
        for number, month in enumerate(MONTHS):
            row.update({"Time": month, "Units": number})
            yield row  # the same object each time

    sources: tuple[Iterable[dict[str, Any]], ...] = (generated(), tuple(rows(6)), dict(enumerate(rows(6))).values())
    for source in sources:
        assert (await client.transactional.write_cells(PRICING_ID, source)).changed == 6
    assert [value(model, UNITS_ID, month=month) for month in MONTHS] == ["0", "1", "2", "3", "4", "5"]


async def test_an_empty_source_sends_nothing(client: AsyncClient, emulator: Emulator) -> None:
    assert await client.transactional.write_cells(PRICING_ID, []) == WriteResult()
    assert emulator.received("*", "/modules/") == []


async def test_requests_keep_to_the_limit_and_follow_one_another(
    client: AsyncClient, emulator: Emulator, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 7)
    under_way: list[int] = []

    def note() -> None:
        earlier = emulator.received("POST", DATA)
        under_way.append(sum(received.status is None for received in earlier[:-1]))

    emulator.inject(OnArrival("POST", DATA, note))
    result = await client.transactional.write_cells(PRICING_ID, rows())
    assert result == WriteResult(total=48, changed=48)
    assert [len(body) for body in sent(emulator)] == [5] * 9 + [3]
    assert [cell["value"] for body in sent(emulator) for cell in body] == list(range(48))
    assert under_way
    assert not any(under_way)
    assert value(model, UNITS_ID, "Mate cocido", "Jun 26") == "47"


async def test_requests_keep_to_the_limit_in_bytes(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MAX_BYTES", 1_000)
    emulator.tenant.options.written_cells_bytes = 1_000
    assert (await client.transactional.write_cells(PRICING_ID, rows())).changed == 48
    assert len(sent(emulator)) > 8
    with pytest.raises(RowError, match=r"Row 1: it comes to 1,\d\d\d bytes of JSON, and Anaplan takes 1,000"):
        await client.transactional.write_cells(PRICING_ID, [{**PLACE, "Units": 1}, {**PLACE, "Comment": "x" * 1_000}])


async def test_two_calls_at_once_write_by_turns(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 12)
    under_way: list[int] = []

    def note() -> None:
        earlier = emulator.received("POST", DATA)
        under_way.append(sum(received.status is None for received in earlier[:-1]))

    emulator.inject(OnArrival("POST", DATA, note))

    async def write() -> WriteResult:
        return await client.transactional.write_cells(PRICING_ID, rows())

    assert await together(write, write) == [WriteResult(total=48, changed=48)] * 2
    assert len(sent(emulator)) == 8
    assert not any(under_way)


async def test_what_a_module_has_is_asked_for_once(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 10)
    await client.transactional.write_cells(PRICING_ID, rows())
    assert len(emulator.received("GET", "/lineItems$")) == 1
    assert len(emulator.received("GET", "/dimensions$")) == 1
    asked = [name for received in emulator.received("POST", "/dimensions/") for name in received.json["names"]]
    assert sorted(asked) == sorted([*PRODUCTS, *MONTHS, "Budget"])


async def test_progress_counts_rows(client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, emulator, 12)
    seen: list[Progress] = []
    await client.transactional.write_cells(PRICING_ID, rows(), on_progress=seen.append)
    assert (seen[-1].what, seen[-1].name, seen[-1].done, seen[-1].ended) == (
        "write",
        f"module {PRICING_ID}",
        48,
        True,
    )


# --- what Anaplan does not write --------------------------------------------------------------------------------------

FAMILY = {**PLACE, "Products": "Espresso", "Time": "FY26", "Units": 1}  # a total


async def test_failures_are_raised_after_all_requests_with_the_rows_of_the_caller(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 5)
    cells = [*rows(12), FAMILY, {**PLACE, "Tier": "Nobody"}, {**PLACE, "List Price": 1}]
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
    assert (await client.transactional.write_cells(PRICING_ID, rows(2))).failures == ()


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
        await client.transactional.write_cells(PRICING_ID, [*rows(3), row])
    assert (caught.value.row, caught.value.result) == (3, WriteResult())
    assert sent(emulator) == []


async def test_a_row_that_cannot_be_sent_lets_the_requests_before_it_end(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 5)
    emulator.inject(Fault("POST", DATA, delay=0.1, times=None))
    with pytest.raises(RowError, match="Row 12: Units takes") as caught:
        await client.transactional.write_cells(PRICING_ID, [*rows(12), {**PLACE, "Units": "x"}, *rows(20)[12:]])
    assert caught.value.result == WriteResult(total=10, changed=10)
    assert caught.value.__notes__ == ["Before that: 10 rows: 10 changed, 0 failed."]
    assert [received.status for received in emulator.received("POST", DATA)] == [200, 200]


async def test_a_source_that_fails_says_what_was_written(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 5)

    def failing() -> Iterator[dict[str, Any]]:
        yield from rows(7)
        raise KeyError("of the source")

    with pytest.raises(KeyError) as caught:
        await client.transactional.write_cells(PRICING_ID, failing())
    assert caught.value.__notes__ == ["Before that: 5 rows: 5 changed, 0 failed."]


@pytest.mark.parametrize("wrong", [PLACE, "Units", b"Units", 5], ids=repr)
async def test_what_is_no_iterable_of_rows_is_refused(client: AsyncClient, emulator: Emulator, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="rows must be an iterable of rows"):
        await client.transactional.write_cells(PRICING_ID, wrong)
    assert emulator.received("*", "/modules/") == []


@pytest.mark.parametrize(
    "options",
    [{"by": "label"}, {"on_failures": "stop"}, {"on_progress": 5}, {"timeout": -1}],
    ids=repr,
)
async def test_odd_options_are_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        await client.transactional.write_cells(PRICING_ID, rows(1), **options)
    assert emulator.received("*", "/modules/") == []


async def test_a_module_that_is_not_there_is_told(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.transactional.write_cells("102000000999", rows(1))


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
    limit(monkeypatch, emulator, 5)
    emulator.inject(Fault("POST", DATA, status=422, skip=2))
    with pytest.raises(WriteInterruptedError, match="From row 10 on, nothing was written") as caught:
        await client.transactional.write_cells(PRICING_ID, rows(20))
    assert (caught.value.result.changed, list(caught.value.in_doubt), caught.value.next_row) == (10, [], 10)
    assert isinstance(caught.value.__cause__, ApiError)
    assert len(sent(emulator)) == 3
    result = await client.transactional.write_cells(PRICING_ID, rows(20)[caught.value.next_row :])
    assert result.changed == 10


async def test_a_refusal_of_the_first_request_is_raised_as_it_is(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", DATA, status=422))
    with pytest.raises(ApiError, match="archived"):
        await client.transactional.write_cells(PRICING_ID, rows(2))


async def test_a_look_up_that_fails_in_the_middle_says_what_was_written(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 6)
    emulator.inject(Fault("POST", f"/dimensions/{PRODUCTS_ID}", status=400, skip=1))
    with pytest.raises(WriteInterruptedError) as caught:
        await client.transactional.write_cells(PRICING_ID, rows(20))
    assert (caught.value.result.changed, caught.value.next_row, list(caught.value.in_doubt)) == (5, 5, [])
