"""Reading a view: its axes, and its cells row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

from ..contents import Planning
from ..dimensions import LINE_ITEMS_ID, Dimension, FixedDimension, ListDimension, Member
from ..modules import Module, View
from .calculating import Cells
from .layouts import Layout

Page: TypeAlias = tuple[Member, ...]
Row: TypeAlias = tuple[tuple[Member, ...], list[str]]
Coordinates: TypeAlias = Mapping[str, str]
"""From the id of a dimension to the id of its item."""


class BadPageError(Exception):
    """A dimension that is not on pages, or an item that the view does not show there."""

    def __init__(self, dimension_id: str) -> None:
        super().__init__(f"Invalid page selector [{dimension_id}]")
        self.dimension_id = dimension_id


class ViewReading:
    """A view of a module as it is at the moment."""

    def __init__(self, planning: Planning, module: Module, view: View) -> None:
        self._planning, self._module, self.view = planning, module, view
        self._cells = Cells(planning, module)
        self._line_items = self._shown_line_items()
        self._first_line_item = next((member.id for member in self._line_items.members()), "")
        self.rows = self._axis(view.rows)
        self.columns = self._axis(view.columns)
        self.pages = self._axis(view.pages)
        self._series_of: dict[tuple[str | None, ...], Sequence[str] | None] = {}
        self._indexes: dict[str, dict[str, int]] = {}

    # --- axes ---

    def _shown_line_items(self) -> FixedDimension:
        usual = [each.id for each in self._module.line_items if not each.has_own_dimensions]
        found = (self._module.line_item(each) for each in self.view.shown.get(LINE_ITEMS_ID, usual))
        members = [Member(each.id, each.name, each.code) for each in found if each]
        return FixedDimension(LINE_ITEMS_ID, "Line Items", members, has_codes=True)

    def _axis(self, dimension_ids: Sequence[str]) -> list[Dimension]:
        found = [self._whole(each) for each in dimension_ids]
        return [self._restricted(each) for each in found if each is not None]

    def _whole(self, dimension_id: str) -> Dimension | None:
        if dimension_id == LINE_ITEMS_ID:
            return self._line_items
        line_items = (self._module.line_item(member.id) for member in self._line_items.members())
        found = (self._planning.line_item_dimension(self._module, each, dimension_id) for each in line_items if each)
        return next(filter(None, found), None) or self._planning.dimension(dimension_id)

    def _restricted(self, whole: Dimension) -> Dimension:
        if whole.id == LINE_ITEMS_ID or whole.id not in self.view.shown:
            return whole
        members = [member for each in self.view.shown[whole.id] if (member := whole.find(each)) is not None]
        totals = [member.id for member in members if not whole.is_leaf(member.id)]
        return FixedDimension(whole.id, whole.name, members, totals, has_codes=whole.has_codes)

    def dimension(self, dimension_id: str) -> Dimension | None:
        """A dimension of any axis, with the items that the view shows."""
        return next((each for each in [*self.pages, *self.rows, *self.columns] if each.id == dimension_id), None)

    @property
    def row_count(self) -> int:
        return prod(each.count for each in self.rows)

    @property
    def page_cell_count(self) -> int:
        """The cells of one page."""
        return self.row_count * prod(each.count for each in self.columns)

    @property
    def cell_count(self) -> int:
        """The cells of all pages."""
        return self.page_cell_count * prod(each.count for each in self.pages)

    @property
    def is_empty(self) -> bool:
        return not self._line_items.count or not self.cell_count

    # --- pages and columns ---

    def select(self, chosen: Coordinates) -> Page:
        """The page with the chosen items; dimensions that are not named stand at their default.

        Raises:
            BadPageError: A dimension is not on pages, or does not show the item.
        """
        pages = {each.id: each for each in self.pages}
        for dimension_id, item in chosen.items():
            if dimension_id not in pages or pages[dimension_id].find(item) is None:
                raise BadPageError(dimension_id)
        return tuple(self._selected(each, chosen.get(each.id)) for each in self.pages)

    def _selected(self, dimension: Dimension, item: str | None) -> Member:
        if item is None and isinstance(dimension, ListDimension) and dimension.own.top_level_is_page_default:
            item = dimension.own.top_level_id
        found = None if item is None else dimension.find(item)
        return found or next(dimension.members(), Member("", ""))

    def all_pages(self) -> Iterator[Page]:
        """Every page, the last dimension changing first."""
        return product(*(list(each.members()) for each in self.pages))

    def column_coordinates(self) -> list[tuple[Member, ...]]:
        """The items above each column, outermost dimension first."""
        return list(product(*(list(each.members()) for each in self.columns)))

    # --- cells ---

    def page_rows(self, page: Page) -> Iterator[Row]:
        """The rows of a page with the items on their left and their cells as displayed, read while they are used."""
        fixed = {dimension.id: member.id for dimension, member in zip(self.pages, page, strict=True)}
        columns = [fixed | self._ids(self.columns, each) for each in self.column_coordinates()]
        at = self._place_of_first()
        return self._single_rows(columns) if at is None else self._row_blocks(columns, at)

    @staticmethod
    def _ids(axis: Sequence[Dimension], members: Sequence[Member]) -> dict[str, str]:
        return {dimension.id: member.id for dimension, member in zip(axis, members, strict=True)}

    def _layouts(self) -> list[Layout]:
        found = (self._cells.layout(member.id) for member in self._line_items.members())
        return [layout for layout in found if layout]

    def _place_of_first(self) -> int | None:
        """Which row dimension it is by whose positions all cells are kept, so that whole columns can be read."""
        firsts = {each.first.id if each.first else None for each in self._layouts()}
        places = (index for index, dimension in enumerate(self.rows) if firsts == {dimension.id})
        return next(places, None)

    def _row_blocks(self, columns: Sequence[Coordinates], at: int) -> Iterator[Row]:
        before, first, after = self.rows[:at], self.rows[at], self.rows[at + 1 :]
        inner = list(product(*(list(each.members()) for each in after)))
        for outer in product(*(list(each.members()) for each in before)):
            fixed = self._ids(before, outer)
            blocks = [
                [self._series({**column, **fixed, **self._ids(after, members)}, first) for column in columns]
                for members in inner
            ]
            if not after:
                for member, cells in zip(first.members(), zip(*blocks[0], strict=True), strict=True):
                    yield (*outer, member), list(cells)
                continue
            for index, member in enumerate(first.members()):
                for members, block in zip(inner, blocks, strict=True):
                    yield (*outer, member, *members), [series[index] for series in block]

    def _series(self, coordinates: Coordinates, shown: Dimension) -> Sequence[str]:
        """The cells of all items that the view shows of the first dimension."""
        layout = self._layout_at(coordinates)
        others = None if layout is None else _others(layout, coordinates)
        if layout is None or others is None:
            return [""] * shown.count
        series = self._cells.series(layout, others)
        if isinstance(shown, ListDimension) or layout.first is None:
            return series
        return [series[self._index(layout.first, member.id)] for member in shown.members()]

    def _layout_at(self, coordinates: Coordinates) -> Layout | None:
        return self._cells.layout(coordinates.get(LINE_ITEMS_ID, self._first_line_item))

    def _single_rows(self, columns: Sequence[Coordinates]) -> Iterator[Row]:
        """Rows in any arrangement of dimensions, cell by cell."""
        for members in product(*(list(each.members()) for each in self.rows)):
            fixed = self._ids(self.rows, members)
            yield members, [self._cell({**column, **fixed}) for column in columns]

    def _cell(self, coordinates: Coordinates) -> str:
        layout = self._layout_at(coordinates)
        if layout is None or (layout.first and layout.first.id not in coordinates):
            return ""
        key = (layout.line_item.id, *[coordinates.get(each.id) for each in layout.others])
        if key not in self._series_of:
            others = _others(layout, coordinates)
            self._series_of[key] = None if others is None else self._cells.series(layout, others)
        series = self._series_of[key]
        if series is None:
            return ""
        return series[self._index(layout.first, coordinates[layout.first.id]) if layout.first else 0]

    def _index(self, first: ListDimension, item: str) -> int:
        if first.id not in self._indexes:
            self._indexes[first.id] = _indexes(first)
        return self._indexes[first.id][item]

    # --- as a file ---

    def csv_rows(self, export_type: str, page: Page | None = None) -> Iterator[list[str]]:
        """The lines of a file, headers first. Tabular files have all pages unless one is given.

        Grids have a line of page items, if there are pages, and a line for each column dimension. In a table with
        multiple columns only the innermost column dimension stays on columns.
        """
        match export_type:
            case "TABULAR_MULTI_COLUMN":
                return self._table(page)
            case "TABULAR_SINGLE_COLUMN" | "TABULAR_SINGLE_ITEMS":
                return self._single_column(page)
            case "GRID_ALL_PAGES":
                return (line for each in self.all_pages() for line in self._grid(each))
            case _:
                return self._grid(self.select({}) if page is None else page)

    def _grid(self, page: Page) -> Iterator[list[str]]:
        if page:
            yield [member.name for member in page]
        coordinates = self.column_coordinates()
        for level in range(len(self.columns)):
            yield [*([""] * len(self.rows)), *(each[level].name for each in coordinates)]
        for members, cells in self.page_rows(page):
            yield [*(member.name for member in members), *cells]

    def _single_column(self, page: Page | None) -> Iterator[list[str]]:
        yield [*(each.name for each in [*self.pages, *self.rows, *self.columns]), "Value"]
        columns = [[member.name for member in each] for each in self.column_coordinates()]
        for fixed in self.all_pages() if page is None else [page]:
            names = [member.name for member in fixed]
            for members, cells in self.page_rows(fixed):
                labels = [*names, *(member.name for member in members)]
                for column, cell in zip(columns, cells, strict=True):
                    yield [*labels, *column, cell]

    def _table(self, page: Page | None) -> Iterator[list[str]]:
        outer, inner = self.columns[:-1], self.columns[-1:]
        spread = [member.name for each in inner for member in each.members()] or ["Value"]
        yield [*(each.name for each in [*self.pages, *self.rows, *outer]), *spread]
        wide = [[member.name for member in each[:-1]] for each in self.column_coordinates()][:: len(spread)]
        for fixed in self.all_pages() if page is None else [page]:
            names = [member.name for member in fixed]
            for members, cells in self.page_rows(fixed):
                labels = [*names, *(member.name for member in members)]
                for number, column in enumerate(wide):
                    yield [*labels, *column, *cells[number * len(spread) : (number + 1) * len(spread)]]


def _others(layout: Layout, coordinates: Coordinates) -> tuple[str, ...] | None:
    """The items of the further dimensions; None where the view lacks one of them or it has not the item."""
    found = tuple(coordinates.get(each.id, "") for each in layout.others)
    places = zip(layout.others, found, strict=True)
    return None if any(each.find(item) is None for each, item in places) else found


def _indexes(dimension: Dimension) -> dict[str, int]:
    return {member.id: index for index, member in enumerate(dimension.members())}
