"""What can be read at any place is cut into slices; anything else comes once."""

from __future__ import annotations

import gzip

import pytest

from anaplan_sdk._core.transfer.chunks import MAX_CHUNK_BYTES, MAX_CHUNKS, Slice, SlicePlan
from anaplan_sdk._core.transfer.source import Buffer, Passing, plan_of, whole
from anaplan_sdk.errors import TransferError


def test_a_buffer_is_read_at_any_place() -> None:
    source = Buffer(memoryview(b"abcdef"))
    assert b"".join(whole(source, Slice(1, 4, 2), 113)) == b"ef"
    assert (source.size_bytes, bytes(source.beginning())) == (6, b"abcdef")


def test_a_source_that_is_too_short_is_noticed() -> None:
    with pytest.raises(TransferError, match="source for file 113 became shorter"):
        list(whole(Buffer(memoryview(b"abc")), Slice(0, 0, 4), 113))


def test_pieces_come_once() -> None:
    pieces = iter(["a", b"b"])
    source = Passing(pieces)
    assert plan_of(source.size_bytes, source.beginning(), 10, 113) is None
    assert source.stream(lambda: None) is pieces


def test_what_is_gzip_already_is_not_cut() -> None:
    assert plan_of(100, gzip.compress(b"rows")[:3], 10, 113) is None
    assert plan_of(100, b"rows", 10, 113) == SlicePlan(100, 10)


@pytest.mark.parametrize(
    ("size_bytes", "named"), [(0, "empty"), (MAX_CHUNKS * MAX_CHUNK_BYTES + 1, "do not fit into one Anaplan file")]
)
def test_content_of_no_size_or_too_much_is_refused(size_bytes: int, named: str) -> None:
    with pytest.raises(TransferError, match=named):
        plan_of(size_bytes, b"", 10, 113)
