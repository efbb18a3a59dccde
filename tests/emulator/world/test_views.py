"""Views: default, saved and subsidiary ones, their pages, and what they show."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import GeneralList, LineItem, Model, Module, View, demo_tenant
from anaplan_sdk.emulator.world.planning import demo
from anaplan_sdk.emulator.world.planning.cells.reading import BadPageError, ViewReading
from anaplan_sdk.emulator.world.planning.dimensions import LINE_ITEMS_ID, TIME_ID, VERSIONS_ID

MONTHS = 17


@pytest.fixture
def model() -> Model:
    return demo_tenant().models["1" * 32]


def reading(model: Model, view_id: str = demo.PRICING_ID) -> ViewReading:
    view = model.view(view_id)
    assert view is not None
    return model.read_view(view)


def names(model: Model, **query: bool) -> list[str]:
    return [model.view_name(each) for each in model.all_views(demo.PRICING_ID, **query)]


def period(model: Model, label: str) -> str:
    found = model.calendar.labelled(label)
    assert found is not None
    return found.id


def test_views_are_listed_with_subsidiary_ones_on_request(model: Model) -> None:
    assert names(model) == ["Product Plan", "'Product Plan'.'Revenue by Month'"]
    assert names(model, subsidiary=True)[2:] == ["Shelf Life"]
    assert model.all_views("102999999999") == []


def test_a_view_is_found_by_its_own_id_a_module_and_a_line_item(model: Model) -> None:
    found = [model.view(each) for each in (demo.VIEW_ID, demo.PRICING_ID, demo.SHELF_ID, demo.UNITS_ID)]
    assert [each.id for each in found if each] == [demo.VIEW_ID, demo.PRICING_ID, demo.SHELF_ID, demo.PRICING_ID]
    assert [each.is_default for each in found if each] == [False, True, False, True]
    assert model.view("1012999999999") is None


def test_axes_have_the_dimensions_that_the_line_items_have(model: Model) -> None:
    found = reading(model)
    axes = [[each.id for each in axis] for axis in (found.rows, found.columns, found.pages)]
    assert axes == [[demo.PRODUCTS_ID], [LINE_ITEMS_ID], [VERSIONS_ID, TIME_ID]]
    assert (found.row_count, found.page_cell_count, found.cell_count) == (12, 120, 120 * 3 * MONTHS)
    assert found.dimension(TIME_ID) is found.pages[1]
    assert found.dimension(demo.ORDERS_ID) is None


def test_a_page_is_chosen_by_its_items(model: Model) -> None:
    found = reading(model)
    assert [member.name for member in found.select({})] == ["Actual", "Jan 26"]
    page = found.select({TIME_ID: period(model, "Q1 FY26"), VERSIONS_ID: demo.BUDGET_ID})
    assert [member.name for member in page] == ["Budget", "Q1 FY26"]
    assert len(list(found.all_pages())) == 3 * MONTHS


@pytest.mark.parametrize("chosen", [{demo.PRODUCTS_ID: "1"}, {VERSIONS_ID: "1"}, {"1": "1"}])
def test_pages_that_cannot_be_chosen(model: Model, chosen: dict[str, str]) -> None:
    with pytest.raises(BadPageError) as refusal:
        reading(model).select(chosen)
    assert str(refusal.value) == f"Invalid page selector [{next(iter(chosen))}]"


def test_a_top_level_item_may_be_the_default_page(model: Model) -> None:
    view = View("1012", "By product", demo.PRICING_ID, [TIME_ID], [LINE_ITEMS_ID, VERSIONS_ID], [demo.FAMILIES_ID])
    assert model.read_view(view).select({})[0].name == "Coffee"
    model.lists[demo.FAMILIES_ID].top_level_is_page_default = True
    assert model.read_view(view).select({})[0].name == "All Products"


def test_a_grid_has_a_line_of_pages_and_one_for_each_column_dimension(model: Model) -> None:
    lines = list(reading(model, demo.VIEW_ID).csv_rows("GRID_CURRENT_PAGE"))
    assert lines[0] == ["Actual"]
    assert (lines[1][:3], lines[2][:5]) == (
        ["", "List Price", "List Price"],
        ["", "Jan 26", "Feb 26", "Mar 26", "Q1 FY26"],
    )
    assert lines[3][:5] == ["Espresso", "2.00", "2.00", "2.00", ""]
    assert len(lines) == 3 + 12
    shelf = list(reading(model, demo.SHELF_ID).csv_rows("GRID_CURRENT_PAGE"))
    assert shelf[:2] == [["", "Shelf Life"], ["Espresso", "90"]]


def test_all_pages_follow_each_other(model: Model) -> None:
    lines = list(reading(model, demo.VIEW_ID).csv_rows("GRID_ALL_PAGES"))
    assert [line for line in lines if len(line) == 1] == [["Actual"], ["Forecast"], ["Budget"]]
    assert len(lines) == 3 * 15


def test_a_table_has_a_column_for_each_dimension_but_the_innermost_one(model: Model) -> None:
    found = reading(model, demo.VIEW_ID)
    lines = list(found.csv_rows("TABULAR_MULTI_COLUMN"))
    assert lines[0][:5] == ["Versions", "Products", "Line Items", "Jan 26", "Feb 26"]
    assert lines[2][:5] == ["Actual", "Espresso", "Units", "10", "20"]
    assert (len(lines), {len(line) for line in lines}) == (1 + 3 * 12 * 3, {3 + MONTHS})
    page = found.select({VERSIONS_ID: demo.BUDGET_ID})
    assert len(list(found.csv_rows("TABULAR_MULTI_COLUMN", page))) == 1 + 12 * 3


@pytest.mark.parametrize("word", ["TABULAR_SINGLE_COLUMN", "TABULAR_SINGLE_ITEMS"])
def test_a_single_column_has_a_line_for_each_cell(model: Model, word: str) -> None:
    found = reading(model, demo.VIEW_ID)
    lines = list(found.csv_rows(word))
    assert lines[:2] == [
        ["Versions", "Products", "Line Items", "Time", "Value"],
        ["Actual", "Espresso", "List Price", "Jan 26", "2.00"],
    ]
    assert len(lines) == 1 + found.cell_count


def test_only_what_a_view_shows_is_there(model: Model) -> None:
    products = model.lists[demo.PRODUCTS_ID]
    shown = {
        demo.PRODUCTS_ID: [products.item_id(3), products.item_id(0), "1"],
        TIME_ID: [period(model, "Q1 FY26"), period(model, "Jan 26")],
        LINE_ITEMS_ID: [demo.UNITS_ID],
    }
    view = View("1012", "Few", demo.PRICING_ID, [demo.PRODUCTS_ID], [LINE_ITEMS_ID, TIME_ID], [VERSIONS_ID], shown)
    assert list(model.read_view(view).csv_rows("GRID_CURRENT_PAGE"))[2:] == [
        ["", "Q1 FY26", "Jan 26"],
        ["Earl Grey", "69", "13"],
        ["Espresso", "60", "10"],
    ]


AXES = [
    ([demo.PRODUCTS_ID, TIME_ID], [LINE_ITEMS_ID], [VERSIONS_ID]),
    ([TIME_ID, demo.PRODUCTS_ID], [LINE_ITEMS_ID], [VERSIONS_ID]),
    ([TIME_ID, demo.PRODUCTS_ID, LINE_ITEMS_ID], [VERSIONS_ID], []),
    ([TIME_ID], [demo.PRODUCTS_ID, LINE_ITEMS_ID], [VERSIONS_ID]),
    ([LINE_ITEMS_ID], [TIME_ID], [demo.PRODUCTS_ID, VERSIONS_ID]),
    ([], [LINE_ITEMS_ID, TIME_ID, demo.PRODUCTS_ID, VERSIONS_ID], []),
    ([TIME_ID, demo.PRODUCTS_ID, VERSIONS_ID, LINE_ITEMS_ID], [], []),
]


def cells(found: ViewReading) -> dict[frozenset[str], str]:
    """Every cell by the names of its items."""
    lines = found.csv_rows("TABULAR_SINGLE_COLUMN")
    next(lines)
    return {frozenset(labels): cell for *labels, cell in lines}


@pytest.mark.parametrize("axes", AXES, ids=range(len(AXES)))
def test_cells_are_the_same_on_any_axes(model: Model, axes: tuple[list[str], list[str], list[str]]) -> None:
    figures = {LINE_ITEMS_ID: [demo.UNITS_ID, demo.REVENUE_ID, demo.COMMENT_ID, demo.APPROVED_ID]}
    view = View("1012", "Turned", demo.PRICING_ID, *axes, shown=figures)
    usual = View("1013", "Usual", demo.PRICING_ID, [demo.PRODUCTS_ID], [LINE_ITEMS_ID], [VERSIONS_ID, TIME_ID], figures)
    found = cells(model.read_view(view))
    assert found == cells(model.read_view(usual))
    assert len(found) == 4 * 12 * 3 * MONTHS


def test_views_without_line_items_or_items_are_empty(model: Model) -> None:
    model.add(Module("102000000091", "Empty", demo.PRODUCTS_ID), GeneralList("101000000091", "Nothing"))
    model.add(Module("102000000092", "Without items", "101000000091", [LineItem("2069", "Text")]))
    assert [reading(model, each).is_empty for each in ("102000000091", "102000000092", demo.PRICING_ID)] == [
        True,
        True,
        False,
    ]


def test_line_items_without_a_dimension_of_the_view_repeat_their_cells(model: Model) -> None:
    shown = {LINE_ITEMS_ID: [demo.SHELF_ID, demo.UNITS_ID]}
    view = View("1012", "Mixed", demo.PRICING_ID, [demo.PRODUCTS_ID], [LINE_ITEMS_ID], [TIME_ID, VERSIONS_ID], shown)
    found = model.read_view(view)
    assert [line[1] for line in found.csv_rows("GRID_ALL_PAGES") if line[0] == "Espresso"] == ["90"] * 3 * MONTHS
    narrow = View("1012", "Narrow", demo.PRICING_ID, [demo.PRODUCTS_ID], [LINE_ITEMS_ID], [], shown)
    assert list(model.read_view(narrow).csv_rows("GRID_CURRENT_PAGE"))[1] == ["Espresso", "90", ""]


def test_line_items_are_described_with_all_they_have(model: Model) -> None:
    rows = {row["name"]: row for row in model.line_item_rows(model.modules[demo.PRICING_ID])}
    assert rows["Units"]["referencedBy"] == [{"name": "Revenue", "id": demo.REVENUE_ID}]
    assert rows["Units"]["appliesTo"] == [{"name": "Products", "id": demo.PRODUCTS_ID}]
    assert (rows["Units"]["cellCount"], rows["Shelf Life"]["cellCount"]) == (12 * 3 * MONTHS, 12)
    assert (rows["Units"]["timeScale"], rows["Shelf Life"]["timeScale"]) == ("Month", "Not Applicable")
    assert "cellCount" not in rows["Prices"]
    assert rows["Revenue"]["formula"] == "'List Price' * Units"
    assert rows["Tier"]["formatMetadata"]["hierarchyEntityLongId"] == demo.TIERS_ID
    assert rows["Launch"]["formatMetadata"]["periodType"]["entityId"] == "MONTH"
    assert rows["List Price"]["formatMetadata"]["decimalPlaces"] == 2
    assert [rows[name]["formatMetadata"]["dataType"] for name in ("Prices", "Comment", "Approved", "Valid From")] == [
        *("NONE", "TEXT", "BOOLEAN", "DATE")
    ]
