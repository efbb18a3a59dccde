"""Starting something at most once: what is known of a start whose answer was lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import attrs

from anaplan_sdk.errors import (
    AmbiguousRunError,
    AnaplanError,
    ApiError,
    TransportError,
    UnexpectedResponseError,
)
from anaplan_sdk.models import TaskSummary

# A task list shows whole seconds of another machine's clock at worst; a run older than this was not ours.
CLOCK_TOLERANCE = 5.0


def is_ambiguous(error: AnaplanError) -> bool:
    """Whether Anaplan may have acted although the answer is an error: lost, a 5xx, or not to be understood."""
    if isinstance(error, TransportError):
        return error.maybe_received
    return isinstance(error, UnexpectedResponseError) or (isinstance(error, ApiError) and error.status >= 500)


def newcomers(seen: Iterable[TaskSummary], known: Collection[str], started_after: float) -> list[TaskSummary]:
    """The tasks among *seen* that can be the one that was started: neither *known* nor older than the start."""
    return [
        task
        for task in seen
        if task.id not in known
        and (task.creation_time is None or task.creation_time.timestamp() >= started_after - CLOCK_TOLERANCE)
    ]


@attrs.define(eq=False)
class Start:
    """One start under way. ``lost`` says that its answer never came."""

    parent: str
    _starts: Starts
    lost: bool = False

    def claim(self, task_id: str) -> None:
        """This start made the task, and no other did."""
        self._starts.claim(task_id)

    def claimed(self) -> frozenset[str]:
        """The tasks that starts of this session made."""
        return self._starts.claimed()

    def rivals(self) -> list[Start]:
        """The other starts of the same thing that have no task yet: a new task may be theirs."""
        return [start for start in self._starts.under_way() if start is not self and start.parent == self.parent]


@attrs.define
class Starts:
    """The starts of one session, lest one takes the task of another for its own.

    Threads may share it: each method is one operation on one collection.
    """

    _claimed: deque[str] = attrs.field(factory=lambda: deque[str](maxlen=1_000))
    _under_way: set[Start] = attrs.field(factory=set[Start])

    @contextmanager
    def start(self, parent: str) -> Iterator[Start]:
        """A start of *parent*, under way until the end of the block."""
        start = Start(parent, self)
        self._under_way.add(start)
        try:
            yield start
        finally:
            self._under_way.discard(start)

    def claim(self, task_id: str) -> None:
        self._claimed.append(task_id)

    def claimed(self) -> frozenset[str]:
        return frozenset(self._claimed)

    def under_way(self) -> tuple[Start, ...]:
        return tuple(self._under_way)


@attrs.frozen
class Sighting:
    """What the task list showed after a start whose answer was lost.

    ``certain`` says that the list could be read to the end, and that no other start of this session competes
    for what it shows.
    """

    candidates: list[TaskSummary]
    certain: bool

    @property
    def task_id(self) -> str | None:
        """The task of the start, where it can be told."""
        return self.candidates[0].id if self.certain and len(self.candidates) == 1 else None

    @property
    def nothing(self) -> bool:
        """Whether the start surely left no task that shows."""
        return self.certain and not self.candidates


def ambiguous(
    what: str, action_id: int | str, candidates: list[TaskSummary], started_after: float, settling_time: float
) -> AmbiguousRunError:
    """The error of a start that could not be told apart."""
    if candidates:
        ids = ", ".join(task.id for task in candidates)
        found = f"what appeared since may be its task or not ({ids}). Look at it"
    else:
        found = f"no new task appeared, looking for up to {settling_time:g} s. Look at the task list again later"
    return AmbiguousRunError(
        f"The answer to starting {what} was lost, and {found} before you start it again: it was not repeated.",
        action_id=action_id,
        candidates=candidates,
        started_after=started_after,
    )
