"""What the end of a task means for the caller."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import RejectedRowsError, TaskCancelledError, TaskError, TaskFailedError
from anaplan_sdk._core.bulk.dumps import no_dump, step_with_dump
from anaplan_sdk._core.jobs.verdict import OnRejects, judge, rejected, timed_out
from anaplan_sdk._core.json.convert import one
from anaplan_sdk.errors import ConfigurationError, TransferError
from anaplan_sdk.models import Task

IMPORT, PROCESS = 112000000007, 118000000002


def task(state: str = "COMPLETE", **result: Any) -> Task:
    facts: dict[str, Any] = {"taskId": "0F1E", "taskState": state, "currentStep": "Complete."}
    return one({"task": facts | ({"result": result} if result else {})}, "task", Task, path="/")


def counts(**values: int) -> dict[str, Any]:
    return {"type": "hierarchyRowsProcessed", "values": [str(part) for pair in values.items() for part in pair]}


FAILED_STEP = {"objectId": "112000000002", "successful": False, "details": [{"localMessageText": "No access."}]}


@pytest.mark.parametrize(
    ("ended", "said", "is_error"),
    [
        (task(successful=True), "", False),
        (task(successful=True, details=[counts(ignoredCount=3, totalRowCount=3)]), "", False),
        (task(successful=True, failureDumpAvailable=True), "rejected rows", True),
        (task(successful=True, details=[counts(failedCount=1)]), "rejected rows", True),
        (task(successful=True, details=[counts(invalidCount=1)]), "rejected rows", True),
        (task(successful=True, nestedResults=[{"successful": True, "details": [counts(failedCount=1)]}]), "rej", True),
        (task(successful=True, details=[counts(warningsRowCount=1, totalRowCount=2)]), "remarks on rows", False),
        (
            task(successful=True, failureDumpAvailable=True, details=[counts(successRowCount=9, totalRowCount=9)]),
            "remarks on rows",
            False,
        ),
        (task(successful=True, nestedResults=[FAILED_STEP]), "steps failed: 112000000002 (No access.)", True),
    ],
)
def test_what_a_success_leaves_to_be_told(ended: Task, said: str, is_error: bool) -> None:
    assert rejected(ended) is is_error
    policies: list[OnRejects] = ["warn", "ignore"]
    told = ""
    for policy in policies:
        told = judge(ended, IMPORT, policy)
        assert said in told
        assert bool(told) is bool(said)
    if not is_error:
        assert judge(ended, IMPORT, "raise") == told
        return
    with pytest.raises(RejectedRowsError, match="import 112000000007 succeeded and") as caught:
        judge(ended, IMPORT, "raise")
    assert not isinstance(caught.value, TaskFailedError)
    assert caught.value.task is ended


def test_steps_with_a_dump_are_named() -> None:
    step = {"objectId": "112000000002", "successful": True, "failureDumpAvailable": True}
    told = judge(task(successful=True, nestedResults=[step]), PROCESS, "warn")
    assert "get_rejected_rows(118000000002, '0F1E', step_id=…) for step 112000000002" in told
    with pytest.raises(TaskFailedError, match=r"step_id=…\) for step 112000000002"):
        judge(task(successful=False, nestedResults=[step | {"successful": False}]), PROCESS, "warn")


@pytest.mark.parametrize(
    ("ended", "error", "text"),
    [
        (task("CANCELLED"), TaskCancelledError, "Task 0F1E of import 112000000007 was cancelled."),
        (task(successful=False), TaskFailedError, "Task 0F1E of import 112000000007 failed: Complete."),
        (task(), TaskFailedError, "Task 0F1E of import 112000000007 ended without a result"),
        (
            task(successful=False, details=[{"localMessageText": f"reason {number} "} for number in range(9)]),
            TaskFailedError,
            "failed: reason 0; reason 1; reason 2; reason 3; reason 4",
        ),
    ],
)
def test_other_ends_are_errors_that_say_why(ended: Task, error: type[TaskError], text: str) -> None:
    with pytest.raises(error) as caught:
        judge(ended, IMPORT, "ignore")
    assert text in str(caught.value)
    assert caught.value.task is ended
    assert caught.value.action_id == IMPORT


def test_the_steps_that_failed_are_named() -> None:
    steps = [
        {"objectId": "112000000001", "objectName": "Load", "successful": True},
        {"objectId": "112000000002", "successful": False, "details": [{"localMessageText": "No file."}]},
    ]
    with pytest.raises(TaskFailedError, match=r"failed in 112000000002: No file."):
        judge(task(successful=False, nestedResults=steps), PROCESS, "warn")


@pytest.mark.parametrize(
    ("cancelled", "text"),
    [
        (None, "wait_for_task(112000000007, '0F1E') waits again"),
        (True, "Task 0F1E was cancelled."),
        (False, "did not confirm it in time"),
    ],
)
def test_a_time_out_says_what_became_of_the_task(cancelled: bool | None, text: str) -> None:
    error = timed_out(task("IN_PROGRESS"), IMPORT, cancelled)
    assert text in str(error)
    assert "was IN_PROGRESS" in str(error)
    assert error.cancelled is cancelled


def test_the_step_with_the_dump() -> None:
    def process(*steps: tuple[int, bool]) -> Task:
        nested = [{"objectId": str(id), "successful": True, "failureDumpAvailable": dump} for id, dump in steps]
        return task(successful=True, nestedResults=nested)

    assert step_with_dump(process((1, False), (2, True)), PROCESS) == 2
    assert step_with_dump(process((2, True), (2, True)), PROCESS) == 2
    with pytest.raises(TransferError, match="Task 0F1E of process 118000000002 has no dump"):
        step_with_dump(process((1, False)), PROCESS)
    with pytest.raises(ConfigurationError, match=r"one of \[1, 2\]"):
        step_with_dump(process((1, True), (2, True)), PROCESS)
    assert "48 hours" in str(no_dump(IMPORT, "0F1E"))
