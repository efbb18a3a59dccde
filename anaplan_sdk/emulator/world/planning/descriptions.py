"""How modules are shown: their line items with all attributes, and their views."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .cells.formulas import names_in
from .contents import Planning
from .dimensions import ALL_VERSIONS_ID, LINE_ITEMS_ID, NO_VERSIONS_ID
from .modules import LineItem, Module, View

_PLAIN = re.compile(r"\w+")
_NO_TIME = "Not Applicable"
_ALL_VERSIONS = {"name": "All", "id": ALL_VERSIONS_ID}
_NO_VERSIONS = {"name": "Not Applicable", "id": NO_VERSIONS_ID}

# --- line items -------------------------------------------------------------------------------------------------------


def line_item_rows(planning: Planning, module: Module) -> list[dict[str, Any]]:
    """The line items of a module with all their attributes."""
    describe = _Describer(planning, module)
    return [describe.row(each) for each in module.line_items]


class _Describer:
    """Describes the line items of a module; what many of them share is looked up once."""

    def __init__(self, planning: Planning, module: Module) -> None:
        self._planning, self._module = planning, module
        ids = {each for line_item in module.line_items for each in module.lists_of(line_item)}
        self._lists = {each: planning.dimension_name(each) for each in ids}
        self._counts: dict[tuple[object, ...], int] = {}
        self._users: dict[str, list[LineItem]] = {}
        for line_item in module.line_items:
            for name in dict.fromkeys(names_in(line_item.formula or "")):
                self._users.setdefault(name, []).append(line_item)

    def row(self, line_item: LineItem) -> dict[str, Any]:
        """All attributes; those that are unset are left out where Anaplan leaves them out."""
        module = self._module
        versions = module.has_versions(line_item)
        row: dict[str, Any] = {
            "moduleId": module.id,
            "moduleName": module.name,
            "id": line_item.id,
            "name": line_item.name,
            "isSummary": line_item.is_summary,
            "startOfSection": line_item.start_of_section,
            "broughtForward": line_item.brought_forward,
            "useSwitchover": line_item.use_switchover,
            "breakback": line_item.breakback,
            "version": dict(_ALL_VERSIONS if versions else _NO_VERSIONS),
            "format": line_item.format,
            "formatMetadata": line_item.format_metadata,
            "summary": line_item.summary,
            "timeScale": module.time_scale_of(line_item) or _NO_TIME,
            "timeRange": line_item.time_range,
            "formulaScope": line_item.formula_scope,
            "style": line_item.style,
            "notes": line_item.notes,
        }
        return row | {key: value for key, value in self._optional(line_item).items() if value not in (None, [])}

    def _optional(self, line_item: LineItem) -> dict[str, Any]:
        return {
            "code": line_item.code,
            "cellCount": self._cell_count(line_item),
            "formula": line_item.formula,
            "appliesTo": [{"name": self._lists[each], "id": each} for each in self._module.lists_of(line_item)],
            "referencedBy": [{"name": each.name, "id": each.id} for each in self._users.get(line_item.name, ())],
            "dataTags": [{"name": name, "id": tag_id} for tag_id, name in line_item.data_tags],
            "parent": self._reference(line_item.parent_id),
            "readAccessDriver": self._reference(line_item.read_access_driver),
            "writeAccessDriver": self._reference(line_item.write_access_driver),
        }

    def _cell_count(self, line_item: LineItem) -> int | None:
        if line_item.format == "NONE":
            return None
        module = self._module
        dimensions = (*module.lists_of(line_item), module.time_scale_of(line_item), module.has_versions(line_item))
        if dimensions not in self._counts:
            self._counts[dimensions] = self._planning.cell_count(module, line_item) or 0
        return self._counts[dimensions]

    def _reference(self, line_item_id: str | None) -> dict[str, str] | None:
        found = self._planning.owner(line_item_id) if line_item_id is not None else None
        return {"name": found[1].name, "id": found[1].id} if found else None


# --- views ------------------------------------------------------------------------------------------------------------


def find_view(planning: Planning, view_id: str) -> View | None:
    """A saved view, the default view of a module, or the view that a line item stands in."""
    if view_id in planning.views:
        return planning.views[view_id]
    if (module := planning.modules.get(view_id)) is not None:
        return default_view(planning, module)
    if (found := planning.owner(view_id)) is None:
        return None
    module, line_item = found
    return subsidiary_view(planning, module, line_item) or default_view(planning, module)


def default_view(planning: Planning, module: Module) -> View:
    """The first list on rows, line items on columns, everything else on pages."""
    shown = [each.id for each in module.line_items if not each.has_own_dimensions]
    return _usual_view(planning.dimension_ids(module, LineItem("", "")), shown, View(module.id, module.name, module.id))


def subsidiary_view(planning: Planning, module: Module, line_item: LineItem) -> View | None:
    """The view of a line item with dimensions of its own."""
    if not line_item.has_own_dimensions:
        return None
    view = View(line_item.id, line_item.name, module.id, line_item_id=line_item.id)
    return _usual_view(planning.dimension_ids(module, line_item), [line_item.id], view)


def _usual_view(dimension_ids: Sequence[str], shown: list[str], view: View) -> View:
    view.rows, view.columns, view.pages = [*dimension_ids[:1]], [LINE_ITEMS_ID], [*dimension_ids[:0:-1]]
    view.shown = {LINE_ITEMS_ID: shown}
    return view


def all_views(planning: Planning, module_id: str | None = None, *, subsidiary: bool = False) -> list[View]:
    """The default view of each module (or of one), its saved views, and its subsidiary views if wanted."""
    found: list[View] = []
    modules = planning.modules.values() if module_id is None else filter(None, [planning.modules.get(module_id)])
    for module in modules:
        found.append(default_view(planning, module))
        found += [each for each in planning.views.values() if each.module_id == module.id]
        if subsidiary:
            views = (subsidiary_view(planning, module, each) for each in module.line_items)
            found += [each for each in views if each]
    return found


def view_name(planning: Planning, view: View) -> str:
    """The name as the listing of the whole model prints it."""
    module = planning.modules.get(view.module_id)
    if view.is_default or view.line_item_id is not None or module is None:
        return view.name
    return f"{_quoted(module.name)}.{_quoted(view.name)}"


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f"'{name}'"
