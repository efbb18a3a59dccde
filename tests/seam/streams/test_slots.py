"""Slots bound what goes on at a time, and blocks what is read at a time."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anaplan_sdk._io import aio, blocking, files, workers


async def test_no_more_tasks_than_slots_are_inside() -> None:
    slots = aio.Slots(2)
    inside: list[int] = []
    seen: list[int] = []

    async def work(number: int) -> None:
        async with slots:
            inside.append(number)
            seen.append(len(inside))
            await asyncio.sleep(0)
            inside.remove(number)

    await asyncio.gather(*map(work, range(10)))
    assert max(seen) == 2
    assert inside == []


def test_no_more_threads_than_slots_are_inside() -> None:
    slots = blocking.Slots(2)
    together = threading.Barrier(2)

    def work(_: int) -> None:
        with slots:
            together.wait(10)  # comes back only where two are inside

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(8)))


def test_a_slot_may_be_given_back_by_another_thread() -> None:
    slots = blocking.Slots(1)
    slots.take()
    with ThreadPoolExecutor(1) as threads:
        threads.submit(slots.give).result()
    slots.take()


def test_this_process_has_cores() -> None:
    assert 1 <= workers.core_count() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("offset", "size", "expected"),
    [(0, 6, [b"abcd", b"ef"]), (1, 4, [b"bcde"]), (5, 1, [b"f"]), (0, 0, []), (4, 5, [b"ef", b""])],
)
def test_blocks_are_read_from_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int, size: int, expected: list[bytes]
) -> None:
    monkeypatch.setattr(files, "_BLOCK_BYTES", 4)
    path = tmp_path / "file"
    path.write_bytes(b"abcdef")
    with path.open("rb") as file:
        assert list(files.blocks_at(file, offset, size)) == expected
