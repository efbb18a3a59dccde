"""Functions that make models of JSON objects, for listings of tens of thousands of rows.

They do what attrs and cattrs generate, in a third of the time: nothing is collected in a dictionary on the way, and
text that is text is not handed to a function. A frozen class of attrs sets its attributes through
``object.__setattr__``, a call each. Here they are set on a draft, an object of a subclass that adds nothing and may be
changed, which then becomes one of the class itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import attrs

from anaplan_sdk._core.json.scalars import AS_THEY_ARE, HOOKS, Hook, mismatch


def builder(kind: type[Any], key_of: Callable[[attrs.Attribute[Any]], str], hook_of: Callable[[Any], Hook]) -> Hook:
    """A function that makes a *kind*, a frozen attrs class, of a JSON object; nulls mean the same as keys left out.

    *key_of* says where the value of a field stands, *hook_of* how values of a type are made. The function raises a
    KeyError where something is missing, and whatever the hooks raise.
    """
    names: dict[str, Any] = {"kind": kind, "Draft": _draft(kind), "new": object.__new__}
    names |= {"as_object": as_object, "tolerant": tolerant}
    lines = [
        "def build(row, _):",
        "    if type(row) is not dict: row = as_object(row, kind)",
        "    draft = new(Draft)",
    ]
    for field in attrs.fields(attrs.resolve_types(kind)):
        key, name = key_of(field), field.name
        names |= {f"{name}_hook": hook_of(field.type), f"{name}_type": field.type}
        names |= {f"{name}_class": AS_THEY_ARE.get(field.type), f"{name}_default": field.default}
        lines += [
            f"    value = row.get({key!r})",
            *_otherwise(field),
            f"    if value is None: {_absent(field, key)}",
            f"    elif type(value) is {name}_class: draft.{name} = value",
            f"    else: draft.{name} = {_made(field)}",
        ]
    lines += ["    draft.__class__ = kind", "    return draft"]
    exec("\n".join(lines), names)
    return cast("Hook", names["build"])


# What a caller decides by. So are ids, which have no default, and counts and flags, of which none is to be invented.
_STRICT = ("successful", "task_state")
_DECIDING = (int, bool)


def is_tolerant(field: attrs.Attribute[Any]) -> bool:
    """Whether a value of a wrong kind counts as absent: a field for display must never make an answer unreadable.

    Objects say themselves that they are for display, by the metadata ``display``.
    """
    if field.metadata.get("display"):
        return True
    may_be_absent = field.type in HOOKS and field.default is not attrs.NOTHING
    return may_be_absent and field.type not in _DECIDING and field.name not in _STRICT


def tolerant(hook: Hook, value: Any, kind: Any, default: Any) -> Any:
    """The value that *hook* makes, *default* where it cannot make any."""
    try:
        return hook(value, kind)
    except (TypeError, ValueError, KeyError, ExceptionGroup):
        return default


def as_object(value: Any, kind: type[Any]) -> dict[str, Any]:
    """*value* as an object, where a *kind* may stand there as a text alone: the name of what is elsewhere an object."""
    if type(value) is dict:
        return value
    if type(value) is str:
        for field in attrs.fields(kind):
            if field.metadata.get("alone"):
                return {field.name: value}
    raise TypeError(mismatch("an object", value))


def _otherwise(field: attrs.Attribute[Any]) -> list[str]:
    """The statement for a field whose key has a second spelling."""
    other = field.metadata.get("or")
    return [f"    if value is None: value = row.get({other!r})"] if other else []


def _made(field: attrs.Attribute[Any]) -> str:
    """The expression for a field that has a value."""
    name = field.name
    if is_tolerant(field):
        return f"tolerant({name}_hook, value, {name}_type, {name}_default)"
    return f"{name}_hook(value, {name}_type)"


def _absent(field: attrs.Attribute[Any], key: str) -> str:
    """The statement for a field that has no value."""
    if field.default is attrs.NOTHING:
        return f"raise KeyError({key!r})"
    if isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
        return f"draft.{field.name} = {field.name}_default.factory()"
    return f"draft.{field.name} = {field.name}_default"


def _draft(kind: type[Any]) -> type[Any]:
    changeable = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(kind.__name__, (kind,), {"__slots__": (), **changeable})
