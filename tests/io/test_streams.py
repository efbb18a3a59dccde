"""Many items at once: order, bounds, laziness, and what failures and early ends leave behind."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anaplan_sdk._io import aio, blocking

from .colours import Colour


class Gauge:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now = self.most = self.total = 0

    def __enter__(self) -> None:
        with self._lock:
            self.now += 1
            self.total += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.now -= 1


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
    assert list(colour.prefetch(str, [], 3)) == []


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


class Joiner:
    """Joins strings to pieces of three letters."""

    def __init__(self) -> None:
        self.rest = ""
        self.threads: set[int] = set()

    def feed(self, item: str) -> Iterator[str]:
        self.threads.add(threading.get_ident())
        self.rest += item
        while len(self.rest) >= 3:
            piece, self.rest = self.rest[:3], self.rest[3:]
            yield piece

    def finish(self) -> Iterator[str]:
        if self.rest:
            yield self.rest


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], []), (["a"], ["a"]), (["ab", "cd", "", "e"], ["abc", "de"]), (["abcdefgh"], ["abc", "def", "gh"])],
)
def test_pieces_are_what_the_accumulator_makes(colour: Colour, items: list[str], expected: list[str]) -> None:
    assert list(colour.pieces(items, Joiner())) == expected


def test_pieces_draws_no_further_than_the_next_result_needs(colour: Colour) -> None:
    drawn: list[str] = []

    def source() -> Iterator[str]:
        for letter in "abcdefghi":
            drawn.append(letter)
            yield letter

    results = colour.pieces(source(), Joiner())
    assert next(results) == "abc"
    assert drawn == list("abc")
    assert list(results) == ["def", "ghi"]


def test_a_failure_of_the_users_iterable_comes_through(colour: Colour) -> None:
    def source() -> Iterator[str]:
        yield "abc"
        raise LookupError("theirs")

    results = colour.pieces(source(), Joiner())
    assert next(results) == "abc"
    with pytest.raises(LookupError, match="theirs"):
        next(results)


def test_a_blocking_source_is_drawn_in_one_thread_that_is_not_the_loops_own() -> None:
    async def run() -> None:
        turns = 0
        blocked = threading.Event()
        threads: set[int] = set()

        def source() -> Iterator[str]:
            for letter in "abcdef":
                threads.add(threading.get_ident())
                assert blocked.wait(10)
                blocked.clear()
                yield letter

        async def unblock() -> None:
            nonlocal turns
            while True:
                blocked.set()
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(unblock())
        joiner = Joiner()
        assert [piece async for piece in aio.pieces(source(), joiner)] == ["abc", "def"]
        other.cancel()
        assert turns > 1
        assert threads == joiner.threads
        assert len(threads) == 1
        assert threads != {threading.get_ident()}

    asyncio.run(run())


def test_pieces_takes_async_iterables_and_closes_generators() -> None:
    async def run() -> None:
        closed = asyncio.Event()

        async def source() -> AsyncIterator[str]:
            try:
                for letter in "abcdefg":
                    await asyncio.sleep(0)
                    yield letter
            finally:
                closed.set()

        assert [piece async for piece in aio.pieces(source(), Joiner())] == ["abc", "def", "g"]
        assert closed.is_set()
        closed.clear()
        large = 2_000_000 * "x"

        async def endless() -> AsyncIterator[str]:
            try:
                while True:
                    yield large
            finally:
                closed.set()

        async with aio.closing(aio.pieces(endless(), Joiner())) as results:
            assert await anext(results) == "xxx"
        assert closed.is_set()

    asyncio.run(run())


def test_iterators_that_are_not_generators_are_left_open() -> None:
    class Source:
        def __init__(self) -> None:
            self.closed = False

        def __aiter__(self) -> Source:
            return self

        async def __anext__(self) -> str:
            raise StopAsyncIteration

        async def aclose(self) -> None:
            self.closed = True

    source = Source()
    asyncio.run(_consume(aio.pieces(source, Joiner())))
    assert not source.closed


async def _consume(results: AsyncIterator[object]) -> None:
    async for _ in results:
        pass


@pytest.mark.parametrize("kind", ["map_bounded", "prefetch", "pieces", "pieces of async"])
def test_cancelling_at_any_await_leaves_no_task(kind: str) -> None:
    async def work(item: int) -> int:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return item

    async def each() -> AsyncIterator[int]:
        for item in range(10):
            await asyncio.sleep(0)
            yield item

    async def letters() -> AsyncIterator[str]:
        for letter in "abcdefg":
            yield letter

    async def run() -> None:
        if kind == "map_bounded":
            await aio.map_bounded(work, each(), limit=3)
            return
        iterators: dict[str, AsyncIterator[object]] = {
            "prefetch": aio.prefetch(work, range(10), limit=3),
            "pieces": aio.pieces("abcdefg", Joiner()),
            "pieces of async": aio.pieces(letters(), Joiner()),
        }
        async with aio.closing(iterators[kind]) as results:
            await _consume(results)

    async def cancel_everywhere() -> None:
        awaits = 0
        finished = False
        while not finished:
            task = asyncio.create_task(run())
            for _ in range(awaits):
                await asyncio.sleep(0)
            finished = task.done()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}
            awaits += 1
        assert awaits > 3

    asyncio.run(cancel_everywhere())


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


def test_ctrl_c_in_the_source_waits_for_what_is_under_way() -> None:
    gauge = Gauge()
    go_on = threading.Event()

    def source() -> Iterator[int]:
        yield 1
        go_on.set()
        raise KeyboardInterrupt

    def work(_: int) -> None:
        with gauge:
            go_on.wait()

    with pytest.raises(KeyboardInterrupt):
        blocking.map_bounded(work, source(), limit=2)
    assert (gauge.total, gauge.now) == (1, 0)
