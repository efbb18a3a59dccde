# Source of both colours: scripts/codegen.py emits this file twice.
"""Views as rows: the same by every way of reading, with ids and typed values on request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, ConfigurationError, UnexpectedResponseError
from anaplan_sdk._io.aio import closing
from anaplan_sdk.emulator import Emulator, Fault, GeneralList, LineItem, Module, View
from anaplan_sdk.emulator.world.planning.demo import (
    APPROVED_ID,
    BUDGET_ID,
    COMMENT_ID,
    FIGURES_ID,
    LIST_PRICE_ID,
    PRICING_ID,
    PRODUCTS_ID,
    SHELF_ID,
    UNITS_ID,
    VIEW_ID,
)
from anaplan_sdk.models import ViewRow
from stage.observed import LINE_ITEMS, TIME, VERSIONS, calls, model_of
from stage.tables import DATA, READS, open_reads, table_of

VIEWS = (VIEW_ID, PRICING_ID, SHELF_ID)
TURNED_ID, FLAT_ID, ONE_ID = "1012000000011", "1012000000012", "1012000000013"


def values(rows: Iterable[ViewRow]) -> list[list[Any]]:
    return [list(row.values) for row in rows]


async def streamed(client: AsyncClient, view_id: str, **options: Any) -> list[ViewRow]:
    async with closing(client.transactional.get_view_rows_stream(view_id, **options)) as rows:
        return [row async for row in rows]


def add_turned(emulator: Emulator) -> None:
    """Add a view with line items of all formats on rows, and one that shows a single line item and does not name it."""
    model = model_of(emulator)
    model.add(
        View(TURNED_ID, "Turned", PRICING_ID, [LINE_ITEMS, PRODUCTS_ID], [TIME], [VERSIONS]),
        View(FLAT_ID, "Flat", PRICING_ID, [PRODUCTS_ID], [TIME], [VERSIONS], {LINE_ITEMS: [UNITS_ID]}),
    )


# --- every way --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("large", [None, False, True])
@pytest.mark.parametrize("view_id", VIEWS)
async def test_all_ways_have_the_same_rows(emulator: Emulator, client: AsyncClient, view_id: str, large: Any) -> None:
    emulator.tenant.options.read_page_bytes = 300
    header, *expected = table_of(emulator, view_id)
    rows = await client.transactional.get_view_rows(view_id, large=large)
    assert values(rows) == expected
    assert [*rows[0].labels, *rows[0].cells] == header
    assert rows == await streamed(client, view_id, large=large)
    assert open_reads(emulator) == 0


@pytest.mark.parametrize("page_bytes", [60, 61, 97])
async def test_pages_that_end_within_rows_headers_and_characters(
    emulator: Emulator, client: AsyncClient, page_bytes: int
) -> None:
    emulator.tenant.options.read_page_bytes = page_bytes
    assert values(await client.transactional.get_view_rows(VIEW_ID, large=True)) == table_of(emulator, VIEW_ID)[1:]


@pytest.mark.parametrize("large", [None, True])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_labels_and_cells_with_quotes_commas_and_line_breaks(
    emulator: Emulator, client: AsyncClient, line_end: Any, large: Any
) -> None:
    emulator.tenant.options.csv_line_end = line_end
    emulator.tenant.options.read_page_bytes = 23
    products = model_of(emulator).lists[PRODUCTS_ID]
    products.rename(0, 'Espresso "doppio", größte\nTasse ☕')
    products.rename(1, '"')
    rows = await client.transactional.get_view_rows(SHELF_ID, large=large, ids=True)
    assert values(rows) == table_of(emulator, SHELF_ID)[1:]
    assert rows[0].labels == {"Products": 'Espresso "doppio", größte\nTasse ☕'}
    assert [row.ids["Products"] for row in rows[:2]] == [products.item_id(0), products.item_id(1)]


async def test_headers_that_are_repeated_on_every_page(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.read_page_bytes = 1_000
    emulator.tenant.options.read_page_repeats_header = True
    assert values(await client.transactional.get_view_rows(VIEW_ID, large=True)) == table_of(emulator, VIEW_ID)[1:]


async def test_small_views_take_one_request(emulator: Emulator, client: AsyncClient) -> None:
    rows = await client.transactional.get_view_rows(VIEW_ID)
    assert rows[0].labels == {"Versions": "Actual", "Products": "Espresso", "Line Items": "List Price"}
    assert rows[0].cells["Jan 26"] == "2.00"
    assert len(emulator.received("GET", DATA)) == 1
    assert emulator.received("POST", READS) == []


async def test_large_views_take_a_read_request_by_themselves(emulator: Emulator, client: AsyncClient) -> None:
    expected = await client.transactional.get_view_rows(VIEW_ID)
    emulator.tenant.options.view_cell_limit = len(expected) * 17 - 1
    assert await client.transactional.get_view_rows(VIEW_ID) == expected
    assert await streamed(client, VIEW_ID) == expected
    assert len(emulator.received("GET", DATA)) == 1
    assert len(emulator.received("POST", READS)) == len(emulator.received("DELETE", READS)) == 2


async def test_dimensions_of_one_item_on_pages_need_no_selection(emulator: Emulator, client: AsyncClient) -> None:
    model = model_of(emulator)
    model.add(
        View(
            ONE_ID,
            "One",
            PRICING_ID,
            [PRODUCTS_ID],
            [TIME],
            [LINE_ITEMS, VERSIONS],
            {LINE_ITEMS: [UNITS_ID], VERSIONS: [BUDGET_ID]},
        )
    )
    for large in (None, True):
        rows = await client.transactional.get_view_rows(ONE_ID, large=large, numbers="float")
        assert rows[0].labels == {"Line Items": "Units", "Versions": "Budget", "Products": "Espresso"}
        assert rows[0].cells["Jan 26"] == 10.0
    assert "exportType" not in emulator.received("GET", DATA)[0].query


async def test_no_more_is_asked_for_than_is_needed(emulator: Emulator, client: AsyncClient) -> None:
    await client.transactional.get_view_rows(SHELF_ID, large=False)
    assert calls(emulator) == 2  # the view and its cells
    await client.transactional.get_view_rows(VIEW_ID, large=False)
    assert calls(emulator) == 5  # and the module of the view


async def test_a_view_without_items_has_no_rows_and_needs_no_request(emulator: Emulator, client: AsyncClient) -> None:
    model = model_of(emulator)
    model.add(GeneralList("101000000090", "Nothing"), Module("102000000902", "Empty", "101000000090", []))
    assert await client.transactional.get_view_rows("102000000902") == []
    assert await streamed(client, "102000000902", ids=True) == []
    assert emulator.received("GET", DATA) == []


async def test_a_view_without_rows_or_columns(emulator: Emulator, client: AsyncClient) -> None:
    module = Module("102000000903", "Rates", "", [LineItem("206000000931", "Rate", "NUMBER")])
    module.cells = {}
    model_of(emulator).add(module, View("1012000000903", "Bare", "102000000903", [LINE_ITEMS], [], []))
    for large in (None, True):
        assert values(await client.transactional.get_view_rows("102000000903", large=large)) == [[""]]
        rows = await client.transactional.get_view_rows("1012000000903", large=large)
        assert [(row.labels, list(row.cells.values())) for row in rows] == [({"Line Items": "Rate"}, [""])]


# --- pages ------------------------------------------------------------------------------------------------------------


SELECTIONS: dict[str, tuple[Any, set[str], set[str]]] = {
    "one page": ({"Versions": "Budget", "Time": "Feb 26"}, {"Budget"}, {"Feb 26"}),
    "one of a dimension": ({VERSIONS: BUDGET_ID}, {"Budget"}, {"Jan 26", "Feb 26", "Q1 FY26", "FY26"}),
    "several": ({"time": ["Jan 26", "mar 26"]}, {"Actual", "Forecast", "Budget"}, {"Jan 26", "Mar 26"}),
    "both": ({"Time": ("Jan 26",), "Versions": {"Actual", "Budget"}}, {"Actual", "Budget"}, {"Jan 26"}),
}


@pytest.mark.parametrize("limit", [1_000_000, 2_000, 10], ids=["small", "page", "large"])
@pytest.mark.parametrize("selection", SELECTIONS)
async def test_pages_are_selected_in_views_of_any_size(
    emulator: Emulator, client: AsyncClient, selection: str, limit: int
) -> None:
    pages, versions, periods = SELECTIONS[selection]
    chosen = [row for row in table_of(emulator, PRICING_ID)[1:] if row[0] in versions]
    expected = [row for row in chosen if row[1] in periods or "Time" not in {*map(str.title, pages)}]
    emulator.tenant.options.view_cell_limit = limit
    rows = await client.transactional.get_view_rows(PRICING_ID, pages=pages)
    assert values(rows) == expected
    assert periods <= {row.labels["Time"] for row in rows}
    assert await streamed(client, PRICING_ID, pages=pages) == rows


async def test_a_single_page_is_read_alone_also_of_large_views(emulator: Emulator, client: AsyncClient) -> None:
    pages = {"Versions": "Budget", "Time": "Feb 26"}
    for limit in (1_000_000, 2_000):
        emulator.tenant.options.view_cell_limit = limit
        await client.transactional.get_view_rows(PRICING_ID, pages=pages)
        assert emulator.received("GET", DATA)[-1].query["pages"].startswith(f"{VERSIONS}:{BUDGET_ID},{TIME}:")
    assert emulator.received("POST", READS) == []


async def test_items_that_a_large_view_cannot_have_are_refused(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.view_cell_limit = 10
    with pytest.raises(ConfigurationError, match="no item 'Prognosis' in Versions"):
        await client.transactional.get_view_rows(PRICING_ID, pages={"Versions": "Prognosis"})
    assert emulator.received("POST", READS) == []


# --- rows -------------------------------------------------------------------------------------------------------------


async def test_a_row_is_labels_and_cells(client: AsyncClient) -> None:
    row, other, *_ = await client.transactional.get_view_rows(SHELF_ID)
    assert row.to_dict() == {"Products": "Espresso", "Shelf Life": "90"}
    assert row.values == ("Espresso", "90")
    assert repr(row) == "ViewRow(labels={'Products': 'Espresso'}, cells={'Shelf Life': '90'})"
    assert row != other
    assert row != ("Espresso", "90")
    assert (row.ids, row.column_ids) == ({}, {})
    with pytest.raises(AttributeError):
        row.cells = {}  # type: ignore[misc]


@pytest.mark.parametrize("limit", [1_000_000, 10], ids=["small", "large"])
async def test_ids_of_labels_and_columns(emulator: Emulator, client: AsyncClient, limit: int) -> None:
    emulator.tenant.options.view_cell_limit = limit
    model = model_of(emulator)
    months = {period.label: period.id for period in model.calendar.periods}
    row = (await client.transactional.get_view_rows(VIEW_ID, ids=True))[0]
    products = model.lists[PRODUCTS_ID]
    assert row.ids["Line Items"] == LIST_PRICE_ID
    assert row.ids["Products"] == products.item_id(0)
    assert set(row.ids) == {"Versions", "Products", "Line Items"}
    assert row.column_ids["Jan 26"] == months["Jan 26"]
    assert None not in row.column_ids.values()


async def test_labels_that_several_items_have_have_no_id(emulator: Emulator, client: AsyncClient) -> None:
    model_of(emulator).versions[BUDGET_ID].name = "Actual"
    rows = await client.transactional.get_view_rows(VIEW_ID, ids=True)
    assert {row.ids["Versions"] for row in rows if row.labels["Versions"] == "Actual"} == {None}
    assert {row.ids["Versions"] for row in rows if row.labels["Versions"] == "Forecast"} != {None}


async def test_columns_that_are_called_alike_are_all_there(emulator: Emulator, client: AsyncClient) -> None:
    module = model_of(emulator).modules[PRICING_ID]
    for line_item in module.line_items[1:4]:
        line_item.name = "Same"
    row = (await client.transactional.get_view_rows(PRICING_ID))[0]
    assert list(row.cells)[:4] == ["Prices", "Same", "Same (2)", "Same (3)"]
    assert row.cells["Same (2)"] == "10"


async def test_a_line_item_that_is_called_like_a_dimension(emulator: Emulator, client: AsyncClient) -> None:
    module = model_of(emulator).modules[PRICING_ID]
    module.line_items[0].name, module.line_items[1].name = "Products", "Time"
    for large in (None, True):
        row = (await client.transactional.get_view_rows(PRICING_ID, large=large))[0]
        assert row.labels == {"Versions": "Actual", "Time": "Jan 26", "Products": "Espresso"}
        assert list(row.cells.values())[:3] == ["", "2.00", "10"]


# --- typed ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("large", [None, True])
@pytest.mark.parametrize(("numbers", "number"), [("float", float), ("decimal", Decimal)])
async def test_cells_by_the_formats_of_their_line_items(
    client: AsyncClient, numbers: Any, number: Any, large: Any
) -> None:
    rows = await client.transactional.get_view_rows(PRICING_ID, numbers=numbers, large=large)
    espresso, third, last = rows[0].cells, rows[2].cells, rows[-1].cells
    assert espresso == {
        "Prices": None,
        "List Price": number("2.00"),
        "Units": number("10"),
        "Revenue": number("20"),
        "Returns": number("1"),
        "Comment": "House blend",
        "Approved": True,
        "Valid From": date(2026, 1, 1),
        "Tier": "Gold",
        "Launch": "Jan 26",
    }
    assert {type(espresso[name]) for name in ("List Price", "Units")} == {number}
    assert third["Valid From"] is None
    assert last["Units"] is None or isinstance(last["Units"], number)


async def test_decimal_numbers_keep_their_digits(emulator: Emulator, client: AsyncClient) -> None:
    column = model_of(emulator).modules[PRICING_ID].column(SHELF_ID, 8)
    column[0], column[1] = "0.10000000000000000000000000001", "1E+3"
    rows = await client.transactional.get_view_rows(SHELF_ID, numbers="decimal")
    assert rows[0].cells["Shelf Life"] == Decimal("0.10000000000000000000000000001")
    assert str(rows[0].cells["Shelf Life"]) == "0.10000000000000000000000000001"
    assert rows[1].cells["Shelf Life"] == 1000


@pytest.mark.parametrize("limit", [1_000_000, 10], ids=["small", "large"])
async def test_formats_where_line_items_are_on_rows(emulator: Emulator, client: AsyncClient, limit: int) -> None:
    add_turned(emulator)
    emulator.tenant.options.view_cell_limit = limit
    rows = await client.transactional.get_view_rows(TURNED_ID, numbers="decimal", ids=True)
    cells = {(row.ids["Line Items"], row.labels["Products"]): row.cells["Jan 26"] for row in rows[::-1]}
    assert cells[LIST_PRICE_ID, "Espresso"] == Decimal("2.00")
    assert cells[COMMENT_ID, "Espresso"] == "House blend"
    assert cells[APPROVED_ID, "Café crème"] is False


async def test_words_that_are_no_values_stay(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("GET", DATA, status=200, content_type="text/csv", body=",Shelf Life\nEspresso,#DIV/0!\n"))
    rows = await client.transactional.get_view_rows(SHELF_ID, numbers="decimal")
    assert values(rows) == [["Espresso", "#DIV/0!"]]
    with pytest.raises(ConfigurationError, match="numbers must be"):
        await client.transactional.get_view_rows(SHELF_ID, numbers="int")  # type: ignore[arg-type]


async def test_a_view_without_line_items_on_an_axis(emulator: Emulator, client: AsyncClient) -> None:
    add_turned(emulator)
    rows = await client.transactional.get_view_rows(FLAT_ID)
    assert rows[0].cells["Jan 26"] == "10"


# --- odd answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["Products\nEspresso\n", "Shelf Life\n"], ids=["labels alone", "one column"])
async def test_csv_that_is_no_table_of_the_view(emulator: Emulator, client: AsyncClient, body: str) -> None:
    emulator.inject(Fault("GET", DATA, status=200, content_type="text/csv", body=body))
    with pytest.raises(UnexpectedResponseError, match="leaves none for cells"):
        await client.transactional.get_view_rows(SHELF_ID)


async def test_csv_without_anything_has_no_rows(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("GET", DATA, status=200, content_type="text/csv", body=""))
    assert await client.transactional.get_view_rows(SHELF_ID) == []


async def test_a_row_without_its_labels_is_an_error(emulator: Emulator, client: AsyncClient) -> None:
    body = "Versions,Time,Products,Units\nActual\n"
    emulator.inject(Fault("GET", DATA, status=200, content_type="text/csv", body=body))
    with pytest.raises(UnexpectedResponseError, match="a row without all of its labels"):
        await client.transactional.get_view_rows(PRICING_ID, pages={"Time": "Jan 26"})


async def test_a_subset_of_line_items_as_a_dimension(emulator: Emulator, client: AsyncClient) -> None:
    module = Module("102000000904", "Checks", FIGURES_ID, [LineItem("206000000941", "Checked", "BOOLEAN")])
    model_of(emulator).add(module)
    rows = await client.transactional.get_view_rows("102000000904", numbers="float", ids=True)
    assert [row.labels for row in rows] == [{"Figures": name} for name in ("List Price", "Units", "Revenue")]
    assert [row.ids["Figures"] for row in rows][:2] == [LIST_PRICE_ID, UNITS_ID]
