"""Gives a model the structure of a revision. Data is no part of it: what stays keeps its items and cells."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any, TypeAlias, TypeVar

from ..world.definitions import Action, Export, File, Import, Process
from ..world.model import Model
from ..world.planning.calendar import Version
from ..world.planning.dimensions import TIME_ID
from ..world.planning.formats import ValueRefusedError
from ..world.planning.items import ItemError, ListProperty, Subset
from ..world.planning.lists import GeneralList
from ..world.planning.modules import KEY_SEPARATOR, Dashboard, LineItem, LineItemSubset, Module, View
from ..world.structure import Structure, structural_fields, usual_value

PartT = TypeVar("PartT")
Attributes: TypeAlias = Mapping[str, Any]
Wanted: TypeAlias = Mapping[str, Attributes]


def restructure(model: Model, wanted: Structure) -> None:
    """Create, change and delete parts until the structure is the wanted one; files are created but never deleted."""
    before = _cells_fit(model)
    _replace_lists(model, wanted)
    _replace(model.modules, Module, wanted["modules"])
    for module in model.modules.values():
        module.line_items[:] = _members(LineItem, "module_id", module.id, wanted["lineItems"])
    _replace(model.line_item_subsets, LineItemSubset, wanted["lineItemSubsets"])
    _replace(model.views, View, wanted["views"])
    _replace(model.versions, Version, wanted["versions"])
    _set(
        model.calendar, {name: value for name, value in wanted["timeSettings"][TIME_ID].items() if name not in _LABELS}
    )
    _replace(model.dashboards, Dashboard, wanted["dashboards"])
    _drop_cells(model, before)
    model.files |= {id_: File(**values) for id_, values in _copied(wanted["files"]) if id_ not in model.files}
    _replace(model.imports, Import, wanted["imports"])
    _replace(model.exports, Export, wanted["exports"])
    _replace(model.actions, Action, wanted["actions"])
    _replace(model.processes, Process, wanted["processes"])


# What the calendar has only so that reports can name it.
_LABELS = {"id", "name"}


def _replace(parts: dict[str, PartT], kind: type[PartT], wanted: Wanted) -> None:
    """Keep the objects that stay, since they hold the data, and take over the wanted order."""
    kept = dict(parts)
    parts.clear()
    for part_id, attributes in _copied(wanted):
        part = kept.get(part_id)
        if part is None:
            parts[part_id] = kind(**attributes)
            continue
        _set(part, attributes)
        parts[part_id] = part


def _set(part: object, attributes: Attributes) -> None:
    """Give a part the attributes, and the usual ones where details are left out."""
    usual = {each.name: usual_value(each) for each in structural_fields(part) if each.metadata.get("snapshot")}
    for name, value in (usual | dict(attributes)).items():
        setattr(part, name, value)


def _members(kind: type[PartT], owner: str, owner_id: str, wanted: Wanted) -> list[PartT]:
    """What belongs to one owner, new; none of it holds data."""
    members = [attributes for _, attributes in _copied(wanted) if attributes[owner] == owner_id]
    return [kind(**{name: value for name, value in each.items() if name != owner}) for each in members]


def _copied(wanted: Wanted) -> list[tuple[str, dict[str, Any]]]:
    # A revision belongs to several models; none of them may change what the others see.
    return [(part_id, deepcopy(dict(attributes))) for part_id, attributes in wanted.items()]


# --- lists ------------------------------------------------------------------------------------------------------------


def _replace_lists(model: Model, wanted: Structure) -> None:
    _replace(model.lists, GeneralList, wanted["lists"])
    for part in list(model.lists.values()):
        model.add_list(part)
        part.properties = _members(ListProperty, "list_id", part.id, wanted["listProperties"])
        part.subsets = _members(Subset, "list_id", part.id, wanted["listSubsets"])
    items = list(wanted["listItems"].values())
    for part in model.lists.values():
        if not part.production_data:
            _replace_items(model, part, [each for each in items if each["list_id"] == part.id])
    for part in model.lists.values():
        for each in (each for each in items if each["list_id"] == part.id):
            _place(model, part, each)


def _replace_items(model: Model, part: GeneralList, wanted: list[Attributes]) -> None:
    """Give a list that is structure exactly the wanted items; those that stay keep their ids and cells."""
    labels = {each["code"] or each["name"] for each in wanted}
    for position, label in zip(list(part.positions()), list(part.labels()), strict=True):
        if label not in labels:
            model.delete_item(part.id, position)
    for each in wanted:
        if _position(part, each) is None:
            part.add_item(None if part.numbered else each["name"], each["code"])


def _position(part: GeneralList, wanted: Attributes) -> int | None:
    return part.by_code(wanted["code"]) if wanted["code"] else part.by_name(wanted["name"])


def _place(model: Model, part: GeneralList, wanted: Attributes) -> None:
    """Set what is wanted of an item beside what it is found by."""
    position = _position(part, wanted)
    if position is None:  # a numbered item without a code is counted in each model by itself
        return
    with suppress(ItemError):  # names that two items exchange
        if not part.numbered:
            part.rename(position, wanted["name"])
    part.move(position, model.find_parent(part.id, wanted["parent"]) if wanted["parent"] else None)
    for each in part.properties:
        part.set_property(position, each.id, _stored(model, each, wanted["properties"].get(each.id, "")))
    for subset in part.subsets:
        part.set_subset(position, subset.id, subset.id in wanted["subset_ids"])


def _stored(model: Model, part: ListProperty, text: str) -> str:
    try:
        return model.stored(part, text)
    except ValueRefusedError:  # an item or a period that this model does not have
        return ""


# --- cells ------------------------------------------------------------------------------------------------------------


def _cells_fit(model: Model) -> dict[str, tuple[object, ...]]:
    """What must stay as it is in a line item for its cells to stay."""
    return {
        line_item.id: (
            *(module.id, line_item.format, line_item.entity_id, line_item.period_type),
            *model.dimension_ids(module, line_item),
        )
        for module in model.modules.values()
        for line_item in module.line_items
    }


def _drop_cells(model: Model, before: Mapping[str, tuple[object, ...]]) -> None:
    """Cells go with their line item, and where its format or dimensions change, since they might not fit any more."""
    after = _cells_fit(model)
    for module in model.modules.values():
        for key in list(module.cells):
            line_item_id = key.partition(KEY_SEPARATOR)[0]
            if after.get(line_item_id) is None or after[line_item_id] != before.get(line_item_id):
                del module.cells[key]
