"""Views and what is on their axes (facts of the Transactional API, §3 and §4.4)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator, Model
from stage.calls.caller import MODEL, WM, Caller
from stage.calls.transactional_calls import (
    BY_REGION,
    EMPTY,
    FLAT,
    LINE_ITEMS,
    PRICE,
    REGIONS,
    SALES,
    SIZE,
    TIME,
    VERSIONS,
    add_sales,
)


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_sales(emulator)


def views(caller: Caller, path: str, module_id: str = SALES) -> dict[str, str]:
    """Ids and names of the views of a module."""
    rows = caller("GET", path).json["views"]
    assert all(set(row) == {"code", "id", "name", "moduleId"} for row in rows)
    return {row["id"]: row["name"] for row in rows if row["moduleId"] == module_id}


def test_names_tell_the_module_where_there_are_several(admin: Caller) -> None:
    all_views = views(admin, f"{MODEL}/views")
    assert all_views == {SALES: "REV01 Sales", BY_REGION: "'REV01 Sales'.'By region'", FLAT: "'REV01 Sales'.Flat"}
    assert views(admin, f"{WM}/modules/{SALES}/views") == {SALES: "default", BY_REGION: "By region", FLAT: "Flat"}
    assert admin("GET", f"{MODEL}/modules/102000009999/views").status == 404


def test_pages_of_views(admin: Caller) -> None:
    body = admin("GET", f"{MODEL}/views?limit=2").json
    assert len(body["views"]) == 2
    assert body["meta"]["paging"]["totalSize"] > 2
    assert body["meta"]["schema"].endswith("/2/0/objects/view")


@pytest.mark.parametrize("word", ["True", "TRUE", "1", "false", ""])
def test_subsidiary_views_come_for_one_word_only(admin: Caller, word: str) -> None:
    for path in (f"{MODEL}/views", f"{MODEL}/modules/{SALES}/views"):
        assert views(admin, f"{path}?includesubsidiaryviews=true")[SIZE] == "Size"
        assert SIZE not in views(admin, f"{path}?includesubsidiaryviews={word}")
        assert SIZE not in views(admin, f"{path}?includeSubsidiaryViews=true")


def test_a_view_is_described_without_a_key_around_it(admin: Caller) -> None:
    body = admin("GET", f"{MODEL}/views/{BY_REGION}").json
    assert body["meta"]["schema"].endswith("/2/0/objects/view")
    del body["meta"], body["status"]
    assert body == {
        "viewName": "'REV01 Sales'.'By region'",
        "viewId": BY_REGION,
        "rows": [{"id": REGIONS, "name": "Regions"}],
        "columns": [{"id": LINE_ITEMS, "name": "Line Items"}],
        "pages": [{"id": TIME, "name": "Time"}, {"id": VERSIONS, "name": "Versions"}],
    }


def test_an_axis_without_dimensions_is_left_out(emulator: Emulator, admin: Caller) -> None:
    assert "pages" not in admin("GET", f"{MODEL}/views/{FLAT}").json
    emulator.tenant.options.send_empty_keys = True
    assert admin("GET", f"{MODEL}/views/{FLAT}").json["pages"] == []


def test_a_view_is_named_by_its_module_or_its_line_item_too(admin: Caller) -> None:
    default = admin("GET", f"{MODEL}/views/{SALES}").json
    assert (default["viewId"], default["viewName"]) == (SALES, "REV01 Sales")
    assert admin("GET", f"{MODEL}/views/{SIZE}").json["viewId"] == SIZE
    assert admin("GET", f"{MODEL}/views/{PRICE}").json["viewId"] == SALES
    assert admin("GET", f"{MODEL}/views/1012000009999").status == 404


def test_items_are_those_that_the_view_shows(admin: Caller) -> None:
    path = f"{MODEL}/views/{BY_REGION}/dimensions"
    assert [row["name"] for row in admin("GET", f"{path}/{REGIONS}/items").json["items"]] == ["North", "South"]
    assert [row["name"] for row in admin("GET", f"{path}/{LINE_ITEMS}/items").json["items"]] == ["Price", "Note"]
    assert admin("GET", f"{path}/101000009999/items").status == 404
    assert admin("GET", f"{MODEL}/views/{EMPTY}/dimensions/{REGIONS}/items").status == 404


def test_items_of_too_large_a_view_are_refused(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.view_cell_limit = 5
    assert admin("GET", f"{MODEL}/views/{BY_REGION}/dimensions/{REGIONS}/items").status == 400
