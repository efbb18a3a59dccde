"""Work side by side: order, bounds, laziness, and what a failure leaves behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anaplan_sdk._io import aio, blocking
from stage.wire.cancelling import cancel_at_every_await
from stage.wire.colours import Colour, each
from stage.wire.gauge import Gauge


def test_results_keep_the_order_of_the_items(colour: Colour) -> None:
    turns = [threading.Event() for _ in range(4)]
    turns[3].set()

    def work(item: int) -> int:
        turns[item].wait()
        turns[item - 1].set()  # the later item lets the earlier one end
        return item * item

    assert colour.map_bounded(work, range(4), 4) == [0, 1, 4, 9]


def test_nothing_is_made_of_nothing(colour: Colour) -> None:
    assert colour.map_bounded(str, [], 3) == []


@pytest.mark.parametrize("limit", [1, 3])
def test_no_more_than_the_limit_are_worked_on_at_once(colour: Colour, limit: int) -> None:
    together = threading.Barrier(limit)
    gauge = Gauge()

    def work(item: int) -> int:
        with gauge:
            together.wait()
        return item

    assert colour.map_bounded(work, range(limit * 4), limit) == list(range(limit * 4))
    assert gauge.most == limit


def test_an_item_is_drawn_only_when_it_can_be_worked_on(colour: Colour) -> None:
    drawn = 0
    done = 0

    def source() -> Iterator[int]:
        nonlocal drawn
        for item in range(20):
            drawn += 1
            assert drawn - done <= 3
            yield item

    def work(_: int) -> None:
        nonlocal done
        done += 1

    colour.map_bounded(work, source(), 3)
    assert drawn == 20


def test_the_first_failure_is_raised_bare_and_ends_the_rest(colour: Colour) -> None:
    started: list[int] = []
    failed = threading.Event()

    def work(item: int) -> None:
        started.append(item)
        if item == 1:
            failed.set()
            raise LookupError("the first") from KeyError("its reason")
        failed.wait()

    with pytest.raises(LookupError, match="the first") as caught:
        colour.map_bounded(work, range(100), 2)
    assert isinstance(caught.value.__cause__, KeyError)
    assert len(started) <= 4


def test_the_source_is_closed_after_a_failure() -> None:
    closed: list[str] = []

    def source() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.append("blocking")

    async def each() -> AsyncIterator[int]:
        try:
            for item in range(100):
                yield item
        finally:
            closed.append("aio")

    async def work(item: int) -> float:
        return 1 / item

    with pytest.raises(ZeroDivisionError):
        blocking.map_bounded(lambda item: 1 / item, source(), limit=2)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(aio.map_bounded(work, each(), limit=2))
    assert closed == ["blocking", "aio"]


def test_a_failure_of_the_source_is_raised_after_what_is_under_way(colour: Colour) -> None:
    gauge = Gauge()

    def source() -> Iterator[int]:
        yield 1
        raise LookupError("no more")

    def work(_: int) -> None:
        with gauge:
            pass

    with pytest.raises(LookupError, match="no more"):
        colour.map_bounded(work, source(), 2)
    assert gauge.now == 0


@settings(max_examples=30)
@given(items=st.lists(st.integers(), max_size=30), limit=st.integers(1, 4))
@pytest.mark.parametrize("twin", ["aio", "blocking"])
def test_both_give_what_a_plain_loop_gives(twin: str, items: list[int], limit: int) -> None:
    expected = [-item for item in items]
    if twin == "blocking":
        assert blocking.map_bounded(lambda item: -item, items, limit=limit) == expected
        assert list(blocking.prefetch(lambda item: -item, items, limit=limit)) == expected
        return

    async def negative(item: int) -> int:
        await asyncio.sleep(0)
        return -item

    async def each() -> AsyncIterator[int]:
        for item in items:
            yield item

    async def run() -> None:
        assert await aio.map_bounded(negative, each(), limit=limit) == expected
        assert [item async for item in aio.prefetch(negative, items, limit=limit)] == expected

    asyncio.run(run())


def test_a_failure_cancels_what_is_under_way() -> None:
    async def run() -> None:
        cancelled: list[int] = []

        async def work(item: int) -> None:
            if item == 2:
                raise LookupError
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                cancelled.append(item)
                raise

        async def each() -> AsyncIterator[int]:
            for item in range(3):
                yield item
            await asyncio.sleep(30)  # a slow source does not keep the failure back

        with pytest.raises(LookupError):
            await aio.map_bounded(work, each(), limit=4)
        assert sorted(cancelled) == [0, 1]

    asyncio.run(run())


def test_cancelling_at_any_await_leaves_no_task() -> None:
    async def work(_: int) -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def run() -> None:
        await aio.map_bounded(work, each(range(10)), limit=3)

    assert asyncio.run(cancel_at_every_await(run)) > 3


def test_ctrl_c_in_the_source_gives_a_moment_to_what_is_under_way() -> None:
    gauge = Gauge()
    begun, go_on = threading.Event(), threading.Event()

    def source() -> Iterator[int]:
        yield 1
        begun.wait()
        go_on.set()
        raise KeyboardInterrupt

    def work(_: int) -> None:
        with gauge:
            begun.set()
            go_on.wait()

    with pytest.raises(KeyboardInterrupt):
        blocking.map_bounded(work, source(), limit=2)
    assert (gauge.total, gauge.now) == (1, 0)
