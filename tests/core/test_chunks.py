"""Content is cut by bytes, within Anaplan's limits, and loses none."""

from __future__ import annotations

import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import TransferError
from anaplan_sdk._core.chunks import (
    MAX_CHUNK_BYTES,
    MAX_CHUNKS,
    SlicePlan,
    byte_view,
    check_chunk_bytes,
    encoded,
    fixed_chunk_bytes,
    stream_chunk_bytes,
)
from anaplan_sdk.errors import ConfigurationError, ContentTypeError

LARGEST = MAX_CHUNKS * MAX_CHUNK_BYTES


@given(st.integers(0, LARGEST), st.integers(1, MAX_CHUNK_BYTES))
def test_every_plan_is_within_the_limits(total: int, wanted: int) -> None:
    plan = SlicePlan.of(total, wanted)
    assert plan.count <= MAX_CHUNKS
    assert plan.chunk_bytes <= MAX_CHUNK_BYTES
    slices = list(plan)
    assert len(slices) == plan.count
    assert sum(part.size_bytes for part in slices) == total
    assert [part.index for part in slices] == list(range(plan.count))
    assert all(first.offset + first.size_bytes == second.offset for first, second in pairwise(slices))
    assert all(0 < part.size_bytes <= plan.chunk_bytes for part in slices)


@pytest.mark.parametrize(
    ("total", "wanted", "chunk"),
    [(1_000, 1, 1), (1_001, 1, 2), (2_000, 1, 2), (10, 100, 100), (LARGEST, 1, MAX_CHUNK_BYTES)],
)
def test_chunks_grow_only_where_a_thousand_would_not_do(total: int, wanted: int, chunk: int) -> None:
    assert fixed_chunk_bytes(total, wanted) == chunk


def test_content_over_the_limit_is_refused() -> None:
    with pytest.raises(TransferError, match=r"50,000,000,001 bytes .* 1,000 chunks of 50,000,000 bytes"):
        SlicePlan.of(LARGEST + 1, MAX_CHUNK_BYTES)


@pytest.mark.parametrize(("wanted", "least"), [(1, 36), (1_000_000, 36), (25_000_000, 45), (50_000_000, 50)])
def test_streams_of_any_chunk_size_can_be_large(wanted: int, least: int) -> None:
    sizes = [stream_chunk_bytes(index, wanted) for index in range(MAX_CHUNKS)]
    assert sizes[:200] == [wanted] * 200
    assert max(sizes) <= MAX_CHUNK_BYTES
    assert all(first <= second for first, second in pairwise(sizes))
    assert sum(sizes) >= least * 10**9


def test_a_stream_of_more_than_a_thousand_chunks_is_refused() -> None:
    with pytest.raises(TransferError, match="limit is 1,000 chunks"):
        stream_chunk_bytes(MAX_CHUNKS, MAX_CHUNK_BYTES)


@pytest.mark.parametrize("wanted", [1, 25_000_000, MAX_CHUNK_BYTES])
def test_possible_chunk_sizes(wanted: int) -> None:
    assert check_chunk_bytes(wanted) == wanted


@pytest.mark.parametrize("wanted", [0, -5, MAX_CHUNK_BYTES + 1, True, 2.0, "3", None], ids=repr)
def test_impossible_chunk_sizes(wanted: int) -> None:
    with pytest.raises(ConfigurationError, match="upload_chunk_size must be 1 to 50,000,000 bytes"):
        check_chunk_bytes(wanted)


def test_views_of_bytes_are_flat_and_no_copies() -> None:
    numbers = array.array("I", [1, 2])
    view = byte_view(memoryview(numbers))
    assert (view.format, view.nbytes, len(view)) == ("B", 8, 8)
    numbers[0] = 3
    assert view.tobytes() == numbers.tobytes()
    assert byte_view(memoryview(bytes(6)).cast("B", (2, 3))).ndim == 1


def test_views_with_gaps_are_refused() -> None:
    with pytest.raises(ContentTypeError, match="contiguous"):
        byte_view(memoryview(b"abcdef")[::2])


@given(st.text())
def test_text_is_encoded_as_utf_8(text: str) -> None:
    assert b"".join(encoded(text)) == text.encode()


def test_large_text_is_encoded_a_piece_at_a_time() -> None:
    text = "é" * 3_000_000
    pieces = list(encoded(text))
    assert b"".join(pieces) == text.encode()
    assert max(map(len, pieces)) < 2_200_000
    with pytest.raises(TransferError, match="Character 3,000,000 "):
        list(encoded(text + "\udc80"))
