"""What the end of a task means for the caller, whatever ran."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from anaplan_sdk import AmbiguousRunError, TaskCancelledError, TaskError, TaskFailedError
from anaplan_sdk._core.alm.comparison import report, summary, sync
from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.bulk.runs import run
from anaplan_sdk._core.jobs.job import Job
from anaplan_sdk._core.jobs.verdict import abandoned, ambiguous, judge, lost_sight, still_running, timed_out, under_way
from anaplan_sdk._core.json.convert import one
from anaplan_sdk.errors import JobId
from anaplan_sdk.models import SyncTask, Task, TaskSummary

AT = ModelPath("2222", "W")
IMPORT, PROCESS, SYNC, REPORT = run(AT, 112000000007), run(AT, 118000000002), sync(AT), report(AT)


def task(state: str = "COMPLETE", kind: type[Task] = Task, **result: Any) -> Any:
    facts: dict[str, Any] = {"taskId": "0F1E", "taskState": state, "currentStep": "Complete."}
    return one({"task": facts | ({"result": result} if result else {})}, "task", kind, path="/")


DENIED = {"title": "Denied", "messageText": "Revision unknown"}


@pytest.mark.parametrize(
    ("job", "ended", "error", "text"),
    [
        (IMPORT, task("CANCELLED"), TaskCancelledError, "Task 0F1E of import 112000000007 was cancelled."),
        (PROCESS, task("CANCELLED"), TaskCancelledError, "was cancelled. Steps that had ended stay applied."),
        (IMPORT, task(successful=False), TaskFailedError, "Task 0F1E of import 112000000007 failed: Complete."),
        (IMPORT, task(), TaskFailedError, "Task 0F1E of import 112000000007 ended without a result"),
        (
            IMPORT,
            task(successful=False, details=[{"localMessageText": f"reason {number} "} for number in range(9)]),
            TaskFailedError,
            "failed: reason 0; reason 1; reason 2; reason 3; reason 4",
        ),
        (SYNC, task("CANCELLED", SyncTask), TaskCancelledError, "Task 0F1E of the sync of model 2222 was cancelled."),
        (
            SYNC,
            task(kind=SyncTask, successful=False, error=DENIED),
            TaskFailedError,
            "Task 0F1E of the sync of model 2222 failed: Denied: Revision unknown",
        ),
        (SYNC, task(kind=SyncTask, successful=False), TaskFailedError, "failed: Complete."),
    ],
)
def test_bad_ends_are_errors_that_say_why(job: Job[Any], ended: Task, error: type[TaskError], text: str) -> None:
    with pytest.raises(error) as caught:
        judge(job, ended)
    assert text in str(caught.value)
    assert (caught.value.task, caught.value.job, caught.value.resume) == (ended, job.id, "")


def test_a_good_end_is_none() -> None:
    judge(IMPORT, task(successful=True))
    judge(SYNC, task(kind=SyncTask, successful=True))


@pytest.mark.parametrize(
    ("cancelled", "text"),
    [
        (None, "follow it with wait_for_task(112000000007, '0F1E')."),
        (True, "Task 0F1E was cancelled."),
        (False, "did not confirm it in time"),
    ],
)
def test_a_time_out_says_what_became_of_the_task(cancelled: bool | None, text: str) -> None:
    error = timed_out(IMPORT, task("IN_PROGRESS"), cancelled)
    assert text in str(error)
    assert "was IN_PROGRESS" in str(error)
    assert error.cancelled is cancelled
    assert error.resume == ("" if cancelled else "wait_for_task(112000000007, '0F1E')")


@pytest.mark.parametrize(
    ("job", "resume"),
    [
        (IMPORT, "wait_for_task(112000000007, '0F1E')"),
        (SYNC, "alm.get_sync_task('0F1E')"),
        (REPORT, "alm.get_comparison_report_task('0F1E')"),
        (summary(AT), "alm.get_comparison_summary_task('0F1E')"),
    ],
)
def test_what_may_go_on_says_how_to_follow_it(job: Job[Any], resume: str) -> None:
    running = task("IN_PROGRESS", job.start.kind)
    for error in (timed_out(job, running), lost_sight(job, running, 3), still_running(job, running)):
        assert error.resume == resume
        assert resume in str(error)


def test_only_actions_have_an_action_id() -> None:
    assert timed_out(IMPORT, task()).action_id == 112000000007
    assert timed_out(SYNC, task()).action_id is None
    assert SYNC.id == JobId("sync", "alm", "2222")
    assert (str(SYNC.id), str(PROCESS.id)) == ("sync of model 2222", "process 118000000002")


def test_the_job_survives_pickling() -> None:
    late = pickle.loads(pickle.dumps(timed_out(SYNC, task("IN_PROGRESS", SyncTask))))
    assert (late.job, late.resume, late.action_id) == (SYNC.id, "alm.get_sync_task('0F1E')", None)
    doubt = pickle.loads(pickle.dumps(ambiguous(IMPORT, [TaskSummary("A")], 1.5, 20.0)))
    assert isinstance(doubt, AmbiguousRunError)
    assert (doubt.job, doubt.resume, doubt.action_id) == (IMPORT.id, "list_tasks(112000000007)", 112000000007)


def test_a_start_in_doubt_names_what_appeared() -> None:
    error = ambiguous(IMPORT, [TaskSummary("A"), TaskSummary("B")], 1.5, 20.0)
    assert "import 112000000007" in str(error)
    assert "its own: A, B." in str(error)
    assert ([seen.id for seen in error.candidates], error.started_after) == (["A", "B"], 1.5)
    assert "up to 20 s. Check alm.get_sync_tasks() later" in str(ambiguous(SYNC, [], 1.5, 20.0))


def test_a_start_that_was_given_up_says_where_it_would_show() -> None:
    assert "check list_tasks(112000000007)" in abandoned(IMPORT)
    assert "comparison report of model 2222 was in flight, and may have started it." in abandoned(REPORT)


def test_the_task_that_was_started_last_of_those_under_way() -> None:
    def at(hour: int, state: str = "IN_PROGRESS") -> Task:
        return Task(f"T{hour}", state, datetime(2026, 3, 1, hour, tzinfo=UTC))

    assert under_way([]) is None
    assert under_way([at(1, "COMPLETE"), at(2, "CANCELLED")]) is None
    assert under_way([at(3), at(5, "COMPLETE"), at(4, "CANCELLING"), at(2, "NOT_STARTED")]) == at(4, "CANCELLING")
