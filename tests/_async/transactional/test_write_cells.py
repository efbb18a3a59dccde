# Source of both colours: scripts/codegen.py emits this file twice.
"""Cells, from rows of any source into the model, in requests within the limits and one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from anaplan_sdk import (
    AsyncClient,
    Progress,
    RowError,
)
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk.emulator import Emulator, Model
from anaplan_sdk.emulator.world.planning.demo import (
    APPROVED_ID,
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
from anaplan_sdk.models import WriteResult
from stage.observed import OnArrival
from stage.writing.cells import (
    DATA,
    MONTHS,
    PLACE,
    PRODUCTS,
    VERSIONS,
    limit_cells,
    planning_model,
    sent,
    unit_rows,
    value,
)

from ..side_by_side import together


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return planning_model(emulator)


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

    sources: tuple[Iterable[dict[str, Any]], ...] = (
        generated(),
        tuple(unit_rows(6)),
        dict(enumerate(unit_rows(6))).values(),
    )
    for source in sources:
        assert (await client.transactional.write_cells(PRICING_ID, source)).changed == 6
    assert [value(model, UNITS_ID, month=month) for month in MONTHS] == ["0", "1", "2", "3", "4", "5"]


async def test_an_empty_source_sends_nothing(client: AsyncClient, emulator: Emulator) -> None:
    assert await client.transactional.write_cells(PRICING_ID, []) == WriteResult()
    assert emulator.received("*", "/modules/") == []


async def test_requests_keep_to_the_limit_and_follow_one_another(
    client: AsyncClient, emulator: Emulator, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 7)
    under_way: list[int] = []

    def note() -> None:
        earlier = emulator.received("POST", DATA)
        under_way.append(sum(received.status is None for received in earlier[:-1]))

    emulator.inject(OnArrival("POST", DATA, note))
    result = await client.transactional.write_cells(PRICING_ID, unit_rows())
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
    assert (await client.transactional.write_cells(PRICING_ID, unit_rows())).changed == 48
    assert len(sent(emulator)) > 8
    with pytest.raises(RowError, match=r"Row 1: it comes to 1,\d\d\d bytes of JSON, and Anaplan takes 1,000"):
        await client.transactional.write_cells(PRICING_ID, [{**PLACE, "Units": 1}, {**PLACE, "Comment": "x" * 1_000}])


async def test_two_calls_at_once_write_by_turns(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 12)
    under_way: list[int] = []

    def note() -> None:
        earlier = emulator.received("POST", DATA)
        under_way.append(sum(received.status is None for received in earlier[:-1]))

    emulator.inject(OnArrival("POST", DATA, note))

    async def write() -> WriteResult:
        return await client.transactional.write_cells(PRICING_ID, unit_rows())

    assert await together(write, write) == [WriteResult(total=48, changed=48)] * 2
    assert len(sent(emulator)) == 8
    assert not any(under_way)


async def test_what_a_module_has_is_asked_for_once(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 10)
    await client.transactional.write_cells(PRICING_ID, unit_rows())
    assert len(emulator.received("GET", "/lineItems$")) == 1
    assert len(emulator.received("GET", "/dimensions$")) == 1
    asked = [name for received in emulator.received("POST", "/dimensions/") for name in received.json["names"]]
    assert sorted(asked) == sorted([*PRODUCTS, *MONTHS, "Budget"])


async def test_progress_counts_rows(client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_cells(monkeypatch, emulator, 12)
    seen: list[Progress] = []
    await client.transactional.write_cells(PRICING_ID, unit_rows(), on_progress=seen.append)
    assert (seen[-1].what, seen[-1].name, seen[-1].done, seen[-1].ended) == (
        "write",
        f"module {PRICING_ID}",
        48,
        True,
    )
