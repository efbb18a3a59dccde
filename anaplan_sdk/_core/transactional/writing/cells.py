"""Rows of cells made into requests: which key of a row is what, and what each cell is in JSON.

A row is wide, with line items among its keys, or long, with one under ``Line Items`` and its value under ``Value``.
Preparing is a conversation: it yields what it needs to know of the module, and returns the requests, which are made
while they are drawn.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

import attrs

from anaplan_sdk._core.flow import Compute
from anaplan_sdk._core.transactional.writing.batches import CELLS, Batch, Block, Entries, Packer, row_error
from anaplan_sdk._core.transactional.writing.dimensions import By, Index, Items, Question, as_texts, by_of
from anaplan_sdk._core.transactional.writing.formats import Encode, UnfitError, column, interleaved
from anaplan_sdk._core.transactional.writing.layouts import Layout, Measure, layout_of, place_of_line_item
from anaplan_sdk.models import Dimension, DimensionItem, LineItem

# The keys of a row and its values.
Row: TypeAlias = tuple[tuple[object, ...], tuple[object, ...]]

# Values that are encoded at a time, so that other threads have their turn.
_SLICE_VALUES = 8_192


@attrs.frozen
class ReadLineItems:
    """Read the line items of the module, with details. The result is a list of them."""


@attrs.frozen
class ReadDimensions:
    """Read the dimensions of a line item. The result is a list of them."""

    line_item_id: str


Step: TypeAlias = Compute | ReadLineItems | ReadDimensions | Question


def cells_of(row: object, position: int) -> tuple[Row, int]:
    """What is kept of a row, and how many values it has."""
    if not isinstance(row, Mapping):
        raise row_error(
            position,
            f"a row is a mapping of dimensions and line items, such as {{'Products': 'North', 'Price': 12.5}}, and not "
            f"{type(row).__name__}.",
        )
    return (tuple(row), tuple(row.values())), len(row)


@attrs.frozen
class Run:
    """Rows with the same keys, one after the other."""

    keys: tuple[object, ...]
    first: int
    rows: Sequence[tuple[object, ...]]

    def column(self, place: int) -> list[object]:
        return [row[place] for row in self.rows]


@attrs.define
class Cells:
    """The cells of one call."""

    by: By | Mapping[Any, By] = "name"
    check_items: bool = True
    packer: Packer = attrs.field(factory=lambda: Packer(CELLS))
    _line_items: Index[LineItem] | None = attrs.field(default=None, init=False)
    _dimensions: dict[str, Index[Dimension]] = attrs.field(factory=dict[str, Index[Dimension]], init=False)
    _items: dict[str, Items] = attrs.field(factory=dict[str, Items], init=False)
    _layouts: dict[tuple[object, ...], Layout] = attrs.field(factory=dict[tuple[object, ...], Layout], init=False)

    def prepare(self, block: Block[Row]) -> Generator[Step, Any, Iterator[Batch]]:
        """The requests that the rows of *block* complete."""
        if self._line_items is None:
            found: list[LineItem] = yield ReadLineItems()
            self._line_items = Index(found)
        runs: list[Run] = yield Compute(partial(_runs, block))
        laid_out: list[tuple[Run, Layout]] = []
        for run in runs:
            layout = yield from self._layout(run)
            yield from self._look_up(run, layout)
            laid_out.append((run, layout))
        return self._batches(laid_out)

    def finish(self) -> Iterator[Batch]:
        """The request of the rows that are left."""
        return self.packer.finish()

    def name_of(self, line_item_id: str) -> str:
        """The name of a line item, for failures."""
        found = self._line_items.find(line_item_id) if self._line_items else None
        return found.name if found else line_item_id

    def _layout(self, run: Run) -> Generator[Step, Any, Layout]:
        """What the keys of the rows are; for each line item, its dimensions are read once."""
        assert self._line_items is not None
        place = place_of_line_item(run.keys)
        known = self._layouts.get(run.keys)
        if place is None and known is not None:
            return known
        given = run.keys if place is None else (yield Compute(partial(_distinct, run, place)))
        for key in given:
            line_item = self._line_items.find(key)
            if line_item is not None and line_item.id not in self._dimensions:
                found: list[Dimension] = yield ReadDimensions(line_item.id)
                self._dimensions[line_item.id] = Index(found)
        try:
            layout = layout_of(run.keys, place, given, self._line_items, self._dimensions, known)
        except UnfitError as unfit:
            raise row_error(_first_with(run, place, unfit), str(unfit)) from None
        self._layouts[run.keys] = layout
        return layout

    def _look_up(self, run: Run, layout: Layout) -> Generator[Step, Any, None]:
        """Find out which items the rows name, as far as they are new."""
        for place, dimension in layout.coordinates:
            items = self._items_of(dimension, layout)
            texts: Sequence[str] = yield Compute(partial(_texts, run, place, dimension))
            new: list[str] = yield Compute(partial(items.new, texts))
            found: list[DimensionItem] = []
            for question in items.questions(new):
                found += yield question
            if new:
                yield Compute(partial(items.learn, new, found))
            if items.problems:
                yield Compute(partial(_refuse_problems, run, texts, items.problems))

    def _items_of(self, dimension: Dimension, layout: Layout) -> Items:
        if dimension.id not in self._items:
            by = by_of(self.by, dimension)
            self._items[dimension.id] = Items(dimension, by, layout.line_item_id, self.check_items)
        return self._items[dimension.id]

    def _batches(self, laid_out: Iterable[tuple[Run, Layout]]) -> Iterator[Batch]:
        for run, layout in laid_out:
            step = max(1, _SLICE_VALUES // max(1, len(run.keys)))
            for start in range(0, len(run.rows), step):
                part = Run(run.keys, run.first + start, run.rows[start : start + step])
                yield from self.packer.feed(self._entries(part, layout))

    def _entries(self, run: Run, layout: Layout) -> Entries:
        columns = list(zip(*run.rows, strict=True))
        fragments: list[list[str]] = []
        for place, dimension in layout.coordinates:
            known = self._items[dimension.id].known
            fragments.append([known[text] for text in _texts(run, place, dimension)])
        coordinates = interleaved(fragments) if fragments else [""] * len(run.rows)
        rows = range(run.first, run.first + len(run.rows))
        if layout.line_item_place is not None:
            measures = [layout.measures[_text(key)] for key in columns[layout.line_item_place]]
            texts = _long(run, measures, coordinates, columns[layout.value_place])
            marks = [measure.id + each for measure, each in zip(measures, coordinates, strict=True)]
            return Entries(rows, texts, 1, [("", marks)], _twice)
        wide = list(layout.measures.values())
        cells = [_wide(run, measure, coordinates, columns[measure.place]) for measure in wide]
        return Entries(rows, interleaved(cells), len(wide), [(each.id, coordinates) for each in wide], _twice)


def _runs(block: Block[Row]) -> list[Run]:
    runs: list[Run] = []
    first = block.first
    for keys, rows in groupby(block.rows, itemgetter(0)):
        values = [values for _, values in rows]
        runs.append(Run(keys, first, values))
        first += len(values)
    return runs


def _distinct(run: Run, place: int) -> list[object]:
    """What stands at a place, once each."""
    return list({_text(value): value for value in run.column(place)}.values())


def _text(value: object) -> str:
    return value if type(value) is str else str(as_texts((value,))[0])


def _first_with(run: Run, place: int | None, unfit: UnfitError) -> int:
    """The row that an error of a layout is about."""
    if place is None or unfit.key is None:
        return run.first
    return run.first + next((at for at, value in enumerate(run.column(place)) if value == unfit.key), 0)


def _texts(run: Run, place: int, dimension: Dimension) -> Sequence[str]:
    """What the rows name of a dimension."""
    values = run.column(place)
    texts = as_texts(values)
    if texts is not values and None in texts:
        at = texts.index(None)
        raise row_error(
            run.first + at, f"{dimension.name}: {values[at]!r} names no item: pass its name, code or id as text."
        )
    return texts  # type: ignore[return-value]


def _refuse_problems(run: Run, texts: Sequence[str], problems: Mapping[str, str]) -> None:
    for at, text in enumerate(texts):
        if text in problems:
            raise row_error(run.first + at, f"{problems[text]}. Nothing of this request was sent.")


def _wide(run: Run, measure: Measure, coordinates: Sequence[str], values: Sequence[object]) -> list[str]:
    """The cells of one line item."""
    encoded = column(measure.encode, values) or _one_by_one(run, values, [measure] * len(values))
    head, tail = measure.head, measure.tail
    return [f"{head}{each}{tail}{value}}}" for each, value in zip(coordinates, encoded, strict=True)]


def _long(run: Run, measures: Sequence[Measure], coordinates: Sequence[str], values: Sequence[object]) -> list[str]:
    encoders: set[Encode] = {measure.encode for measure in measures}
    quick = column(encoders.pop(), values) if len(encoders) == 1 else None
    encoded = quick or _one_by_one(run, values, measures)
    return [
        f"{measure.head}{each}{measure.tail}{value}}}"
        for measure, each, value in zip(measures, coordinates, encoded, strict=True)
    ]


def _one_by_one(run: Run, values: Sequence[object], measures: Sequence[Measure]) -> list[str]:
    texts: list[str] = []
    for value, measure in zip(values, measures, strict=True):
        try:
            texts.append(measure.encode(value))
        except UnfitError as unfit:
            raise row_error(run.first + len(texts), f"{measure.name} {unfit}.") from None
    return texts


def _twice(_: int) -> str:
    return "it writes a cell that another row of the same request writes. Leave one of them out."
