"""What an export looks like: its columns, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import prod
from typing import TypeAlias

from ..world.definitions import Export
from ..world.model import Model
from ..world.planning.cells.reading import ViewReading
from ..world.planning.dimensions import LINE_ITEMS_ID, Dimension
from ..world.planning.modules import Module, View

BATCH_ROWS = 20_000
PLAIN_FORMATS = ("TEXT", "NUMBER", "BOOLEAN", "DATE")

Rows: TypeAlias = list[tuple[str, ...]] | list[list[str]]


@dataclass(slots=True)
class Column:
    """A column of an export; ``list_name`` is that of the dimension whose items it has, blank for cells."""

    name: str
    format: str
    list_name: str = ""


@dataclass(slots=True)
class ExportLayout:
    """The columns of an export, the lines above its rows, how many rows there are, and the rows in batches."""

    columns: list[Column]
    row_count: int
    batches: Callable[[], Iterator[Rows]]
    header_lines: list[list[str]] | None = field(default=None)
    """None: the names of the columns."""

    @property
    def headers(self) -> list[list[str]]:
        return [[each.name for each in self.columns]] if self.header_lines is None else self.header_lines


def export_layout(model: Model, definition: Export, module: Module) -> ExportLayout:
    """How an export looks at the moment."""
    if definition.view_id is None and definition.layout == "TABULAR_MULTI_COLUMN" and _is_plain(model, module):
        columns = [Column(each.name, each.format) for each in module.line_items]
        part = model.lists[module.list_id]
        key = Column(definition.key_header, "ENTITY", part.name)
        return ExportLayout([key, *columns], part.count, lambda: model.rows(module.id))
    reading = model.read_view(_exported_view(model, definition, module))
    if definition.layout.startswith("GRID"):
        return _grid(definition, reading)
    return _table(model, definition, module, reading)


def _is_plain(model: Model, module: Module) -> bool:
    """Whether all cells are columns of texts that are exported as they were written."""
    return module.list_id in model.lists and all(
        each.formula is None and each.format in PLAIN_FORMATS and model.dimension_ids(module, each) == [module.list_id]
        for each in module.line_items
    )


def _exported_view(model: Model, definition: Export, module: Module) -> View:
    view = model.views.get(definition.view_id or "")
    if view is not None:
        return view
    default = model.default_view(module)
    reading = model.read_view(default)
    shown = dict(default.shown)
    for dimension in [*reading.rows, *reading.pages]:
        leaves = [member.id for member in dimension.members() if dimension.is_leaf(member.id)]
        if len(leaves) < dimension.count:
            shown[dimension.id] = leaves
    axes = (default.rows, default.pages)
    if not definition.layout.startswith("GRID"):
        axes = ([*default.rows, *default.pages[::-1]], [])
    return View(module.id, module.name, module.id, axes[0], [LINE_ITEMS_ID], axes[1], shown)


def _grid(definition: Export, reading: ViewReading) -> ExportLayout:
    labels = [Column("", "ENTITY", each.name) for each in reading.rows]
    cells = [Column(" ".join(member.name for member in each), "TEXT") for each in reading.column_coordinates()]
    pages = prod(each.count for each in reading.pages) if definition.layout == "GRID_ALL_PAGES" else 1
    lines = reading.csv_rows(definition.layout)
    return ExportLayout([*labels, *cells], reading.row_count * pages, lambda: _batches(lines), header_lines=[])


def _table(model: Model, definition: Export, module: Module, reading: ViewReading) -> ExportLayout:
    lines = reading.csv_rows(definition.layout)
    header = next(lines)
    dimensions = _labels(definition, reading)
    names = [definition.key_header if each.id == module.list_id else each.name for each in dimensions]
    labels = [Column(name, "ENTITY", each.name) for name, each in zip(names, dimensions, strict=True)]
    formats = {line_item.name: line_item.format for line_item in module.line_items}
    cells = [Column(name, formats.get(name, "TEXT")) for name in header[len(labels) :]]
    count = reading.cell_count // max(1, _spread(definition, reading))
    return ExportLayout([*labels, *cells], count, lambda: _batches(lines))


def _labels(definition: Export, reading: ViewReading) -> Sequence[Dimension]:
    every = [*reading.pages, *reading.rows, *reading.columns]
    return every[:-1] if definition.layout == "TABULAR_MULTI_COLUMN" and reading.columns else every


def _spread(definition: Export, reading: ViewReading) -> int:
    """How many cells a row has."""
    return reading.columns[-1].count if definition.layout == "TABULAR_MULTI_COLUMN" and reading.columns else 1


def _batches(lines: Iterator[list[str]]) -> Iterator[Rows]:
    while batch := list(islice(lines, BATCH_ROWS)):
        yield batch
