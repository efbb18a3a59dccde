"""Content is cut by bytes, within Anaplan's limits, and loses none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import TransferError
from anaplan_sdk._core.transfer.chunks import (
    MAX_CHUNK_BYTES,
    MAX_CHUNKS,
    SlicePlan,
    check_chunk_bytes,
    fixed_chunk_bytes,
    in_order,
    missing,
    stream_chunk_bytes,
)
from anaplan_sdk.errors import ConfigurationError

LARGEST = MAX_CHUNKS * MAX_CHUNK_BYTES


@given(st.integers(1, LARGEST), st.integers(1, MAX_CHUNK_BYTES))
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


@given(st.permutations([str(number) for number in range(12)]))
def test_chunks_come_by_their_number_however_they_are_listed(listed: list[str]) -> None:
    assert in_order(listed, "/chunks") == [str(number) for number in range(12)]


@pytest.mark.parametrize("listed", [["0", "2"], ["1"], ["0", "0", "1"], ["0", "1", "1"]], ids=str)
def test_a_list_of_chunks_with_a_gap_is_no_content(listed: list[str]) -> None:
    with pytest.raises(TransferError, match="missing or repeated"):
        in_order(listed, "/chunks")


def test_chunks_that_are_not_numbered_keep_the_order_of_their_list() -> None:
    assert in_order(["b", "a"], "/chunks") == ["b", "a"]
    assert in_order([], "/chunks") == []


def test_what_a_list_does_not_have_is_missing() -> None:
    assert missing(["2", "0"], 4) == [1, 3]
    assert missing(["0", "1"], 2) == []
    assert missing(["first"], 2) == [1]
