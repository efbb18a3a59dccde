"""The structure of a model, apart from its data, in a form that can be kept and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import fields
from typing import Any, TypeAlias

from .model import Model

Structure: TypeAlias = dict[str, dict[str, dict[str, Any]]]
"""Category of objects → id of an object → its attributes."""

_DATA = {"items", "cells", "default_chunks"}


def structure(model: Model) -> Structure:
    """A snapshot of the model's structure that shares nothing with the model."""
    return {
        "lists": _snapshot(model.lists.values()),
        "modules": _snapshot(model.modules.values(), omit={"line_items"}),
        "lineItems": {
            line_item.id: {**_attributes(line_item), "module_id": module.id}
            for module in model.modules.values()
            for line_item in module.line_items
        },
        "files": _snapshot(model.files.values()),
        "imports": _snapshot(model.imports.values()),
        "exports": _snapshot(model.exports.values()),
        "actions": _snapshot(model.actions.values()),
        "processes": _snapshot(model.processes.values()),
    }


def _snapshot(parts: Iterable[Any], omit: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    return {part.id: _attributes(part, omit) for part in parts}


def _attributes(part: Any, omit: Collection[str] = ()) -> dict[str, Any]:
    names = [field.name for field in fields(part) if field.name not in _DATA and field.name not in omit]
    return {name: deepcopy(getattr(part, name)) for name in names}
