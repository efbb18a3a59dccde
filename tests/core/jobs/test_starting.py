"""A start whose answer was lost, step by step: adopted, in doubt, or begun again."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from anaplan_sdk._core.alm.comparison import report
from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.job import Job
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starting import StartOnce
from anaplan_sdk._core.jobs.starts import Starts
from anaplan_sdk.errors import AmbiguousRunError, ApiError, TransportError, WaitTimeoutError
from anaplan_sdk.models import Task
from stage.bad_runs import JOB
from stage.observed import Clock

REPORT = report(ModelPath("M"))


def drive(flow: Generator[Any, Any, Any], *answers: Any) -> Any:
    """What *flow* returns, given these answers to whatever is no pause."""
    waiting = list(answers)
    try:
        step = next(flow)
        while True:
            if isinstance(step, Pause):
                step = next(flow)
                continue
            answer = waiting.pop(0)
            step = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration as end:
        return end.value


def flow(starts: Starts, job: Job[Any] = JOB, **options: Any) -> StartOnce[Any]:
    poll = PollSchedule(0.0, max_delay=0.0, settling_time=options.pop("settling_time", 0.0))
    return StartOnce(job, poll, starts, Deadline(), lambda: 7.0, **options)


LOST = TransportError("lost", maybe_received=True)
OLD = Task("OLD", "COMPLETE")
# By the clock of its host it is a day old; it was not there before.
NEW = Task("NEW", "IN_PROGRESS", datetime(2020, 1, 1, tzinfo=UTC))


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


def test_a_start_that_was_given_up_long_ago_is_forgotten(clock: Clock) -> None:
    starts = Starts()
    with pytest.raises(AmbiguousRunError):
        drive(flow(starts).run(), [], LOST, [])
    clock.put_forward()
    assert drive(flow(starts).run(), [], LOST, [NEW]) == NEW


def test_a_start_that_was_given_up_before_is_remembered_however_long_the_answer_takes(clock: Clock) -> None:
    starts = Starts()
    with pytest.raises(AmbiguousRunError):
        drive(flow(starts).run(), [], LOST, [])
    second = flow(starts).run()
    next(second)
    second.send([])  # the task of the first does not show yet
    clock.put_forward()
    second.throw(LOST)
    second.send(None)  # the pause is over
    with pytest.raises(AmbiguousRunError) as caught:
        second.send([NEW])
    assert caught.value.candidates == (NEW,)


def test_the_task_that_a_repeated_start_left_behind_is_nobody_elses() -> None:
    starts = Starts()
    other = flow(starts).run()
    next(other)
    again = Task("AGAIN", "IN_PROGRESS")
    assert drive(flow(starts, allow_repeat=True).run(), [], LOST, [], again) == again
    other.send([])
    other.throw(LOST)
    other.send(None)  # the pause is over
    with pytest.raises(AmbiguousRunError) as caught:
        other.send([NEW, again])
    assert caught.value.candidates == (NEW,)


def test_what_was_abandoned_under_way_can_be_found() -> None:
    starts = Starts()
    begun = flow(starts)
    run = begun.run()
    next(run)
    run.send([OLD])
    assert begun.begun
    run.close()
    assert drive(begun.rescue(0.0), [OLD, NEW]) == NEW


def test_the_error_says_what_was_to_run_and_how_to_look_for_it() -> None:
    with pytest.raises(AmbiguousRunError, match=r"export 116000000000 was lost.*list_tasks\(116000000000\)") as caught:
        drive(flow(Starts()).run(), [OLD], LOST, [OLD, NEW, Task("NEWER")])
    error = caught.value
    assert (error.job, error.action_id, error.started_after) == (JOB.id, 116000000000, 7.0)
    assert error.resume == "list_tasks(116000000000)"


def test_nothing_is_started_when_the_time_is_over_before() -> None:
    late = StartOnce(JOB, PollSchedule(), Starts(), Deadline(0.0), lambda: 7.0)
    with pytest.raises(WaitTimeoutError, match="listing the tasks of export 116000000000; it was not started"):
        drive(late.run(), [])


def test_what_cannot_be_listed_is_in_doubt() -> None:
    unlisted = flow(Starts(), REPORT)
    with pytest.raises(AmbiguousRunError, match="such tasks cannot be listed") as caught:
        drive(unlisted.run(), LOST)
    assert (caught.value.action_id, caught.value.resume) == (None, "")
    assert drive(unlisted.rescue(1.0)) is None


def test_what_is_harmless_is_started_once_more_and_no_list_is_read() -> None:
    harmless = attrs.evolve(REPORT, harmless=True)
    assert drive(flow(Starts(), harmless).run(), LOST, NEW) == NEW
    with pytest.raises(TransportError):
        drive(flow(Starts(), harmless).run(), LOST, LOST)
    refused = ApiError("refused", status=400, message="", path="")
    with pytest.raises(ApiError):
        drive(flow(Starts(), harmless).run(), refused)
