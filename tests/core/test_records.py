"""Tables in CSV: whatever the bytes are cut like, the same records come out."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import UnexpectedResponseError
from anaplan_sdk._core.records import PagedCsv, Records

CELLS = st.lists(st.sampled_from([*'ab,"\n é茶𝄞;', "\r\n"]), max_size=6).map("".join)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=8)


def csv_of(rows: Iterable[Sequence[str]], line_end: str = "\n", *, quoted: bool = False) -> bytes:
    text = io.StringIO()
    csv.writer(text, csv.unix_dialect if quoted else csv.excel, lineterminator=line_end).writerows(rows)
    return text.getvalue().encode()


def records_of(parts: Iterable[bytes]) -> list[list[str]]:
    reader = Records("The table")
    return [record for part in parts for record in reader.feed(part)] + reader.finish()


def cut(content: bytes, cuts: Iterable[int]) -> list[bytes]:
    places = sorted({0, len(content), *(place % (len(content) + 1) for place in cuts)})
    return [content[start:end] for start, end in pairwise(places)]


@given(TABLES, st.lists(st.integers(0, 300)), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_any_cut_gives_the_same_records(
    rows: list[list[str]], cuts: list[int], line_end: str, quoted: bool, bom: bool
) -> None:
    content = (codecs.BOM_UTF8 if bom else b"") + csv_of(rows, line_end, quoted=quoted)
    assert records_of(cut(content, cuts)) == rows


@given(TABLES, st.integers(1, 7))
def test_records_without_a_last_line_break(rows: list[list[str]], size: int) -> None:
    content = csv_of(rows)[:-1]
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    assert records_of(parts) == rows


def test_records_come_as_soon_as_they_are_whole() -> None:
    reader = Records("The table")
    assert reader.feed(b'a,b\n"x\ny') == [["a", "b"]]
    assert reader.feed(b'",1\n2') == [["x\ny", "1"]]
    assert reader.feed(b",3") == []
    assert reader.finish() == [["2", "3"]]


def test_a_long_cell_with_many_line_breaks_takes_no_quadratic_time() -> None:
    cell = "x\n" * 30_000
    content = csv_of([["a", cell], ["b", cell]])
    for size in (100, len(content)):
        parts = (content[start : start + size] for start in range(0, len(content), size))
        assert records_of(parts) == [["a", cell], ["b", cell]]


def test_blank_lines_are_no_records() -> None:
    assert records_of([b"a,b\r\n\r", b"\n1,2\n\n"]) == [["a", "b"], ["1", "2"]]


def test_cells_that_are_longer_than_usual() -> None:
    cell = "x" * 200_000
    assert records_of([b"a,b\n1,", cell.encode(), b"\n2,3\n"]) == [["a", "b"], ["1", cell], ["2", "3"]]


def test_what_is_not_utf8_is_an_error() -> None:
    with pytest.raises(UnexpectedResponseError, match="The view is not in UTF-8"):
        Records("The view").feed(b"a,\xff\n")
    reader = Records("The view")
    assert reader.feed("a,é".encode()[:-1]) == []
    with pytest.raises(UnexpectedResponseError, match="not in UTF-8"):
        reader.finish()


# --- pages ------------------------------------------------------------------------------------------------------------


@given(TABLES.filter(bool), st.lists(st.integers(0, 300)), st.booleans(), st.sampled_from([1, 2]))
def test_a_repeated_header_is_dropped(rows: list[list[str]], cuts: list[int], repeated: bool, lines: int) -> None:
    header = csv_of([["Versions", "Pro\nducts", "Price"]] * lines)
    first, *further = cut(csv_of(rows), cuts)
    sent = [header + first, *(header * repeated + part for part in further)]
    pages = PagedCsv(lines)
    assert b"".join(map(pages.joined, sent)) == header + csv_of(rows)


def test_a_first_page_that_ends_within_its_header_is_taken_as_it_is() -> None:
    pages = PagedCsv()
    assert [pages.joined(b"Ver"), pages.joined(b"sions,Price\n"), pages.joined(b"Actual,1\n")] == [
        b"Ver",
        b"sions,Price\n",
        b"Actual,1\n",
    ]


def test_a_byte_order_mark_is_no_part_of_a_header() -> None:
    pages = PagedCsv()
    assert pages.joined(codecs.BOM_UTF8 + b"A,B\n1,2\n") == codecs.BOM_UTF8 + b"A,B\n1,2\n"
    assert pages.joined(b"A,B\n3,4\n") == b"3,4\n"
