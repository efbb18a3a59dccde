"""Syncs, comparison reports and summaries of two revisions: the jobs that they are, and what they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

import attrs

from anaplan_sdk._core.api import alm
from anaplan_sdk._core.api.alm import Tasks
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import Listing, ModelPath
from anaplan_sdk._core.jobs.job import Job
from anaplan_sdk._core.jobs.verdict import judge, still_running
from anaplan_sdk._core.progress import What
from anaplan_sdk.errors import JobId, NotFoundError, UnexpectedResponseError
from anaplan_sdk.models import ReportResult, ReportTask, SummaryTask, SyncTask, Task

T = TypeVar("T", SyncTask, ReportTask, SummaryTask)
ReportTaskT = TypeVar("ReportTaskT", ReportTask, SummaryTask)
Fields = Mapping[str, str]


def pair_fields(source_revision_id: str, source_model_id: str, target_revision_id: str) -> dict[str, str]:
    """The body of a sync or a report: all three are mandatory."""
    return {
        "sourceRevisionId": segment(source_revision_id, "source_revision_id"),
        "sourceModelId": segment(source_model_id, "source_model_id"),
        "targetRevisionId": segment(target_revision_id, "target_revision_id"),
    }


def sync(at: ModelPath, fields: Fields | None = None) -> Job[SyncTask]:
    """Syncs of a model; a start needs *fields*."""
    return _job(at, SyncTask, "sync", "sync", "syncTasks", "sync_task", fields, alm.sync_tasks(at))


def report(at: ModelPath, fields: Fields | None = None) -> Job[ReportTask]:
    """Comparison reports of a model; a start needs *fields*."""
    return _job(
        at, ReportTask, "comparison report", "report", "comparisonReportTasks", "comparison_report_task", fields
    )


def summary(at: ModelPath, fields: Fields | None = None) -> Job[SummaryTask]:
    """Comparison summaries of a model; a start needs *fields*."""
    return _job(
        at, SummaryTask, "comparison summary", "summary", "summaryReportTasks", "comparison_summary_task", fields
    )


def _job(
    at: ModelPath,
    kind: type[T],
    noun: str,
    what: What,
    collection: Tasks,
    getter: str,
    fields: Fields | None,
    tasks: Listing[T] | None = None,
) -> Job[T]:
    return Job(
        id=JobId(noun, "alm", at.model_id),
        what=what,
        start=alm.start(at, collection, kind, fields or {}),
        task=partial(alm.task, at, collection, kind),
        tasks=tasks,
        resume=lambda task_id: f"alm.get_{getter}({task_id!r})",
        find=f"alm.get_{getter}s()" if tasks else "",
        why=_why,
        tally=lambda task: f"; {task.current_step}" if task.current_step else "",
    )


def _why(task: Task) -> str:
    """Title, message and subtitle of the error, in Anaplan's words."""
    return f": {': '.join(task.messages) or task.current_step or 'Anaplan gives no reason.'}"


def made(job: Job[ReportTaskT], task: ReportTaskT) -> ReportTaskT:
    """*task* if its report is there; anything else is raised."""
    if not task.ended:
        raise still_running(job, task)
    judge(job, task)
    return task


def gone(error: NotFoundError, what: str, again: str) -> NotFoundError:
    """The error of a report that Anaplan no longer has, or never made."""
    return NotFoundError(
        f"{error.path}: there is no such {what}. Anaplan keeps reports and their tasks for 48 hours: "
        f"create it again with {again}.",
        status=error.status,
        message=error.message,
        path=error.path,
        body=error.body,
    )


def revision_pair(task: ReportTask | SummaryTask) -> tuple[str, str]:
    """Target and source revision of a report: from the result, or from the end of the report's address."""
    result = task.result or ReportResult()
    target, source = result.target_revision_id, result.source_revision_id
    if not (target and source):
        *_, target, source = ["", "", *(result.report_file_url or "").rstrip("/").split("/")]
    if not (target and source):
        raise UnexpectedResponseError(
            f"Report task {task.id} has neither its revisions nor the address of its report.", json_path="$.task.result"
        )
    return target, source


def with_revisions(task: ReportTaskT, fields: Mapping[str, str]) -> ReportTaskT:
    """*task* with the revisions that were asked for, where the answer does not repeat them."""
    if task.result is None:
        return task
    result = attrs.evolve(
        task.result,
        source_revision_id=task.result.source_revision_id or fields["sourceRevisionId"],
        target_revision_id=task.result.target_revision_id or fields["targetRevisionId"],
    )
    return attrs.evolve(task, result=result)
