"""Cells as values, by the format of their line item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias, get_args

import attrs

from anaplan_sdk._core.api.transactional import LINE_ITEMS
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import LineItem, ViewDefinition
from anaplan_sdk.models.cells import CellValue

Numbers: TypeAlias = Literal["text", "float", "decimal"]
Convert: TypeAlias = Callable[[str], CellValue]


def check_numbers(numbers: str) -> None:
    """Refuse what is no way to read numbers."""
    if numbers not in get_args(Numbers):
        raise ConfigurationError(f"numbers must be 'text', 'float' or 'decimal', not {numbers!r}.")


def _decimal(text: str) -> CellValue:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:  # an error of a formula, such as NaN, is one too; other words stay
        return text


def _float(text: str) -> CellValue:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _truth(text: str) -> CellValue:
    return {"true": True, "false": False, "": None}.get(text.lower(), text)


def _day(text: str) -> CellValue:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return text


def _text(text: str) -> CellValue:
    return text or None


@attrs.frozen
class Formats:
    """How the cells of line items are read, by the name of the line item."""

    converters: Mapping[str, Convert]
    only: Convert | None = None
    """For the cells of a view that shows one line item and does not name it."""
    in_headers: bool = True
    """Whether headers of columns name line items."""

    @classmethod
    def of(cls, view: ViewDefinition, line_items: Sequence[LineItem], numbers: Numbers) -> Formats:
        """Those of the *line_items* of the module of a view."""
        kinds: dict[str, Convert] = {
            "NUMBER": _decimal if numbers == "decimal" else _float,
            "BOOLEAN": _truth,
            "DATE": _day,
        }
        by_id = {item.id: kinds.get(_data_type(item), _text) for item in line_items}
        only = None
        if LINE_ITEMS not in {dimension.id for dimension in (*view.pages, *view.rows, *view.columns)}:
            only = by_id.get(view.id) or (next(iter(by_id.values())) if len(by_id) == 1 else None)
        in_headers = LINE_ITEMS in {dimension.id for dimension in view.columns}
        return cls({item.name: by_id[item.id] for item in line_items}, only, in_headers)

    def of_header(self, header: str) -> Convert | None:
        """That of the line item in the header of a column, which may name items of other dimensions beside it."""
        if not self.in_headers:
            return self.only
        if header in self.converters:
            return self.converters[header]
        part_of = [name for name in self.converters if header.startswith(name) or header.endswith(name)]
        return self.converters[max(part_of, key=len)] if part_of else None


def _data_type(item: LineItem) -> str:
    return (item.format_metadata and item.format_metadata.data_type) or item.format or ""
