"""Failure dumps as rows."""

from __future__ import annotations

import pytest

from anaplan_sdk._core.rows import parse_dump
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import RejectedRow


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


def test_a_dump_that_cannot_be_read_is_named_with_its_line() -> None:
    endless = b'Region\nBern\n"' + b"x" * 200_000  # over the limit of the csv module for one field
    with pytest.raises(UnexpectedResponseError, match=r"dump cannot be read as CSV at line 3"):
        parse_dump(endless)
