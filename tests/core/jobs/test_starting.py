"""Two starts at a time on thousands of random days, without a socket: nobody takes the task of another.

The soak tries a million days; ``test_a_start_takes_its_own_task_on_any_day`` says how many a run tries.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starting import Begin, Look, Lost, StartOnce
from anaplan_sdk._core.jobs.starts import Starts, ambiguous
from anaplan_sdk.errors import AmbiguousRunError, AnaplanError, ApiError, TransportError
from anaplan_sdk.models import TaskSummary

PARENT = "/exports/116000000000/tasks"
SLOW_TO_SHOW = 3.0


@attrs.define
class Server:
    """An Anaplan that loses answers, fails looks, shows tasks late, and has a clock of its own."""

    draw: random.Random
    time: float = 1_000.0
    tasks: list[tuple[str, float]] = attrs.field(factory=list)  # with the time from which they show
    posts: dict[str, int] = attrs.field(factory=dict)
    ahead: float = attrs.field(default=0.0)

    def do(self, step: object, who: str) -> Any:
        chance = self.draw.random()
        if isinstance(step, Pause):
            self.time += step.seconds
            return None
        if isinstance(step, Lost):
            return None
        self.time += 0.01
        if isinstance(step, Look):
            return self._show(chance)
        assert isinstance(step, Begin)
        return self._start(who, chance)

    def _show(self, chance: float) -> list[TaskSummary]:
        if chance < 0.1:
            raise TransportError("lost", maybe_received=True)
        if chance < 0.12:
            raise ApiError("forbidden", status=403, message="", path=PARENT)
        made = datetime.fromtimestamp(self.time + self.ahead, UTC)
        return [TaskSummary(id, "IN_PROGRESS", made) for id, shows in self.tasks if shows <= self.time]

    def _start(self, who: str, chance: float) -> TaskSummary:
        self.posts[who] = self.posts.get(who, 0) + 1
        if chance < 0.1:
            raise TransportError("unreachable", maybe_received=False)
        if chance > 0.25:
            late = SLOW_TO_SHOW if self.draw.random() < 0.2 else 0.0
            self.tasks.append((f"{who}-{self.posts[who]}", self.time + late))
        if chance < 0.55:
            raise TransportError("lost", maybe_received=True)
        return TaskSummary(self.tasks[-1][0], "NOT_STARTED")


def one_day(seed: int) -> dict[str, str | AnaplanError | None]:
    """What became of one or two starts, a third of them after one that was given up: a task, an error, or abandoned."""
    draw = random.Random(seed)
    server, starts = Server(draw, ahead=draw.choice([0.0, -90.0, 90.0])), Starts()
    settling = draw.choice([0.0, 1.0, 5.0])
    repeat = draw.random() < 0.3
    poll = PollSchedule(0.05, settling_time=settling)

    def start(who: str) -> Generator[Any, Any, TaskSummary]:
        deadline = Deadline(server.time + draw.choice([0.5, 1e9]))
        error = lambda seen: ambiguous(who, who, seen, 0.0, settling)  # noqa: E731
        return StartOnce[TaskSummary](PARENT, poll, starts, deadline, error, repeat, clock=lambda: server.time).run()

    flows = {who: start(who) for who in "AB"[: draw.choice([1, 2])]}
    pending: dict[str, tuple[str, Any]] = dict.fromkeys(flows, ("send", None))
    done: dict[str, str | AnaplanError | None] = {}
    while pending:
        who = draw.choice(sorted(pending))
        how, value = pending.pop(who)
        if how == "send" and value is not None and draw.random() < 0.02:  # its caller gives up
            flows[who].close()
            done[who] = None
            continue
        try:
            step = getattr(flows[who], how)(value)
        except StopIteration as end:
            done[who] = end.value.id
            continue
        except AnaplanError as error:
            done[who] = error
            continue
        try:
            pending[who] = ("send", server.do(step, who))
        except AnaplanError as error:
            pending[who] = ("throw", error)
    judge(seed, server, done, repeat)
    return done


def judge(seed: int, server: Server, done: dict[str, str | AnaplanError | None], repeat: bool) -> None:
    """Nobody has the task of another, and nothing is started more often than permitted."""
    for who, outcome in done.items():
        made = [id for id, _ in server.tasks if id.startswith(who)]
        assert server.posts.get(who, 0) <= 1 + repeat, (seed, who)
        assert len(made) <= 1 + repeat, (seed, made)
        if isinstance(outcome, str):
            assert outcome.startswith(who), (seed, done, server.tasks)


@pytest.mark.parametrize("block", range(4))
def test_a_start_takes_its_own_task_on_any_day(block: int, request: pytest.FixtureRequest) -> None:
    soaking = request.config.getoption("--hypothesis-profile") == "soak"
    days = 250_000 if soaking else 5_000
    outcomes = [outcome for seed in range(block * days, (block + 1) * days) for outcome in one_day(seed).values()]
    found = sum(isinstance(outcome, str) for outcome in outcomes)
    doubtful = sum(isinstance(outcome, AmbiguousRunError) for outcome in outcomes)
    assert found > days / 2
    assert doubtful > days / 20


def drive(flow: Generator[Any, Any, Any], *answers: Any) -> Any:
    """What *flow* returns, given these answers to whatever is neither a pause nor for the log."""
    waiting = list(answers)
    step = next(flow)
    try:
        while True:
            if isinstance(step, Pause | Lost):
                step = next(flow)
                continue
            answer = waiting.pop(0)
            step = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration as end:
        return end.value


def flow(starts: Starts, **options: Any) -> StartOnce[TaskSummary]:
    poll = PollSchedule(0.0, max_delay=0.0, settling_time=options.pop("settling_time", 0.0))
    error = lambda seen: ambiguous("it", 1, seen, 0.0, 0.0)  # noqa: E731
    return StartOnce[TaskSummary](PARENT, poll, starts, Deadline(), error, **options)


LOST = TransportError("lost", maybe_received=True)
OLD = TaskSummary("OLD", "COMPLETE")
# By the clock of its host it is a day old; it was not there before.
NEW = TaskSummary("NEW", "IN_PROGRESS", datetime(2020, 1, 1, tzinfo=UTC))


def test_what_was_not_in_the_list_before_is_adopted_whatever_its_clock_says() -> None:
    assert drive(flow(Starts()).run(), [OLD], LOST, [OLD, NEW]) == NEW
    assert drive(flow(Starts(), allow_repeat=True).run(), [OLD], LOST, [OLD, NEW]) == NEW


def test_a_task_of_a_start_that_was_given_up_is_nobody_elses() -> None:
    starts = Starts()
    abandoned = flow(starts).run()
    next(abandoned)
    abandoned.send([OLD])  # it wants to begin
    abandoned.close()
    with pytest.raises(AmbiguousRunError) as caught:
        drive(flow(starts).run(), [OLD], LOST, [OLD, NEW])
    assert caught.value.candidates == (NEW,)


def test_nothing_is_repeated_beside_a_start_that_was_given_up() -> None:
    starts = Starts()
    with pytest.raises(AmbiguousRunError):
        drive(flow(starts).run(), [], LOST, [])
    with pytest.raises(AmbiguousRunError):
        drive(flow(starts, allow_repeat=True).run(), [], LOST, [])


def test_a_start_that_was_given_up_long_ago_is_forgotten() -> None:
    time = [0.0]
    starts = Starts()
    with pytest.raises(AmbiguousRunError):
        drive(flow(starts, clock=lambda: time[0]).run(), [], LOST, [])
    time[0] = 60.0
    assert drive(flow(starts, clock=lambda: time[0]).run(), [], LOST, [NEW]) == NEW


def test_what_was_abandoned_under_way_can_be_found() -> None:
    starts = Starts()
    begun = flow(starts)
    run = begun.run()
    next(run)
    run.send([OLD])
    assert begun.begun
    run.close()
    assert drive(begun.rescue(0.0), [OLD, NEW]) == NEW
