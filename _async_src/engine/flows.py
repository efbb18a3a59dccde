# Source of both colours: scripts/codegen.py emits this file twice.
"""The driver of conversations: it does what a generator asks for, and hands each result or failure back to it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Protocol, TypeVar

R = TypeVar("R")


class Do(Protocol):
    """Does one step."""

    async def __call__(self, step: Any, /) -> Any: ...


async def perform(flow: Generator[Any, Any, R], do: Do) -> R:
    """What *flow* returns in the end."""
    try:
        step = next(flow)
        while True:
            try:
                result = await do(step)
            except Exception as error:
                step = flow.throw(error)
            else:
                step = flow.send(result)
    except StopIteration as end:
        result_of_flow: R = end.value
        return result_of_flow
    finally:
        flow.close()  # where the caller was cancelled: what the flow holds, such as a lock, is let go at once
