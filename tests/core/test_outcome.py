"""What the end of a task means for the caller."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from anaplan_sdk import RejectedRowsWarning, TaskCancelledError, TaskError, TaskFailedError
from anaplan_sdk._core.convert import one
from anaplan_sdk._core.dumps import no_dump, step_with_dump
from anaplan_sdk._core.outcome import judge, rejected, timed_out
from anaplan_sdk.errors import ConfigurationError, TransferError
from anaplan_sdk.models import Task

IMPORT, PROCESS = 112000000007, 118000000002


def task(state: str = "COMPLETE", **result: Any) -> Task:
    facts: dict[str, Any] = {"taskId": "0F1E", "taskState": state, "currentStep": "Complete."}
    return one({"task": facts | ({"result": result} if result else {})}, "task", Task, path="/")


def counts(**values: int) -> dict[str, Any]:
    return {"type": "hierarchyRowsProcessed", "values": [str(part) for pair in values.items() for part in pair]}


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (task(successful=True), False),
        (task(successful=True, failureDumpAvailable=True), True),
        (task(successful=True, details=[counts(ignoredCount=3, totalRowCount=3)]), False),
        (task(successful=True, details=[counts(failedCount=1)]), True),
        (task(successful=True, details=[counts(invalidCount=1)]), True),
        (task(successful=True, details=[counts(warningsRowCount=1)]), True),
        (task(successful=True, nestedResults=[{"successful": True, "details": [counts(failedCount=1)]}]), True),
    ],
)
def test_rejected_rows_are_noticed(ended: Task, expected: bool) -> None:
    assert rejected(ended) is expected
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert judge(ended, IMPORT, "warn") is ended
    assert [warning.category for warning in caught] == [RejectedRowsWarning] * expected
    if expected:
        with pytest.raises(TaskFailedError, match="succeeded and rejected rows"):
            judge(ended, IMPORT, "raise")
    assert judge(ended, IMPORT, "ignore") is ended


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
