"""How modules are shown: their line items with all attributes, and their views."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from .cells.formulas import names_in
from .contents import Planning
from .dimensions import ALL_VERSIONS_ID, LINE_ITEMS_ID, NO_VERSIONS_ID
from .modules import LineItem, Module, View

_PLAIN = re.compile(r"\w+")
_NO_TIME = "Not Applicable"

# --- line items -------------------------------------------------------------------------------------------------------


References: TypeAlias = Mapping[str, Sequence[LineItem]]


def references(module: Module) -> References:
    """The line items whose formulas use a name, by the name."""
    found: dict[str, list[LineItem]] = {}
    for line_item in module.line_items:
        for name in dict.fromkeys(names_in(line_item.formula or "")):
            found.setdefault(name, []).append(line_item)
    return found


def line_item_rows(planning: Planning, module: Module) -> list[dict[str, Any]]:
    """The line items of a module with all their attributes."""
    used = references(module)
    lists = {
        each: planning.dimension_name(each) for line_item in module.line_items for each in module.lists_of(line_item)
    }
    return [_line_item_row(planning, module, each, used, lists) for each in module.line_items]


def _line_item_row(
    planning: Planning, module: Module, line_item: LineItem, used: References, lists: Mapping[str, str]
) -> dict[str, Any]:
    """All attributes; those that are unset are left out where Anaplan leaves them out."""
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
        "version": {
            "name": "All" if versions else "Not Applicable",
            "id": ALL_VERSIONS_ID if versions else NO_VERSIONS_ID,
        },
        "format": line_item.format,
        "formatMetadata": line_item.format_metadata,
        "summary": line_item.summary,
        "timeScale": module.time_scale_of(line_item) or _NO_TIME,
        "timeRange": line_item.time_range,
        "formulaScope": line_item.formula_scope,
        "style": line_item.style,
        "notes": line_item.notes,
    }
    optional = {
        "appliesTo": [{"name": lists[each], "id": each} for each in module.lists_of(line_item)],
        "referencedBy": [{"name": each.name, "id": each.id} for each in used.get(line_item.name, ())],
        **_optional(planning, module, line_item),
    }
    return row | {key: value for key, value in optional.items() if value not in (None, [])}


def _optional(planning: Planning, module: Module, line_item: LineItem) -> dict[str, Any]:
    return {
        "code": line_item.code,
        "cellCount": planning.cell_count(module, line_item),
        "formula": line_item.formula,
        "dataTags": [{"name": name, "id": tag_id} for tag_id, name in line_item.data_tags],
        "parent": _reference(planning, line_item.parent_id),
        "readAccessDriver": _reference(planning, line_item.read_access_driver),
        "writeAccessDriver": _reference(planning, line_item.write_access_driver),
    }


def _reference(planning: Planning, line_item_id: str | None) -> dict[str, str] | None:
    found = planning.owner(line_item_id) if line_item_id is not None else None
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
