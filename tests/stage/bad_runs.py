"""Random days of several runs at once on a simulated Anaplan: no socket, no thread, and a clock that only events move.

Each caller starts the same thing and waits for its end, as the drivers do. Answers are lost, lists and tasks show late,
requests take long, callers give up in the middle. What must hold on every day is asserted at its end.
"""

from __future__ import annotations

import heapq
import logging
import random
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.bulk.runs import run
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http import deadline as clocks
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starting import StartOnce
from anaplan_sdk._core.jobs.starts import Starts
from anaplan_sdk._core.jobs.steps import Begin, Cancel, Look, Poll
from anaplan_sdk._core.jobs.waiting import cancel_and_see, wait_to_end
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    NotFoundError,
    RequestTimeoutError,
    TaskTimeoutError,
    TransportError,
)
from anaplan_sdk.models import Task, TaskResult

JOB = run(ModelPath("M", "W"), 116000000000)
# What is under way at a time limit has so long to be answered, a start as long as any request.
GRACE = 1.0
LONGEST_REQUEST = 8.0
_NEVER = 1e12
_SETTLING = (0.0, 1.0, 5.0)
_TIMES_TO_RUN = (0.0, 0.2, 3.0, _NEVER)
_LIMITS = (0.5, 5.0, 30.0)


@attrs.define
class Made:
    """A task that Anaplan made, and from when on it shows and has ended."""

    id: str
    owner: str
    shows: float
    ends: float
    cancelled: bool = False


@attrs.define
class Anaplan:
    """It loses answers, fails looks, and shows tasks late."""

    draw: random.Random
    time: float = 1_000.0
    tasks: dict[str, Made] = attrs.field(factory=dict[str, Made])
    posts: Counter[str] = attrs.field(factory=Counter[str])

    def clock(self) -> float:
        return self.time

    def answer(self, step: object, owner: str, hangs: bool) -> tuple[float, Any]:
        """How long it takes to answer a request, and the answer, or what is raised instead."""
        chance = self.draw.random()
        seconds = 0.01 if chance < 0.9 else self.draw.choice((0.3, 1.5, LONGEST_REQUEST))
        match step:
            case Begin():
                return seconds, self._begin(owner, hangs)
            case Look(limit):
                return self._within(limit, seconds, self._listed)
            case Poll(task_id, limit):
                return self._within(limit, seconds, lambda: self._task(task_id))
            case Cancel(task_id, limit):
                return self._within(limit, seconds, lambda: self._cancel(task_id))
            case _:
                raise AssertionError(step)

    def _within(self, limit: Deadline, seconds: float, answer: Callable[[], Any]) -> tuple[float, Any]:
        left = max(limit.at - self.time, 0.0) + GRACE
        if seconds > left:
            return left, RequestTimeoutError("cut off", maybe_received=True)
        return seconds, answer()

    def _begin(self, owner: str, hangs: bool) -> Task | AnaplanError:
        self.posts[owner] += 1
        chance = self.draw.random()
        if chance < 0.1:
            return TransportError("unreachable", maybe_received=False)
        if chance < 0.25:
            return TransportError("lost on the way there", maybe_received=True)
        lost = chance < 0.55
        arrives = self.time + (self.draw.choice((0.0, 0.4, 2.0)) if lost else 0.0)
        shows = arrives + (2.0 if self.draw.random() < 0.2 else 0.0)
        runs = self.draw.choice(_TIMES_TO_RUN if hangs else _TIMES_TO_RUN[:-1])
        made = Made(f"{owner}-{self.posts[owner]}", owner, shows, arrives + runs)
        self.tasks[made.id] = made
        return TransportError("lost on the way back", maybe_received=True) if lost else self._seen(made)

    def _listed(self) -> list[Task] | AnaplanError:
        chance = self.draw.random()
        if chance < 0.1:
            return TransportError("lost", maybe_received=True)
        if chance < 0.12:
            return ApiError("forbidden", status=403, message="", path="")
        return [Task(made.id, "IN_PROGRESS") for made in self.tasks.values() if made.shows <= self.time]

    def _task(self, task_id: str) -> Task | AnaplanError:
        if self.draw.random() < 0.1:
            return TransportError("lost", maybe_received=True)
        made = self.tasks[task_id]
        late = made.shows > self.time and self.draw.random() < 0.2
        return NotFoundError("not yet", status=404, message="", path="") if late else self._seen(made)

    def _cancel(self, task_id: str) -> AnaplanError | None:
        made = self.tasks[task_id]
        if made.ends > self.time:
            made.cancelled, made.ends = True, self.time + self.draw.choice((0.0, 0.5, _NEVER))
        return TransportError("lost", maybe_received=True) if self.draw.random() < 0.1 else None

    def _seen(self, made: Made) -> Task:
        if made.ends > self.time:
            return Task(made.id, "CANCELLING" if made.cancelled else "IN_PROGRESS")
        if made.cancelled:
            return Task(made.id, "CANCELLED")
        return Task(made.id, "COMPLETE", result=TaskResult(successful=True))


@attrs.define
class Caller:
    """One call, and what became of it."""

    name: str
    anaplan: Anaplan
    start: StartOnce[Task]
    begins: float
    waits: bool
    cancels: bool
    outcome: object = None
    ended: float = 0.0
    task: Task | None = None
    begun_late: int = 0  # requests that it began after its time limit
    paused_late: bool = False
    on_the_way_out: bool = False
    _flow: Generator[Any, Any, Any] = attrs.field(init=False)
    _answer: Any = None

    def __attrs_post_init__(self) -> None:
        self._flow = self._call()

    @property
    def limit(self) -> Deadline:
        return self.start.deadline

    def _call(self) -> Generator[Any, Any, Task]:
        self.task = yield from self.start.run()
        if not self.waits:
            return self.task
        return (yield from wait_to_end(JOB, self.task, poll=self.start.poll, deadline=self.limit, seen=lambda _: None))

    def _leave(self) -> Generator[Any, Any, None]:
        """What is left to do where the caller gave up, as the driver does it."""
        if self.cancels and self.task is None:
            self.task = yield from self.start.rescue(5.0)
        if self.cancels and self.task is not None:
            limit = Deadline(self.anaplan.time + 10.0)
            yield from cancel_and_see(self.task.id, poll=self.start.poll, deadline=limit)

    def give_up(self) -> None:
        """The caller is cancelled in the middle."""
        self._flow.close()
        self.outcome, self._answer, self.on_the_way_out = "gave up", None, True
        self._flow = self._leave()

    def resume(self) -> float | None:
        """Go on with the answer to the last step. Returns the seconds to the next answer, None at the end."""
        if not self.on_the_way_out and self.anaplan.draw.random() < 0.01:
            self.give_up()
        try:
            if isinstance(self._answer, AnaplanError):
                step = self._flow.throw(self._answer)
            else:
                step = self._flow.send(self._answer)
        except StopIteration as end:
            self._end(end.value)
            return None
        except AnaplanError as error:
            self._end(error)
            return None
        late = self.limit.passed()
        if isinstance(step, Pause):
            self.paused_late |= late and step.seconds > 0
            self._answer = None
            return step.seconds
        self.begun_late += late
        seconds, self._answer = self.anaplan.answer(step, self.name, hangs=self.limit.at < _NEVER)
        return seconds

    def _end(self, outcome: object) -> None:
        self.outcome = self.outcome or outcome
        self.ended = self.anaplan.time


@attrs.define
class Day:
    """The callers of one day, and the rules that hold on any."""

    seed: int
    anaplan: Anaplan
    callers: list[Caller]
    repeat: bool

    @classmethod
    def of(cls, seed: int) -> Day:
        draw = random.Random(seed)
        anaplan, starts, repeat = Anaplan(draw), Starts(), draw.random() < 0.3
        poll = PollSchedule(0.1, 2.0, 1.6, max_failures=draw.choice((1, 10)), settling_time=draw.choice(_SETTLING))

        def caller(name: str) -> Caller:
            begins = anaplan.time + draw.choice((0.0, 0.1, 2.0, 8.0))
            limit = Deadline(begins + draw.choice(_LIMITS)) if draw.random() < 0.5 else Deadline()
            start = StartOnce(JOB, poll, starts, limit, anaplan.clock, repeat)
            return Caller(name, anaplan, start, begins, draw.random() < 0.7, draw.random() < 0.5)

        return cls(seed, anaplan, [caller(name) for name in "ABC"[: draw.choice((1, 2, 2, 3))]], repeat)

    def live(self) -> None:
        """Let all of it happen, in the order of time."""
        draw = self.anaplan.draw
        queue = [(caller.begins, draw.random(), caller) for caller in self.callers]
        heapq.heapify(queue)
        while queue:
            self.anaplan.time, _, caller = heapq.heappop(queue)
            seconds = caller.resume()
            if seconds is not None:
                heapq.heappush(queue, (self.anaplan.time + seconds, draw.random(), caller))

    def judge(self) -> None:
        """No task is taken for that of another, nothing is started more often than permitted, and limits hold."""
        taken = [caller.task.id for caller in self.callers if caller.task is not None]
        assert len(set(taken)) == len(taken), (self.seed, taken)
        for caller in self.callers:
            at = (self.seed, caller.name, caller.outcome, self.anaplan.tasks)
            assert self.anaplan.posts[caller.name] <= 1 + self.repeat, at
            assert caller.task is None or self.anaplan.tasks[caller.task.id].owner == caller.name, at
            if isinstance(caller.outcome, Task):
                assert not caller.waits or self.anaplan.tasks[caller.outcome.id].ends <= caller.ended, at
            elif not isinstance(caller.outcome, AnaplanError):
                assert caller.outcome == "gave up", at
            self._judge_time(caller, at)

    def _judge_time(self, caller: Caller, at: object) -> None:
        """After its time limit a call sends one request more, and does not pause."""
        if isinstance(caller.outcome, TaskTimeoutError):
            assert caller.ended >= caller.limit.at, at
        if not caller.on_the_way_out:
            assert caller.begun_late <= 1, at
            assert not caller.paused_late, at
            assert caller.ended <= caller.limit.at + LONGEST_REQUEST + GRACE, at


@contextmanager
def simulated_time(log: str = "tasks") -> Iterator[None]:
    """Quiet, and without the clock of this computer."""
    logger, before = logging.getLogger(f"anaplan_sdk.{log}"), clocks._CLOCKS
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        clocks._CLOCKS = before
        logger.setLevel(level)


def days(seeds: Iterable[int]) -> Counter[str]:
    """So many days of each kind of outcome; every day keeps to the rules."""
    outcomes = Counter[str]()
    with simulated_time():
        for seed in seeds:
            day = Day.of(seed)
            clocks._CLOCKS = (day.anaplan.clock,)
            day.live()
            day.judge()
            outcomes.update(_kind(caller.outcome) for caller in day.callers)
    return outcomes


def _kind(outcome: object) -> str:
    return outcome if isinstance(outcome, str) else type(outcome).__name__
