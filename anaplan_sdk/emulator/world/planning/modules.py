"""Modules, their line items, subsets of line items, and views on them."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from ..definitions import DATA, DETAIL
from .formats import FormatDetails, format_metadata

KEY_SEPARATOR = "/"


@dataclass(slots=True)
class LineItem:
    """A line item.

    ``format`` is NUMBER, BOOLEAN, TEXT, DATE, LIST, TIME PERIOD or NONE. ``entity_id`` is the list of a LIST,
    ``period_type`` the kind of a TIME PERIOD. Where the line item has no dimensions of its own (None), it has those of
    its module. ``summary`` is None, Sum or Formula.
    """

    id: str
    name: str
    format: str = "TEXT"
    _: KW_ONLY
    entity_id: str | None = field(default=None, metadata=DETAIL)
    period_type: str = field(default="MONTH", metadata=DETAIL)
    format_details: FormatDetails = field(default_factory=dict[str, Any], metadata=DETAIL)
    applies_to: list[str] | None = field(default=None, metadata=DETAIL)
    time_scale: str | None = field(default=None, metadata=DETAIL)
    versions: bool | None = field(default=None, metadata=DETAIL)
    formula: str | None = field(default=None, metadata=DETAIL)
    summary: str = field(default="None", metadata=DETAIL)
    code: str | None = field(default=None, metadata=DETAIL)
    notes: str = field(default="", metadata=DETAIL)
    is_summary: bool = field(default=False, metadata=DETAIL)
    start_of_section: bool = field(default=False, metadata=DETAIL)
    brought_forward: bool = field(default=False, metadata=DETAIL)
    use_switchover: bool = field(default=False, metadata=DETAIL)
    breakback: bool = field(default=False, metadata=DETAIL)
    style: str = field(default="Normal", metadata=DETAIL)
    formula_scope: str = field(default="All Versions", metadata=DETAIL)
    time_range: str = field(default="Model Calendar", metadata=DETAIL)
    parent_id: str | None = field(default=None, metadata=DETAIL)
    data_tags: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]], metadata=DETAIL)
    read_access_driver: str | None = field(default=None, metadata=DETAIL)
    write_access_driver: str | None = field(default=None, metadata=DETAIL)

    @property
    def format_metadata(self) -> FormatDetails:
        """The format as the API tells it."""
        return format_metadata(self.format, self.entity_id, self.period_type, self.format_details)

    @property
    def has_own_dimensions(self) -> bool:
        """Whether it stands in a subsidiary view, because its dimensions are not those of the module."""
        return self.applies_to is not None or self.time_scale is not None or self.versions is not None


@dataclass(slots=True)
class Module:
    """A module over lists, time and versions.

    ``list_id`` is the first list (or subset), blank for none; ``further`` are the ids of other lists, subsets and
    subsets of line items; ``time_scale`` is Month or the like, blank for none.

    ``cells`` holds columns of text by position of the first list's items: one for each line item, or where it has
    further dimensions one for each combination of their items. Numbers are kept as they were written, so that an
    export gives back unchanged what an import brought in.
    """

    id: str
    name: str
    list_id: str
    line_items: list[LineItem] = field(default_factory=list[LineItem])
    cells: dict[str, list[str]] = field(default_factory=dict[str, list[str]], repr=False, metadata=DATA)
    _: KW_ONLY
    further: list[str] = field(default_factory=list[str], metadata=DETAIL)
    time_scale: str = field(default="", metadata=DETAIL)
    versions: bool = field(default=False, metadata=DETAIL)
    code: str | None = field(default=None, metadata=DETAIL)
    notes: str = field(default="", metadata=DETAIL)
    no_access: set[str] = field(default_factory=set[str], metadata=DATA)
    """Users whose role in the model does not show them this module."""

    @property
    def applies_to(self) -> list[str]:
        """All its lists, subsets and subsets of line items."""
        return [*filter(None, [self.list_id]), *self.further]

    def line_item(self, line_item_id: str) -> LineItem | None:
        return next((each for each in self.line_items if each.id == line_item_id), None)

    def lists_of(self, line_item: LineItem) -> list[str]:
        return self.applies_to if line_item.applies_to is None else line_item.applies_to

    def time_scale_of(self, line_item: LineItem) -> str:
        return self.time_scale if line_item.time_scale is None else line_item.time_scale

    def has_versions(self, line_item: LineItem) -> bool:
        return self.versions if line_item.versions is None else line_item.versions

    def column(self, line_item_id: str, length: int) -> list[str]:
        """The cells of a line item, or under a longer key of a combination; blank where the list has grown since."""
        column = self.cells.setdefault(line_item_id, [])
        column.extend([""] * (length - len(column)))
        return column

    def columns_of(self, line_item_id: str) -> list[str]:
        """The keys of all its columns."""
        beginning = f"{line_item_id}{KEY_SEPARATOR}"
        return [key for key in list(self.cells) if key == line_item_id or key.startswith(beginning)]

    def clear_cells(self, line_item_id: str) -> None:
        for key in self.columns_of(line_item_id):
            del self.cells[key]


def column_key(line_item_id: str, others: tuple[str, ...]) -> str:
    """The key of the column of a line item for the items of its further dimensions."""
    return KEY_SEPARATOR.join((line_item_id, *others))


@dataclass(slots=True)
class LineItemSubset:
    """A subset of line items, which can be a dimension of other line items."""

    id: str
    name: str
    line_item_ids: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class View:
    """A view of a module: dimensions on axes, outermost first.

    ``shown`` has the ids of the items that are shown, by dimension and in their order; dimensions without an entry show
    all. ``line_item_id`` is that of a subsidiary view.
    """

    id: str
    name: str
    module_id: str
    rows: list[str] = field(default_factory=list[str])
    columns: list[str] = field(default_factory=list[str])
    pages: list[str] = field(default_factory=list[str])
    shown: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    line_item_id: str | None = None
    code: str = ""

    @property
    def is_default(self) -> bool:
        return self.id == self.module_id


@dataclass(slots=True)
class Dashboard:
    """A classic dashboard."""

    id: str
    name: str
    code: str | None = None
