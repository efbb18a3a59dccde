"""Cancellation, at every await in turn."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from contextlib import suppress


async def cancel_at_every_await(work: Callable[[], Coroutine[object, object, None]]) -> int:
    """Cancel ``work`` one turn of the loop later each time, until it ends first; return how many turns that took.

    No task may be left each time.
    """
    for turns in itertools.count():
        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        finished = task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        if finished:
            return turns
    raise AssertionError
