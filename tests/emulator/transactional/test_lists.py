"""Lists, how they are defined, and their items (facts of the Transactional API, §7, §8 and §10.2)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator, Model
from stage.calls.caller import MODEL, WM, Caller
from stage.calls.transactional_calls import (
    ACTIVE,
    AREAS,
    ORDERS,
    PLACES,
    REGIONS,
    WEIGHT,
    add_lists,
    region_id,
    text_rows,
)

ITEMS = f"{MODEL}/lists/{REGIONS}/items"
CSV = {"Accept": "text/csv"}


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_lists(emulator)


@pytest.mark.parametrize("base", [MODEL, WM])
def test_lists_without_subsets_and_users(admin: Caller, base: str) -> None:
    body = admin("GET", f"{base}/lists").json
    rows = {row["id"]: row for row in body["lists"]}
    assert rows[AREAS] == {"id": AREAS, "name": "Areas", "code": "AR"}
    assert rows[REGIONS] == {"id": REGIONS, "name": "Regions"}
    assert not {ACTIVE, "101999999999"} & set(rows)
    assert body["meta"]["paging"]["totalSize"] == len(rows)
    assert body["meta"]["schema"].endswith(f"/2/0/models/{'1' * 32}/objects/list")


def test_a_list_is_called_metadata(admin: Caller) -> None:
    metadata = admin("GET", f"{MODEL}/lists/{REGIONS}").json["metadata"]
    properties = metadata.pop("properties")
    assert metadata == {
        "id": REGIONS,
        "name": "Regions",
        "subsets": [{"id": ACTIVE, "name": "Active"}],
        "hasSelectiveAccess": False,
        "managedBy": "",
        "numberedList": False,
        "useTopLevelAsPageDefault": False,
        "itemCount": 2,
        "nextitemIndex": 3,
        "permittedItems": 999_999_999,
        "workflowEnabled": False,
        "productionData": True,
        "parent": {"id": AREAS, "name": "Areas"},
    }
    assert [(item["name"], item["format"]) for item in properties] == [
        ("Weight", "NUMBER"),
        ("Since", "TIME PERIOD"),
        ("Local", "BOOLEAN"),
    ]
    weight = properties[0]
    assert (weight["id"], weight["formatMetadata"]["dataType"], weight["referencedBy"]) == (WEIGHT, "NUMBER", "")


def test_spellings_and_shapes_of_a_list(emulator: Emulator, admin: Caller) -> None:
    path, options = f"{MODEL}/lists/{AREAS}", emulator.tenant.options
    metadata = admin("GET", path).json["metadata"]
    assert metadata["topLevelItem"]["name"] == "World"
    assert "properties" not in metadata
    options.top_level_item, options.next_index_key, options.send_empty_keys = "name", "nextItemIndex", True
    metadata = admin("GET", path).json["metadata"]
    assert (metadata["topLevelItem"], metadata["nextItemIndex"], metadata["properties"]) == ("World", 2, [])
    assert "nextitemIndex" not in metadata


def test_the_top_level_item_is_counted(admin: Caller, model: Model) -> None:
    assert admin("GET", f"{MODEL}/lists/{AREAS}").json["metadata"]["itemCount"] == 2
    model.clear_list(AREAS)
    assert admin("GET", f"{MODEL}/lists/{AREAS}").json["metadata"]["itemCount"] == 1


def test_lists_tell_what_they_are(admin: Caller) -> None:
    assert admin("GET", f"{MODEL}/lists/{ORDERS}").json["metadata"]["numberedList"] is True
    assert admin("GET", f"{MODEL}/lists/{PLACES}").json["metadata"]["productionData"] is False
    assert admin("GET", f"{MODEL}/lists/{ACTIVE}").status == 404


def test_items_name_their_parents_and_the_list_of_these(admin: Caller, model: Model) -> None:
    body = admin("GET", ITEMS).json
    areas = model.lists[AREAS]
    position = areas.by_name("Northern Area")
    assert position is not None
    parent = {
        "parent": "Northern Area",
        "parentId": areas.item_id(position),
        "listId": AREAS,
        "listName": "Areas",
    }
    assert body["listItems"] == [
        {"id": region_id(model, "North"), "name": "North", "code": "N-01", **parent},
        {"id": region_id(model, "South"), "name": "South", **parent},
    ]
    assert "paging" not in body["meta"]
    assert "listItems" not in admin("GET", f"{MODEL}/lists/{ORDERS}/items").json


def test_items_have_texts_for_properties_and_words_for_subsets(admin: Caller, model: Model) -> None:
    north, south = admin("GET", f"{ITEMS}?includeAll=true").json["listItems"]
    assert (north["subsets"], south["subsets"]) == ({"Active": True}, {"Active": False})
    assert north["properties"] == {"Weight": "12.5", "Local": "true"}
    assert "properties" not in south
    assert "read" not in north
    model.lists[REGIONS].selective_access = True
    model.lists[REGIONS].set_property(0, WEIGHT, "1")
    north = admin("GET", f"{ITEMS}?includeAll=true").json["listItems"][0]
    assert north["properties"]["Weight"] == "1.0"
    assert (north["read"], north["write"]) == (["ada@example.com", "ben@example.com"], ["ada@example.com"])


def test_items_as_csv_have_ids(admin: Caller, model: Model) -> None:
    rows = text_rows(admin("GET", ITEMS, headers=CSV))
    assert rows[0] == ["id", "name", "code", "parent", "parentId", "listId", "listName"]
    assert rows[1][:4] == [region_id(model, "North"), "North", "N-01", "Northern Area"]
    rows = text_rows(admin("GET", f"{ITEMS}?includeAll=true", headers=CSV))
    assert rows[0][7:] == ["Active", "Weight", "Since", "Local"]
    assert rows[1][7:] == ["true", "12.5", "", "true"]


def test_items_come_in_pages_by_option_only(emulator: Emulator, admin: Caller) -> None:
    assert len(admin("GET", f"{ITEMS}?limit=1").json["listItems"]) == 2
    emulator.tenant.options.bare_listings = "paged"
    body = admin("GET", f"{ITEMS}?limit=1&offset=1").json
    assert [row["name"] for row in body["listItems"]] == ["South"]
    assert body["meta"]["paging"]["totalSize"] == 2


def test_a_preview_has_a_thousand_rows(admin: Caller, model: Model) -> None:
    assert text_rows(admin("GET", f"{WM}/lists/{REGIONS}/preview")) == [
        ["", "Parent", "Code"],
        ["North", "Northern Area", "N-01"],
        ["South", "Northern Area", ""],
    ]
    model.lists[PLACES].add(map(str, range(1_100)))
    assert len(text_rows(admin("GET", f"{WM}/lists/{PLACES}/preview"))) == 1_001


def test_unknown_lists_are_404(admin: Caller) -> None:
    for path in ("", "/items", "/preview"):
        assert admin("GET", f"{MODEL}/lists/101000009999{path}").status == 404
