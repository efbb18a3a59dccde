"""An ordered stream that works ahead."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref

import pytest

from anaplan_sdk._io import aio
from stage.wire.cancelling import cancel_at_every_await
from stage.wire.colours import Colour
from stage.wire.gauge import Gauge


def test_nothing_is_made_of_nothing(colour: Colour) -> None:
    assert list(colour.prefetch(str, [], 3)) == []


def test_prefetch_works_ahead_within_its_limit(colour: Colour) -> None:
    gauge = Gauge()

    def work(item: int) -> int:
        with gauge:
            return item

    results = colour.prefetch(work, range(10), 3)
    taken = [next(results)]
    for item in results:
        assert gauge.total <= len(taken) + 4  # this one, and three ahead of it
        taken.append(item)
    assert taken == list(range(10))


def test_prefetch_slides_and_does_not_wait_for_a_batch(colour: Colour) -> None:
    last_of_batch = threading.Event()
    started = [threading.Event() for _ in range(4)]

    def work(item: int) -> int:
        started[item].set()
        if item == 2:
            last_of_batch.wait()
        return item

    results = colour.prefetch(work, range(4), 3)
    try:
        assert [next(results), next(results)] == [0, 1]
        assert started[3].wait(10)
    finally:
        last_of_batch.set()
    assert list(results) == [2, 3]


def test_prefetch_raises_a_failure_in_its_place(colour: Colour) -> None:
    def work(item: int) -> int:
        if item == 1:
            raise LookupError(item)
        return item

    results = colour.prefetch(work, range(10), 3)
    assert next(results) == 0
    with pytest.raises(LookupError):
        next(results)
    assert list(results) == []


def test_prefetch_that_is_closed_early_leaves_nothing_running(colour: Colour) -> None:
    gauge = Gauge()

    def work(item: int) -> int:
        with gauge:
            return item

    results = colour.prefetch(work, range(100), 3)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert gauge.total <= 4
    assert list(results) == []


def test_prefetch_does_not_hold_what_was_taken_while_the_next_is_under_way(colour: Colour) -> None:
    class Large:
        pass

    taken: list[weakref.ref[Large]] = []

    def work(item: int) -> Large | bool:
        if item == 0:
            return Large()
        for _ in range(2_000):
            if taken and taken[0]() is None:
                return True
            time.sleep(0.001)
        return False

    results = colour.prefetch(work, range(2), 1)
    first = next(results)
    assert isinstance(first, Large)
    taken.append(weakref.ref(first))
    del first
    assert next(results) is True


def test_cancelling_at_any_await_leaves_no_task() -> None:
    async def work(item: int) -> int:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return item

    async def run() -> None:
        async with aio.closing(aio.prefetch(work, range(10), limit=3)) as results:
            assert [result async for result in results] == list(range(10))

    assert asyncio.run(cancel_at_every_await(run)) > 3
