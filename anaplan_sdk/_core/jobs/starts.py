"""Starting something at most once: what is known of a start whose answer was lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import attrs

from anaplan_sdk._core.http.deadline import now
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    ModelBusyError,
    RateLimitedError,
    TransportError,
    UnexpectedResponseError,
)
from anaplan_sdk.models import TaskSummary

T = TypeVar("T", bound=TaskSummary)


def is_ambiguous(error: AnaplanError) -> bool:
    """Whether Anaplan may have acted although the answer is an error: lost, a failure, or not to be understood."""
    if isinstance(error, TransportError):
        return error.maybe_received
    return isinstance(error, UnexpectedResponseError) or (isinstance(error, ApiError) and error.maybe_received)


def is_passing(error: AnaplanError) -> bool:
    """Whether a look that failed says nothing about the task."""
    if isinstance(error, ApiError):
        return error.maybe_received or isinstance(error, ModelBusyError | RateLimitedError)
    return isinstance(error, TransportError | UnexpectedResponseError)


@attrs.define(eq=False)
class Start:
    """One start under way. ``lost`` says that its answer never came."""

    parent: str
    _starts: Starts
    lost: bool = False
    task_id: str | None = None

    def claim(self, task_id: str) -> None:
        """This start made the task, and no other did."""
        self.task_id = task_id
        self._starts.claim(task_id)

    def claimed(self) -> frozenset[str]:
        """The tasks that starts of this session made."""
        return self._starts.claimed()

    def rivals(self) -> list[Start]:
        """The other starts of the same thing that have no task yet: a new task may be theirs."""
        return [start for start in self._starts.under_way() if start is not self and start.parent == self.parent]

    def orphans(self, since: float, but: Start | None = None) -> bool:
        """Whether a start of the same thing has been given up, since that time, whose task may still show up."""
        return any(
            at >= since and start.parent == self.parent and start is not but for start, at in self._starts.lost()
        )

    def give_up(self) -> None:
        """Nobody looks for the task of this start any more."""
        self._starts.give_up(self)


@attrs.define
class Starts:
    """The starts of one session, lest one takes the task of another for its own.

    Threads may share it: each method is one operation on one collection.
    """

    _claimed: deque[str] = attrs.field(factory=lambda: deque[str](maxlen=1_000))
    _under_way: set[Start] = attrs.field(factory=set[Start])
    # Starts whose answer was lost and which found no task of their own, and when nobody looked for it any more.
    _lost: deque[tuple[Start, float]] = attrs.field(factory=lambda: deque[tuple[Start, float]](maxlen=1_000))

    @contextmanager
    def start(self, parent: str) -> Iterator[Start]:
        """A start of *parent*, under way until the end of the block."""
        start = Start(parent, self)
        self._under_way.add(start)
        try:
            yield start
        finally:
            if start.lost and start.task_id is None:
                start.give_up()
            self._under_way.discard(start)

    def claim(self, task_id: str) -> None:
        self._claimed.append(task_id)

    def claimed(self) -> frozenset[str]:
        return frozenset(self._claimed)

    def give_up(self, start: Start) -> None:
        self._lost.append((start, now()))

    def lost(self) -> tuple[tuple[Start, float], ...]:
        return tuple(self._lost)

    def under_way(self) -> tuple[Start, ...]:
        return tuple(self._under_way)


@attrs.frozen
class Sighting(Generic[T]):
    """What the task list showed after a start whose answer was lost.

    ``certain`` says that the list could be read to the end, and that no other start of this session competes
    for what it shows.
    """

    candidates: list[T]
    certain: bool

    @property
    def task(self) -> T | None:
        """The task of the start, where it can be told."""
        return self.candidates[0] if self.certain and len(self.candidates) == 1 else None

    @property
    def nothing(self) -> bool:
        """Whether the start surely left no task that shows."""
        return self.certain and not self.candidates
