"""What an import of many rows is going to change: checked and collected row by row, applied in one go at the end.

As nothing is applied before, an import that is cancelled or fails leaves no trace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from ..world.planning.formats import CHECKS
from ..world.planning.lists import MOST_NAME_CHARACTERS, GeneralList
from ..world.planning.modules import LineItem, Module

BATCH_ROWS = 5_000
MOST_SHARED_TEXTS = 50_000

# Tabs and ends of lines are text, which may have them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ListChanges:
    """Items to be added to a list; those that it has already are updates that change nothing."""

    def __init__(self, target: GeneralList, key_index: int) -> None:
        self.key_of = itemgetter(key_index)
        self._key_index = key_index
        self._list = target
        self._known = target.by_key()
        self._new: dict[str, None] = {}

    def errors(self, row: Sequence[str]) -> list[str]:
        """Why a row cannot be accepted; nothing where it can."""
        key = row[self._key_index]
        if len(key) > MOST_NAME_CHARACTERS:
            return [f"A name has at most {MOST_NAME_CHARACTERS} characters, not {len(key)}"]
        return key_errors(key)

    def accept(self, row: list[str]) -> bool:
        """Take a row without errors; tell whether it creates something."""
        key = row[self._key_index]
        if key in self._known or key in self._new:
            return False
        self._new[key] = None
        return True

    def apply(self) -> None:
        """Make the changes."""
        self._list.add(self._new)


class ModuleChanges:
    """Cells to be set in a module, for items that its list already has."""

    def __init__(
        self, module: Module, dimension: GeneralList, key_index: int, columns: list[tuple[int, LineItem]]
    ) -> None:
        self.key_of = itemgetter(key_index)
        self._key_index = key_index
        self._module = module
        self._dimension = dimension
        self._known = dimension.by_key()
        self._columns = columns
        self._checks = [
            (index, line_item, CHECKS[line_item.format]) for index, line_item in columns if line_item.format in CHECKS
        ]
        self._positions: list[int] = []
        self._values: list[list[str]] = [[] for _ in columns]
        self._waiting: list[list[str]] = []
        self._shared: dict[str, str] = {}

    def errors(self, row: Sequence[str]) -> list[str]:
        """Why a row cannot be accepted; nothing where it can."""
        key = row[self._key_index]
        errors = key_errors(key)
        if not errors and key not in self._known:
            errors = [f"'{key}' is not an item of the list {self._dimension.name}"]
        if CONTROL.search("".join(row)):
            errors += self._control_errors(row)
        for index, line_item, is_valid in self._checks:
            if row[index] and not is_valid(row[index]):
                errors.append(f"'{row[index]}' is not a valid {line_item.format} for {line_item.name}")
        return errors

    def _control_errors(self, row: Sequence[str]) -> list[str]:
        mapped = ((row[index], line_item.name) for index, line_item in self._columns)
        return [f"The value for {name} has control characters" for value, name in mapped if CONTROL.search(value)]

    def accept(self, row: list[str]) -> bool:
        """Take a row without errors; it updates cells and creates nothing."""
        self._positions.append(self._known[row[self._key_index]])
        self._waiting.append(row)
        if len(self._waiting) >= BATCH_ROWS:
            self._collect()
        return False

    def _collect(self) -> None:
        """Turn the waiting rows into columns; a text that many rows have is kept once."""
        shared = self._shared
        for values, (index, _) in zip(self._values, self._columns, strict=True):
            values.extend([shared.setdefault(row[index], row[index]) for row in self._waiting])
        self._waiting.clear()
        if len(shared) > MOST_SHARED_TEXTS:
            shared.clear()

    def apply(self) -> None:
        """Make the changes."""
        self._collect()
        for (_, line_item), values in zip(self._columns, self._values, strict=True):
            column = self._module.column(line_item.id, self._dimension.length)
            for position, value in zip(self._positions, values, strict=True):
                column[position] = value


def key_errors(key: str) -> list[str]:
    if not key or key.isspace():
        return ["The key of the row is blank"]
    return ["The key of the row has control characters"] if CONTROL.search(key) else []
