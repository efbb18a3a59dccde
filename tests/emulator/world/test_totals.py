"""Totals are what one gets by adding up cells one by one, in every view."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from anaplan_sdk.emulator import Calendar, GeneralList, LineItem, Model, Module, View
from anaplan_sdk.emulator.world.planning.dimensions import LINE_ITEMS_ID, TIME_ID

WORLD, COUNTRIES, CITIES, GOODS = "101000000001", "101000000002", "101000000003", "101000000004"
UNITS, DOUBLE = "20601", "20602"
PARENTS = {"Asia": "All", "Europe": "All", "Japan": "Asia", "France": "Europe", "Italy": "Europe", "Nowhere": None}
PLACES = {"Tokyo": "Japan", "Paris": "France", "Lyon": "France", "Rome": "Italy", "Atlantis": "Nowhere", "Eden": None}


@pytest.fixture
def model() -> Model:
    """Cities in countries in continents, and goods, over months."""
    made = Model("3" * 32, "Made", "A" * 32, calendar=Calendar(half_year_totals=True, all_periods=True))
    made.add(
        GeneralList(WORLD, "Continents", top_level_item="All"),
        GeneralList(COUNTRIES, "Countries", parent_list_id=WORLD),
        GeneralList(CITIES, "Cities", parent_list_id=COUNTRIES),
        GeneralList(GOODS, "Goods", top_level_item="All Goods"),
    )
    for list_id, names in ((WORLD, ["Asia", "Europe"]), (COUNTRIES, ["Japan", "France", "Italy", "Nowhere"])):
        for name in names:
            parent = PARENTS[name]
            made.lists[list_id].add_item(name, parent_id=made.find_parent(list_id, parent) if parent else None)
    for name, country in PLACES.items():
        made.lists[CITIES].add_item(name, parent_id=made.find_parent(CITIES, country) if country else None)
    made.lists[GOODS].add(["Tea", "Mugs"])
    line_items = [
        LineItem(UNITS, "Units", "NUMBER", summary="Sum"),
        LineItem(DOUBLE, "Double", "NUMBER", formula="Units * 2", summary="Formula"),
    ]
    made.add(Module("102", "Stock", CITIES, line_items, further=[GOODS], time_scale="Month"))
    return made


def ancestors(city: str) -> set[str]:
    found, name = {city}, PLACES[city]
    while name:
        found.add(name)
        name = PARENTS.get(name)
    return found


def expected(model: Model, random: Random) -> dict[tuple[str, str, str], int]:
    """Fill the module, and add up what every combination of items has."""
    sums: dict[tuple[str, str, str], int] = {}
    writer, calendar = model.writer(model.modules["102"]), model.calendar
    cities, goods = model.lists[CITIES], model.lists[GOODS]
    months = [each for each in calendar.periods if each.level == "MONTH"]
    for city, good, month in product(PLACES, ("Tea", "Mugs"), months):
        units = random.randrange(100)
        items = {CITIES: cities.item_id(cities.items[city]), GOODS: goods.item_id(goods.items[good]), TIME_ID: month.id}
        writer.write(UNITS, items, units)
        around = [each.label for each in calendar.periods if each.start <= month.start and month.end <= each.end]
        for place in product(ancestors(city), (good, "All Goods"), around):
            sums[place] = sums.get(place, 0) + units
    return sums


VIEWS = [
    ([CITIES], [LINE_ITEMS_ID], [GOODS, TIME_ID]),
    ([GOODS, TIME_ID], [CITIES, LINE_ITEMS_ID], []),
    ([TIME_ID, CITIES, GOODS], [LINE_ITEMS_ID], []),
    ([LINE_ITEMS_ID], [TIME_ID], [GOODS, CITIES]),
]


@pytest.mark.parametrize("axes", VIEWS, ids=range(len(VIEWS)))
def test_every_total_is_the_sum_of_its_cells(model: Model, axes: tuple[list[str], list[str], list[str]]) -> None:
    sums = expected(model, Random(len(axes[0])))
    reading = model.read_view(View("1012", "All of it", "102", *axes))
    lines = reading.csv_rows("TABULAR_SINGLE_COLUMN")
    header = next(lines)
    places = [header.index(name) for name in ("Cities", "Goods", "Time", "Line Items")]
    count = 0
    for line in lines:
        city, good, period, line_item = (line[place] for place in places)
        units = sums.get((city, good, period), 0)
        assert line[-1] == str(units if line_item == "Units" else 2 * units), line
        count += 1
    assert count == reading.cell_count == 13 * 3 * 20 * 2


def test_a_deleted_item_leaves_its_totals(model: Model) -> None:
    expected(model, Random(1))
    cities, calendar = model.lists[CITIES], model.calendar
    every = calendar.labelled("All Periods")
    assert every is not None
    place = {GOODS: model.lists[GOODS].top_level_id or "", TIME_ID: every.id}
    rome, italy = (cities.item_id(cities.items["Rome"]), model.lists[COUNTRIES].item_id(2))
    whole = {**place, CITIES: model.lists[WORLD].top_level_id or ""}
    before, of_rome = (int(model.cell(UNITS, each)) for each in (whole, {**place, CITIES: rome}))
    model.delete_item(CITIES, cities.items["Rome"])
    assert (int(model.cell(UNITS, whole)), model.cell(UNITS, {**place, CITIES: italy})) == (before - of_rome, "0")
