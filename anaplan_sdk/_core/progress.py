"""Telling a caller how far a long call has come, a few times a second at most."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from threading import Lock
from typing import Literal, TypeAlias

import attrs

from anaplan_sdk._core.http.deadline import now
from anaplan_sdk.errors import ConfigurationError

# Often enough for a bar to move, seldom enough to cost nothing.
_INTERVAL = 0.25

What: TypeAlias = Literal["upload", "download", "run", "sync", "report", "summary", "write", "audit"]


@attrs.frozen
class Progress:
    """How far a call has come.

    ``what`` is ``"upload"``, ``"download"``, ``"run"``, ``"sync"``, ``"report"``, ``"summary"``, ``"write"`` or
    ``"audit"``; ``name`` says of what, such as ``file 113000000000``. For transfers, ``done`` and ``total`` are
    uncompressed bytes, for writes they are rows, for the audit log events, for what runs in Anaplan a share of 1.
    ``total`` is None where it is not known. ``step`` is Anaplan's own word for what a task does, or ``""``. ``rate`` is
    the average per second so far. ``ended`` is True in the last event of what succeeded.
    """

    what: What
    name: str
    done: float
    total: float | None = None
    step: str = ""
    rate: float = 0.0
    ended: bool = False


OnProgress: TypeAlias = Callable[[Progress], object]


def check_on_progress(report: object) -> None:
    """Refuse what cannot be called, or what would have to be awaited, before anything is sent."""
    if report is None:
        return
    if not callable(report):
        raise ConfigurationError(f"on_progress must be a function that takes a Progress, not {type(report).__name__}.")
    if inspect.iscoroutinefunction(report) or inspect.iscoroutinefunction(getattr(report, "__call__", None)):  # noqa: B004
        raise ConfigurationError(
            "on_progress must be an ordinary function: it is called from several threads and never awaited. To run a "
            "coroutine, schedule it there, such as with asyncio.run_coroutine_threadsafe."
        )


@attrs.define
class Meter:
    """Counts what is done and reports it; several threads may advance it at a time.

    The callback runs in the thread or task that did the work, one call at a time, and no other thread waits for it.
    What it raises fails the call.
    """

    report: OnProgress | None
    what: What
    name: str
    total: float | None = None
    clock: Callable[[], float] = now
    _started: float = attrs.field(init=False)
    _reported: float = attrs.field(init=False)
    # A list, because appending to one cannot be torn apart by another thread.
    _amounts: list[float] = attrs.field(factory=list, init=False)
    _turn: Lock = attrs.field(factory=Lock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._started = self._reported = self.clock()

    @property
    def seconds(self) -> float:
        """How long it has been counting."""
        return self.clock() - self._started

    @property
    def done(self) -> float:
        """What is done so far."""
        return sum(self._amounts)

    def advance(self, amount: float) -> None:
        """So much more is done."""
        self._amounts.append(amount)
        self._tell("")

    def show(self, done: float, step: str) -> None:
        """So much is done in all, and this is being done now."""
        self._amounts[:] = [done]
        self._tell(step)

    def end(self) -> None:
        """All is done."""
        if self.report is not None:
            self.report(self._event(self.done if self.total is None else self.total, "", ended=True))

    def _tell(self, step: str) -> None:
        if self.report is None or self.clock() - self._reported < _INTERVAL:
            return
        if not self._turn.acquire(blocking=False):  # somebody else reports at this moment
            return
        try:
            self._reported = self.clock()
            self.report(self._event(self.done, step))
        finally:
            self._turn.release()

    def _event(self, done: float, step: str, *, ended: bool = False) -> Progress:
        seconds = self.seconds
        return Progress(self.what, self.name, done, self.total, step, done / seconds if seconds > 0 else 0.0, ended)
