from __future__ import annotations

import json
from itertools import pairwise

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anaplan_sdk._core.transactional.writing.batches import CELLS, ITEMS, Batch, Drawing, Entries, Packer
from anaplan_sdk._core.transactional.writing.cells import Rows as CellRows
from anaplan_sdk._core.transactional.writing.items import Rows as ItemRows
from anaplan_sdk.errors import RowError

TEXTS = st.text("abc", min_size=1, max_size=12).map(json.dumps)


def packed(packer: Packer, *parts: Entries) -> list[Batch]:
    batches = [batch for part in parts for batch in packer.feed(part)]
    return [*batches, *packer.finish()]


@st.composite
def entries(draw: st.DrawFn) -> list[Entries]:
    """Rows of several entries each, in parts."""
    parts: list[Entries] = []
    first = 0
    for _ in range(draw(st.integers(0, 4))):
        width = draw(st.integers(1, 3))
        rows = draw(st.lists(st.lists(TEXTS, min_size=width, max_size=width), max_size=20))
        texts = [",".join(row) for row in rows]
        parts.append(Entries(range(first, first + len(rows)), texts, width))
        first += len(rows)
    return parts


@given(entries(), st.integers(3, 10), st.integers(60, 200))
@example([Entries(range(2), ['"a"', '"b"'])], 2, 9)  # exactly full
@example([Entries(range(2), ['"a"', '"b"'])], 2, 8)  # one byte too much for both
def test_every_row_is_in_one_request_in_order_and_none_is_over_a_limit(
    parts: list[Entries], most_entries: int, most_bytes: int
) -> None:
    batches = packed(Packer(CELLS, most_entries, most_bytes), *parts)
    assert [row for batch in batches for row in batch.rows] == [row for part in parts for row in part.rows]
    assert [text for batch in batches for text in batch.texts] == [text for part in parts for text in part.texts]
    for batch in batches:
        body = batch.body()
        assert len(body) <= most_bytes
        sent = json.loads(body)
        assert len(sent) == batch.entries <= most_entries
        for index, entry in enumerate(sent):  # the row of each entry is known
            place = batch.place(index)
            assert json.loads(f"[{batch.texts[place]}]")[index - batch.starts[place]] == entry


@given(entries(), st.integers(3, 10), st.integers(60, 200))
def test_no_request_could_have_held_the_row_after_it(parts: list[Entries], most_entries: int, most_bytes: int) -> None:
    batches = packed(Packer(CELLS, most_entries, most_bytes), *parts)
    for one, other in pairwise(batches):
        width = other.starts[1] if len(other) > 1 else other.entries
        larger = Batch(CELLS, (), (*one.texts, other.texts[0]), (), 0)
        assert one.entries + width > most_entries or len(larger.body()) > most_bytes


def test_a_row_that_is_larger_than_a_request_is_an_error() -> None:
    packer = Packer(ITEMS, 10, 40)
    with pytest.raises(RowError, match=r"Row 7: it comes to 32 bytes of JSON, and Anaplan takes 40 in one request"):
        packed(packer, Entries(range(6, 8), ['"a"', json.dumps("b" * 30)]))
    with pytest.raises(RowError, match=r"Row 0: it comes to 11 cells, and Anaplan takes 10") as caught:
        packed(Packer(CELLS, 10), Entries(range(1), [",".join("0" * 11)], 11))
    assert caught.value.row == 0


def test_what_came_before_a_row_that_is_too_large_is_sent() -> None:
    packer = Packer(CELLS, 10, 20)
    batches = packer.feed(Entries(range(2), ['"a"', json.dumps("b" * 30)]))
    assert next(batches).rows == range(1)
    with pytest.raises(RowError, match="Row 1"):
        next(batches)


def test_the_same_mark_twice_in_a_request_is_an_error() -> None:
    packer = Packer(CELLS, 3)
    assert packed(packer, Entries(range(4), list("0000"), 1, [("x", ["a", "b", "c", "a"])]))  # in two requests
    with pytest.raises(RowError, match=r"Row 5: twice"):
        packed(
            Packer(CELLS, 10),
            Entries(range(3), list("000"), 1, [("x", ["a", "b", "c"]), ("y", ["a", "b", "c"])], lambda _: "twice"),
            Entries(range(3, 6), list("000"), 1, [("x", ["d", "e", "b"])], lambda _: "twice"),
        )


@given(st.lists(st.text(max_size=5)), st.integers(1, 5), st.integers(1, 20))
def test_rows_are_drawn_in_blocks(rows: list[str], most_rows: int, most_values: int) -> None:
    drawing = Drawing(Texts(), most_rows, most_values)
    blocks = [block for row in rows for block in drawing.feed(drawing.own(row))]
    blocks += drawing.finish()
    assert [row for _, taken in blocks for row in taken] == rows
    assert [first for first, _ in blocks] == [sum(len(taken) for _, taken in blocks[:at]) for at in range(len(blocks))]
    for _, taken in blocks:
        assert 1 <= len(taken) <= most_rows
        assert sum(map(len, taken[:-1])) < most_values


@attrs.define
class Texts:
    """Texts as rows, of which each character is a value."""

    taken: list[str] = attrs.field(factory=list[str])

    def take(self, row: str, _: int) -> int:
        self.taken.append(row)
        return len(row)

    def block(self, first: int) -> tuple[int, list[str]]:
        taken, self.taken = self.taken, []
        return first, taken


def test_the_row_of_a_source_that_uses_it_again_is_copied() -> None:
    row = {"a": 1}
    owned = Drawing(Texts()).own(row)
    row["a"] = 2
    assert owned == {"a": 1}
    cells, items = CellRows(), ItemRows()
    for rows in (cells, items):
        rows.take(row, 0)
    row["a"] = 3
    assert (cells.block(0)[0].rows, items.block(0).rows) == ([(2,)], [{"a": 2}])


def test_rows_that_are_picked_are_a_request_of_their_own() -> None:
    (batch,) = packed(Packer(ITEMS), Entries([3, 5, 8], ['"a"', '"b"', '"c"']))
    part = batch.part([0, 2])
    assert (part.rows, bytes(part.body()), part.entries, part.place(1)) == ([3, 8], b'{"items":["a","c"]}', 2, 1)
