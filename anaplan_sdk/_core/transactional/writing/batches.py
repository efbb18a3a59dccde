"""Rows as they come, and the requests that they are put into: within the limits, each row whole, and in order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, Generic, Protocol, TypeVar

import attrs

from anaplan_sdk.errors import RowError
from anaplan_sdk.models import WriteResult

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# Limits of the server for one request: entries (cells or items), and bytes of JSON. Those for bytes are documented for
# cells only; items keep to them as well.
MAX_ENTRIES = 100_000
MAX_BYTES = 15_000_000
# Rows, and values in them, that are drawn before what they name is looked up.
BLOCK_ROWS = 100_000
BLOCK_VALUES = 500_000
# Rows that are joined at a time.
_JOINED_ROWS = 1_000

_NOTHING: Iterator[Any] = iter(())  # at its end, and for all to share


def row_error(row: int, reason: str) -> RowError:
    """The error of a row that cannot be sent. What had been written before is added where it is known."""
    return RowError(f"Row {row:,}: {reason}", row=row, result=WriteResult())


class Collector(Protocol[T_co]):
    """Collects rows, and keeps of each what stays as it is."""

    def take(self, row: Any, position: int, /) -> int:
        """Take a row. Returns how many values it has. Raises RowError for what is no row."""
        ...

    def block(self, first: int, /) -> T_co:
        """What was taken since the last block, whose first row has this position."""
        ...


@attrs.define
class Drawing(Generic[T]):
    """Draws rows from their source into blocks."""

    collector: Collector[T]
    most_rows: int = attrs.field(factory=lambda: BLOCK_ROWS)
    most_values: int = attrs.field(factory=lambda: BLOCK_VALUES)
    _first: int = attrs.field(default=0, init=False)
    _next: int = attrs.field(default=0, init=False)
    _values: int = attrs.field(default=0, init=False)

    def own(self, row: Any) -> Any:
        """The row of a source that may use its object again."""
        return dict(row) if isinstance(row, Mapping) else row

    def feed(self, row: Any) -> Iterator[T]:
        """Take a row; give the block that it completes."""
        self._values += self.collector.take(row, self._next)
        self._next += 1
        if self._values < self.most_values and self._next - self._first < self.most_rows:
            return _NOTHING
        return iter((self._block(),))

    def finish(self) -> Iterator[T]:
        """The rows that are left."""
        return iter((self._block(),)) if self._next > self._first else _NOTHING

    def _block(self) -> T:
        block = self.collector.block(self._first)
        self._first, self._values = self._next, 0
        return block


@attrs.frozen
class Frame:
    """What stands before and after the entries of a body."""

    start: str = "["
    end: str = "]"

    @property
    def size(self) -> int:
        return len(self.start) + len(self.end)


CELLS = Frame()
ITEMS = Frame('{"items":[', "]}")


@attrs.frozen(eq=False)
class Batch:
    """The rows of one request, each with its entries in JSON, and where among all entries these begin."""

    frame: Frame
    rows: Sequence[int]
    texts: Sequence[str]
    starts: Sequence[int]
    entries: int
    # Of what is sent in another order than it came: the row from which to go on.
    before: int | None = None

    @property
    def whole(self) -> bool:
        """Whether all rows before its last were sent with it or earlier."""
        return self.before is None

    @property
    def resume(self) -> int:
        """From where to go on if nothing of it was written."""
        return self.rows[0] if self.before is None else self.before

    def body(self) -> bytearray:
        """What is sent. It is joined a part at a time: in one go, fifteen megabytes keep other threads waiting."""
        body = bytearray(self.frame.start, "ascii")
        for start in range(0, len(self.texts), _JOINED_ROWS):
            body += b"," if start else b""
            body += ",".join(self.texts[start : start + _JOINED_ROWS]).encode("ascii")
        body += self.frame.end.encode("ascii")
        return body

    def place(self, index: int) -> int:
        """The place in this batch of the row that an entry belongs to."""
        return bisect_right(self.starts, index) - 1

    def part(self, places: Sequence[int]) -> Batch:
        """A batch of some of its rows, each of one entry."""
        rows, texts = [self.rows[place] for place in places], [self.texts[place] for place in places]
        return Batch(self.frame, rows, texts, range(len(places)), len(places))

    def __len__(self) -> int:
        return len(self.rows)


@attrs.frozen
class Entries:
    """Rows in JSON, each with ``width`` entries.

    ``marks`` name what each row writes, by group: of what has the same mark in the same group, only one can be written
    by a request. ``twice`` says so of a row.
    """

    rows: Sequence[int]
    texts: Sequence[str]
    width: int = 1
    marks: Sequence[tuple[str, Sequence[str]]] = ()
    twice: Callable[[int], str] = lambda row: "it writes what another row of the same request writes"


@attrs.define
class Packer:
    """Puts rows into requests, as many as the limits permit."""

    frame: Frame
    most_entries: int = attrs.field(factory=lambda: MAX_ENTRIES)
    most_bytes: int = attrs.field(factory=lambda: MAX_BYTES)
    _rows: list[Sequence[int]] = attrs.field(factory=list[Sequence[int]], init=False)
    _texts: list[str] = attrs.field(factory=list[str], init=False)
    _starts: list[int] = attrs.field(factory=list[int], init=False)
    _entries: int = attrs.field(default=0, init=False)
    _bytes: int = attrs.field(init=False)
    # By group: all of them, and again in order.
    _marks: dict[str, tuple[set[str], list[Sequence[str]]]] = attrs.field(
        factory=dict[str, tuple[set[str], list[Sequence[str]]]], init=False
    )

    def __attrs_post_init__(self) -> None:
        self._bytes = self.frame.size

    def feed(self, new: Entries) -> Iterator[Batch]:
        """Take rows; give the requests that are full."""
        sizes = list(accumulate(map(len, new.texts), initial=0))
        done = 0
        while done < len(new.texts):
            fits = self._fitting(sizes, done, new.width)
            if not fits and not self._texts:
                raise self._too_large(new, done, sizes[done + 1] - sizes[done])
            if fits:
                self._take(new, done, done + fits, sizes[done + fits] - sizes[done])
                done += fits
            if done < len(new.texts) or self._entries == self.most_entries:
                yield self._batch()

    def finish(self) -> Iterator[Batch]:
        """The request of the rows that are left."""
        if self._texts:
            yield self._batch()

    def _fitting(self, sizes: Sequence[int], done: int, width: int) -> int:
        """How many of the rows from *done* on fit; each has a comma before it, which the first does not need."""
        by_count = (self.most_entries - self._entries) // width
        room = self.most_bytes - self._bytes + (0 if self._texts else 1)
        rows = len(sizes) - 1 - done
        if sizes[-1] - sizes[done] + rows > room:
            low, high = 0, rows
            while low < high:  # of sizes plus commas, which grow from row to row
                middle = (low + high + 1) // 2
                low, high = (middle, high) if sizes[done + middle] - sizes[done] + middle <= room else (low, middle - 1)
            rows = low
        return max(min(rows, by_count), 0)

    def _take(self, new: Entries, first: int, end: int, size: int) -> None:
        self._check_marks(new, first, end)
        count = end - first
        self._bytes += size + count - (0 if self._texts else 1)
        self._rows.append(new.rows[first:end])
        self._texts += new.texts[first:end]
        self._starts += range(self._entries, self._entries + count * new.width, new.width)
        self._entries += count * new.width

    def _check_marks(self, new: Entries, first: int, end: int) -> None:
        for group, marks in new.marks:
            seen, earlier = self._marks.setdefault(group, (set(), []))
            before, added = len(seen), marks[first:end]
            seen.update(added)
            if len(seen) < before + len(added):
                place = _second(chain.from_iterable((*earlier, added))) - before + first
                raise row_error(new.rows[place], new.twice(place))
            earlier.append(added)

    def _batch(self) -> Batch:
        batch = Batch(self.frame, _joined(self._rows), self._texts, self._starts, self._entries)
        self._rows, self._texts, self._starts, self._entries = [], [], [], 0
        self._bytes, self._marks = self.frame.size, {}
        return batch

    def _too_large(self, new: Entries, place: int, size: int) -> RowError:
        if new.width > self.most_entries:
            what, limit = f"{new.width:,} cells", f"{self.most_entries:,}"
        else:
            what, limit = f"{size:,} bytes of JSON", f"{self.most_bytes:,}"
        return row_error(new.rows[place], f"it comes to {what}, and Anaplan takes {limit} in one request.")


def _second(marks: Iterable[str]) -> int:
    """The place of the first mark that stands there for the second time."""
    seen = set[str]()
    for place, mark in enumerate(marks):
        if mark in seen:
            return place
        seen.add(mark)
    raise AssertionError("no mark is there twice")


def _joined(parts: Sequence[Sequence[int]]) -> Sequence[int]:
    """Positions one after the other: a range where they are without gaps."""
    first, last, count = parts[0][0], parts[-1][-1], sum(map(len, parts))
    if all(isinstance(part, range) for part in parts) and last - first == count - 1:
        return range(first, last + 1)
    return list(chain.from_iterable(parts))
