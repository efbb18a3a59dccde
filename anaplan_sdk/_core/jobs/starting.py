"""Starting a job at most once, as a conversation: it yields what it needs, and its driver does it.

The rules. The list of tasks is read before the start. If the answer to the start is lost, the list is read again until
a task appears that was not there before, or the settling time is over. What was not in the list before is a candidate,
whatever any clock says: clocks belong to several hosts and are set. Exactly one candidate is adopted, unless another
start of the same thing by this session may have made it: one that is under way, or whose own task nobody knows.
What is harmless is started once more instead. What cannot be listed is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

import attrs

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.jobs.job import Job, T
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starts import Sighting, Start, Starts, is_ambiguous, is_passing
from anaplan_sdk._core.jobs.steps import Begin, Conversation, Look
from anaplan_sdk._core.jobs.verdict import ambiguous, untraceable
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk.errors import AnaplanError

logger = logger_of("tasks")

# A task may show up in its list this long after its start was given up, in seconds, at least.
_LATE_SECONDS = 5.0


@attrs.define
class StartOnce(Generic[T]):
    """One start of a job. ``allow_repeat`` permits one repetition where a lost start left no task.

    ``begun`` says whether the request has been sent.
    """

    job: Job[T]
    poll: PollSchedule
    starts: Starts
    deadline: Deadline
    server_time: Callable[[], float]
    allow_repeat: bool = False
    begun: bool = attrs.field(default=False, init=False)
    _known: frozenset[str] = attrs.field(factory=frozenset[str], init=False)
    _known_at: float = attrs.field(default=0.0, init=False)
    _start: Start | None = attrs.field(default=None, init=False)

    def run(self) -> Conversation[T]:
        """The task that was started, or adopted from the list where the answer was lost."""
        if self.job.harmless or self.job.tasks is None:
            return (yield from self._unseen())
        self._known_at = now()
        seen: list[T] = yield Look(self.deadline)
        self._known = frozenset(task.id for task in seen)
        self.deadline.check(f"listing the tasks of {self.job.name}; it was not started")
        started_after = self.server_time()
        repeats = 1 if self.allow_repeat else 0
        with self.starts.start(self.job.start.address) as start:
            self._start = start
            while True:
                try:
                    return (yield from self._begin(start))
                except AnaplanError as lost:
                    if not is_ambiguous(lost):
                        raise
                    sighting = yield from self._adopt(start, lost)
                    if sighting.task is not None:
                        return sighting.task
                    if not (repeats and sighting.nothing and not self.deadline.passed()):
                        settling = self.poll.settling_time
                        raise ambiguous(self.job, sighting.candidates, started_after, settling) from lost
                repeats -= 1
                start.give_up()  # of the task that the first request may still have made

    def _begin(self, start: Start) -> Conversation[T]:
        self.begun = True
        try:
            task: T = yield Begin()
        except GeneratorExit:  # the caller gave up under way
            start.lost = True
            raise
        start.claim(task.id)
        return task

    def _adopt(self, start: Start, lost: AnaplanError) -> Conversation[Sighting[T]]:
        start.lost = True
        logger.warning("The response to a start request was lost; looking for its %s: %s", self.job.called, lost)
        sighting = yield from self._look_for(start, self.poll.settling_time, self.deadline)
        if sighting.task is not None:
            start.claim(sighting.task.id)
        return sighting

    def _unseen(self) -> Conversation[T]:
        """The task that was started, where no list is looked at."""
        self.begun = True
        try:
            task: T = yield Begin()
            return task
        except AnaplanError as lost:
            if not is_ambiguous(lost):
                raise
            if not self.job.harmless or self.deadline.passed():
                raise untraceable(self.job) from lost
            logger.warning("The response to a start request was lost; %s is started again: %s", self.job.name, lost)
        task = yield Begin()
        return task

    def rescue(self, seconds: float) -> Conversation[T | None]:
        """The task of a start that was abandoned under way, where it can be told within so many seconds."""
        if not self.begun or self.job.tasks is None:
            return None
        with self.starts.start(self.job.start.address) as start:
            start.lost = True
            sighting = yield from self._look_for(start, seconds, Deadline())
            if sighting.task is not None:
                start.claim(sighting.task.id)
            return sighting.task

    def _look_for(self, start: Start, seconds: float, limit: Deadline) -> Conversation[Sighting[T]]:
        """What appears in the list: the first that does, or what is there when the time is over."""
        settled = limit.or_before(Deadline(now() + seconds))
        contested = False
        for delay in self.poll.delays():  # a task that is queued may show late
            yield Pause(min(delay, settled.remaining()))
            last = settled.passed()
            try:
                seen: list[T] = yield Look(settled)
            except AnaplanError as error:
                if last or not is_passing(error):
                    return Sighting([], certain=False)
                continue
            rivals = start.rivals()  # before what is claimed, or one that claims its task just now would be missed
            # Two that are both lost cannot tell their tasks apart, not even when one of them has given up.
            contested = contested or any(rival.lost for rival in rivals) or self._orphans(start)
            taken = start.claimed().union(self._known)
            candidates = [task for task in seen if task.id not in taken and self.job.plausible(task)]
            if last or (candidates and not rivals and not contested):
                return Sighting(candidates, certain=not rivals and not contested)
        raise AssertionError("a schedule has no end")

    def _orphans(self, start: Start) -> bool:
        """Whether what was not in the list before may be of a start that was given up, however long ago by now."""
        return start.orphans(self._known_at - max(self.poll.settling_time, _LATE_SECONDS), but=self._start)
