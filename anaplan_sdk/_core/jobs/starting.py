"""Starting something at most once, as a conversation: it yields what it needs, and its driver does it.

The rules. The list of tasks is read before the start. If the answer to the start is lost, the list is read again until
a task appears that was not there before, or the settling time is over. What was not in the list before is a candidate,
whatever any clock says: clocks belong to several hosts and are set. Exactly one candidate is adopted, unless another
start of the same thing by this session may have made it: one that is under way, or whose own task nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starts import Sighting, Start, Starts, is_ambiguous, is_passing
from anaplan_sdk.errors import AmbiguousRunError, AnaplanError
from anaplan_sdk.models import TaskSummary

T = TypeVar("T", bound=TaskSummary)
R = TypeVar("R")


@attrs.frozen
class Look:
    """Read the tasks that Anaplan shows. The result is a list of them; an AnaplanError is thrown in.

    Within *limit*, where that comes before the caller's own time limit.
    """

    limit: Deadline = attrs.field(factory=Deadline)


@attrs.frozen
class Begin:
    """Send the start, without repeating it. The result is the task that it made; an AnaplanError is thrown in."""


@attrs.frozen
class Lost:
    """The answer to the start was lost for this reason; its task is looked for. There is no result."""

    error: AnaplanError


Step: TypeAlias = Look | Begin | Lost | Pause
Conversation: TypeAlias = Generator[Step, Any, R]
Ambiguous: TypeAlias = Callable[[list[TaskSummary]], AmbiguousRunError]


@attrs.define
class StartOnce(Generic[T]):
    """One start under *parent*. ``allow_repeat`` permits one repetition where a lost start left no task.

    ``ambiguous`` makes the error of a start that cannot be told apart from others.
    """

    parent: str
    poll: PollSchedule
    starts: Starts
    deadline: Deadline
    ambiguous: Ambiguous
    allow_repeat: bool = False
    clock: Callable[[], float] = now
    known: frozenset[str] | None = attrs.field(default=None, init=False)
    begun: bool = attrs.field(default=False, init=False)
    _start: Start | None = attrs.field(default=None, init=False)

    def run(self) -> Conversation[T]:
        """The task that was started, or adopted from the list where the answer was lost."""
        seen: list[T] = yield Look()
        self.known = frozenset(task.id for task in seen)
        repeats = 1 if self.allow_repeat else 0
        with self.starts.start(self.parent, self.clock) as start:
            self._start = start
            while True:
                self.begun = True
                try:
                    task: T | None = yield Begin()
                except GeneratorExit:  # the caller gave up under way
                    start.lost = True
                    raise
                except AnaplanError as lost:
                    if not is_ambiguous(lost):
                        raise
                    start.lost = True
                    yield Lost(lost)
                    sighting: Sighting[T] = yield from self._look_for(start, self.poll.settling_time)
                    task = sighting.task
                    if task is None and not (repeats and sighting.nothing and self.clock() < self.deadline.at):
                        raise self.ambiguous(list(sighting.candidates)) from lost
                if task is not None:
                    start.claim(task.id)
                    return task
                repeats -= 1

    def rescue(self, seconds: float) -> Conversation[T | None]:
        """The task of a start that was abandoned under way, where it can be told within so many seconds."""
        with self.starts.start(self.parent, self.clock) as start:
            start.lost = True
            sighting: Sighting[T] = yield from self._look_for(start, seconds, Deadline())
            if sighting.task is not None:
                start.claim(sighting.task.id)
            return sighting.task

    def _look_for(self, start: Start, seconds: float, limit: Deadline | None = None) -> Conversation[Sighting[T]]:
        """What appears in the list: the first that does, or what is there when the time is over."""
        ends = min((limit or self.deadline).at, self.clock() + seconds)
        contested = False
        for delay in self.poll.delays():  # a task that is queued may show late
            yield Pause(min(delay, max(0.0, ends - self.clock())))
            last = self.clock() >= ends
            try:
                seen: list[T] = yield Look(Deadline(ends))
            except AnaplanError as error:
                if last or not is_passing(error):
                    return Sighting[T]([], certain=False)
                continue
            rivals = start.rivals()  # before what is claimed, or one that claims its task just now would be missed
            # Two that are both lost cannot tell their tasks apart, not even when one of them has given up.
            contested = contested or any(rival.lost for rival in rivals) or self._orphans(start)
            taken = start.claimed().union(self.known or ())
            candidates = [task for task in seen if task.id not in taken]
            if last or (candidates and not rivals and not contested):
                return Sighting[T](candidates, certain=not rivals and not contested)
        raise AssertionError("a schedule has no end")

    def _orphans(self, start: Start) -> bool:
        return start.orphans(self.poll.settling_time, but=self._start)
