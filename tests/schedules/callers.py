"""Calls of either colour on a bad day, and what must hold on every day."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator, Received
from anaplan_sdk.emulator.serving.service import SERVICE, InFlight
from stage.observed import OnArrival

from .bad_days import BadDay

# What a busy machine may add to a call, in seconds; far below `AGES`.
SLACK = 5.0

Call = Callable[[Any], Any]
"""Calls one method of a client of either colour."""


class Watch(InFlight):
    """Counts log-ins apart."""

    def __init__(self) -> None:
        super().__init__()
        self._log_ins: set[int] = set()
        self.peak_of_log_ins = 0

    def enter(self, received: Received) -> None:
        super().enter(received)
        if received.path.startswith("/token/"):
            self._log_ins.add(id(received))
            self.peak_of_log_ins = max(self.peak_of_log_ins, len(self._log_ins))

    def leave(self, received: Received) -> None:
        super().leave(received)
        self._log_ins.discard(id(received))


class Colour(Protocol):
    """How calls are made."""

    def outcomes(self, emulator: Emulator, day: BadDay, options: dict[str, Any], calls: list[Call]) -> list[Any]:
        """What so many calls at once gave or raised, side by side on one client; anything unexpected is raised."""
        ...


class Blocking:
    """Calls in threads. They cannot be cancelled."""

    def outcomes(self, emulator: Emulator, day: BadDay, options: dict[str, Any], calls: list[Call]) -> list[Any]:
        with Client(**options) as client, ThreadPoolExecutor(len(calls)) as threads:
            return [future.result() for future in [threads.submit(self._outcome, client, call) for call in calls]]

    def _outcome(self, client: Client, call: Call) -> Any:
        try:
            return call(client)
        except AnaplanError as error:
            return error


class Aio:
    """Calls in tasks, of which the first may be cancelled. None leaves a task behind."""

    def outcomes(self, emulator: Emulator, day: BadDay, options: dict[str, Any], calls: list[Call]) -> list[Any]:
        return asyncio.run(self._outcomes(emulator, day, options, calls))

    async def _outcomes(self, emulator: Emulator, day: BadDay, options: dict[str, Any], calls: list[Call]) -> list[Any]:
        async with AsyncClient(**options) as client:
            tasks = [asyncio.ensure_future(call(client)) for call in calls]
            if day.cancelled_at is not None:
                _cancel_on_arrival(emulator, tasks[0], day.cancelled_at)
            outcomes: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)
            assert asyncio.all_tasks() == {asyncio.current_task()}
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, AnaplanError | asyncio.CancelledError):
                raise outcome
        return outcomes


COLOURS: list[Colour] = [Aio(), Blocking()]


def _cancel_on_arrival(emulator: Emulator, task: asyncio.Future[Any], request: int) -> None:
    loop = asyncio.get_running_loop()
    left = iter(range(request, -1, -1))

    def arrived() -> None:
        if next(left, None) == 0 and not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)

    emulator.inject(OnArrival("*", "", arrived))


@contextmanager
def watched() -> Iterator[Emulator]:
    """An emulator for one example."""
    with Emulator() as emulator:
        emulator.state(SERVICE).in_flight = Watch()
        yield emulator


def endured(
    colour: Colour,
    emulator: Emulator,
    day: BadDay,
    *calls: Call,
    overtime: float = 0.0,
    aftermath: bool = False,
    **changes: Any,
) -> list[Any]:
    """What the calls gave or raised on such a day. Checks what must hold whatever they do.

    ``overtime`` is what a call may take beyond its limit besides a request. In the ``aftermath`` of another day,
    requests that its callers gave up may still be under way.
    """
    options = day.options(emulator, **changes)
    emulator.clear_faults()
    # Cancellations count arrivals, so they come before what may keep a request from being counted.
    started = time.monotonic()
    day.begin(emulator)
    outcomes = colour.outcomes(emulator, day, options, list(calls))
    elapsed = time.monotonic() - started
    if day.timeout is not None:
        assert elapsed <= day.timeout + day.request_seconds + overtime + SLACK
    watch = emulator.state(SERVICE).in_flight
    assert isinstance(watch, Watch)
    gave_up = aftermath or day.in_a_hurry or any(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    if not gave_up:  # Anaplan goes on with what its caller gave up
        assert watch.peak <= day.concurrency * len(calls)
        assert watch.peak_of_log_ins <= 1
    return outcomes
