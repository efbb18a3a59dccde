"""Cells over several dimensions: written, calculated, summed, displayed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from anaplan_sdk.emulator import Calendar, GeneralList, LineItem, LineItemSubset, Model, Module, Subset, Version
from anaplan_sdk.emulator.world.planning.cells.writing import CellRefusedError
from anaplan_sdk.emulator.world.planning.dimensions import LINE_ITEMS_ID, TIME_ID, USERS_ID, VERSIONS_ID

FAMILIES, PRODUCTS, SOLD, TIERS = "101000000001", "101000000002", "109000000001", "101000000003"
PLAN, FIGURES = "102000000001", "114000000001"
ACTUAL, FORECAST, VARIANCE = "107000000001", "107000000002", "107000000003"
PRICE, UNITS, REVENUE, SHARE, NOTE, COPY = "20601", "20602", "20603", "20604", "20605", "20606"


@pytest.fixture
def model() -> Model:
    made = Model("3" * 32, "Made", "A" * 32, calendar=Calendar())
    made.add(
        GeneralList(FAMILIES, "Families", top_level_item="All Products"),
        GeneralList(PRODUCTS, "Products", parent_list_id=FAMILIES, subsets=[Subset(SOLD, "Sold")]),
        GeneralList(TIERS, "Tiers"),
        Version(ACTUAL, "Actual", is_actual=True),
        Version(FORECAST, "Forecast", switchover=date(2026, 2, 1), edit_to=date(2026, 6, 30)),
        Version(VARIANCE, "Variance", formula="Forecast - Actual"),
        Module(
            PLAN,
            "Plan",
            PRODUCTS,
            [
                LineItem(PRICE, "List Price", "NUMBER"),
                LineItem(UNITS, "Units", "NUMBER", summary="Sum", use_switchover=True),
                LineItem(REVENUE, "Revenue", "NUMBER", formula="'List Price' * Units", summary="Sum"),
                LineItem(SHARE, "Average", "NUMBER", formula="Revenue / Units", summary="Formula"),
                LineItem(NOTE, "Note"),
                LineItem(COPY, "Copy", formula="Note"),
            ],
            time_scale="Month",
            versions=True,
        ),
    )
    made.lists[FAMILIES].add(["Coffee", "Tea"])
    made.lists[TIERS].add(["Gold"])
    for name, family in (("Espresso", "Coffee"), ("Ristretto", "Coffee"), ("Sencha", "Tea"), ("Mug", None)):
        position = made.lists[PRODUCTS].add_item(name, parent_id=made.find_parent(PRODUCTS, family) if family else None)
        made.lists[PRODUCTS].set_subset(position, SOLD, family == "Coffee")
    return made


def at(model: Model, item: str = "Espresso", period: str = "Jan 26", version: str = "Actual") -> dict[str, str]:
    """Coordinates by names."""
    found = {}
    module = model.modules[PLAN]
    for dimension_id, name in ((PRODUCTS, item), (TIME_ID, period), (VERSIONS_ID, version)):
        dimension = model.line_item_dimension(module, module.line_items[0], dimension_id)
        assert dimension is not None
        found[dimension_id] = dimension.named(name)[0].id
    return found


def write(model: Model, line_item_id: str, value: object, coordinates: Mapping[str, str] | None = None) -> None:
    model.writer(model.modules[PLAN]).write(line_item_id, at(model) if coordinates is None else coordinates, value)


def fill(model: Model) -> None:
    for number, item in enumerate(("Espresso", "Ristretto", "Sencha", "Mug"), start=1):
        for period in ("Jan 26", "Feb 26"):
            write(model, PRICE, "2.50", at(model, item, period))
            write(model, UNITS, number, at(model, item, period))


@pytest.mark.parametrize("value", ["2.50", Decimal("2.50")])
def test_numbers_keep_their_digits(model: Model, value: object) -> None:
    write(model, PRICE, value)
    assert model.cell(PRICE, at(model)) == "2.50"
    assert model.cell(PRICE, at(model, "Ristretto")) == ""


def test_formulas_are_calculated(model: Model) -> None:
    fill(model)
    assert model.cell(REVENUE, at(model, "Ristretto")) == "5"
    assert model.cell(SHARE, at(model, "Ristretto")) == "2.5"
    assert model.cell(SHARE, at(model, "Ristretto", "Mar 26")) == "0"


def test_texts_are_copied_by_formulas(model: Model) -> None:
    write(model, NOTE, "checked")
    assert model.cell(COPY, at(model)) == "checked"
    assert model.cell(COPY, at(model, period="Q1 FY26")) == ""


def test_totals_are_sums_or_formulas_of_sums(model: Model) -> None:
    fill(model)
    assert model.cell(UNITS, at(model, "Coffee")) == "3"
    assert model.cell(UNITS, at(model, "All Products")) == "6"
    assert model.cell(UNITS, at(model, period="Q1 FY26")) == "2"
    assert model.cell(REVENUE, at(model, "Coffee", "FY26")) == "15"
    assert model.cell(SHARE, at(model, "Coffee", "FY26")) == "2.5"
    assert model.cell(PRICE, at(model, "Coffee")) == ""
    assert model.cell(NOTE, at(model, "Coffee")) == ""
    assert model.cell(PRICE, at(model, period="Q1 FY26")) == ""


def test_versions_have_formulas_and_switchovers(model: Model) -> None:
    fill(model)
    write(model, UNITS, 10, at(model, period="Feb 26", version="Forecast"))
    assert model.cell(UNITS, at(model, version="Forecast")) == "1"
    assert model.cell(UNITS, at(model, period="Feb 26", version="Variance")) == "9"
    assert model.cell(UNITS, at(model, period="Q1 FY26", version="Forecast")) == "11"
    assert model.cell(PRICE, at(model, version="Forecast")) == ""


def test_formulas_use_line_items_with_fewer_dimensions(model: Model) -> None:
    fill(model)
    module = model.modules[PLAN]
    module.line_items += [
        LineItem("20611", "Rate", "NUMBER", applies_to=[], time_scale="", versions=False),
        LineItem("20612", "Tax", "NUMBER", formula="Units * Rate", summary="Formula"),
        LineItem("20613", "By Tier", "NUMBER", applies_to=[TIERS], time_scale="", versions=False),
        LineItem("20614", "Of Tier", "NUMBER", applies_to=[PRODUCTS, TIERS], formula="'By Tier' + 1"),
        LineItem("20615", "Yearly", "NUMBER", time_scale="Year", formula="Units"),
        LineItem("20616", "Nothing", "NUMBER", formula="Tiers + 1 + 'Of Tier'"),
        LineItem("20617", "Alone", "NUMBER", applies_to=[], time_scale="", versions=False, formula="Units"),
    ]
    gold = model.lists[TIERS].item_id(0)
    write(model, "20611", "0.5", {})
    write(model, "20613", 7, {TIERS: gold})
    assert model.cell("20612", at(model, "Ristretto")) == "1"
    assert model.cell("20612", at(model, "Coffee")) == "1.5"
    assert model.cell("20614", at(model) | {TIERS: gold}) == "8"
    assert model.cell("20615", at(model, period="FY26")) == "2"
    assert model.cell("20616", at(model)) == "1"
    assert model.cell("20617", {}) == "0"


def test_totals_of_further_lists_are_sums(model: Model) -> None:
    module = model.modules[PLAN]
    module.line_items.append(
        LineItem("20611", "Stock", "NUMBER", applies_to=[TIERS, PRODUCTS], time_scale="", summary="Sum")
    )
    gold, products = model.lists[TIERS].item_id(0), model.lists[PRODUCTS]
    for position in range(4):
        write(model, "20611", 2**position, {TIERS: gold, PRODUCTS: products.item_id(position), VERSIONS_ID: ACTUAL})
    coffee, every = model.lists[FAMILIES].item_id(0), model.lists[FAMILIES].top_level_id or ""
    assert model.cell("20611", {TIERS: gold, PRODUCTS: coffee, VERSIONS_ID: ACTUAL}) == "3"
    assert model.cell("20611", {TIERS: gold, PRODUCTS: every, VERSIONS_ID: ACTUAL}) == "7"
    products.move(3, every)
    assert model.cell("20611", {TIERS: gold, PRODUCTS: every, VERSIONS_ID: ACTUAL}) == "15"


def test_a_list_has_its_own_top_level_item(model: Model) -> None:
    model.lists[TIERS].top_level_item = "All Tiers"
    module = Module("102000000002", "Stock", TIERS, [LineItem("20701", "Stock", "NUMBER", summary="Sum")])
    model.add(module)
    model.lists[TIERS].add(["Silver"])
    for position in range(2):
        model.writer(module).write("20701", {TIERS: model.lists[TIERS].item_id(position)}, 4)
    assert model.cell("20701", {TIERS: model.lists[TIERS].top_level_id or ""}) == "8"


@pytest.mark.parametrize("formula", ["IF Units THEN 1 ELSE 0", "SUM(Units)", "Forecast -"])
def test_formulas_beyond_arithmetic_are_blank(model: Model, formula: str) -> None:
    module = model.modules[PLAN]
    module.line_items.append(LineItem("20611", "Odd", "NUMBER", formula=formula))
    model.versions[VARIANCE].formula = formula
    assert model.cell("20611", at(model)) == "0"
    assert model.cell(UNITS, at(model, period="Mar 26", version="Variance")) == "0"
    with pytest.raises(CellRefusedError):
        write(model, "20611", 1)


def test_numbers_that_are_none_count_as_nothing(model: Model) -> None:
    module = Module(
        "102000000002", "Odd", "", [LineItem("20701", "A", "NUMBER"), LineItem("20702", "B", "NUMBER", formula="A*A")]
    )
    model.add(module)
    module.column("20701", 1)[0] = "Tea"
    assert (model.cell("20701", {}), model.cell("20702", {})) == ("Tea", "0")
    module.column("20701", 1)[0] = "1e999999"
    assert model.cell("20702", {}) == ""


def test_there_is_no_cell_of_what_does_not_exist(model: Model) -> None:
    for line_item_id, coordinates in (("20699", {}), (UNITS, {}), (UNITS, at(model) | {PRODUCTS: "1"})):
        with pytest.raises(LookupError):
            model.cell(line_item_id, coordinates)


def test_cells_of_a_list_that_is_gone_are_blank(model: Model) -> None:
    module = Module("102000000002", "Facts", "", [LineItem("20701", "Tier", "LIST", entity_id=TIERS)])
    model.add(module)
    model.writer(module).write("20701", {}, model.lists[TIERS].item_id(0))
    del model.lists[TIERS]
    assert model.cell("20701", {}) == ""
    with pytest.raises(CellRefusedError):
        model.writer(module).write("20701", {}, "Gold")


def test_a_fixed_dimension_has_codes(model: Model) -> None:
    model.modules[PLAN].line_items[0].code = "PRC"
    line_items = model.dimension(LINE_ITEMS_ID)
    assert line_items is not None
    assert [each.id for each in line_items.coded("prc")] == [PRICE]
    assert model.dimension_name("101999999998") == ""


def test_formulas_that_lead_to_themselves_are_blank(model: Model) -> None:
    module = model.modules[PLAN]
    module.line_items.append(LineItem("20607", "Loop", "NUMBER", formula="Loop + 1"))
    assert model.cell("20607", at(model)) == "1"


@pytest.mark.parametrize(
    ("line_item_id", "place", "kind"),
    [
        (REVENUE, {}, "cellIsCalculated"),
        (UNITS, {"item": "Coffee"}, "cellIsCalculated"),
        (UNITS, {"item": "All Products"}, "cellIsCalculated"),
        (UNITS, {"period": "Q1 FY26"}, "cellIsCalculated"),
        (UNITS, {"version": "Variance"}, "cellIsCalculated"),
        (UNITS, {"version": "Forecast"}, "cellIsCalculated"),
        (UNITS, {"period": "Jul 26", "version": "Forecast"}, "cellIsReadOnly"),
        ("20699", {}, "cellIsInvalid"),
    ],
    ids=["formula", "parent", "top level", "quarter", "version formula", "switched", "outside edit range", "unknown"],
)
def test_cells_that_cannot_be_written(model: Model, line_item_id: str, place: dict[str, str], kind: str) -> None:
    with pytest.raises(CellRefusedError) as refusal:
        write(model, line_item_id, 1, at(model, **place))
    assert refusal.value.kind == kind
    assert model.modules[PLAN].cells == {}


@pytest.mark.parametrize("change", [{TIME_ID: None}, {SOLD: "1"}, {PRODUCTS: "1"}, {TIME_ID: "1"}, {VERSIONS_ID: "x"}])
def test_cells_that_do_not_exist(model: Model, change: dict[str, str | None]) -> None:
    changed = at(model) | change
    coordinates = {dimension_id: item for dimension_id, item in changed.items() if item is not None}
    with pytest.raises(CellRefusedError) as refusal:
        write(model, UNITS, 1, coordinates)
    assert refusal.value.kind == "cellIsInvalid"
    with pytest.raises(LookupError):
        model.cell(UNITS, coordinates)


@pytest.mark.parametrize(
    ("format", "value", "kept"),
    [
        ("NUMBER", 12.5, "12.5"),
        ("NUMBER", "-1e3", "-1e3"),
        ("NUMBER", "", ""),
        ("NUMBER", "12,5", None),
        ("NUMBER", True, None),
        ("NUMBER", None, None),
        ("TEXT", "tea", "tea"),
        ("TEXT", 7, "7"),
        ("TEXT", ["tea"], None),
        ("BOOLEAN", True, "true"),
        ("BOOLEAN", "FALSE", "false"),
        ("BOOLEAN", 1, None),
        ("DATE", "2026-02-28", "2026-02-28"),
        ("DATE", "2026-02-30", None),
        ("DATE", "28.02.2026", None),
        ("LIST", "Gold", "Gold"),
        ("LIST", "Lead", None),
        ("TIME PERIOD", "jan 26", "Jan 26"),
        ("TIME PERIOD", "Q1 FY26", None),
        ("NONE", "x", None),
    ],
)
def test_values_are_checked_by_format(model: Model, format: str, value: object, kept: str | None) -> None:
    module = Module("102000000002", "Facts", "", [LineItem("20701", "Fact", format, entity_id=TIERS)])
    model.add(module)
    if kept is None:
        with pytest.raises(CellRefusedError) as refusal:
            model.writer(module).write("20701", {}, value)
        assert refusal.value.kind == ("cellIsCalculated" if format == "NONE" else "INCORRECT_FORMAT")
    else:
        model.writer(module).write("20701", {}, value)
    assert model.cell("20701", {}) == (kept or "")


def test_cells_of_lists_follow_the_item(model: Model) -> None:
    module = Module("102000000002", "Facts", "", [LineItem("20701", "Tier", "LIST", entity_id=TIERS)])
    model.add(module)
    model.writer(module).write("20701", {}, "Gold")
    model.lists[TIERS].rename(0, "Platinum")
    assert model.cell("20701", {}) == "Platinum"
    model.delete_item(TIERS, 0)
    assert model.cell("20701", {}) == ""


def test_a_subset_and_a_subset_of_line_items_are_dimensions(model: Model) -> None:
    model.add(LineItemSubset(FIGURES, "Figures", [PRICE, UNITS]))
    module = Module("102000000002", "Notes", SOLD, [LineItem("20701", "Why")], further=[FIGURES])
    model.add(module)
    products = model.lists[PRODUCTS]
    model.writer(module).write("20701", {SOLD: products.item_id(1), FIGURES: UNITS}, "stock")
    assert model.cell("20701", {SOLD: products.item_id(1), FIGURES: UNITS}) == "stock"
    assert model.cell_count(module, module.line_items[0]) == 4
    for item, figure in ((products.item_id(2), UNITS), (products.item_id(1), REVENUE)):
        with pytest.raises(CellRefusedError):
            model.writer(module).write("20701", {SOLD: item, FIGURES: figure}, "stock")


def test_a_dimension_is_known_by_its_id(model: Model) -> None:
    model.add(LineItemSubset(FIGURES, "Figures", [PRICE, "20699"]))
    ids = [PRODUCTS, FAMILIES, SOLD, FIGURES, TIME_ID, VERSIONS_ID, LINE_ITEMS_ID, USERS_ID]
    found = [model.dimension(each) for each in ids]
    assert [each.count for each in found if each] == [4, 3, 2, 1, 17, 3, 6, 0]
    assert [each.has_codes for each in found if each] == [True] * 4 + [False, False, True, True]
    assert [len(list(each.members())) for each in found if each] == [4, 3, 2, 1, 17, 3, 6, 0]
    assert model.dimension("101999999998") is None
    time = model.dimension(TIME_ID)
    assert time is not None
    assert [each.name for each in time.named("q1 fy26")] == ["Q1 FY26"]


def test_deleted_items_are_in_no_sum(model: Model) -> None:
    fill(model)
    model.delete_item(PRODUCTS, 0)
    assert model.cell(UNITS, at(model, "Coffee")) == "2"
    view = model.view(PLAN)
    assert view is not None
    rows = model.read_view(view).csv_rows("GRID_CURRENT_PAGE")
    assert [row[0] for row in rows][2:] == ["Ristretto", "Sencha", "Mug", "Coffee", "Tea", "All Products"]
