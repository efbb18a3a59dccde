"""Modules, line items, dimensions and dashboards (facts of the Transactional API, §2, §4 and §14.4)."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, GeneralList, Model
from anaplan_sdk.emulator.world.planning.demo import ACTUAL_ID, DASHBOARD_ID, PRICING_ID
from stage.calls.caller import MODEL, WM, Answer, Caller
from stage.calls.transactional_calls import (
    ACTIVE,
    EMPTY,
    ORDERS,
    PRICE,
    REGIONS,
    SALES,
    SIZE,
    TIME,
    USERS,
    VERSIONS,
    add_sales,
    region_id,
)

# What clients may rely on with includeAll.
ALWAYS = {
    *("moduleId", "moduleName", "id", "name", "isSummary", "startOfSection", "broughtForward", "useSwitchover"),
    *("breakback", "version", "format", "formatMetadata", "summary", "timeScale", "timeRange", "style", "formulaScope"),
    "notes",
}


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_sales(emulator)


def names(answer: Answer, key: str = "items") -> list[str]:
    assert answer.status == 200, answer
    return [row["name"] for row in answer.json.get(key, [])]


@pytest.mark.parametrize("base", [MODEL, WM])
def test_modules_come_in_pages(admin: Caller, base: str) -> None:
    body = admin("GET", f"{base}/modules?limit=1&offset=1").json
    assert body["meta"]["schema"].endswith("/2/0/objects/module")
    assert body["meta"]["paging"]["currentPageSize"] == 1
    rows = admin("GET", f"{base}/modules").json["modules"]
    assert body["modules"] == [rows[1]]
    assert {"id": SALES, "name": "REV01 Sales"} in rows


def test_line_items_are_named_in_short(admin: Caller) -> None:
    body = admin("GET", f"{MODEL}/modules/{SALES}/lineItems").json
    assert body["items"][0] == {"moduleId": SALES, "moduleName": "REV01 Sales", "id": PRICE, "name": "Price"}
    assert [row["name"] for row in body["items"]] == ["Price", "Note", "Twice", "Done", "Due", "Size"]
    assert "paging" not in body["meta"]
    whole = admin("GET", f"{MODEL}/lineItems").json["items"]
    assert body["items"] == [row for row in whole if row["moduleId"] == SALES]
    assert {row["moduleId"] for row in whole} > {SALES, PRICING_ID}


@pytest.mark.parametrize("path", [f"{MODEL}/lineItems", f"{WM}/lineItems", f"{MODEL}/modules/{SALES}/lineItems"])
def test_line_items_with_all_attributes(admin: Caller, path: str) -> None:
    rows = admin("GET", f"{path}?includeAll=true").json["items"]
    assert all(set(row) >= ALWAYS for row in rows)
    twice = next(row for row in rows if row["name"] == "Twice")
    assert (twice["formula"], twice["format"]) == ("Price * 2", "NUMBER")
    price = next(row for row in rows if row["id"] == PRICE)
    assert "formula" not in price
    assert price["appliesTo"] == [{"id": REGIONS, "name": "Regions"}]
    assert [row["name"] for row in price["referencedBy"]] == ["Twice"]


def test_formats_of_all_kinds_are_described(admin: Caller) -> None:
    rows = admin("GET", f"{MODEL}/modules/{PRICING_ID}/lineItems?includeAll=true").json["items"]
    formats = {row["format"]: row["formatMetadata"]["dataType"] for row in rows}
    assert formats == {
        "NUMBER": "NUMBER",
        "TEXT": "TEXT",
        "BOOLEAN": "BOOLEAN",
        "DATE": "DATE",
        "LIST": "ENTITY",
        "TIME PERIOD": "TIME_ENTITY",
        "NONE": "NONE",
    }


def test_listings_without_pages_follow_the_options(emulator: Emulator, admin: Caller) -> None:
    path = f"{MODEL}/modules/{SALES}/lineItems?limit=2&offset=1"
    assert len(admin("GET", path).json["items"]) == 6
    emulator.tenant.options.bare_listings = "cut"
    body = admin("GET", path).json
    assert [row["name"] for row in body["items"]] == ["Note", "Twice"]
    assert "paging" not in body["meta"]
    emulator.tenant.options.bare_listings = "paged"
    body = admin("GET", path).json
    assert [row["name"] for row in body["items"]] == ["Note", "Twice"]
    assert body["meta"]["paging"]["totalSize"] == 6


def test_what_is_empty_has_no_key_unless_wanted(emulator: Emulator, admin: Caller) -> None:
    paths = [
        (f"{MODEL}/modules/{EMPTY}/lineItems", "items"),
        (f"{MODEL}/dimensions/{ORDERS}/items", "items"),
    ]
    assert [key in admin("GET", path).json for path, key in paths] == [False, False]
    emulator.tenant.options.send_empty_keys = True
    assert [admin("GET", path).json[key] for path, key in paths] == [[], []]


def test_dimensions_of_a_line_item(admin: Caller) -> None:
    rows = admin("GET", f"{MODEL}/lineItems/{PRICE}/dimensions").json["dimensions"]
    assert {row["id"]: row["name"] for row in rows} == {REGIONS: "Regions", TIME: "Time", VERSIONS: "Versions"}
    assert names(admin("GET", f"{WM}/lineItems/{SIZE}/dimensions"), "dimensions") == ["Regions"]


def test_items_of_the_dimensions_of_a_line_item(admin: Caller, model: Model) -> None:
    path = f"{MODEL}/lineItems/{PRICE}/dimensions"
    periods = admin("GET", f"{path}/{TIME}/items").json["items"]
    january = model.calendar.labelled("Jan 26")
    assert january is not None
    assert {"id": january.id, "name": "Jan 26"} in periods
    assert {"id": ACTUAL_ID, "name": "Actual"} in admin("GET", f"{path}/{VERSIONS}/items").json["items"]
    regions = admin("GET", f"{path}/{REGIONS}/items").json["items"]
    assert {"id": region_id(model, "North"), "name": "North", "code": "N-01"} in regions
    assert {"id": region_id(model, "South"), "name": "South"} in regions


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/lineItems/206000009999/dimensions", 404),
        (f"/lineItems/206000009999/dimensions/{TIME}/items", 404),
        (f"/lineItems/{SIZE}/dimensions/{TIME}/items", 404),
        (f"/lineItems/price/dimensions/{TIME}/items", 400),
        (f"/lineItems/{PRICE}/dimensions/time/items", 400),
        ("/modules/102000009999/lineItems", 404),
        (f"/dimensions/{TIME}/items", 400),
        (f"/dimensions/{VERSIONS}/items", 400),
        ("/dimensions/101000009999/items", 404),
        ("/dimensions", 404),
        (f"/lineItems/{PRICE}", 404),
        (f"/lineItems/{PRICE}/history/readRequests", 404),
        (f"/modules/{SALES}", 404),
    ],
)
def test_what_is_not_there_or_not_offered(admin: Caller, path: str, status: int) -> None:
    assert admin("GET", MODEL + path).status == status


def test_items_of_lists_subsets_and_users(admin: Caller) -> None:
    assert names(admin("GET", f"{MODEL}/dimensions/{REGIONS}/items")) == ["North", "South"]
    assert names(admin("GET", f"{WM}/dimensions/{ACTIVE}/items")) == ["North"]
    assert "ada@example.com" in str(admin("GET", f"{MODEL}/dimensions/{USERS}/items").json["items"])


def test_more_items_than_the_limit_are_refused(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.item_limit = 1
    assert admin("GET", f"{MODEL}/dimensions/{ACTIVE}/items").status == 200
    assert admin("GET", f"{MODEL}/dimensions/{REGIONS}/items").status == 400
    assert admin("GET", f"{MODEL}/lineItems/{PRICE}/dimensions/{REGIONS}/items").status == 400
    assert admin("GET", f"{MODEL}/lists/{REGIONS}/items").status == 400


def look_up(caller: Caller, dimension_id: str, **body: Any) -> Answer:
    return caller("POST", f"{MODEL}/dimensions/{dimension_id}/items", body)


def test_items_are_looked_up_in_any_case_and_misses_are_left_out(admin: Caller, model: Model) -> None:
    answer = look_up(admin, REGIONS, names=["south", "NORTH", "Nowhere"], codes=["n-01", "X"])
    rows = sorted(answer.json["items"], key=lambda row: str(row["name"]))
    assert rows == [
        {"id": region_id(model, "North"), "name": "North", "code": "N-01"},
        {"id": region_id(model, "South"), "name": "South"},
    ]
    assert "items" not in look_up(admin, REGIONS, names=["Nowhere"]).json


def test_periods_versions_and_users_are_looked_up_by_name(admin: Caller) -> None:
    assert names(look_up(admin, TIME, names=["jan 26"], codes=None)) == ["Jan 26"]
    assert names(look_up(admin, VERSIONS, names=["ACTUAL"])) == ["Actual"]
    assert len(names(look_up(admin, USERS, names=["ada@example.com"]))) == 1


@pytest.mark.parametrize(
    ("dimension_id", "body", "status"),
    [
        (REGIONS, {}, 400),
        (REGIONS, {"names": [], "codes": []}, 400),
        (REGIONS, {"names": "North"}, 400),
        (REGIONS, {"names": [7]}, 400),
        (TIME, {"codes": ["JAN"]}, 400),
        (VERSIONS, {"names": ["Actual"], "codes": ["A"]}, 400),
        ("101000009999", {"names": ["North"]}, 404),
    ],
)
def test_look_ups_that_cannot_be_answered(admin: Caller, dimension_id: str, body: Any, status: int) -> None:
    assert look_up(admin, dimension_id, **body).status == status


def test_a_name_may_be_that_of_several_items(admin: Caller, model: Model) -> None:
    model.add(GeneralList("101000000999", "Cases"))
    model.lists["101000000999"].add(["north", "North"])
    assert sorted(names(look_up(admin, "101000000999", names=["NORTH"]))) == ["North", "north"]


def test_dashboards(admin: Caller) -> None:
    body = admin("GET", f"{WM}/dashboards").json
    assert DASHBOARD_ID in [row["id"] for row in body["dashboards"]]
    assert body["meta"]["schema"].endswith(f"/models/{'1' * 32}/objects/dashboard")
    assert admin("GET", f"{MODEL}/dashboards").json["dashboards"] == body["dashboards"]
