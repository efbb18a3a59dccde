"""What lists know of their items beside the names, and what they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .formats import FormatDetails, format_metadata


class ItemError(Exception):
    """An item that cannot be as it is wanted; ``kind`` is a failure type of list writes."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(slots=True)
class Subset:
    """A subset of a list."""

    id: str
    name: str


@dataclass(slots=True)
class ListProperty:
    """A property of the items of a list; ``format`` and what belongs to it are as in a line item."""

    id: str
    name: str
    format: str = "TEXT"
    entity_id: str | None = None
    period_type: str = "MONTH"
    format_details: FormatDetails = field(default_factory=dict[str, Any])
    formula: str | None = None
    notes: str = ""
    referenced_by: str = ""
    data_tags: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def format_metadata(self) -> FormatDetails:
        """The format as the API tells it."""
        return format_metadata(self.format, self.entity_id, self.period_type, self.format_details)


@dataclass(slots=True)
class ItemDetails:
    """What is known of some items beside their names, by position."""

    codes: dict[int, str | None] = field(default_factory=dict[int, "str | None"])
    """Only where the code is not the name."""
    parents: dict[int, str] = field(default_factory=dict[int, str])
    values: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    """By the id of the property."""
    members: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    """By the id of the subset."""
    readers: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    writers: dict[int, list[str]] = field(default_factory=dict[int, list[str]])

    def forget(self, position: int) -> None:
        by_position: list[dict[int, Any]] = [self.codes, self.parents, self.readers, self.writers]
        for kept in [*by_position, *self.values.values()]:
            kept.pop(position, None)
        for members in self.members.values():
            members.discard(position)


class AnyCase:
    """Finds texts in any case. Its index is made when it is asked for, and again after more than additions."""

    def __init__(self, positions: Mapping[str, int]) -> None:
        self._positions = positions
        self._index: dict[str, list[int]] | None = None

    def find(self, text: str) -> list[int]:
        """The positions of all texts that are this one in some case."""
        if self._index is None:
            self._index = {}
            for each, position in self._positions.items():
                self.added(each, position)
        return self._index.get(text.casefold(), [])

    def added(self, text: str, position: int) -> None:
        if self._index is not None:
            self._index.setdefault(text.casefold(), []).append(position)

    def changed(self) -> None:
        self._index = None
