"""Items of lists, made of records."""

from __future__ import annotations

import pytest

from anaplan_sdk._core.transactional.reading.listed import Listed
from anaplan_sdk._core.transactional.reading.plan import MOST_ITEMS, list_needs_read_request
from anaplan_sdk.models import ListDefinition, ListItem, ListProperty, NamedObject

REGIONS = ListDefinition(
    "101", "Regions", subsets=(NamedObject("109", "Active"),), properties=(ListProperty("Active"), ListProperty("id"))
)
ITEMS = ["id", "name", "code", "parent", "parentId", "listId", "listName"]


def test_a_property_may_have_the_name_of_a_subset_or_of_a_column() -> None:
    header = [*ITEMS, "Active", "Active", "id"]
    north = ["207", "North", "N", "World", "208", "102", "Areas", "true", "yes", "7"]
    expected = ListItem(
        "207",
        "North",
        "N",
        "World",
        "208",
        "102",
        "Areas",
        subsets={"Active": True},
        properties={"Active": "yes", "id": "7"},
    )
    assert Listed(REGIONS, details=True).items([header, north]) == [expected]


def test_a_read_request_has_users_and_no_ids() -> None:
    header = ["", "Parent", "Write", "Read", "Code", "Active"]
    north = ["North", "World", "ada@example.com,ben@example.com", "", "", "false"]
    users = ("ada@example.com", "ben@example.com")
    listed = Listed(REGIONS, details=True)
    assert listed.items([header]) == []
    assert listed.items([north]) == [ListItem(None, "North", None, "World", subsets={"Active": False}, write=users)]
    assert Listed(REGIONS, details=False).items([header, north]) == [ListItem(None, "North", None, "World")]


def test_records_that_are_shorter_than_the_header() -> None:
    assert Listed(REGIONS, details=True).items([[*ITEMS, "Active", "id"], ["207", "North"]]) == [
        ListItem("207", "North")
    ]
    assert Listed(REGIONS, details=True).items([]) == []


@pytest.mark.parametrize(
    ("items", "large", "expected"),
    [
        (MOST_ITEMS, None, False),
        (MOST_ITEMS + 1, None, True),
        (None, None, False),
        (1, True, True),
        (MOST_ITEMS + 1, False, False),
    ],
)
def test_large_lists_are_read_by_a_read_request(items: int | None, large: bool | None, expected: bool) -> None:
    assert list_needs_read_request(ListDefinition("101", item_count=items), large=large) is expected
