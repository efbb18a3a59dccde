"""Imports and exports of lists with properties and of modules over several dimensions, over HTTP."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, Export, File, GeneralList, Import, LineItem, Model, Module
from anaplan_sdk.emulator.world.planning import demo
from anaplan_sdk.emulator.world.planning.dimensions import TIME_ID, VERSIONS_ID
from stage.calls.caller import WM, Caller

FILE, IMPORT, EXPORT = "113000000090", "112000000090", "116000000090"


@pytest.fixture
def model(emulator: Emulator) -> Model:
    return emulator.tenant.models["1" * 32]


def imported(caller: Caller, model: Model, text: str, *, target_id: str, key: str, **mapping: Any) -> Any:
    """Import a text with an import made for it; its result."""
    model.add(
        File(FILE, "Source.csv", next(csv.reader([text.splitlines()[0]]))),
        Import(IMPORT, "Source", target_id, key, file_id=FILE, **mapping),
    )
    caller.upload(FILE, text.encode())
    return caller.run("imports", IMPORT)


def counts(task: Any) -> dict[str, str]:
    values = task["result"]["details"][0]["values"]
    return dict(zip(values[::2], values[1::2], strict=True))


def dump(caller: Caller, task: Any) -> list[dict[str, str]]:
    body = caller("GET", f"{WM}/imports/{IMPORT}/tasks/{task['taskId']}/dump").body
    return list(csv.DictReader(io.StringIO(body.decode())))


def exported(caller: Caller, model: Model, module_id: str = demo.PRICING_ID, **settings: Any) -> list[list[str]]:
    model.add(Export(EXPORT, "Plan.csv", module_id, "Product", **settings))
    assert caller.run("exports", EXPORT)["result"]["successful"]
    answer = caller("GET", f"{WM}/files/{EXPORT}/chunks")
    chunks = [caller("GET", f"{WM}/files/{EXPORT}/chunks/{chunk['id']}").body for chunk in answer.json["chunks"]]
    return list(csv.reader(io.StringIO(b"".join(chunks).decode())))


PRODUCTS: dict[str, Any] = {
    "target_id": demo.PRODUCTS_ID,
    "key": "Name",
    "code_column": "Code",
    "parent_column": "Family",
    "properties": {"Weight": demo.WEIGHT_ID, "Since": demo.SINCE_ID},
}


def test_items_come_with_codes_parents_and_properties(admin: Caller, model: Model) -> None:
    text = "Code,Name,Family,Weight,Since\nP-09,Lungo,Coffee,12.50,Feb 26\nP-04,Earl Grey Blue,F-1,,\nP-10,Assam,,1,\n"
    task = imported(admin, model, text, **PRODUCTS)
    assert (counts(task)["totalCreateCount"], counts(task)["totalUpdateCount"]) == ("2", "1")
    part = model.lists[demo.PRODUCTS_ID]
    lungo, grey, assam = (part.by_code(code) for code in ("P-09", "P-04", "P-10"))
    assert (lungo, grey, assam) == (8, 3, 9)
    assert (part.name_at(3), part.property_at(8, demo.WEIGHT_ID), part.property_at(8, demo.SINCE_ID)) == (
        *("Earl Grey Blue", "12.50", "Feb 26"),
    )
    parents = [model.parent_item(part.id, position) for position in (8, 3, 9)]
    assert [each[1].name if each else None for each in parents] == ["Coffee", "Coffee", None]


def test_items_that_cannot_be_are_in_the_dump(admin: Caller, model: Model) -> None:
    text = (
        "Code,Name,Family,Weight,Since\nP-09,Lungo,Juice,x,Q1 FY26\nP-10,Espresso,,,\nP-01,Sencha,,,\n"
        f",Nobody,,,\nP-11,,,,\nP-12,{'x' * 61},,,\nP-13,Assam,,,\nP-14,Assam,,,\n"
    )
    task = imported(admin, model, text, **PRODUCTS)
    assert (counts(task)["failedCount"], counts(task)["totalCreateCount"]) == ("7", "1")
    rows = dump(admin, task)
    assert [rows[0][f"_Error_{number}_"] for number in (1, 2, 3)] == [
        "'Juice' is not an item that Products can have as a parent",
        "'x' is not a valid NUMBER for Weight",
        "'Q1 FY26' is not a valid TIME PERIOD for Since",
    ]
    assert rows[2]["_Error_1_"] == "'Sencha' is the name of another item"
    assert rows[3]["_Error_1_"] == "The key of the row is blank"
    assert rows[4]["_Error_1_"] == "The name of the item is blank"
    assert rows[5]["_Error_1_"] == "A name has at most 60 characters"
    assert rows[6]["_Error_1_"] == "'Assam' is the name of another item"


def test_a_code_comes_for_an_item_that_has_none(admin: Caller, model: Model) -> None:
    part = model.lists[demo.PRODUCTS_ID]
    part.add_item("Lungo")
    task = imported(admin, model, "Code,Name,Family,Weight,Since\nP-09,Lungo,,,\n", **PRODUCTS)
    assert (counts(task)["totalUpdateCount"], part.code_at(8), part.count) == ("1", "P-09", 9)


def test_items_of_a_numbered_list_come_by_their_codes(admin: Caller, model: Model) -> None:
    text = "Code,Customer\nO-1,Bar Nuovo\nO-3,Tearoom\nO-3,Tea Room\n"
    task = imported(admin, model, text, target_id=demo.ORDERS_ID, key="Code", properties={"Customer": demo.CUSTOMER_ID})
    assert counts(task)["warningsRowCount"] == "1"
    orders = model.lists[demo.ORDERS_ID]
    assert [orders.property_at(position, demo.CUSTOMER_ID) for position in orders.positions()] == [
        *("Bar Nuovo", "Tea House", "Walk-in", "Tea Room"),
    ]
    assert list(orders.items) == ["#1", "#2", "#3", "#4"]


PLAN: dict[str, Any] = {
    "target_id": demo.PRICING_ID,
    "key": "Product",
    "dimensions": {"Month": TIME_ID, "Version": VERSIONS_ID},
    "line_items": {"Price": demo.LIST_PRICE_ID, "Tier": demo.TIER_ID, "Comment": demo.COMMENT_ID},
}


def cell(
    model: Model, line_item_id: str, month: str = "Jun 26", version_id: str = demo.BUDGET_ID, item: int = 0
) -> str:
    period = model.calendar.labelled(month)
    assert period is not None
    items = {demo.PRODUCTS_ID: model.lists[demo.PRODUCTS_ID].item_id(item), TIME_ID: period.id, VERSIONS_ID: version_id}
    return model.cell(line_item_id, items)


def test_cells_come_for_items_of_all_dimensions(admin: Caller, model: Model) -> None:
    text = "Product,Month,Version,Price,Tier,Comment\nP-01,Jun 26,Budget,4.50,Gold,new\nP-02,Jun 26,Budget,,,\n"
    task = imported(admin, model, text, **PLAN)
    assert (counts(task)["totalUpdateCount"], counts(task)["failedCount"]) == ("2", "0")
    found = [cell(model, each) for each in (demo.LIST_PRICE_ID, demo.TIER_ID, demo.COMMENT_ID, demo.REVENUE_ID)]
    assert found == ["4.50", "Gold", "new", "270"]
    assert cell(model, demo.LIST_PRICE_ID, item=1) == ""


def test_cells_that_cannot_be_set_are_in_the_dump(admin: Caller, model: Model) -> None:
    text = (
        "Product,Month,Version,Price,Tier,Comment\nP-99,Jun 27,Budget,1,,\nP-01,Jun 26,Budget,x,Lead,a\x01\n"
        "P-01,Q1 FY26,Budget,1,,\nP-03,Jun 26,Budget,1,,\nP-03,Jun 26,Budget,2,,\n"
    )
    rows = dump(admin, imported(admin, model, text, **PLAN))
    assert [row["_Status_"] for row in rows] == ["E", "E", "E", "W"]
    assert (rows[0]["_Error_1_"], rows[0]["_Error_2_"]) == (
        "'P-99' is not an item of the list Products",
        "'Jun 27' is not an item of the list Time",
    )
    assert [rows[1][f"_Error_{number}_"] for number in (1, 2, 3)] == [
        "'x' is not a valid NUMBER for List Price",
        "'Lead' is not a valid LIST for Tier",
        "The value for Comment has control characters",
    ]
    assert rows[2]["_Error_1_"].startswith("The cell of List Price cannot be set: the cell is a calculated/aggregate")
    assert rows[3]["_Error_1_"] == "An earlier row has the same key 'P-03, Jun 26, Budget'; this row is used"
    assert cell(model, demo.LIST_PRICE_ID, item=2) == "2"


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"line_items": {"Price": demo.REVENUE_ID}}, "Revenue of Product Plan cannot be imported: calculated."),
        ({"dimensions": {"Month": demo.ORDERS_ID}}, "has the dimension 'Orders'"),
    ],
    ids=["calculated", "not a dimension of it"],
)
def test_imports_that_cannot_work_fail(admin: Caller, model: Model, mapping: dict[str, Any], reason: str) -> None:
    text = "Product,Month,Version,Price,Tier,Comment\nP-01,Jun 26,Budget,1,,\n"
    task = imported(admin, model, text, **{**PLAN, **mapping})
    assert reason in task["result"]["details"][0]["localMessageText"]


def test_an_export_has_a_row_for_each_combination_without_totals(admin: Caller, model: Model) -> None:
    rows = exported(admin, model)
    assert rows[0] == [
        *("Product", "Time", "Versions", "Prices", "List Price", "Units", "Revenue", "Returns", "Comment"),
        *("Approved", "Valid From", "Tier", "Launch"),
    ]
    assert len(rows) == 1 + 8 * 12 * 3
    assert rows[1] == [
        *("Espresso", "Jan 26", "Actual", "", "2.00", "10", "20", "1", "House blend"),
        *("true", "2026-01-01", "Gold", "Jan 26"),
    ]
    metadata = admin("GET", f"{WM}/exports/{EXPORT}").json["exportMetadata"]
    assert (metadata["rowCount"], metadata["columnCount"], metadata["headerNames"]) == (288, 13, rows[0])
    assert metadata["dataTypes"][:6] == ["ENTITY", "ENTITY", "ENTITY", "NONE", "NUMBER", "NUMBER"]
    assert metadata["listNames"][:4] == ["Products", "Time", "Versions", ""]


@pytest.mark.parametrize(
    ("settings", "lines", "first"),
    [
        ({"layout": "TABULAR_SINGLE_COLUMN"}, 1 + 288 * 10, ["Product", "Time", "Versions", "Line Items", "Value"]),
        ({"layout": "GRID_CURRENT_PAGE"}, 2 + 8, ["Actual", "Jan 26"]),
        ({"layout": "GRID_ALL_PAGES"}, 36 * (2 + 8), ["Actual", "Jan 26"]),
        ({"view_id": demo.VIEW_ID}, 1 + 3 * 12 * 3, ["Versions", "Product", "Line Items", *["Jan 26", "Feb 26"]]),
    ],
    ids=["single column", "grid", "all pages", "saved view"],
)
def test_other_layouts(admin: Caller, model: Model, settings: dict[str, Any], lines: int, first: list[str]) -> None:
    rows = exported(admin, model, **settings)
    assert (len(rows), rows[0][: len(first)]) == (lines, first)


def test_a_module_without_lists_is_one_row(admin: Caller, model: Model) -> None:
    module = Module(
        "102000000091", "Assumptions", "", [LineItem("206000090001", "Rate", "NUMBER"), LineItem("2", "Note")]
    )
    model.add(module)
    model.writer(module).write("206000090001", {}, "0.07")
    assert exported(admin, model, module.id) == [["Rate", "Note"], ["0.07", ""]]
    assert admin("GET", f"{WM}/exports/{EXPORT}").json["exportMetadata"]["rowCount"] == 1


def test_items_that_were_deleted_are_not_exported(admin: Caller, model: Model) -> None:
    part = GeneralList("101000000091", "Codes")
    module = Module("102000000091", "Notes", part.id, [LineItem("206000090001", "Text")])
    model.add(part, module)
    part.add(["A", "B", "C"])
    module.column("206000090001", 3)[:] = ["a", "b", "c"]
    part.rename(2, "D")
    model.delete_item(part.id, 1)
    assert exported(admin, model, module.id) == [["Product", "Text"], ["A", "a"], ["C", "c"]]
