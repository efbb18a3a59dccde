"""Writes to cells (facts of the Transactional API, §11)."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, Fault, Model
from anaplan_sdk.emulator.world.planning.demo import ACTUAL_ID
from stage.calls.caller import MODEL, WM, Answer, Caller
from stage.calls.transactional_calls import (
    AREAS,
    NOTE,
    PRICE,
    REGIONS,
    SALES,
    SIZE,
    TIME,
    VERSIONS,
    add_sales,
    failed,
    region_id,
)

NORTH = {"dimensionId": REGIONS, "itemName": "North"}
JANUARY = {"dimensionName": "Time", "itemName": "Jan 26"}
ACTUAL = {"dimensionId": VERSIONS, "itemId": ACTUAL_ID}
PLACE = [NORTH, JANUARY, ACTUAL]


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_sales(emulator)


def write(caller: Caller, *cells: Any, path: str = f"{MODEL}/modules/{SALES}/data") -> Answer:
    return caller("POST", path, list(cells))


def cell(value: Any, name: str = "Price", places: list[dict[str, str]] = PLACE) -> dict[str, Any]:
    return {"lineItemName": name, "dimensions": places, "value": value}


def value(model: Model, line_item_id: str = PRICE) -> str:
    january = model.calendar.labelled("Jan 26")
    assert january is not None
    return model.cell(line_item_id, {REGIONS: region_id(model, "North"), TIME: january.id, VERSIONS: ACTUAL_ID})


def test_a_cell_is_written_by_ids_names_and_codes(admin: Caller, model: Model) -> None:
    january = model.calendar.labelled("Jan 26")
    assert january is not None
    regions = [
        {"dimensionId": REGIONS, "itemId": region_id(model, "North")},
        {"dimensionName": "Regions", "itemName": "North"},
        {"dimensionName": "Regions", "itemCode": "N-01"},
    ]
    periods = [{"dimensionId": TIME, "itemId": january.id}, JANUARY, {"dimensionId": TIME, "itemName": "jan 26"}]
    line_items = [{"lineItemId": PRICE}, {"lineItemName": "Price"}, {"lineItemId": PRICE}]
    for number, (region, period, line_item) in enumerate(zip(regions, periods, line_items, strict=True)):
        body = {**line_item, "dimensions": [ACTUAL, period, region], "value": number}
        answer = write(admin, body)
        assert answer.json["numberOfCellsChanged"] == 1
        assert "failures" not in answer.json
        assert answer.json["meta"]["schema"].endswith("/2/0/objects/writeCellDataResponse")
        assert value(model) == str(number)


def test_line_items_with_dimensions_of_their_own(admin: Caller, model: Model) -> None:
    assert write(admin, cell(3, "Size", [NORTH])).json["numberOfCellsChanged"] == 1
    assert model.cell(SIZE, {REGIONS: region_id(model, "North")}) == "3"
    assert failed(write(admin, cell(3, "Size")))[0][1] == "cellIsInvalid"


@pytest.mark.parametrize(
    "places",
    [
        [],
        [NORTH, JANUARY],
        [*PLACE, NORTH],
        [NORTH, JANUARY, {"dimensionId": VERSIONS, "itemName": "Guess"}],
        [NORTH, JANUARY, {"dimensionName": "Version", "itemName": "Actual"}],
        [NORTH, JANUARY, {"dimensionId": VERSIONS}],
        [NORTH, JANUARY, {"dimensionId": VERSIONS, "itemName": "Actual", "itemId": ACTUAL_ID}],
        [NORTH, JANUARY, "Actual"],
        [NORTH, JANUARY, {"dimensionId": VERSIONS, "itemId": [ACTUAL_ID]}],
        "North",
    ],
)
def test_a_cell_that_is_not_found_is_invalid(admin: Caller, model: Model, places: Any) -> None:
    answer = write(admin, cell(1, places=places), cell(2))
    assert failed(answer) == [(0, "cellIsInvalid", "the cell could not be found or resolved")]
    assert answer.json["numberOfCellsChanged"] == 1
    assert value(model) == "2"


def test_an_unknown_line_item_is_invalid(admin: Caller) -> None:
    assert [one[1] for one in failed(write(admin, cell(1, "Cost"), {"value": 1}))] == ["cellIsInvalid"] * 2


def test_calculated_cells_and_totals_are_not_written(admin: Caller, model: Model) -> None:
    answer = write(
        admin,
        cell(1, "Twice"),
        cell(1, places=[{"dimensionName": "Regions", "itemName": "Northern Area"}, JANUARY, ACTUAL]),
        cell(1, places=[NORTH, {"dimensionName": "Time", "itemName": "Q1 FY26"}, ACTUAL]),
    )
    assert answer.json["numberOfCellsChanged"] == 0
    text = "the cell is a calculated/aggregate cell and is not writeable"
    assert failed(answer)[0] == (0, "cellIsCalculated", text)
    assert {kind for _, kind, _ in failed(answer)} <= {"cellIsCalculated", "cellIsInvalid"}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Price", [1, 2.5, "3", "-4.50"], ["much"]),
        ("Note", ["text", ""], []),
        ("Done", [True, "false"], ["perhaps"]),
        ("Due", ["2026-01-31"], ["31.01.2026", "2026-02-30"]),
    ],
)
def test_values_fit_the_format(admin: Caller, name: str, right: list[Any], wrong: list[Any]) -> None:
    assert write(admin, *(cell(one, name) for one in right)).json["numberOfCellsChanged"] == len(right)
    if wrong:
        answer = write(admin, *(cell(one, name) for one in wrong))
        assert [index for index, _, _ in failed(answer)] == list(range(len(wrong)))


def test_of_the_same_cell_the_last_value_stays(admin: Caller, model: Model) -> None:
    write(admin, cell("1"), cell("2"), cell("12.50"))
    assert value(model) == "12.50"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b'[{"lineItemName": "Price"}]', b'[{"value": null}]', b'[{"value": NaN}]', b"[{"]
)
def test_a_body_that_is_no_array_of_cells_is_refused(admin: Caller, body: bytes) -> None:
    assert admin("POST", f"{MODEL}/modules/{SALES}/data", body).status == 400


def test_unknown_modules_and_methods(admin: Caller) -> None:
    assert write(admin, cell(1), path=f"{MODEL}/modules/102000009999/data").status == 404
    assert admin("GET", f"{MODEL}/modules/{SALES}/data").status == 405


def test_the_model_may_be_named_under_its_workspace(admin: Caller) -> None:
    assert write(admin, cell(1), path=f"{WM}/modules/{SALES}/data").status == 200


@pytest.mark.parametrize("status", [400, 413])
def test_limits_by_count_and_by_bytes(emulator: Emulator, admin: Caller, model: Model, status: Any) -> None:
    options = emulator.tenant.options
    options.beyond_write_limit = status
    options.written_cells_limit = 2
    assert write(admin, cell(1), cell(2)).status == 200
    assert write(admin, cell(3), cell(3), cell(3)).status == status
    options.written_cells_bytes = 500
    assert write(admin, cell("x" * 500, "Note")).status == status
    assert value(model) == "2"


def test_more_than_a_megabyte_is_taken(admin: Caller, model: Model) -> None:
    assert write(admin, cell("x" * 2_000_000, "Note")).json["numberOfCellsChanged"] == 1
    assert len(value(model, NOTE)) == 2_000_000


def test_no_failures_may_be_an_empty_array(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.no_failures = "empty"
    assert write(admin, cell(1)).json["failures"] == []


def test_a_write_touches_the_model(admin: Caller, model: Model) -> None:
    before = model.last_saved_serial_number
    write(admin, cell(1))
    assert model.last_saved_serial_number == before + 1
    write(admin, cell(1, "Twice"))
    assert model.last_saved_serial_number == before + 1


@pytest.mark.parametrize("fault", [Fault(drop="after"), Fault(status=504, handle=True)])
def test_a_write_may_be_done_although_its_answer_is_lost(
    emulator: Emulator, admin: Caller, model: Model, fault: Fault
) -> None:
    emulator.inject(fault)
    try:
        assert write(admin, cell(9)).status == fault.status
    except OSError:
        assert fault.drop
    assert value(model) == "9"


def test_items_of_another_list_are_invalid(admin: Caller) -> None:
    wrong = {"dimensionId": AREAS, "itemName": "Northern Area"}
    assert failed(write(admin, cell(1, places=[wrong, JANUARY, ACTUAL])))[0][1] == "cellIsInvalid"
