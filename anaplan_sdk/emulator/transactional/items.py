"""What a request says about an item of a list, and what of it can be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..world.model import Model
from ..world.planning.formats import ValueRefusedError
from ..world.planning.lists import GeneralList
from .answering import RefusedError

TEXTS = ("id", "name", "code", "parent")
FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Given:
    """An item as it was sent; None for what was not given."""

    id: str | None
    name: str | None
    code: str | None
    parent: str | None
    properties: Mapping[str, Any]
    subsets: Mapping[str, Any]

    @classmethod
    def of(cls, item: Any) -> Given:
        """Read an item; names and codes that are numbers are taken too, and unknown keys passed over."""
        if not isinstance(item, dict):
            raise RefusedError("INCORRECT_FORMAT", "incorrect format -- an item is an object")
        texts = {key: _text(key, item.get(key)) for key in TEXTS}
        return cls(**texts, properties=_object(item, "properties"), subsets=_object(item, "subsets"))

    def found(self, criterion: str, text: str, position: int | None) -> int:
        if position is None:
            raise RefusedError("Not found", f"{criterion} '{text}' not found")
        return position


def _text(key: str, value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value
    raise RefusedError("INCORRECT_FORMAT", f"incorrect format -- column name:{key}, value:wrong value for text")


def _object(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = item.get(key) or {}
    if not isinstance(value, dict):
        raise RefusedError("INCORRECT_FORMAT", f"incorrect format -- column name:{key}, value:not an object")
    return value


@dataclass(frozen=True, slots=True)
class Change:
    """What is written to an item besides its name and code, all of it checked."""

    parent_id: str | None
    properties: Mapping[str, str]
    """By id, as they are kept."""
    subsets: Mapping[str, bool]
    """By id."""

    @classmethod
    def checked(cls, model: Model, one: GeneralList, given: Given) -> Change:
        """Check everything before anything is written: an item of which a part is wrong stays as it was."""
        properties = dict(_property(model, one, name, value) for name, value in given.properties.items())
        subsets = dict(_subset(one, name, value) for name, value in given.subsets.items())
        return cls(_parent_id(model, one, given.parent), properties, subsets)

    def apply(self, one: GeneralList, position: int) -> None:
        for property_id, text in self.properties.items():
            one.set_property(position, property_id, text)
        for subset_id, is_member in self.subsets.items():
            one.set_subset(position, subset_id, is_member)


def _parent_id(model: Model, one: GeneralList, text: str | None) -> str | None:
    if not text:
        return None
    parent_id = model.find_parent(one.id, text)
    if parent_id is None:
        raise RefusedError("INCORRECT_FORMAT", f"incorrect format -- column name:parent, value:'{text}' not found")
    return parent_id


def _property(model: Model, one: GeneralList, name: str, value: Any) -> tuple[str, str]:
    found = one.property_named(name)
    if found is None or found.formula is not None:
        problem = "no such property" if found is None else "calculated"
        raise RefusedError("INCORRECT_FORMAT", f"incorrect format -- column name:{name}, value:{problem}")
    try:
        return found.id, model.stored(found, "" if value is None else value)
    except ValueRefusedError as refusal:
        raise RefusedError("INCORRECT_FORMAT", f"incorrect format -- column name:{name}, value:{refusal}") from refusal


def _subset(one: GeneralList, name: str, value: Any) -> tuple[str, bool]:
    found, flag = one.subset_named(name), FLAGS.get(str(value).lower())
    if found is None or flag is None:
        problem = "no such subset" if found is None else "wrong value for boolean"
        raise RefusedError("INCORRECT_FORMAT", f"incorrect format -- column name:{name}, value:{problem}")
    return found.id, flag
