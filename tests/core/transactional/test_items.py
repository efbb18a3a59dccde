"""Rows of list items become requests: what each must say, and what is looked up before it is sent."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from datetime import date
from typing import Any, Literal

import attrs
import pytest

from anaplan_sdk._core.flow import Compute
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk._core.transactional.writing.batches import Drawing
from anaplan_sdk._core.transactional.writing.items import Items, ReadItems, ReadList, Rows
from anaplan_sdk._core.transactional.writing.parcels import Parcel
from anaplan_sdk._sync.engine import flows
from anaplan_sdk.errors import RowError
from anaplan_sdk.models import DimensionItem, LineItemFormat, ListDefinition, ListItem, ListProperty, NamedObject

Action = Literal["add", "update", "upsert", "delete"]

PROPERTIES = (
    ListProperty("Weight", "1", format_metadata=LineItemFormat(data_type="NUMBER")),
    ListProperty("Since", "2", "DATE"),
    ListProperty("Twice", "3", "NUMBER", formula="Weight * 2"),
)
GENERAL = ListDefinition("101000000001", "Products", properties=PROPERTIES, subsets=(NamedObject("109", "Active"),))
NUMBERED = attrs.evolve(GENERAL, numbered_list=True)
THERE = (
    DimensionItem("1", "North", "N"),
    DimensionItem("2", "South"),
    DimensionItem("3", "Same", "S1"),
    DimensionItem("4", "same", "S2"),
)
READ = ListItem(
    "1",
    "North",
    "N",
    "World",
    "9",
    "101000000009",
    "Areas",
    {"Active": True},
    {"Weight": "1.0", "Since": "", "Twice": "2.0"},
    ("ada@example.com",),
    (),
)


@attrs.define
class Lists:
    """Answers what preparing items asks for, and keeps it."""

    definition: ListDefinition = GENERAL
    asked: list[Any] = attrs.field(factory=list[Any])

    def parcels(self, action: Action, rows: Iterable[Any]) -> list[Parcel]:
        items, drawing = Items(action), Drawing(Rows())
        made: list[Parcel] = []
        for row in rows:
            for block in drawing.feed(row):
                made += self.perform(items.prepare(block))
        for block in drawing.finish():
            made += self.perform(items.prepare(block))
        return [*made, *items.finish()]

    def sent(self, action: Action, *rows: Any) -> list[tuple[str, list[int], list[Any]]]:
        """What is done with which rows, and what is sent for them."""
        parcels = self.parcels(action, rows)
        return [(parcel.verb, list(parcel.batch.rows), json.loads(parcel.batch.body())["items"]) for parcel in parcels]

    def perform(self, flow: Generator[Any, Any, Any]) -> Any:
        return flows.perform(flow, self._do)

    def _do(self, step: object) -> Any:
        match step:
            case Compute(work):
                return work()
            case ReadList():
                self.asked.append("list")
                return self.definition
            case ReadItems(wanted):
                self.asked.append(wanted)
                names = {name.casefold() for name in wanted.get("names", ())}
                codes = {code.casefold() for code in wanted.get("codes", ())}
                return [
                    item
                    for item in THERE
                    if not wanted or item.name.casefold() in names or (item.code or "").casefold() in codes
                ]
            case _:
                raise AssertionError(step)


def test_an_item_is_added_with_all_that_is_said() -> None:
    row = {
        "name": "East",
        "code": 7,
        "parent": "World",
        "properties": {"weight": 1.5, "Since": date(2026, 3, 9)},
        "subsets": {"active": True},
    }
    assert Lists().sent("add", row, {"name": "West", "code": None, "parent": "", "properties": {"Weight": ""}}) == [
        (
            "added",
            [0, 1],
            [
                {
                    "name": "East",
                    "code": "7",
                    "parent": "World",
                    "properties": {"Weight": "1.5", "Since": "2026-03-09"},
                    "subsets": {"Active": True},
                },
                {"name": "West"},
            ],
        )
    ]


def test_an_item_that_was_read_is_added_again_without_what_anaplan_makes() -> None:
    expected = {
        "name": "North",
        "code": "N",
        "parent": "World",
        "properties": {"Weight": "1.0"},
        "subsets": {"Active": True},
    }
    assert Lists().sent("add", READ) == [("added", [0], [expected])]
    del expected["name"]
    assert Lists(NUMBERED).sent("add", READ) == [("added", [0], [expected])]
    assert Lists(NUMBERED).sent("update", READ) == [("updated", [0], [expected | {"id": "1"}])]
    assert Lists().sent("delete", READ) == [("deleted", [0], [{"id": "1"}])]


def test_the_items_of_a_numbered_list_have_codes_or_nothing() -> None:
    assert Lists(NUMBERED).sent("add", {"code": "A"}, {}) == [("added", [0, 1], [{"code": "A"}, {}])]


UNSENDABLE: list[tuple[Action, ListDefinition, Any, str]] = [
    ("add", GENERAL, {"code": "N"}, "it needs a name"),
    ("add", GENERAL, {"name": ""}, "it needs a name"),
    ("add", GENERAL, {"id": 1, "name": "A"}, "it has an id, which Anaplan gives to new items itself"),
    ("add", NUMBERED, {"name": "A"}, "it has a name, which Anaplan makes itself in a numbered list"),
    ("add", GENERAL, {"name": "A", "colour": 1}, "'colour' is none of the keys of an item, which are id, name, code"),
    ("add", GENERAL, {"name": 1.5}, "name is text, and not 1.5"),
    ("add", GENERAL, "A", "an item is a mapping with some of the keys id, .*, and not a str"),
    (
        "add",
        GENERAL,
        {"name": "A", "properties": {"Size": 1}},
        "properties: the list has no 'Size'. It has Weight, Since",
    ),
    ("add", GENERAL, {"name": "A", "properties": {"Weight": "x"}}, "properties: Weight takes numbers, with a point"),
    ("add", GENERAL, {"name": "A", "properties": {"Weight": None}}, "properties: Weight takes no None"),
    ("add", GENERAL, {"name": "A", "properties": {"Twice": 1}}, "properties: Twice is calculated by a formula"),
    (
        "add",
        GENERAL,
        {"name": "A", "properties": ["Weight"]},
        "properties is a mapping from names to values, and not a list",
    ),
    ("add", GENERAL, {"name": "A", "subsets": {"Old": True}}, "subsets: the list has no 'Old'. It has Active"),
    (
        "add",
        GENERAL,
        {"name": "A", "subsets": {"Active": "yes"}},
        "subsets: Active takes True and False, and not 'yes'",
    ),
    ("add", GENERAL, {"name": "First"}, "another row has the name 'First' as well"),
    ("add", GENERAL, {"name": "B", "code": "First"}, "another row has the code 'First' as well"),
    ("update", GENERAL, {"parent": "World"}, "it needs an id, a code or a name"),
    ("update", NUMBERED, {"name": "#7"}, "it needs an id or a code: names of a numbered list"),
    ("update", GENERAL, {"code": "First"}, "another row has the code 'First' as well"),
    ("upsert", NUMBERED, {"properties": {"Weight": 1}}, "it needs an id or a code"),
    ("upsert", GENERAL, {"code": "new"}, "it needs a name"),
    ("upsert", NUMBERED, {"code": "new", "name": "A"}, "it has a name, which Anaplan makes itself"),
    ("delete", GENERAL, {"parent": "World"}, "it needs an id, a code or a name"),
    ("delete", GENERAL, {}, "it needs an id, a code or a name"),
    ("delete", GENERAL, 1.5, "an item is a mapping .* and not a float"),
]


@pytest.mark.parametrize(("action", "definition", "row", "reason"), UNSENDABLE, ids=repr)
def test_an_item_that_cannot_be_sent_is_told(action: Action, definition: ListDefinition, row: Any, reason: str) -> None:
    first = {"code": "First"} if definition.numbered_list or action != "add" else {"name": "First", "code": "First"}
    if action == "upsert" and not definition.numbered_list:
        first = {"name": "First"}
    with pytest.raises(RowError, match=f"Row 1: {reason}") as caught:
        Lists(definition).parcels(action, [first, row])
    assert caught.value.row == 1


def test_an_update_names_the_code_that_its_item_has() -> None:
    lists = Lists()
    rows = [
        {"name": "north", "properties": {"Weight": 1}},
        {"name": "South", "properties": {"Weight": ""}},
        {"code": "X", "name": "Renamed"},
        {"name": "nobody"},
        {"name": "Same"},
    ]
    assert lists.sent("update", *rows)[0][2] == [
        {"name": "North", "properties": {"Weight": "1"}, "code": "N"},
        {"name": "South", "properties": {"Weight": ""}},
        {"name": "Renamed", "code": "X"},
        {"name": "nobody"},
        {"name": "Same", "code": "S1"},
    ]
    assert lists.asked == ["list", {"names": ["north", "South", "nobody", "Same"]}]


def test_the_code_of_an_item_that_is_known_by_its_id_is_found_among_all() -> None:
    lists = Lists()
    assert lists.sent("update", {"id": 1, "parent": ""}, {"id": "2", "name": "S"}, {"id": "77"})[0][2] == [
        {"id": "1", "parent": "", "code": "N"},
        {"id": "2", "name": "S"},
        {"id": "77"},
    ]
    assert lists.asked == ["list", {}]


def test_all_items_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BLOCK_ROWS", 1)
    lists = Lists()
    lists.sent("update", {"id": 1}, {"id": 2}, {"id": 3, "code": "S1"}, attrs.evolve(READ, id="9"), {"code": "n"})
    assert lists.asked == ["list", {}]


def test_an_upsert_adds_what_is_not_there_and_changes_the_rest() -> None:
    lists = Lists()
    rows = [
        {"code": "n", "name": "North 2"},  # has this code
        {"code": "new", "name": "New"},
        {"name": "SOUTH", "code": "given"},  # has this name and no code
        {"name": "North", "parent": "World"},  # has a code that is not named
        {"id": "3", "name": "Same again"},
        {"name": "Other"},
        {"code": "other", "name": "same"},  # has another code: Anaplan refuses it, and says why
    ]
    assert lists.sent("upsert", *rows) == [
        ("added", [1, 5, 6], [{"name": "New", "code": "new"}, {"name": "Other"}, {"name": "same", "code": "other"}]),
        (
            "updated",
            [0, 2, 3, 4],
            [
                {"name": "North 2", "code": "N"},
                {"name": "South", "code": "given"},
                {"name": "North", "parent": "World", "code": "N"},
                {"id": "3", "name": "Same again", "code": "S1"},
            ],
        ),
    ]
    assert lists.asked == [
        "list",
        {},
        {"codes": ["n", "new", "given", "other"]},
        {"names": ["New", "SOUTH", "same", "North", "Other"]},
    ]


def test_an_upsert_goes_on_from_the_beginning_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BLOCK_ROWS", 2)
    rows = [{"name": name} for name in ("New", "South", "North", "Other")]
    assert [(parcel.verb, parcel.batch.resume) for parcel in Lists().parcels("upsert", rows)] == [
        ("added", 0),
        ("updated", 0),
        ("added", 2),
        ("updated", 2),
    ]


def test_a_deletion_names_each_item_once() -> None:
    lists = Lists()
    rows = [
        1,
        "2",
        {"id": 3, "code": "S1", "name": "Same"},
        {"code": "S2", "name": "same"},
        {"name": "x", "parent": "y"},
    ]
    assert lists.sent("delete", *rows) == [
        ("deleted", [0, 1, 2, 3, 4], [{"id": "1"}, {"id": "2"}, {"id": "3"}, {"code": "S2"}, {"name": "x"}])
    ]
    assert lists.asked == []
    with pytest.raises(RowError, match="Row 1: another row has the id '1' as well"):
        lists.sent("delete", 1, {"id": "1", "name": "a"})


def test_requests_are_cut_by_the_number_of_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_ENTRIES", 2)
    assert [rows for _, rows, _ in Lists().sent("delete", *range(5))] == [[0, 1], [2, 3], [4]]
