"""Rows of cells become requests: keys are understood, items looked up once, and what cannot be sent is told."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk._core.transactional.writing import batches, cells
from anaplan_sdk._core.transactional.writing.batches import CELLS, Packer
from anaplan_sdk._core.transactional.writing.cells import Cells
from anaplan_sdk._core.transactional.writing.dimensions import check_by
from anaplan_sdk._core.transactional.writing.parcels import cell_parcel
from anaplan_sdk.errors import ConfigurationError, RowError
from stage.writing.planning import MANAGER, NOTE, OPEN, PRICE, PRODUCTS, RATE, REGIONS, TIME, UNITS, VERSIONS, Planning

NORTH = {"Products": "North", "Time": "Jan 26", "Versions": "Actual"}


def coordinate(dimension: Any, key: str, value: str) -> dict[str, str]:
    return {"dimensionId": dimension.id, key: value}


NORTH_CELL = [
    coordinate(PRODUCTS, "itemId", "20700"),
    coordinate(TIME, "itemId", "54400"),
    coordinate(VERSIONS, "itemId", "10700"),
]


@pytest.fixture
def planning() -> Planning:
    return Planning()


def test_a_wide_row_has_a_cell_for_each_line_item(planning: Planning) -> None:
    assert planning.cells(Cells(), [{**NORTH, "Price": 12.5, "Open": True}]) == [
        {"lineItemId": PRICE.id, "dimensions": NORTH_CELL, "value": 12.5},
        {"lineItemId": OPEN.id, "dimensions": NORTH_CELL, "value": True},
    ]


def test_a_long_row_has_one_cell(planning: Planning) -> None:
    rows = [
        {"Line Items": "Price", **NORTH, "Value": 1},
        {"line items": "open", **NORTH, "value": "TRUE"},
        {"20000000012": int(UNITS.id), **NORTH, "Value": "2.50"},
    ]
    assert [(cell["lineItemId"], cell["dimensions"], cell["value"]) for cell in planning.cells(Cells(), rows)] == [
        (PRICE.id, NORTH_CELL, 1),
        (OPEN.id, NORTH_CELL, True),
        (UNITS.id, NORTH_CELL, "2.50"),
    ]


def test_long_rows_of_several_line_items_stand_side_by_side(planning: Planning) -> None:
    rows = [
        {"Line Items": name, **NORTH, "Value": value}
        for name, value in (("Price", 1.5), ("Units", 2), ("Open", False), ("Plan", 3.0))
    ]
    assert [cell["value"] for cell in planning.cells(Cells(), rows)] == [1.5, 2, False, 3.0]


def test_keys_are_names_in_any_case_or_ids(planning: Planning) -> None:
    row = {int(PRODUCTS.id): "NORTH", TIME.id: "jan 26", "VERSIONS": "actual", PRICE.id: 1}
    assert planning.cells(Cells(), [row]) == [{"lineItemId": PRICE.id, "dimensions": NORTH_CELL, "value": 1}]


def test_a_line_item_without_dimensions_needs_none(planning: Planning) -> None:
    assert planning.cells(Cells(), [{"Rate": 1}, {"Line Items": "Rate", "Value": 2}]) == [
        {"lineItemId": RATE.id, "value": 1},
        {"lineItemId": RATE.id, "value": 2},
    ]


def test_a_key_that_names_a_dimension_and_a_line_item_is_the_dimension(planning: Planning) -> None:
    assert len(planning.cells(Cells(), [{**NORTH, "Price": 1}])) == 1
    assert planning.cells(Cells(), [{"Products": "Ada", "Time": "Jan 26"}])[0]["value"] == "Ada"


def test_the_order_of_keys_does_not_matter(planning: Planning) -> None:
    backwards = dict(reversed([*NORTH.items(), ("Price", 2)]))
    with pytest.raises(RowError, match="Row 1: it writes a cell that another row of the same request writes"):
        planning.cells(Cells(), [{**NORTH, "Price": 1}, backwards])


def test_each_line_item_and_each_item_is_asked_for_once(planning: Planning) -> None:
    rows = [{**NORTH, "Time": period, "Price": 1} for period in ("Jan 26", "Feb 26")]
    rows += [{**NORTH, "Products": "South", "Units": 1}, {**NORTH, "Units": 1}]
    planning.batches(Cells(), rows, block_rows=1)
    # The line item that is called like a dimension is asked for as well.
    assert planning.asked == {"line items": 1, PRICE.id: 1, UNITS.id: 1, MANAGER.id: 1}
    assert [question.wanted for question in planning.wanted] == [
        {"names": ["North"]},
        {"names": ["Jan 26"]},
        {"names": ["Actual"]},
        {"names": ["Feb 26"]},
        {"names": ["South"]},
    ]


def test_the_items_of_a_subset_are_read_once(planning: Planning) -> None:
    rows = [{"Products": "North", "Regions": region, "Note": "a"} for region in ("East", "West")]
    sent = planning.batches(Cells(), rows, block_rows=1)
    assert len(sent) == 1
    assert [(each.dimension_id, each.wanted, each.line_item_id) for each in planning.wanted] == [
        (PRODUCTS.id, {"names": ["North"]}, NOTE.id),
        (REGIONS.id, {}, NOTE.id),
    ]


def test_items_are_named_by_code_and_periods_by_name_all_the_same(planning: Planning) -> None:
    row = {**NORTH, "Products": "C1", "Price": 1}
    (cell,) = planning.cells(Cells(by="code"), [row])
    assert cell["dimensions"][0] == coordinate(PRODUCTS, "itemId", "20701")
    assert planning.wanted[1].wanted == {"names": ["Jan 26"]}


def test_items_are_named_in_one_way_for_each_dimension(planning: Planning) -> None:
    row = {"Products": 20709, "Time": "Jan 26", "Versions": 10701, "Price": 1}
    (cell,) = planning.cells(Cells(by={"products": "id", VERSIONS.id: "id"}), [row])
    assert cell["dimensions"] == [
        coordinate(PRODUCTS, "itemId", "20709"),
        coordinate(TIME, "itemId", "54400"),
        coordinate(VERSIONS, "itemId", "10701"),
    ]
    assert [question.dimension_id for question in planning.wanted] == [TIME.id]


def test_names_and_codes_are_sent_as_they_are_where_that_is_wanted(planning: Planning) -> None:
    row = {"Products": "nobody", "Time": "Jan 26", "Versions": "Actual", "Price": 1}
    (cell,) = planning.cells(Cells(by={"Products": "code"}, check_items=False), [row])
    assert cell["dimensions"] == [
        coordinate(PRODUCTS, "itemCode", "nobody"),
        coordinate(TIME, "itemName", "Jan 26"),
        coordinate(VERSIONS, "itemName", "Actual"),
    ]
    assert planning.wanted == []


def test_a_name_that_fits_exactly_goes_before_one_in_another_case(planning: Planning) -> None:
    sent = planning.cells(Cells(), [{**NORTH, "Products": name, "Price": 1} for name in ("Twice", "twice", "äpfel")])
    assert [cell["dimensions"][0]["itemId"] for cell in sent] == ["20702", "20703", "20706"]


UNSENDABLE: list[tuple[dict[Any, Any] | str, str]] = [
    ("Price", "a row is a mapping of dimensions and line items.* and not str"),
    ({}, "none of its keys is a line item of the module, which has 'Price', 'Units'"),
    ({**NORTH}, "'Versions' is no dimension of Products, which has 'Time'"),
    (
        {**NORTH, "Prise": 1, "Price": 1},
        "'Prise' is no dimension of Price, which has 'Products', 'Time', 'Versions', and no",
    ),
    ({"Products": "North", "Time": "Jan 26", "Price": 1}, "it names no item of Versions, which Price has as well"),
    ({**NORTH, "Price": 1, "Note": "a"}, "'Time' is no dimension of Note.* written in rows of their own"),
    ({**NORTH, PRODUCTS.id: "North", "Price": 1}, "it names Products twice"),
    ({**NORTH, "Price": 1, PRICE.id: 1}, "it names a line item twice"),
    ({**NORTH, "Revenue": 1}, "Revenue is calculated by a formula, and takes no values"),
    ({**NORTH, "Heading": 1}, "Heading holds no values"),
    ({**NORTH, "Price": None}, "Price takes no None: leave it out of the row"),
    ({**NORTH, "Price": "a"}, "Price takes numbers, with a point for decimals, and not 'a'"),
    ({**NORTH, "Price": 1, "Open": 1}, "Open takes True and False, and not 1"),
    ({**NORTH, "Products": "Nord", "Price": 1}, "Products: no item has the name 'Nord'"),
    ({**NORTH, "Products": "", "Price": 1}, "Products: no item has the name ''"),
    ({**NORTH, "Products": "SAME", "Price": 1}, "Products: 2 items have the name 'SAME', among them 20705, 20704"),
    ({**NORTH, "Products": "TWICE", "Price": 1}, "Products: 2 items have the name 'TWICE'"),
    ({**NORTH, "Products": 1.5, "Price": 1}, "Products: 1.5 names no item: pass its name, code or id as text"),
    ({**NORTH, "Products": True, "Price": 1}, "Products: True names no item"),
    ({**NORTH, "Time": None, "Price": 1}, "Time: None names no item"),
    ({**NORTH, "Time": ["Jan 26"], "Price": 1}, r"Time: \['Jan 26'\] names no item"),
    ({"Line Items": "Price", **NORTH}, "it names a line item under 'Line Items', and so needs its value under 'Value'"),
    ({"Line Items": "Prise", **NORTH, "Value": 1}, "'Prise' is no line item of the module, which has 'Price'"),
    ({"Line Items": None, **NORTH, "Value": 1}, "None is no line item of the module"),
    ({"Line Items": "Revenue", **NORTH, "Value": 1}, "Revenue is calculated"),
    ({"Line Items": "Note", **NORTH, "Value": 1}, "'Time' is no dimension of Note"),
    ({"Line Items": "Open", **NORTH, "Value": 1}, "Open takes True and False, and not 1"),
    ({**NORTH, "Price": 1}, "it writes a cell that another row of the same request writes"),
]


@pytest.mark.parametrize(
    ("row", "reason"), UNSENDABLE, ids=[f"{at} {reason[:40]}" for at, (_, reason) in enumerate(UNSENDABLE)]
)
def test_a_row_that_cannot_be_sent_is_told_with_its_position(planning: Planning, row: Any, reason: str) -> None:
    rows = [{**NORTH, "Price": 1}, {**NORTH, "Products": "South", "Price": 1}, row]
    with pytest.raises(RowError, match=f"Row 2: {reason}") as caught:
        planning.batches(Cells(), rows)
    assert caught.value.row == 2


def test_the_row_of_a_long_form_is_told_too(planning: Planning) -> None:
    rows = [{"Line Items": name, **NORTH, "Value": 1} for name in ("Price", "Units", "Revenue")]
    with pytest.raises(RowError, match="Row 2: Revenue is calculated"):
        planning.batches(Cells(), rows)


def test_a_cell_may_be_written_again_by_a_later_request(planning: Planning) -> None:
    rows = [{**NORTH, "Price": 1}, {**NORTH, "Price": 2}]
    assert len(planning.batches(Cells(packer=Packer(CELLS, 1)), rows)) == 2


def test_rows_stay_whole_and_failures_find_their_line_item(planning: Planning) -> None:
    made = Cells(packer=Packer(CELLS, 5))
    rows = [{**NORTH, "Time": period, "Price": 1, "Units": 2} for period in ("Jan 26", "Feb 26")]
    rows += [{**NORTH, "Products": "South", "Open": True}]
    rows += [{**NORTH, "Products": "South", "Price": 1, "Units": 2}]
    one, other = planning.batches(made, rows)
    assert (one.rows, one.starts, one.entries) == (range(3), [0, 2, 4], 5)
    assert (other.rows, other.entries) == (range(3, 4), 2)
    parcel = cell_parcel(one, made.name_of)
    assert [(one.rows[one.place(index)], parcel.line_item(index)) for index in range(5)] == [
        (0, "Price"),
        (0, "Units"),
        (1, "Price"),
        (1, "Units"),
        (2, "Open"),
    ]


class Code(str):
    """Text as numpy has it."""


def test_rows_of_other_kinds_of_text_and_numbers_are_understood(planning: Planning) -> None:
    rows: list[dict[Any, Any]] = [
        {"Line Items": Code("Price"), **NORTH, "Products": Code("North"), "Value": 1},
        {"Line Items": int(UNITS.id), **NORTH, "Value": 2},
    ]
    assert [(cell["lineItemId"], cell["value"]) for cell in planning.cells(Cells(), rows)] == [
        (PRICE.id, 1),
        (UNITS.id, 2),
    ]
    by_code = [{**NORTH, "Products": 20709, "Price": 1}, {**NORTH, "Products": "20708", "Price": 1}]
    sent = planning.cells(Cells(by={"Products": "id"}), by_code)
    assert [cell["dimensions"][0]["itemId"] for cell in sent] == ["20709", "20708"]


def test_a_text_that_looks_like_a_cell_is_none(planning: Planning) -> None:
    made = Cells()
    rows = [{"Products": "North", "Regions": "East", "Note": '{"lineItemId":"1"},{"lineItemId":"2"'}]
    (batch,) = planning.batches(made, [*rows, {**NORTH, "Price": 1, "Units": 2}])
    assert [cell_parcel(batch, made.name_of).line_item(index) for index in range(3)] == ["Note", "Price", "Units"]


def test_many_rows_are_encoded_a_slice_at_a_time(planning: Planning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_SLICE_VALUES", 10)
    monkeypatch.setattr(batches, "MAX_ENTRIES", 7)
    rows = [{"Products": f"{number}", "Time": "5", "Versions": "6", "Price": number} for number in range(20)]
    made = planning.batches(Cells(by="id"), rows)
    assert [len(batch) for batch in made] == [7, 7, 6]
    with pytest.raises(RowError, match="Row 17: Price takes"):
        planning.batches(Cells(by="id"), [*rows[:17], {**rows[17], "Price": "x"}])


@pytest.mark.parametrize("by", ["names", None, {"Products": "label"}])
def test_by_says_one_of_three_words(by: Any) -> None:
    with pytest.raises(ConfigurationError, match="by must be 'name', 'code' or 'id'"):
        check_by(by)


def test_periods_have_no_codes(planning: Planning) -> None:
    with pytest.raises(ConfigurationError, match="the items of Time have no codes"):
        planning.batches(Cells(by={"Time": "code"}), [{**NORTH, "Price": 1}])
