"""Gives a model the structure of a revision. Data is no part of it: what stays keeps its items and cells."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, TypeVar

from ..world.definitions import Action, Export, File, Import, Process
from ..world.model import GeneralList, LineItem, Model, Module
from ..world.structure import Structure

PartT = TypeVar("PartT", GeneralList, Module, LineItem, File, Import, Export, Action, Process)


def restructure(model: Model, wanted: Structure) -> None:
    """Create, change and delete parts until the structure is the wanted one; files are created but never deleted."""
    _replace(model.lists, GeneralList, wanted["lists"])
    dimensions = {module.id: module.list_id for module in model.modules.values()}
    _replace(model.modules, Module, wanted["modules"])
    for module in model.modules.values():
        if module.list_id != dimensions.get(module.id):
            module.cells.clear()
        _replace_line_items(module, wanted["lineItems"])
    model.files |= {id_: File(**values) for id_, values in _copied(wanted["files"]) if id_ not in model.files}
    _replace(model.imports, Import, wanted["imports"])
    _replace(model.exports, Export, wanted["exports"])
    _replace(model.actions, Action, wanted["actions"])
    _replace(model.processes, Process, wanted["processes"])


def _replace(parts: dict[str, PartT], kind: type[PartT], wanted: Mapping[str, dict[str, Any]]) -> None:
    """Keep the objects that stay, since they hold the data, and take over the wanted order."""
    kept = dict(parts)
    parts.clear()
    for part_id, attributes in _copied(wanted):
        part = kept.get(part_id)
        if part is None:
            parts[part_id] = kind(**attributes)
            continue
        for name, value in attributes.items():
            setattr(part, name, value)
        parts[part_id] = part


def _replace_line_items(module: Module, wanted: Mapping[str, dict[str, Any]]) -> None:
    """Cells are dropped with their line item, and where the format changes, since they might not fit any more."""
    formats = {line_item.id: line_item.format for line_item in module.line_items}
    module.line_items[:] = [
        LineItem(**{name: value for name, value in attributes.items() if name != "module_id"})
        for attributes in wanted.values()
        if attributes["module_id"] == module.id
    ]
    kept = {line_item.id for line_item in module.line_items if formats.get(line_item.id) == line_item.format}
    for line_item_id in module.cells.keys() - kept:
        del module.cells[line_item_id]


def _copied(wanted: Mapping[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    # A revision belongs to several models; none of them may change what the others see.
    return [(part_id, deepcopy(attributes)) for part_id, attributes in wanted.items()]
