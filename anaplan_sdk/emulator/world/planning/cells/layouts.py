"""How the cells of a line item are kept, and which of them are totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..dimensions import VERSIONS_ID, Dimension, ListDimension
from ..modules import LineItem
from .formulas import Calculation


@dataclass(slots=True)
class Layout:
    """How the cells of a line item are kept: by position in one list, in a column for each combination of the rest."""

    line_item: LineItem
    first: ListDimension | None
    others: list[Dimension]
    calculation: Calculation | None
    keys: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    """Of the columns that were found to be writable."""
    ids: set[str] = field(init=False)
    """Those of all its dimensions."""

    def __post_init__(self) -> None:
        self.ids = {each.id for each in [*filter(None, [self.first]), *self.others]}

    @property
    def length(self) -> int:
        return 1 if self.first is None else self.first.own.length

    @property
    def is_number(self) -> bool:
        return self.line_item.format == "NUMBER"

    def named(self, others: Sequence[str]) -> dict[str, str]:
        return {dimension.id: item for dimension, item in zip(self.others, others, strict=True)}

    def with_version(self, others: Sequence[str], version_id: str) -> tuple[str, ...]:
        places = zip(self.others, others, strict=True)
        return tuple(version_id if dimension.id == VERSIONS_ID else item for dimension, item in places)

    def total_in(self, others: Sequence[str]) -> int | None:
        """The first of the further dimensions in which a cell is a total."""
        places = enumerate(zip(self.others, others, strict=True))
        return next((index for index, (dimension, item) in places if not dimension.is_leaf(item)), None)


def grouped(dimension: ListDimension) -> dict[str, list[int]]:
    """The positions of the items below each item of the lists above, and below each top level item."""
    own, *above = dimension.lists
    groups: dict[str, list[int]] = {}
    for position in dimension.positions():
        if own.top_level_id is not None:
            groups.setdefault(own.top_level_id, []).append(position)
        parent_id = own.parent_at(position)
        for level in above if parent_id else ():
            parent = level.position_of(parent_id or "")
            if parent is not None:
                groups.setdefault(level.item_id(parent), []).append(position)
            if level.top_level_id is not None and (parent is not None or parent_id == level.top_level_id):
                groups.setdefault(level.top_level_id, []).append(position)
            parent_id = None if parent is None else level.parent_at(parent)
    return groups
