"""Gzip, and the choice of its level."""

from __future__ import annotations

import gzip
import heapq
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.transfer import compression
from anaplan_sdk._core.transfer import throughput as wire
from anaplan_sdk._core.transfer.compression import (
    CHEAP,
    DENSE,
    Compressor,
    Cost,
    better_level,
    check_compression,
    expected_dense,
    gzipped,
)
from anaplan_sdk._core.transfer.throughput import Sending, Wire, throughput
from anaplan_sdk.errors import ConfigurationError
from stage.standing_clock import StandingClock

ROWS = b"".join(b"T%04d,Kettle,North,Jan 26,%d,%d.50\n" % (row, row % 97, row * 31 % 8999) for row in range(20_000))
BLOCKS = [ROWS[start : start + 70_001] for start in range(0, len(ROWS), 70_001)]
# Seconds of a core and bytes to send for each byte of a planning CSV.
MEASURED_CHEAP, MEASURED_DENSE = Cost(1.8e-9, 0.2385), Cost(25e-9, 0.2184)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    clock = StandingClock()
    monkeypatch.setattr(wire, "now", clock)
    return clock


def send(shared: Wire, size_bytes: int, clock: StandingClock, seconds: float) -> None:
    with shared.sending(size_bytes):
        clock.seconds += seconds


@given(st.lists(st.binary(max_size=500), max_size=5), st.integers(1, 9))
def test_blocks_become_one_member(blocks: list[bytes], level: int) -> None:
    body, size_bytes = gzipped(blocks, level)
    content = b"".join(blocks)
    member = zlib.decompressobj(wbits=31)
    assert member.decompress(body) == content
    assert (member.eof, member.unused_data, size_bytes) == (True, b"", len(content))
    assert gzip.decompress(body * 2) == content * 2


@pytest.mark.parametrize("setting", ["auto", 1, 6, 9])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_buffer_is_compressed(setting: Any, kind: Any) -> None:
    compressor = Compressor(check_compression(setting))
    body = compressor.compress(map(kind, BLOCKS))
    assert gzip.decompress(body) == ROWS
    assert len(body) < len(ROWS) / 2
    assert compressor.headers["Content-Type"] == "application/x-gzip"


def test_without_compression_content_travels_as_it_is_and_a_single_block_is_not_copied() -> None:
    compressor = Compressor(check_compression("off"))
    view = memoryview(ROWS)
    assert compressor.compress([view]) is view
    assert compressor.compress(BLOCKS) == ROWS
    assert compressor.headers["Content-Type"] == "application/octet-stream"


def test_the_standard_library_serves_where_the_fast_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "isal_zlib", None)
    assert gzip.decompress(gzipped(BLOCKS, CHEAP)[0]) == ROWS
    assert expected_dense(MEASURED_CHEAP).seconds < 10 * MEASURED_CHEAP.seconds


@pytest.mark.parametrize("setting", [0, 10, -1, True, 1.0, "on", "", None], ids=repr)
def test_other_settings_are_refused(setting: Any) -> None:
    with pytest.raises(ConfigurationError, match="'auto', 'off' or a level from 1 to 9"):
        check_compression(setting)


def test_a_slow_network_wants_dense_gzip_and_a_fast_one_cheap() -> None:
    def level(megabits: float, cores: int = 2) -> int:
        return better_level(MEASURED_CHEAP, MEASURED_DENSE, cores, megabits * 1e6 / 8)

    assert [level(megabits) for megabits in (10, 100, 1_000, 10_000)] == [DENSE, DENSE, CHEAP, CHEAP]
    assert level(100, cores=1) == CHEAP


def test_content_that_hardly_shrinks_is_not_compressed_harder() -> None:
    assert better_level(Cost(5e-9, 0.99), Cost(30e-9, 0.98), 2, 1e6) == CHEAP


def test_the_first_chunks_are_cheap_until_one_was_sent(clock: StandingClock) -> None:
    compressor = Compressor("auto", cores=2)
    assert compressor.level() == CHEAP
    body = compressor.compress(BLOCKS)
    assert compressor.level() == CHEAP
    send(compressor.wire, len(body), clock, 10.0)
    assert compressor.level() == DENSE
    assert len(compressor.compress(BLOCKS)) < len(body)


def test_what_one_upload_learned_of_the_network_serves_the_next(clock: StandingClock) -> None:
    shared = Wire()
    send(shared, 10_000, clock, 10.0)
    compressor = Compressor("auto", shared)
    compressor.compress(BLOCKS)
    assert compressor.level() == DENSE


def test_a_network_that_becomes_fast_is_noticed(clock: StandingClock) -> None:
    compressor = Compressor("auto")
    compressor.compress(BLOCKS)
    send(compressor.wire, 10_000, clock, 10.0)
    assert compressor.level() == DENSE
    for _ in range(16):
        send(compressor.wire, 1_000_000_000, clock, 0.01)
    assert compressor.level() == CHEAP


def test_requests_side_by_side_share_the_network() -> None:
    alone = [Sending(1_000, 0.0, 1.0), Sending(1_000, 5.0, 6.0)]
    together = [Sending(1_000, 0.0, 4.0) for _ in range(4)]
    overlapping = [Sending(1_000, 0.0, 1.5), Sending(1_000, 0.5, 2.0)]
    assert throughput(alone, 9.0) == throughput(together, 9.0) == throughput(overlapping, 9.0) == 1_000


def test_requests_under_way_count_as_far_as_they_slow_down_those_that_ended() -> None:
    sendings = [Sending(1_000, 0.0, 4.0), *(Sending(1_000, 0.0) for _ in range(3))]
    assert throughput(sendings, 4.0) == 1_000


def test_before_anything_was_sent_nothing_is_known() -> None:
    assert throughput([], 1.0) is None
    assert throughput([Sending(1_000, 0.0)], 1.0) is None
    assert throughput([Sending(1_000, 1.0, 1.0)], 1.0) is None


def test_a_failed_request_ends_too(clock: StandingClock) -> None:
    shared = Wire()

    def fail() -> None:
        with shared.sending(1_000):
            clock.seconds += 1.0
            raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        fail()
    assert shared.bytes_per_second() == 1_000


def test_many_threads_share_a_compressor() -> None:
    compressor = Compressor("auto", cores=2)

    def store(_: int) -> bytes:
        body = compressor.compress(BLOCKS)
        with compressor.wire.sending(len(body)):
            return gzip.decompress(body)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(store, range(40))) == {ROWS}
    assert compressor.level() in (CHEAP, DENSE)


@pytest.mark.parametrize("megabits", [10, 100, 1_000])
def test_auto_is_within_five_percent_of_the_better_fixed_level(megabits: float) -> None:
    better = min(simulated_upload(megabits, level) for level in (CHEAP, DENSE))
    assert simulated_upload(megabits, None) <= 1.05 * better


def test_the_expectation_of_the_dense_level_is_near_what_was_measured() -> None:
    pytest.importorskip("isal")
    expected = expected_dense(MEASURED_CHEAP)
    assert expected.seconds == pytest.approx(MEASURED_DENSE.seconds, rel=0.2)
    assert expected.bytes == pytest.approx(MEASURED_DENSE.bytes, rel=0.02)


def simulated_upload(megabits: float, fixed: int | None, *, chunks: int = 10, chunk_bytes: int = 25_000_000) -> float:
    """Seconds for ten chunks, four at a time, on two cores and a network that serves one after the other."""
    rate = megabits * 1e6 / 8
    cores, workers, free_at = [0.0, 0.0], [0.0] * 4, 0.0
    sendings: list[Sending] = []
    seen_dense: Cost | None = None
    for _ in range(chunks):
        start = max(heapq.heappop(workers), heapq.heappop(cores))
        known = throughput([sending for sending in sendings if (sending.ended or 0.0) <= start], start)
        level = fixed or CHEAP
        if fixed is None and known is not None:
            level = better_level(MEASURED_CHEAP, seen_dense or expected_dense(MEASURED_CHEAP), 2, known)
        cost = MEASURED_DENSE if level == DENSE else MEASURED_CHEAP
        seen_dense = MEASURED_DENSE if level == DENSE else seen_dense
        compressed = start + cost.seconds * chunk_bytes
        heapq.heappush(cores, compressed)
        free_at = max(free_at, compressed) + cost.bytes * chunk_bytes / rate
        sendings.append(Sending(int(cost.bytes * chunk_bytes), compressed, free_at))
        heapq.heappush(workers, free_at)
    return free_at
