"""What a run did with rows, and what of it the caller is told."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import RejectedRowsError, TaskFailedError
from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.bulk.outcome import no_dump, rejected, remark, step_with_dump
from anaplan_sdk._core.bulk.runs import run
from anaplan_sdk._core.jobs.verdict import judge
from anaplan_sdk._core.json.convert import one
from anaplan_sdk.errors import ConfigurationError, TransferError
from anaplan_sdk.models import Task

AT = ModelPath("M", "W")
IMPORT, PROCESS = run(AT, 112000000007), run(AT, 118000000002)


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
    told = remark(ended, IMPORT.id, strict=False)
    assert said in told
    assert bool(told) is bool(said)
    if not is_error:
        assert remark(ended, IMPORT.id, strict=True) == told
        return
    with pytest.raises(RejectedRowsError, match="import 112000000007 succeeded, but") as caught:
        remark(ended, IMPORT.id, strict=True)
    assert not isinstance(caught.value, TaskFailedError)
    assert (caught.value.task, caught.value.job, caught.value.resume) == (ended, IMPORT.id, "")


def test_steps_with_a_dump_are_named() -> None:
    step = {"objectId": "112000000002", "successful": True, "failureDumpAvailable": True}
    told = remark(task(successful=True, nestedResults=[step]), PROCESS.id, strict=False)
    assert "get_rejected_rows(118000000002, '0F1E', step_id=…) for step 112000000002" in told
    with pytest.raises(TaskFailedError, match=r"step_id=…\) for step 112000000002"):
        judge(PROCESS, task(successful=False, nestedResults=[step | {"successful": False}]))


def test_the_steps_that_failed_are_named() -> None:
    steps = [
        {"objectId": "112000000001", "objectName": "Load", "successful": True},
        {"objectId": "112000000002", "successful": False, "details": [{"localMessageText": "No file."}]},
    ]
    with pytest.raises(TaskFailedError, match=r"failed in 112000000002: No file."):
        judge(PROCESS, task(successful=False, nestedResults=steps))


def test_the_step_with_the_dump() -> None:
    def process(*steps: tuple[int, bool]) -> Task:
        nested = [{"objectId": str(id), "successful": True, "failureDumpAvailable": dump} for id, dump in steps]
        return task(successful=True, nestedResults=nested)

    assert step_with_dump(process((1, False), (2, True)), PROCESS.id) == 2
    assert step_with_dump(process((2, True), (2, True)), PROCESS.id) == 2
    with pytest.raises(TransferError, match="Task 0F1E of process 118000000002 has no dump"):
        step_with_dump(process((1, False)), PROCESS.id)
    with pytest.raises(ConfigurationError, match=r"one of \[1, 2\]"):
        step_with_dump(process((1, True), (2, True)), PROCESS.id)
    assert "48 hours" in str(no_dump(IMPORT.id, "0F1E"))
