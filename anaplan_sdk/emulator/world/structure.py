"""The structure of a model, apart from its data, in a form that can be kept and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import MISSING, Field, fields
from typing import Any, TypeAlias

from .model import Model
from .planning.dimensions import TIME_ID
from .planning.lists import GeneralList

Structure: TypeAlias = dict[str, dict[str, dict[str, Any]]]
"""Category of objects → id of an object → its attributes; some are left out while they are as usual."""


def structure(model: Model) -> Structure:
    """A snapshot of the model's structure that shares nothing with the model."""
    lists = model.lists.values()
    return {
        "lists": _snapshot(lists, omit={"properties", "subsets"}),
        "listProperties": {
            each.id: {**attributes(each), "list_id": part.id} for part in lists for each in part.properties
        },
        "listSubsets": {each.id: {**attributes(each), "list_id": part.id} for part in lists for each in part.subsets},
        "listItems": {
            key: row for part in lists if not part.production_data for key, row in _items(model, part).items()
        },
        "modules": _snapshot(model.modules.values(), omit={"line_items"}),
        "lineItems": {
            line_item.id: {**attributes(line_item), "module_id": module.id}
            for module in model.modules.values()
            for line_item in module.line_items
        },
        "lineItemSubsets": _snapshot(model.line_item_subsets.values()),
        "views": _snapshot(model.views.values()),
        "versions": _snapshot(model.versions.values()),
        "timeSettings": {TIME_ID: {"id": TIME_ID, "name": "Time", **attributes(model.calendar)}},
        "dashboards": _snapshot(model.dashboards.values()),
        "files": _snapshot(model.files.values()),
        "imports": _snapshot(model.imports.values()),
        "exports": _snapshot(model.exports.values()),
        "actions": _snapshot(model.actions.values()),
        "processes": _snapshot(model.processes.values()),
    }


def _snapshot(parts: Iterable[Any], omit: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    return {part.id: attributes(part, omit) for part in parts}


def attributes(part: Any, omit: Collection[str] = ()) -> dict[str, Any]:
    """What belongs to the structure of a part; details are left out while they are as usual."""
    kept = ((each.name, getattr(part, each.name)) for each in structural_fields(part) if each.name not in omit)
    usual = {each.name: usual_value(each) for each in fields(part) if each.metadata.get("snapshot") == "unusual"}
    return {name: deepcopy(value) for name, value in kept if name not in usual or value != usual[name]}


def structural_fields(part: Any) -> list[Field[Any]]:
    """The fields of a part, or of its class, that are structure and not data."""
    return [each for each in fields(part) if each.metadata.get("snapshot") != "never"]


def usual_value(field: Field[Any]) -> Any:
    """What a field has where nothing was given."""
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _items(model: Model, part: GeneralList) -> dict[str, dict[str, Any]]:
    """The items of a list that is structure itself, by their codes, else their names."""
    found: dict[str, dict[str, Any]] = {}
    for position, label in zip(part.positions(), part.labels(), strict=True):
        parent = model.parent_item(part.id, position)
        texts = {each.id: model.display(each, part.property_at(position, each.id)) for each in part.properties}
        found[f"{part.id}/{label}"] = {
            "id": f"{part.id}/{label}",
            # Names of numbered items are counted in each model by itself.
            "name": label if part.numbered else part.name_at(position),
            "code": part.code_at(position),
            "parent": parent[1].name if parent else None,
            "properties": {property_id: text for property_id, text in texts.items() if text},
            "subset_ids": [each.id for each in part.subsets if part.in_subset(position, each.id)],
            "list_id": part.id,
        }
    return found
