"""Views, dimensions and lists in every shape that Anaplan is known to answer with."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from anaplan_sdk._core.json.convert import structure
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import (
    Dimension,
    DimensionItem,
    LineItemFormat,
    ListDefinition,
    ListItem,
    ListProperty,
    NamedObject,
    View,
    ViewDefinition,
)

T = TypeVar("T")


def read(kind: type[T], payload: object) -> T:
    return structure(payload, kind, path="/2/0/any")


def test_view_definition_has_no_wrapper_and_leaves_empty_axes_out() -> None:
    payload = {
        "meta": {"schema": "https://api.anaplan.com/2/0/objects/view"},
        "status": {"code": 200, "message": "Success"},
        "viewName": "REV01 Prices",
        "viewId": 102000000011,
        "rows": [{"id": "101000000203", "name": "Products"}],
        "pages": [{"id": "20000000020", "name": "Versions"}, {"id": "20000000003", "name": "Time"}],
    }
    assert read(ViewDefinition, payload) == ViewDefinition(
        "102000000011",
        "REV01 Prices",
        rows=(Dimension("101000000203", "Products"),),
        columns=(),
        pages=(Dimension("20000000020", "Versions"), Dimension("20000000003", "Time")),
    )


def test_views_and_items_with_and_without_code() -> None:
    assert read(View, {"code": "", "id": "1", "name": "v", "moduleId": "2"}) == View("1", "v", "2", "")
    assert read(View, {"id": "1", "name": "v"}).code is None
    assert read(DimensionItem, {"id": 5440000061, "name": "Jan 26"}) == DimensionItem("5440000061", "Jan 26", None)


# --- lists ------------------------------------------------------------------------------------------------------------

LIST: dict[str, Any] = {
    "id": "101000000203",
    "name": "Products",
    "properties": [
        {
            "id": "1206000000003",
            "name": "Weight",
            "format": "NUMBER",
            "formatMetadata": {"dataType": "NUMBER", "decimalPlaces": -1},
            "notes": "",
            "referencedBy": "",
        }
    ],
    "hasSelectiveAccess": False,
    "parent": {"id": "101000000202", "name": "Product families"},
    "subsets": [{"id": "109000000004", "name": "Active"}, {"name": "Odd"}],
    "managedBy": "",
    "numberedList": False,
    "useTopLevelAsPageDefault": False,
    "itemCount": 41,
    "nextItemIndex": 52,
    "permittedItems": 999999999,
    "workflowEnabled": False,
    "productionData": True,
    "topLevelItem": "All products",
}


def test_list_definition() -> None:
    assert read(ListDefinition, LIST) == ListDefinition(
        id="101000000203",
        name="Products",
        item_count=41,
        numbered_list=False,
        parent=NamedObject("101000000202", "Product families"),
        properties=(
            ListProperty(
                name="Weight",
                id="1206000000003",
                format="NUMBER",
                format_metadata=LineItemFormat(data_type="NUMBER", decimal_places=-1),
                notes="",
                referenced_by="",
            ),
        ),
        subsets=(NamedObject("109000000004", "Active"), NamedObject(None, "Odd")),
        top_level_item=NamedObject(None, "All products"),
        has_selective_access=False,
        workflow_enabled=False,
        production_data=True,
        use_top_level_as_page_default=False,
        next_item_index=52,
        permitted_items=999999999,
        managed_by="",
    )


@pytest.mark.parametrize("key", ["nextItemIndex", "nextitemIndex"])
def test_next_index_in_both_spellings(key: str) -> None:
    assert read(ListDefinition, {"id": "1", key: 52}).next_item_index == 52
    assert read(ListDefinition, {"id": "1", "nextItemIndex": 52, "nextitemIndex": 7}).next_item_index == 52


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("All", NamedObject(None, "All")),
        ({"id": "207000000500", "name": "All"}, NamedObject("207000000500", "All")),
        (None, None),
    ],
)
def test_top_level_item_as_text_and_as_object(given: object, expected: NamedObject | None) -> None:
    assert read(ListDefinition, {"id": "1", "topLevelItem": given}).top_level_item == expected


def test_list_with_nothing_set() -> None:
    assert read(ListDefinition, {"id": "1", "name": "Empty"}) == ListDefinition("1", "Empty")


def test_data_tags_of_lists_are_texts_or_objects() -> None:
    tags = read(ListDefinition, {"id": "1", "dataTags": ["Plan", {"id": "127", "name": "Actuals"}]}).data_tags
    assert tags == (NamedObject(None, "Plan"), NamedObject("127", "Actuals"))


def test_references_to_a_property_are_text_and_an_array_is_no_reason_to_fail() -> None:
    assert read(ListProperty, {"name": "x", "referencedBy": "A.B"}).referenced_by == "A.B"
    assert read(ListProperty, {"name": "x", "referencedBy": [{"id": "1"}]}).referenced_by is None


def test_an_error_in_a_key_with_two_spellings_is_located() -> None:
    with pytest.raises(UnexpectedResponseError, match=r"\$\.metadata\.subsets should be an array"):
        structure({"id": "1", "nextitemIndex": 3, "subsets": 7}, ListDefinition, path="/2/0/any", at="$.metadata")


def test_list_items_with_and_without_details() -> None:
    assert read(ListItem, {"id": "207", "name": "North"}) == ListItem("207", "North")
    item = read(
        ListItem,
        {
            "id": "207000000501",
            "name": "North",
            "code": "N-01",
            "parent": "World",
            "parentId": "207000000400",
            "listId": "101000000202",
            "listName": "Areas",
            "subsets": {"Active": True},
            "properties": {"Weight": "1.0", "Since": "Sep 25", "Local": "true", "Empty": None},
            "read": ["ada@example.com"],
            "write": [],
        },
    )
    assert (item.parent, item.parent_id, item.list_id, item.list_name) == (
        "World",
        "207000000400",
        "101000000202",
        "Areas",
    )
    assert (item.subsets, item.read, item.write) == ({"Active": True}, ("ada@example.com",), ())
    assert item.properties == {"Weight": "1.0", "Since": "Sep 25", "Local": "true", "Empty": ""}
