"""Tasks, revisions and reports, in every shape that Anaplan is known to answer with."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from anaplan_sdk._core.json.convert import one, structure
from anaplan_sdk.models import (
    AppliedToModel,
    ChangeCounts,
    ReportTask,
    Revision,
    RowCounts,
    SummaryReport,
    SyncTask,
    Task,
    TaskDetail,
    TaskErrorDetail,
    TaskSummary,
)

T = TypeVar("T")

CREATED = datetime(2026, 7, 25, 17, 20, 0, 123_000, tzinfo=UTC)


def read(kind: type[T], payload: object) -> T:
    return structure(payload, kind, path="/2/0/any")


def task(**fields: Any) -> Task:
    return read(Task, {"taskId": "0F1E", "taskState": "COMPLETE", **fields})


def counted(*values: str) -> dict[str, Any]:
    return {"type": "hierarchyRowsProcessed", "occurrences": 0, "values": list(values)}


def test_task_of_an_import() -> None:
    payload = {
        "type": "taskInformation",
        "taskId": "0F1E2D3C4B5A69788796A5B4C3D2E1F0",
        "taskState": "COMPLETE",
        "progress": 1,
        "currentStep": "Complete.",
        "creationTime": 1785000000123,
        "result": {
            "objectId": "112000000007",
            "objectName": "Load Sales",
            "successful": True,
            "failureDumpAvailable": True,
            "details": [
                {
                    "localMessageText": "Sales: 88 (0/88) rows successful, 5 ignored ",
                    **counted(
                        *("hierarchyName", "Sales", "successRowCount", "88", "successCreateCount", "0"),
                        *("successUpdateCount", "88", "warningsRowCount", "1", "failedCount", "2"),
                        *("ignoredCount", "5", "totalRowCount", "95", "totalCreateCount", "0"),
                    ),
                }
            ],
        },
    }
    ended = one({"task": payload}, "task", Task, path="/2/0/any")
    assert (ended.ended, ended.successful, ended.progress, ended.creation_time) == (True, True, 1.0, CREATED)
    assert ended.rows == RowCounts(total=95, successful=88, failed=2, ignored=5, warned=1, updated=88)
    assert ended.messages == ("Sales: 88 (0/88) rows successful, 5 ignored",)
    assert ended.result is not None
    assert ended.result.object_id == 112000000007
    assert ended.result.failure_dump_available
    assert ended.steps == ()


def test_rows_of_a_process_are_the_sum_of_its_steps() -> None:
    first = {"objectId": "112000000007", "successful": True, "details": [counted("totalRowCount", "3")]}
    second = {
        "objectId": "112000000008",
        "successful": False,
        "failureDumpAvailable": True,
        "details": [
            {"localMessageText": "Lists", **counted("totalRowCount", "4", "failedCount", "4")},
            {"localMessageText": "Months", **counted("failedCount", "1", "invalidCount", "2")},
            {"localMessageText": "   ", "type": "somethingNew"},
        ],
    }
    process = task(result={"objectId": "118000000002", "successful": False, "nestedResults": [first, second]})
    assert process.rows == RowCounts(total=7, failed=5, invalid=2)
    assert process.messages == ("Lists", "Months")
    assert [step.object_id for step in process.steps] == [112000000007, 112000000008]
    assert not process.successful


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("createdCount", "7", "successCreateCount", "9"), RowCounts(created=7)),
        (("successCreateCount", "9"), RowCounts(created=9)),
        (("updatedCount", "", "successUpdateCount", "9"), RowCounts(updated=9)),
        (("renamedCount", "2", "totalRowCount", "many", "failedCount", "-1"), RowCounts(renamed=2)),
    ],
)
def test_row_counts_by_their_names(values: tuple[str, ...], expected: RowCounts) -> None:
    pairs = dict(zip(values[::2], values[1::2], strict=True))
    assert RowCounts.from_values(pairs) == expected


def test_row_counts_of_nothing_are_zero() -> None:
    assert RowCounts.sum([]) == RowCounts()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["hierarchyName", "Sales", "note", None], {"hierarchyName": "Sales", "note": None}),
        (["hierarchyName"], {"hierarchyName": None}),
        (["failedCount", 2, None, "lost"], {"failedCount": "2"}),
        ([], {}),
        (None, {}),
        ("text", {}),
    ],
)
def test_values_of_a_detail_alternate(values: object, expected: dict[str, str | None]) -> None:
    assert read(TaskDetail, {"type": "new", "values": values}).values == expected


@pytest.mark.parametrize(
    ("state", "ended"),
    [
        ("NOT_STARTED", False),
        ("IN_PROGRESS", False),
        ("CANCELLING", False),
        ("PAUSED", False),
        ("CANCELLED", True),
        ("COMPLETE", True),
    ],
)
def test_only_final_states_end_a_task(state: str, ended: bool) -> None:
    assert TaskSummary("0F1E", state).ended is ended


@pytest.mark.parametrize(
    ("fields", "successful"),
    [
        ({"result": {"successful": True}}, True),
        ({"result": {"successful": False}, "currentStep": "Failed."}, False),
        ({"result": {}}, False),
        ({"result": None}, False),
        ({"taskState": "CANCELLED", "result": {"successful": True}}, False),
        ({"taskState": "IN_PROGRESS", "result": {"successful": True}}, False),
    ],
)
def test_success_is_what_the_result_of_a_complete_task_says(fields: dict[str, Any], successful: bool) -> None:
    assert task(**fields).successful is successful


def test_task_without_a_result_counts_nothing() -> None:
    cancelled = task(taskState="CANCELLED", cancelledBy="ada@example.com")
    assert (cancelled.rows, cancelled.messages, cancelled.steps) == (RowCounts(), (), ())
    assert cancelled.cancelled_by == "ada@example.com"


def test_task_can_be_pickled_and_put_into_sets() -> None:
    nested = {"objectId": "112000000007", "details": [counted("failedCount", "4")]}
    ended = task(result={"nestedResults": [nested], "startTime": "2026-07-25T17:20:00Z"})
    assert {pickle.loads(pickle.dumps(ended)), ended} == {ended}


def test_revision_with_and_without_application() -> None:
    payload = {
        "id": "B0A1",
        "name": "R1",
        "createdOn": "2026-03-09T07:45:12Z",
        "createdBy": "8a1b",
        "creationMethod": "User added revision via API",
    }
    revision = read(Revision, payload)
    assert revision.created_on == datetime(2026, 3, 9, 7, 45, 12, tzinfo=UTC)
    assert (revision.description, revision.applied_on, revision.applied_by) == ("", None, None)
    applied = read(Revision, {**payload, "appliedOn": "2026-03-10T07:45:12Z", "appliedBy": "8a1c"})
    assert (applied.applied_on, applied.applied_by) == (datetime(2026, 3, 10, 7, 45, 12, tzinfo=UTC), "8a1c")


def test_deleted_model_that_a_revision_was_applied_to() -> None:
    payload = {
        "modelId": "D4E5",
        "appliedBy": "8a1b",
        "appliedMethod": "Revision synchronized",
        "modelDeleted": True,
    }
    assert read(AppliedToModel, payload) == AppliedToModel(
        model_id="D4E5", applied_by="8a1b", applied_method="Revision synchronized", model_deleted=True
    )


def test_failed_sync_says_why_and_may_lack_the_revisions() -> None:
    error = {
        "title": "Model Synchronization Failed",
        "messageText": "Workspace would grow",
        "subtitle": "over",
    }
    sync = read(
        SyncTask,
        {"taskId": "2D3C", "taskState": "COMPLETE", "result": {"successful": False, "error": error}},
    )
    assert (sync.ended, sync.successful) == (True, False)
    assert sync.result is not None
    assert sync.result.source_revision_id is None
    assert sync.result.error == TaskErrorDetail("Model Synchronization Failed", "Workspace would grow", "over")


def test_report_task_carries_the_revisions_and_the_address() -> None:
    result = {
        "successful": True,
        "targetRevisionId": "C3D4",
        "sourceRevisionId": "B0A1",
        "reportFileUrl": "https://api.anaplan.com/report",
    }
    report = read(ReportTask, {"taskId": "2D3C", "taskState": "COMPLETE", "result": result})
    assert report.successful
    assert report.result is not None
    assert (report.result.target_revision_id, report.result.source_revision_id) == ("C3D4", "B0A1")
    assert report.result.report_file_url == "https://api.anaplan.com/report"


def test_summary_report_keeps_categories_it_does_not_know() -> None:
    payload = {
        "targetRevisionId": "C3D4",
        "sourceRevisionId": "B0A1",
        "totals": {"modified": 1, "deleted": 1, "created": 3},
        "differences": {"lineItems": {"created": 1}, "dashboardsOfTomorrow": {"deleted": 2}, "lists": None},
    }
    report = read(SummaryReport, payload)
    assert report.totals == ChangeCounts(created=3, modified=1, deleted=1)
    assert report.differences == {
        "lineItems": ChangeCounts(created=1),
        "dashboardsOfTomorrow": ChangeCounts(deleted=2),
    }
    assert report.differences["modules"] == ChangeCounts()
    assert "modules" not in report.differences
    assert pickle.loads(pickle.dumps(report)).differences["modules"] == ChangeCounts()
