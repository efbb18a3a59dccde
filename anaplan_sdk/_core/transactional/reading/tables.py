"""Rows of a view, made of the records of its CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat

import attrs

from anaplan_sdk._core.api.transactional import LINE_ITEMS
from anaplan_sdk._core.transactional.reading.values import Convert, Formats
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import DimensionItem, ViewDefinition
from anaplan_sdk.models.cells import CellValue, ViewColumns, ViewRow

Ids = Mapping[str, Mapping[str, str | None]]


def ids_by_label(items: Iterable[DimensionItem]) -> dict[str, str | None]:
    """The ids of *items* by their names, None for names that several have."""
    ids: dict[str, str | None] = {}
    for item in items:
        ids[item.name] = None if item.name in ids else item.id
    return ids


@attrs.define
class Table:
    """The rows of a view in one of two layouts.

    Tabular, every record begins with the labels of all dimensions on pages and rows. Of a single page, whose labels are
    *page*, there is a line with these before the header, if there are any.

    ``wanted`` are the labels by which rows are chosen, by the name of their dimension; ``ids`` lead from labels to ids,
    by the name of the dimension; ``formats`` makes values of cells, None leaves them as they are. Rows that
    are ``kept`` are made to be held in great numbers.
    """

    view: ViewDefinition
    wanted: Mapping[str, Collection[str]]
    ids: Ids = attrs.field(factory=dict)
    formats: Formats | None = None
    page: tuple[str, ...] | None = None
    kept: bool = False
    _columns: ViewColumns | None = attrs.field(default=None, init=False)
    _chosen: list[tuple[int, Collection[str]]] = attrs.field(factory=list, init=False)
    _converters: list[Convert | None] = attrs.field(factory=list, init=False)
    _line_item_at: int | None = attrs.field(default=None, init=False)
    _before_header: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._before_header = int(bool(self.page))

    def rows(self, records: Sequence[Sequence[str]]) -> list[ViewRow]:
        """The rows of some more records."""
        left = iter(records)
        if self._columns is None:
            left = self._begin(left)
        columns = self._columns
        if columns is None:
            return []
        try:
            return self._made(columns, self._with_page(left) if self.page else left)
        except IndexError:
            raise UnexpectedResponseError(
                f"The CSV of view {self.view.id} has a row without all of its labels ({', '.join(columns.labels)}). "
                "Take it as bytes, with get_view_csv."
            ) from None

    def _made(self, columns: ViewColumns, records: Iterable[Sequence[str]]) -> list[ViewRow]:
        for place, labels in self._chosen:
            records = [record for record in records if record[place] in labels]
        if self.formats is None:
            # What is kept in great numbers takes less of the garbage collector's time as tuples.
            return list(map(ViewRow, repeat(columns), map(tuple, records) if self.kept else records))
        first, formats = len(columns.labels), self.formats
        return [ViewRow(columns, self._typed(record, first, formats)) for record in records]

    def _begin(self, records: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
        """Read the header, where it is there, and leave the rest."""
        skipped = sum(1 for _ in islice(records, self._before_header))
        self._before_header -= skipped
        header = next(records, None)
        if header is not None:
            self._columns = self._columns_of(header)
        return records

    def _columns_of(self, header: Sequence[str]) -> ViewColumns:
        view = self.view
        if self.page is None:
            labels = _labels(header, view)
            before = len(labels)
        else:
            labels = [dimension.name for dimension in (*view.pages, *view.rows)]
            before = len(view.rows)
        if len(header) <= before:
            raise UnexpectedResponseError(
                f"The CSV of view {view.id} has {len(header)} columns, which leaves none for cells beside those of its "
                f"dimensions ({', '.join(labels)}). Take it as bytes, with get_view_csv."
            )
        cells = tuple(header[before:])
        self._chosen = [(labels.index(name), texts) for name, texts in self.wanted.items()]
        self._understand(labels, cells)
        return ViewColumns(tuple(labels), _distinct(cells), self.ids, self._column_ids(cells))

    def _understand(self, labels: Sequence[str], cells: Sequence[str]) -> None:
        """Find out of which line items the cells are: named by their column, or by a label of their row."""
        if self.formats is None:
            return
        named = next(
            (one.name for one in (*self.view.pages, *self.view.rows, *self.view.columns) if one.id == LINE_ITEMS), ""
        )
        self._line_item_at = labels.index(named) if named in labels else None
        self._converters = [self.formats.of_header(cell) for cell in cells]

    def _column_ids(self, cells: Sequence[str]) -> dict[str, str | None]:
        if not self.view.columns or self.view.columns[-1].name not in self.ids:
            return {}
        ids = self.ids[self.view.columns[-1].name]
        return {name: ids.get(cell) for name, cell in zip(_distinct(cells), cells, strict=True)}

    def _with_page(self, records: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
        page = list(self.page or ())
        return ([*page, *record] for record in records)

    def _typed(self, record: Sequence[str], first: int, formats: Formats) -> list[CellValue]:
        labels, cells = record[:first], record[first:]
        if self._line_item_at is not None:
            convert = formats.converters.get(labels[self._line_item_at])
            return [*labels, *(map(convert, cells) if convert else cells)]
        pairs = zip(self._converters, cells, strict=False)
        return [*labels, *(convert(cell) if convert else cell for convert, cell in pairs)]


def _labels(header: Sequence[str], view: ViewDefinition) -> list[str]:
    """The dimensions that have a column of their own: those on pages and rows, and some of several on columns.

    The header names them, in an order that is not documented.
    """
    certain = [dimension.name for dimension in (*view.pages, *view.rows)]
    # Of several dimensions on columns, the innermost stays there.
    possible = {*certain, *(dimension.name for dimension in view.columns[:-1])}
    told: list[str] = []
    for name in header:
        if name not in possible:
            break
        possible.discard(name)
        told.append(name)
    return told if len(told) >= len(certain) else certain


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """*names*, each once: a repeated one gets a number."""
    counts = Counter(names)
    if len(counts) == len(names):
        return tuple(names)
    seen: set[str] = set()
    distinct: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate in seen or (number > 1 and candidate in counts):
            number += 1
            candidate = f"{name} ({number})"
        seen.add(candidate)
        distinct.append(candidate)
    return tuple(distinct)
