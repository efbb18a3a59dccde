"""Waiting for the end of a task, look by look, without a socket."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from anaplan_sdk import NotFoundError, PermissionDeniedError, TaskError, TaskTimeoutError, TransportError
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.steps import Cancel, Poll
from anaplan_sdk._core.jobs.waiting import cancel_and_see, wait_to_end
from anaplan_sdk.errors import WaitTimeoutError
from anaplan_sdk.models import Task
from stage.bad_runs import JOB

NEW, RUNNING, DONE = Task("T"), Task("T", "IN_PROGRESS"), Task("T", "COMPLETE")
LOST = TransportError("lost", maybe_received=True)
ABSENT = NotFoundError("not there", status=404, message="", path="")
POLL = PollSchedule(0.0, max_delay=0.0, max_failures=2)


def drive(flow: Generator[Any, Any, Any], *answers: Any) -> tuple[Any, list[object]]:
    """What *flow* returns, given these answers to its requests, and those."""
    waiting, asked = list(answers), []
    try:
        step = next(flow)
        while True:
            if isinstance(step, Pause):
                step = next(flow)
                continue
            asked.append(step)
            answer = waiting.pop(0)
            step = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
    except StopIteration as end:
        return end.value, asked


def wait(task: Task, *answers: Any, deadline: Deadline | None = None, looked: bool = False) -> tuple[Task, list[Any]]:
    seen: list[Task] = []
    flow = wait_to_end(JOB, task, poll=POLL, deadline=deadline or Deadline(), seen=seen.append, looked=looked)
    return drive(flow, *answers)[0], seen


def test_each_look_is_shown_and_the_last_is_returned() -> None:
    assert wait(NEW, RUNNING, RUNNING, DONE) == (DONE, [RUNNING, RUNNING, DONE])


def test_the_answer_to_a_start_has_no_result_even_if_it_says_that_all_is_over() -> None:
    assert wait(DONE, DONE) == (DONE, [DONE])
    assert wait(DONE, looked=True) == (DONE, [])


def test_the_task_that_was_started_is_looked_at_whatever_an_answer_calls_it() -> None:
    flow = wait_to_end(JOB, NEW, poll=POLL, deadline=Deadline(), seen=lambda _: None)
    _, asked = drive(flow, Task("OTHER", "IN_PROGRESS"), DONE)
    assert asked == [Poll("T", Deadline())] * 2


def test_failures_in_passing_are_survived_up_to_the_bound() -> None:
    assert wait(NEW, LOST, LOST, RUNNING, LOST, LOST, DONE)[0] == DONE
    with pytest.raises(
        TaskError, match="Could not get the status of task T of export 116000000000: 3 requests in a row failed"
    ) as caught:
        wait(NEW, RUNNING, LOST, LOST, LOST)
    assert caught.value.__cause__ is LOST
    assert caught.value.resume == "wait_for_task(116000000000, 'T')"


def test_only_a_new_task_may_be_missing() -> None:
    assert wait(NEW, ABSENT, ABSENT, DONE)[0] == DONE
    with pytest.raises(NotFoundError):
        wait(NEW, RUNNING, ABSENT)


def test_a_refusal_ends_the_wait() -> None:
    refused = PermissionDeniedError("no", status=403, message="", path="")
    with pytest.raises(PermissionDeniedError):
        wait(NEW, refused)


def test_a_limit_that_has_passed_ends_the_wait_with_the_task() -> None:
    with pytest.raises(TaskTimeoutError) as caught:
        wait(RUNNING, deadline=Deadline(0.0))
    assert caught.value.task == RUNNING
    assert wait(DONE, deadline=Deadline(0.0), looked=True)[0] == DONE


def test_a_limit_that_passes_within_a_look_is_the_callers_own() -> None:
    with pytest.raises(WaitTimeoutError) as other:  # of a log-in, for example, that others made
        wait(NEW, WaitTimeoutError("another limit"))
    assert not isinstance(other.value, TaskTimeoutError)


@pytest.mark.parametrize(
    ("looks", "limit", "confirmed"),
    [
        ([Task("T", "CANCELLING"), Task("T", "CANCELLED")], Deadline(), True),
        ([DONE], Deadline(), False),
        ([Task("T", "CANCELLING")], Deadline(0.0), False),
    ],
)
def test_a_cancellation_counts_when_it_is_confirmed(looks: list[Task], limit: Deadline, confirmed: bool) -> None:
    found, asked = drive(cancel_and_see("T", poll=POLL, deadline=limit), None, *looks)
    assert found is confirmed
    assert asked == [Cancel("T", limit), *[Poll("T", limit)] * len(looks)]
