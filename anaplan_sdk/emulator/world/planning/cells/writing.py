"""Writing cells, with the reasons for which Anaplan refuses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..contents import Planning
from ..dimensions import TIME_ID, VERSIONS_ID, ListDimension
from ..formats import ValueRefusedError
from ..modules import Module, column_key
from .calculating import Cells
from .layouts import Layout


class CellRefusedError(Exception):
    """A cell that cannot be written; ``kind`` is a failure type of cell writes."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class CellChange(NamedTuple):
    """A cell that can be set: the key of its column, its position, the length of the column, and the text."""

    key: str
    position: int
    length: int
    text: str


class CellWriter:
    """Writes cells of a module, one after the other; it looks everything up once."""

    def __init__(self, planning: Planning, module: Module) -> None:
        self._planning = planning
        self._module = module
        self._cells = Cells(planning, module)

    def write(self, line_item_id: str, coordinates: Mapping[str, str], value: object) -> None:
        """Set the cell at the items of all dimensions, by their ids.

        Raises:
            CellRefusedError: The cell does not exist or cannot be written, or its format does not take the value.
        """
        self.apply(self.checked(line_item_id, coordinates, value))

    def apply(self, change: CellChange) -> None:
        """Make a change that was checked before."""
        self._module.column(change.key, change.length)[change.position] = change.text

    def checked(self, line_item_id: str, coordinates: Mapping[str, str], value: object) -> CellChange:
        """Check what ``write`` would do.

        Raises:
            CellRefusedError: See ``write``.
        """
        layout = self._cells.layout(line_item_id)
        if layout is None or set(coordinates) != layout.ids:
            raise _invalid()
        others = tuple(coordinates[each.id] for each in layout.others)
        key = layout.keys.get(others) or self._check(layout, others)
        position = 0 if layout.first is None else self._position(layout.first, coordinates[layout.first.id])
        try:
            text = self._planning.stored(layout.line_item, value)
        except ValueRefusedError as error:
            raise CellRefusedError("INCORRECT_FORMAT", str(error)) from None
        return CellChange(key, position, layout.length, text)

    @staticmethod
    def _position(first: ListDimension, item: str) -> int:
        position = first.leaf_position(item)
        if position is not None:
            return position
        raise _invalid() if first.find(item) is None else _calculated()

    def _check(self, layout: Layout, others: tuple[str, ...]) -> str:
        """The key of the column, if its cells can be written."""
        places = list(zip(layout.others, others, strict=True))
        if any(dimension.find(item) is None for dimension, item in places):
            raise _invalid()
        version = self._planning.versions.get(layout.named(others).get(VERSIONS_ID, ""))
        period = self._planning.calendar.period(layout.named(others).get(TIME_ID, ""))
        if (
            layout.total_in(others) is not None
            or layout.line_item.formula is not None
            or layout.line_item.format == "NONE"
        ):
            raise _calculated()
        if (version and version.formula is not None) or self._cells.stand_in(layout, others) is not None:
            raise _calculated()
        if version and period and not version.edits(period):
            raise CellRefusedError("cellIsReadOnly", "the cell is outside the edit range of its version")
        layout.keys[others] = key = column_key(layout.line_item.id, others)
        return key


def _invalid() -> CellRefusedError:
    return CellRefusedError("cellIsInvalid", "the cell could not be found or resolved")


def _calculated() -> CellRefusedError:
    message = "the cell is a calculated/aggregate cell and is not writeable"
    return CellRefusedError("cellIsCalculated", message)
