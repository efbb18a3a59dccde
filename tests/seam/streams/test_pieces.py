"""What becomes of a user's iterable."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from anaplan_sdk._io import aio
from stage.wire.cancelling import cancel_at_every_await
from stage.wire.colours import Colour


class Joiner:
    """Joins strings to pieces of three letters."""

    def __init__(self) -> None:
        self.rest = ""
        self.threads: set[int] = set()

    def own(self, item: str) -> str:
        return item

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


@pytest.mark.parametrize("is_async", [False, True])
def test_cancelling_at_any_await_leaves_no_task(is_async: bool) -> None:
    async def letters() -> AsyncIterator[str]:
        for letter in "abcdefg":
            yield letter

    async def run() -> None:
        async with aio.closing(aio.pieces(letters() if is_async else "abcdefg", Joiner())) as results:
            await _consume(results)

    assert asyncio.run(cancel_at_every_await(run)) > 3
