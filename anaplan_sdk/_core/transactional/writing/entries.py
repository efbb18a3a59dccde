"""What a row of list items must say, by what is done with it and by the kind of list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from anaplan_sdk._core.api.ids import plain
from anaplan_sdk._core.transactional.writing.batches import row_error
from anaplan_sdk._core.transactional.writing.formats import UnfitError, encoder
from anaplan_sdk.models import DimensionItem, ListDefinition, ListItem, ListProperty

Action: TypeAlias = Literal["add", "update", "delete"]

KEYS = ("id", "name", "code", "parent", "properties", "subsets")


@attrs.define(eq=False)
class Entry:
    """One item of a request.

    ``code_is_unknown`` says that the item may have a code that the row does not name.
    """

    row: int
    fields: dict[str, Any]
    code_is_unknown: bool = False

    def complete(self, code: str | None) -> None:
        """The code that the item has, None for none."""
        if code:
            self.fields["code"] = code
        self.code_is_unknown = False

    def is_of(self, item: DimensionItem) -> None:
        """The item that its name stands for, in whatever case: beside a code, another name would be a new one."""
        self.fields["name"] = item.name
        self.complete(item.code)


@attrs.define
class Rules:
    """Checks the rows of one call, and makes entries of them."""

    action: Literal["add", "update", "upsert", "delete"]
    definition: ListDefinition | None = None
    _properties: dict[str, ListProperty] = attrs.field(init=False)
    _subsets: dict[str, str] = attrs.field(init=False)
    _seen: set[tuple[str, str]] = attrs.field(factory=set[tuple[str, str]], init=False)

    def __attrs_post_init__(self) -> None:
        definition = self.definition
        self._properties = _by_name((each.name, each) for each in definition.properties) if definition else {}
        self._subsets = _by_name((each.name, each.name) for each in definition.subsets) if definition else {}

    @property
    def numbered(self) -> bool:
        return self.definition is not None and self.definition.numbered_list

    def entries(self, rows: Iterable[object], first: int) -> list[Entry]:
        """The entries of rows, of which the *first* has this position."""
        return [self._entry(row, number) for number, row in enumerate(rows, first)]

    def _entry(self, row: object, number: int) -> Entry:
        try:
            entry = self._of_item(row, number) if isinstance(row, ListItem) else self._of_mapping(row, number)
            if self.action == "add":
                self._check_new(entry.fields)
            elif self.action == "delete":
                entry.fields = _single(entry.fields)
            else:
                self._check_known(entry.fields)
            self._check_twice(entry.fields)
        except UnfitError as unfit:
            raise row_error(number, f"{unfit}") from None
        return entry

    def check_new(self, entry: Entry) -> None:
        """Raise RowError for an entry that turned out to be new, and says too little, or too much."""
        try:
            self._check_new(entry.fields)
        except UnfitError as unfit:
            raise row_error(entry.row, f"{unfit}") from None

    def _of_item(self, item: ListItem, number: int) -> Entry:
        """An item as it was read: what Anaplan has made itself is left out."""
        fields: dict[str, Any] = {"id": item.id, "name": item.name, "code": item.code, "parent": item.parent}
        if self.action == "add":
            del fields["id"]
        if self.numbered:
            del fields["name"]
        kept = {name: value for name, value in fields.items() if value}
        if self.action != "delete":
            computed = {name for name, each in self._properties.items() if each.formula}
            values = {name: value for name, value in item.properties.items() if value and name not in computed}
            kept.update({key: dict(each) for key, each in (("properties", values), ("subsets", item.subsets)) if each})
        return Entry(number, kept)

    def _of_mapping(self, row: object, number: int) -> Entry:
        if self.action == "delete" and isinstance(plain(row), str):
            return Entry(number, {"id": plain(row)})
        if not isinstance(row, Mapping):
            raise UnfitError(f"an item is a mapping with some of the keys {', '.join(KEYS)}, and not {_kind(row)}.")
        if unknown := [key for key in row if key not in KEYS]:
            raise UnfitError(f"{unknown[0]!r} is none of the keys of an item, which are {', '.join(KEYS)}.")
        fields: dict[str, Any] = {}
        for key in ("id", "name", "code", "parent"):
            text = _text(key, row.get(key))
            if text or (text == "" and key == "parent" and self.action != "add"):  # which takes its parent away
                fields[key] = text
        if self.action != "delete":
            self._details(row, fields)
        return Entry(number, fields, code_is_unknown="code" not in fields)

    def _details(self, row: Mapping[Any, Any], fields: dict[str, Any]) -> None:
        properties = self._named(row, "properties", self._properties)
        values = [self._value(each, value) for each, value in properties]
        subsets = self._named(row, "subsets", self._subsets)
        for name, value in subsets:
            if type(value).__name__ not in ("bool", "bool_"):
                raise UnfitError(f"subsets: {name} takes True and False, and not {value!r}.")
        if values := [(name, text) for name, text in values if text or self.action != "add"]:
            fields["properties"] = dict(values)
        if subsets:
            fields["subsets"] = {name: bool(value) for name, value in subsets}

    def _named(self, row: Mapping[Any, Any], key: str, known: Mapping[str, Any]) -> list[tuple[Any, object]]:
        """What is given under *key*, with what its names stand for."""
        given = row.get(key)
        if given is None:
            return []
        if not isinstance(given, Mapping):
            raise UnfitError(f"{key} is a mapping from names to values, and not {_kind(given)}.")
        found: list[tuple[Any, object]] = []
        for name, value in given.items():
            one = known.get(name) if name in known else known.get(str(name).casefold())
            if one is None:
                there = ", ".join(dict.fromkeys(map(_name, known.values()))) or "none"
                raise UnfitError(f"{key}: the list has no {name!r}. It has {there}.")
            found.append((one, value))
        return found

    def _value(self, one: ListProperty, value: object) -> tuple[str, str]:
        if one.formula:
            raise UnfitError(f"properties: {one.name} is calculated by a formula, and takes no values.")
        if value == "" and isinstance(value, str):
            return one.name, ""
        kind = one.format_metadata.data_type if one.format_metadata else None
        try:
            text = encoder(kind or one.format)(value)
        except UnfitError as unfit:
            raise UnfitError(f"properties: {one.name} {unfit}.") from None
        return one.name, json.loads(text) if text.startswith('"') else text

    # --- what identifies an item --------------------------------------------------------------------------------------

    def _check_new(self, fields: Mapping[str, Any]) -> None:
        if "id" in fields:
            raise UnfitError("it has an id, which Anaplan gives to new items itself: leave it out.")
        if self.numbered and "name" in fields:
            raise UnfitError("it has a name, which Anaplan makes itself in a numbered list: leave it out.")
        if not self.numbered and "name" not in fields:
            raise UnfitError("it needs a name.")

    def _check_known(self, fields: Mapping[str, Any]) -> None:
        if self.numbered and not fields.keys() & {"id", "code"}:
            raise UnfitError("it needs an id or a code: names of a numbered list are made by Anaplan.")
        if not fields.keys() & {"id", "code", "name"}:
            raise UnfitError("it needs an id, a code or a name to tell which item is meant.")

    def _check_twice(self, fields: Mapping[str, Any]) -> None:
        """Two rows about one item would fail, or undo one another."""
        keys = ("name", "code") if self.action == "add" else ("id", "code", "name")
        marks = [(key, fields[key]) for key in keys if key in fields]
        for key, text in marks if self.action == "add" else marks[:1]:
            if (key, text) in self._seen:
                raise UnfitError(f"another row has the {key} {text!r} as well: leave one of them out.")
            self._seen.add((key, text))


def _single(fields: Mapping[str, Any]) -> dict[str, Any]:
    """One identifier: Anaplan refuses an id together with a code."""
    for key in ("id", "code", "name"):
        if key in fields:
            return {key: fields[key]}
    raise UnfitError("it needs an id, a code or a name to tell which item is meant.")


def _text(key: str, value: object) -> str | None:
    if value is None:
        return None
    text = plain(value)
    if not isinstance(text, str):
        raise UnfitError(f"{key} is text, and not {value!r}.")
    return text


def _by_name(named: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """By name as it is, and in lower case where nothing else has that name."""
    exact = dict(named)
    return {**{name.casefold(): each for name, each in exact.items()}, **exact}


def _name(one: Any) -> str:
    return one if isinstance(one, str) else str(one.name)


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"
