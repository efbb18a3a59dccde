"""Failure dumps as rows."""

from __future__ import annotations

import csv

import pytest

from anaplan_sdk._core.dumps import DumpReader
from anaplan_sdk.models import RejectedRow


def parse_dump(content: bytes) -> list[RejectedRow]:
    """The rows of a whole failure dump, in order."""
    reader = DumpReader()
    return [*reader.feed(content), *reader.finish()]


def test_rows_of_a_dump() -> None:
    dump = (
        "_Status_,Region,Sales,_Line_,_Error_1_,_Error_2_\r\n"
        '"E","Zürich, Stadt","1 ""000""",7,"Not a number","Unknown\nregion"\r\n'
        "W,Bern,,9,Truncated,\r\n"
    )
    assert parse_dump(dump.encode()) == [
        RejectedRow("E", 7, {"Region": "Zürich, Stadt", "Sales": '1 "000"'}, ("Not a number", "Unknown\nregion")),
        RejectedRow("W", 9, {"Region": "Bern", "Sales": ""}, ("Truncated",)),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert parse_dump("_Status_,Region\nE,Bern\n".encode("utf-8-sig"))[0].status == "E"


def test_columns_that_are_missing_are_no_error() -> None:
    assert parse_dump(b"Region,_Line_\nBern,last\n\nBasel\n") == [
        RejectedRow("", None, {"Region": "Bern"}, ()),
        RejectedRow("", None, {"Region": "Basel"}, ()),
    ]


def test_source_columns_that_look_alike_stay_values() -> None:
    dump = b"_Error_,_Error_x_,_Error_10_\nkept,kept too,message\n"
    assert parse_dump(dump) == [
        RejectedRow("", None, {"_Error_": "kept", "_Error_x_": "kept too"}, ("message",)),
    ]


@pytest.mark.parametrize("content", [b"", b"_Status_,Region,_Line_\n", b"\n"])
def test_a_dump_without_rows_is_empty(content: bytes) -> None:
    assert parse_dump(content) == []


def test_bytes_that_are_not_utf_8_are_shown_as_such() -> None:
    assert parse_dump(b"Region\nZ\xfcrich\n")[0].values == {"Region": "Z\N{REPLACEMENT CHARACTER}rich"}


def test_a_quote_that_is_never_closed_belongs_to_the_last_row() -> None:
    [first, last] = parse_dump(b'Region\nBern\n"' + b"x" * 200_000)
    assert (first.values["Region"], len(last.values["Region"])) == ("Bern", 200_000)


def test_columns_of_one_name_or_none_are_kept() -> None:
    [row] = parse_dump(b"_Status_,Code,Note,Note,,,_Line_,_Error_1_\nE,T1,first,second,North,South,2,Invalid\n")
    assert row.values == {"Code": "T1", "Note": "first", "Note (2)": "second", "Column 4": "North", "Column 5": "South"}
    assert row.cells == (("Code", "T1"), ("Note", "first"), ("Note", "second"), ("", "North"), ("", "South"))
    assert (row.status, row.line, row.errors) == ("E", 2, ("Invalid",))


def test_a_dump_of_a_dump_is_told_apart() -> None:
    [row] = parse_dump(
        b"_Status_,_Status_,Code,_Line_,_Error_1_,_Line_,_Error_1_,_Error_2_\nW,E,T1,7,old message,2,new,newer\n"
    )
    assert (row.status, row.line, row.errors) == ("W", 2, ("new", "newer"))
    assert row.values == {"_Status_": "E", "Code": "T1", "_Line_": "7", "_Error_1_": "old message"}


def test_messages_beyond_the_header_are_kept() -> None:
    [row] = parse_dump(b"_Status_,Code,_Line_,_Error_1_\nE,T1,2,one,two,three\n")
    assert row.errors == ("one", "two", "three")


def test_a_row_with_a_long_cell_can_be_looked_at() -> None:
    limit = csv.field_size_limit()
    rows = parse_dump(b"_Status_,Note,_Line_,_Error_1_\nE," + b"x" * 200_000 + b",2,too long\nE,y,3,bad\n")
    assert [len(row.values["Note"]) for row in rows] == [200_000, 1]
    assert csv.field_size_limit() == limit


DUMP = '_Status_,Region,_Line_,_Error_1_\r\nE,"Zürich,\n ""Stadt""",2,Bad\r\nW,茶,3,Cut\n'


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_dumps_of_any_encoding_and_separator_in_any_pieces(encoding: str, separator: str, size: int) -> None:
    head, *rest = DUMP.split("\r\n", 1)
    text = (
        head.replace(",", separator)
        + "\r\n"
        + rest[0]
        .replace("E,", f"E{separator}")
        .replace("W,茶,3,Cut", separator.join(["W", "茶", "3", "Cut"]))
        .replace('",2,Bad', separator.join(['"', "2", "Bad"]))
    )
    content, reader = text.encode(encoding), DumpReader()
    rows = [row for at in range(0, len(content), size) for row in reader.feed(content[at : at + size])]
    rows += reader.finish()
    assert [(row.status, row.values, row.line, row.errors) for row in rows] == [
        ("E", {"Region": 'Zürich,\n "Stadt"'}, 2, ("Bad",)),
        ("W", {"Region": "茶"}, 3, ("Cut",)),
    ]
