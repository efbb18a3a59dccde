"""The text of a comparison report: tab separated, a section for each category and kind of change."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ..world.structure import Structure
from .comparison import differences

TableRow: TypeAlias = Sequence[str]


def report_text(heading: Iterable[TableRow], target: Structure, source: Structure) -> str:
    """The heading, then ``=== LISTS ADDED ===`` and its like, each with a header row; empty ones are left out."""
    text = io.StringIO()
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerows(heading)
    for category, difference in differences(target, source).items():
        title = _title(category).upper()
        sections = {
            f"{title} ADDED": _objects(source, category, difference.created),
            f"{title} REMOVED": _objects(target, category, difference.deleted),
            f"{title} CHANGED": _changes(target, source, category, difference.modified),
        }
        for section, rows in sections.items():
            if len(rows) > 1:
                table.writerows([[], [f"=== {section} ==="], *rows])
    return text.getvalue()


def _objects(structure: Structure, category: str, ids: Sequence[str]) -> list[TableRow]:
    names = _names(structure)
    objects = [structure[category][object_id] for object_id in ids]
    columns = _columns(objects)
    header = [_title(name) for name in columns]
    return [header, *([_text(name, item.get(name), names) for name in columns] for item in objects)]


def _columns(objects: Sequence[Mapping[str, Any]]) -> list[str]:
    """The attributes that any of the objects has."""
    return list(dict.fromkeys(name for attributes in objects for name in attributes))


def _changes(target: Structure, source: Structure, category: str, ids: Sequence[str]) -> list[TableRow]:
    rows: list[TableRow] = [["Id", "Name", "Property", "Target Value", "Source Value"]]
    target_names, source_names = _names(target), _names(source)
    for object_id in ids:
        old, new = target[category][object_id], source[category][object_id]
        for name in (name for name in _columns([old, new]) if old.get(name) != new.get(name)):
            values = _text(name, old.get(name), target_names), _text(name, new.get(name), source_names)
            rows.append([object_id, new["name"], _title(name), *values])
    return rows


def _names(structure: Structure) -> dict[str, str]:
    objects = (item for category in structure.values() for item in category.items())
    return {object_id: attributes["name"] for object_id, attributes in objects}


def _title(name: str) -> str:
    """The name of a category or an attribute in words: ``lineItems`` is ``Line Items``, ``list_id`` is ``List``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.removesuffix("_id")).split("_")
    return " ".join(word.capitalize() for word in words)


def _text(name: str, value: Any, names: dict[str, str]) -> str:
    """Write a value as it is; where it is a reference to another object, by the name of that."""
    if value is None:
        return ""
    if isinstance(value, str):
        return names.get(value, value) if name.endswith("_id") else value
    return json.dumps(value, ensure_ascii=False)
