# Source of both colours: scripts/codegen.py emits this file twice.
"""The same call many times at once: tasks in one colour, threads in the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, TypeVar

from anaplan_sdk import AnaplanError
from anaplan_sdk._io.aio import map_bounded

T_co = TypeVar("T_co", covariant=True)


class Call(Protocol[T_co]):
    async def __call__(self) -> T_co: ...


async def side_by_side(call: Call[T_co], times: int) -> list[T_co | AnaplanError]:
    """The results of as many calls at once, or what they raised."""

    async def outcome(_: int) -> T_co | AnaplanError:
        try:
            return await call()
        except AnaplanError as error:
            return error

    return await map_bounded(outcome, _numbers(times), limit=times)


async def _numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


async def together(*calls: Call[object]) -> list[object]:
    """The results of different calls at once, or what they raised."""
    waiting = list(calls)

    async def next_one() -> object:
        return await waiting.pop(0)()

    return await side_by_side(next_one, len(calls))
