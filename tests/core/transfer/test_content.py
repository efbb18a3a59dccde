"""What counts as content, and what is a mistake."""

from __future__ import annotations

import array
import codecs
import ctypes
import gzip
import io
import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import TransferError
from anaplan_sdk._core.transfer.content import (
    GzippedContent,
    byte_view,
    encoder,
    has_rows,
    is_file,
    looks_like_a_path,
    pieces_of,
    refuse_mistakes,
)
from anaplan_sdk.errors import ContentTypeError

FILE = 113000000001
FRAMES = [pandas.DataFrame({"Code": ["T1"]}), polars.DataFrame({"Code": ["T1"]}), pandas.Series(["T1"])]


def encoded(text: str, encoding: str | None = None) -> bytes:
    return b"".join(encoder(encoding, FILE)(text))


@pytest.mark.parametrize(
    "text",
    [
        "sales.csv",
        "C:\\data\\sales",
        "/tmp/sales",
        "./sales",
        "../out/sales.TXT",
        "~/sales",
        "s3://bucket/key",
        "Sales 2026.xlsx\n",
    ],
)
def test_a_line_that_names_a_file_is_no_content(text: str) -> None:
    assert looks_like_a_path(text)
    for refuse in (refuse_mistakes, pieces_of):
        with pytest.raises(ContentTypeError, match="pass pathlib.Path"):
            refuse(text)


@pytest.mark.parametrize(
    "text", ["", "Code", "Code,File\n1,sales.csv\n", "Code\nT1\n", "T1,/tmp/x", "1.5", "e.g. this", "a;b.csv"]
)
def test_rows_do_not_look_like_a_path(text: str) -> None:
    assert not looks_like_a_path(text)
    refuse_mistakes(text)
    assert pieces_of(text) == [text]


@pytest.mark.parametrize("frame", FRAMES, ids=["pandas", "polars", "series"])
def test_a_frame_is_refused_with_what_to_do(frame: object) -> None:
    for refuse in (refuse_mistakes, pieces_of):
        with pytest.raises(ContentTypeError, match="is a table .* write it as CSV"):
            refuse(frame)


@pytest.mark.parametrize("content", [{"Code": 1}, {"Code"}, frozenset()], ids=repr)
def test_what_is_no_content_is_refused(content: object) -> None:
    for refuse in (refuse_mistakes, pieces_of):
        with pytest.raises(ContentTypeError):
            refuse(content)


@pytest.mark.parametrize("content", [7, None, object(), b"".join], ids=repr)
def test_what_has_no_content_is_refused(content: object) -> None:
    with pytest.raises(ContentTypeError, match="Content must be"):
        refuse_mistakes(content)


def test_a_list_of_pieces_goes_to_the_stream() -> None:
    with pytest.raises(ContentTypeError, match="upload_file_stream"):
        refuse_mistakes([b"a"])
    assert pieces_of([b"a"]) == [b"a"]
    with pytest.raises(ContentTypeError, match="upload_file;"):
        pieces_of(Path("sales.csv"))


def test_a_map_is_bytes_and_an_open_file_is_a_file() -> None:
    with mmap.mmap(-1, 4) as pages:
        assert not is_file(pages)
        assert pieces_of(pages) == [pages]
        assert len(byte_view(pages)) == 4
    assert is_file(io.BytesIO())
    assert is_file(io.StringIO())
    assert not is_file(b"")
    with pytest.raises(TransferError, match="cannot be read"):
        byte_view(pages)


def test_views_of_bytes_are_flat_and_no_copies() -> None:
    numbers = array.array("I", [1, 2])
    view = byte_view(memoryview(numbers))
    assert (view.format, view.nbytes, len(view)) == ("B", 8, 8)
    numbers[0] = 3
    assert view.tobytes() == numbers.tobytes()
    assert byte_view(memoryview(bytes(6)).cast("B", (2, 3))).ndim == 1


def test_views_of_any_format_are_bytes() -> None:
    assert byte_view(memoryview(array.array("d"))).tobytes() == b""
    assert byte_view(memoryview(ctypes.create_string_buffer(b"Code", 4))).tobytes() == b"Code"
    with pytest.raises(ContentTypeError, match="Content must be"):
        byte_view(array.array("d", [1.0]))


def test_views_with_gaps_are_refused() -> None:
    with pytest.raises(ContentTypeError, match="contiguous"):
        byte_view(memoryview(b"abcdef")[::2])


@given(st.text(), st.sampled_from([None, "UTF-8", "UTF-16LE"]))
def test_text_is_encoded_as_the_file_says(text: str, encoding: str | None) -> None:
    assert encoded(text, encoding) == text.encode(encoding or "utf-8")


def test_a_mark_is_written_once() -> None:
    encode = encoder("UTF-16", FILE)
    assert b"".join([*encode("Zü"), *encode("rich")]) == "Zürich".encode("utf-16")
    assert b"".join(encoder("UTF-16", FILE)("x" * 3_000_000)).count(codecs.BOM_UTF16) == 1


def test_large_text_is_encoded_a_piece_at_a_time() -> None:
    text = "é" * 3_000_000
    pieces = list(encoder("UTF-8", FILE)(text))
    assert b"".join(pieces) == text.encode()
    assert max(map(len, pieces)) < 2_200_000
    with pytest.raises(TransferError, match="Character 3,000,000 .* a lone surrogate"):
        list(encoder(None, FILE)(text + "\udc80"))


def test_a_character_that_the_encoding_lacks_is_named_with_its_place() -> None:
    encode = encoder("ISO-8859-1", FILE)
    assert b"".join(encode("ZÜ\n")) == b"Z\xdc\n"
    with pytest.raises(TransferError, match=r"Character 5 .* ISO-8859-1, .* '€' \(U\+20AC\)"):
        list(encode("12€"))


def test_an_encoding_that_nobody_knows_wants_bytes() -> None:
    with pytest.raises(ContentTypeError, match="'EBCDIC-X', .* upload bytes"):
        encoder("EBCDIC-X", FILE)


def test_gzip_is_decoded_whatever_its_blocks() -> None:
    content = gzip.compress(b"Code\n" * 100_000) + gzip.compress(b"T1\n")
    gzipped = GzippedContent(FILE)
    blocks = [content[start : start + 7] for start in range(0, len(content), 7)]
    assert b"".join(joined(gzipped, blocks)) == b"Code\n" * 100_000 + b"T1\n"
    gzipped.finish()


def joined(gzipped: GzippedContent, blocks: Iterable[Any]) -> Iterable[bytes]:
    for block in blocks:
        yield from gzipped.feed(block)


def test_gzip_that_is_not_whole_is_refused() -> None:
    cut = GzippedContent(FILE)
    list(cut.feed(gzip.compress(b"Code\n")[:-3]))
    with pytest.raises(TransferError, match="cut short"):
        cut.finish()
    with pytest.raises(TransferError, match="not valid gzip"):
        list(GzippedContent(FILE).feed(b"\x1f\x8b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))


@pytest.mark.parametrize(
    ("block", "rows"),
    [(b"", False), (b"Code", False), (b"Code\n", False), (b"Code\r\n\n", False), (b"Code\nT1", True)],
)
def test_a_header_alone_has_no_rows(block: bytes, rows: bool) -> None:
    assert has_rows(block) is rows
    assert has_rows("Code\nT1\n".encode("utf-16le"))
    assert not has_rows("Code\n".encode("utf-16le"))
