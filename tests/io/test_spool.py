"""Content that waits in memory for its turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._io import spool
from anaplan_sdk._io.spool import Spool

CONTENT = bytes(range(256)) * 40_000  # 10 MB: three maps, the last of them not full


def drained(spooled: Spool) -> bytes:
    return b"".join(map(bytes, spooled.drain()))


@given(sizes=st.lists(st.integers(0, 700), max_size=12))
def test_what_was_written_comes_back_once(sizes: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_MAP_BYTES", 256)
        patch.setattr(spool, "_BLOCK_BYTES", 100)
        spooled = Spool()
        for size in sizes:
            spooled.write(CONTENT[:size])
        assert len(spooled) == sum(sizes)
        assert drained(spooled) == b"".join(CONTENT[:size] for size in sizes)
        assert drained(spooled) == b""


def test_blocks_are_no_larger_than_a_megabyte() -> None:
    spooled = Spool()
    spooled.write(CONTENT)
    sizes = [len(block) for block in spooled.drain()]
    assert sum(sizes) == len(CONTENT)
    assert max(sizes) <= 1 << 20


def test_a_restart_forgets_what_a_failed_attempt_wrote() -> None:
    spooled = Spool()
    spooled.write(CONTENT)
    spooled.restart()
    assert len(spooled) == 0
    spooled.write(b"whole")
    spooled.finish()
    assert drained(spooled) == b"whole"
