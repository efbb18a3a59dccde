"""Content that waits in memory for its turn."""

from __future__ import annotations

import mmap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._io import spool
from anaplan_sdk._io.spool import Maps, Spool

CONTENT = bytes(range(256)) * 40_000  # 10 MB: three maps, the last of them not full


def drained(spooled: Spool) -> bytes:
    return b"".join(map(bytes, spooled.drain()))


@given(sizes=st.lists(st.integers(0, 700), max_size=12))
def test_what_was_written_comes_back_once(sizes: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_MAP_BYTES", 256)
        patch.setattr(spool, "_BLOCK_BYTES", 100)
        spooled = Spool(Maps())
        for size in sizes:
            spooled.write(CONTENT[:size])
        assert len(spooled) == sum(sizes)
        assert drained(spooled) == b"".join(CONTENT[:size] for size in sizes)
        assert drained(spooled) == b""


def test_blocks_are_no_larger_than_a_megabyte() -> None:
    spooled = Spool(Maps())
    spooled.write(CONTENT)
    sizes = [len(block) for block in spooled.drain()]
    assert sum(sizes) == len(CONTENT)
    assert max(sizes) <= 1 << 20


def test_maps_are_used_again_and_a_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    maps: list[mmap.mmap] = []
    new_map = spool._new_map

    def noted() -> mmap.mmap:
        maps.append(new_map())
        return maps[-1]

    monkeypatch.setattr(spool, "_new_map", noted)
    shared = Maps()
    for round_number in range(4):
        one, other = Spool(shared), Spool(shared)
        for written in (one, other):
            written.write(bytes([round_number]) * len(CONTENT))
        assert drained(one) == bytes([round_number]) * len(CONTENT)
        assert drained(other) == bytes([round_number]) * len(CONTENT)
    assert len(maps) == 6 + 3 * 2  # six at a time, of which four are kept
    assert [used.closed for used in maps].count(False) == 4


def test_a_restart_forgets_what_a_failed_attempt_wrote() -> None:
    spooled = Spool(Maps())
    spooled.write(CONTENT)
    spooled.restart()
    assert len(spooled) == 0
    spooled.write(b"whole")
    spooled.finish()
    assert drained(spooled) == b"whole"
