"""Rows of cells made into requests: which key of a row is what, and what each cell is in JSON.

A row is wide, with line items among its keys, or long, with one under ``Line Items`` and its value under ``Value``.
Preparing is a conversation: it yields what it needs to know of the module, and returns the requests, which are made
while they are drawn.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any, TypeAlias

import attrs

from anaplan_sdk._core.api.ids import plain
from anaplan_sdk._core.flow import Compute
from anaplan_sdk._core.transactional.writing.batches import CELLS, Batch, Entries, Packer, row_error
from anaplan_sdk._core.transactional.writing.dimensions import By, Index, Items, Question, as_texts, by_of
from anaplan_sdk._core.transactional.writing.formats import Encode, UnfitError, column, interleaved
from anaplan_sdk._core.transactional.writing.layouts import Layout, Measure, layout_of, place_of_line_item
from anaplan_sdk.models import Dimension, DimensionItem, LineItem

# Values that are encoded at a time, so that other threads have their turn.
_SLICE_VALUES = 8_192


@attrs.frozen
class ReadLineItems:
    """Read the line items of the module, with details. The result is a list of them."""


@attrs.frozen
class ReadDimensions:
    """Read the dimensions of a line item. The result is a list of them."""

    line_item_id: str


Keys: TypeAlias = tuple[object, ...]
Step: TypeAlias = Compute | ReadLineItems | ReadDimensions | Question


@attrs.frozen
class Run:
    """Rows with the same keys, one after the other."""

    keys: Keys
    first: int
    rows: list[tuple[object, ...]] = attrs.field(factory=list[tuple[object, ...]])

    def column(self, place: int) -> list[object]:
        return [row[place] for row in self.rows]


@attrs.define
class Rows:
    """Collects rows of cells. Of each, only a tuple of its values is kept, which costs the garbage collector least."""

    _runs: list[Run] = attrs.field(factory=list[Run], init=False)

    def take(self, row: Any, position: int) -> int:
        """Take a row, which may be used again by its source."""
        if type(row) is not dict and not isinstance(row, Mapping):
            raise row_error(
                position,
                "a row is a mapping of dimensions and line items, such as {'Products': 'North', 'Price': 12.5}, and "
                f"not {type(row).__name__}.",
            )
        keys = tuple(row)
        if not self._runs or self._runs[-1].keys != keys:
            self._runs.append(Run(keys, position))
        self._runs[-1].rows.append(tuple(row.values()))
        return len(keys)

    def block(self, _: int) -> list[Run]:
        """What was taken since the last block."""
        runs, self._runs = self._runs, []
        return runs


@attrs.define
class Cells:
    """The cells of one call."""

    by: By | Mapping[Any, By] = "name"
    check_items: bool = True
    packer: Packer = attrs.field(factory=lambda: Packer(CELLS))
    _line_items: Index[LineItem] | None = attrs.field(default=None, init=False)
    _dimensions: dict[str, Index[Dimension]] = attrs.field(factory=dict[str, Index[Dimension]], init=False)
    _items: dict[str, Items] = attrs.field(factory=dict[str, Items], init=False)
    _layouts: dict[Keys, Layout] = attrs.field(factory=dict[Keys, Layout], init=False)

    def prepare(self, runs: Sequence[Run]) -> Generator[Step, Any, Iterator[Batch]]:
        """The requests that these rows complete."""
        if self._line_items is None:
            found: list[LineItem] = yield ReadLineItems()
            self._line_items = Index(found)
        shapes = _by_keys(runs)
        for keys, same in shapes.items():
            yield from self._lay_out(keys, same)
        new: list[tuple[Items, list[str]]] = yield Compute(partial(self._new, shapes))
        for items, texts in new:
            answers: list[DimensionItem] = []
            for question in items.questions(texts):
                answers += yield question
            yield Compute(partial(items.learn, texts, answers))
        if any(items.problems for items, _ in new):
            yield Compute(partial(self._refuse_problems, runs))
        return self._batches(runs)

    def finish(self) -> Iterator[Batch]:
        """The request of the rows that are left."""
        return self.packer.finish()

    def name_of(self, line_item_id: str) -> str:
        """The name of a line item, for failures."""
        found = self._line_items.find(line_item_id) if self._line_items else None
        return found.name if found else line_item_id

    def _lay_out(self, keys: Keys, runs: Sequence[Run]) -> Generator[Step, Any, None]:
        """Find out what the keys of rows are; for each line item, its dimensions are read once."""
        assert self._line_items is not None
        place = place_of_line_item(keys)
        known = self._layouts.get(keys)
        if place is None and known is not None:
            return
        given = keys if place is None else (yield Compute(partial(_distinct, runs, place)))
        for key in given:
            line_item = self._line_items.find(key)
            if line_item is not None and line_item.id not in self._dimensions:
                found: list[Dimension] = yield ReadDimensions(line_item.id)
                self._dimensions[line_item.id] = Index(found)
        try:
            self._layouts[keys] = layout_of(keys, place, given, self._line_items, self._dimensions, known)
        except UnfitError as unfit:
            row = runs[0].first if place is None or unfit.key is None else _row_with(runs, place, unfit.key)
            raise row_error(row, str(unfit)) from None

    def _new(self, shapes: Mapping[Keys, Sequence[Run]]) -> list[tuple[Items, list[str]]]:
        """The items that the rows name and that were not named before."""
        new: list[tuple[Items, list[str]]] = []
        for keys, runs in shapes.items():
            layout = self._layouts[keys]
            for place, dimension in layout.coordinates:
                items = self._items_of(dimension, layout)
                new.append((items, items.new(_named(runs, place, dimension))))
        return [(items, texts) for items, texts in new if texts]

    def _refuse_problems(self, runs: Sequence[Run]) -> None:
        """Raise the error of the first row that names no item."""
        for run in runs:
            for place, dimension in self._layouts[run.keys].coordinates:
                problems = self._items[dimension.id].problems
                texts = _texts(run, place, dimension) if problems else ()
                if found := [(at, problems[text]) for at, text in enumerate(texts) if text in problems]:
                    raise row_error(run.first + found[0][0], f"{found[0][1]}. Nothing of this request was sent.")

    def _items_of(self, dimension: Dimension, layout: Layout) -> Items:
        if dimension.id not in self._items:
            by = by_of(self.by, dimension)
            self._items[dimension.id] = Items(dimension, by, layout.line_item_id, self.check_items)
        return self._items[dimension.id]

    def _batches(self, runs: Iterable[Run]) -> Iterator[Batch]:
        for run in runs:
            layout = self._layouts[run.keys]
            step = max(1, _SLICE_VALUES // max(1, len(run.keys)))
            for start in range(0, len(run.rows), step):
                part = Run(run.keys, run.first + start, run.rows[start : start + step])
                yield from self.packer.feed(self._entries(part, layout))

    def _entries(self, run: Run, layout: Layout) -> Entries:
        columns = list(zip(*run.rows, strict=True))
        fragments = [self._fragments(run, columns[place], place, each) for place, each in layout.coordinates]
        coordinates = interleaved(fragments) if fragments else [""] * len(run.rows)
        rows = range(run.first, run.first + len(run.rows))
        if layout.line_item_place is not None:
            measures = _measures(layout, columns[layout.line_item_place])
            texts = _long(run, measures, coordinates, columns[layout.value_place])
            marks = [measure.id + each for measure, each in zip(measures, coordinates, strict=True)]
            return Entries(rows, texts, 1, [("", marks)], _twice)
        wide = list(layout.measures.values())
        cells = [_wide(run, measure, coordinates, columns[measure.place]) for measure in wide]
        return Entries(rows, interleaved(cells), len(wide), [(each.id, coordinates) for each in wide], _twice)

    def _fragments(self, run: Run, column: Sequence[Any], place: int, dimension: Dimension) -> list[str]:
        """The JSON of the items that the rows name of a dimension."""
        known = self._items[dimension.id].known
        try:
            return list(map(known.__getitem__, column))
        except (KeyError, TypeError):  # not all are text
            return [known[text] for text in _texts(run, place, dimension)]


def _by_keys(runs: Iterable[Run]) -> dict[Keys, list[Run]]:
    shapes: dict[Keys, list[Run]] = {}
    for run in runs:
        shapes.setdefault(run.keys, []).append(run)
    return shapes


def _column(runs: Iterable[Run], place: int) -> Iterator[Any]:
    """What stands at a place, row after row."""
    return chain.from_iterable(map(itemgetter(place), run.rows) for run in runs)


def _distinct(runs: Sequence[Run], place: int) -> list[object]:
    """What stands at a place, once each, as far as it can be told apart."""
    return list({_text(value): value for value in _column(runs, place)}.values())


def _named(runs: Sequence[Run], place: int, dimension: Dimension) -> Iterator[str]:
    """The items of a dimension that are named, as text."""
    try:
        distinct = dict.fromkeys(_column(runs, place))
    except TypeError:  # of something that cannot be hashed
        distinct = dict.fromkeys(text for run in runs for text in _texts(run, place, dimension))
    for value, text in zip(distinct, as_texts(list(distinct)), strict=True):
        if text is None:
            raise row_error(_row_with(runs, place, value), no_item(dimension, value))
        yield text


def _row_with(runs: Iterable[Run], place: int, value: object) -> int:
    """The first row in which a value stands at a place."""
    return next(
        run.first + at for run in runs for at, row in enumerate(run.rows) if row[place] is value or row[place] == value
    )


def _text(value: object) -> str:
    return value if type(value) is str else str(plain(value))


def _measures(layout: Layout, column: Sequence[Any]) -> list[Measure]:
    try:
        return list(map(layout.measures.__getitem__, column))
    except (KeyError, TypeError):  # not all are text
        return [layout.measures[_text(key)] for key in column]


def _texts(run: Run, place: int, dimension: Dimension) -> list[str]:
    """What the rows name of a dimension, as text."""
    texts: list[str] = []
    for value, text in zip(run.column(place), as_texts(run.column(place)), strict=True):
        if text is None:
            raise row_error(run.first + len(texts), no_item(dimension, value))
        texts.append(text)
    return texts


def no_item(dimension: Dimension, value: object) -> str:
    return f"{dimension.name}: {value!r} names no item: pass its name, code or id as text."


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
