# Source of both colours: scripts/codegen.py emits this file twice.
"""Comparison reports of two revisions, and their summaries."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, overload

from anaplan_sdk._core.alm.comparison import (
    ReportTaskT,
    gone,
    made,
    pair_fields,
    report,
    revision_pair,
    summary,
    with_revisions,
)
from anaplan_sdk._core.api import alm
from anaplan_sdk._core.api.service import Endpoint
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import OnProgress, check_on_progress
from anaplan_sdk._io.aio import in_thread
from anaplan_sdk._io.targets import Target, as_target
from anaplan_sdk.errors import NotFoundError
from anaplan_sdk.models import ReportTask, SummaryReport, SummaryTask

from ..engine.sinks import OnDisk
from ..jobs.jobs import Jobs
from ..scope import Scope


class Reports(Scope):
    """The client's model is the target. Reports are kept for 48 hours and visible to every administrator."""

    async def create_comparison_report(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        *,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> ReportTask:
        """Create a report of the differences between two revisions, and wait until it is complete.

        Args:
            source_revision_id: A revision of the source model.
            source_model_id: The source model.
            target_revision_id: A revision of this model.
            wait_for_completion: False returns the running task.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress`` after each poll of the task.

        Raises:
            TaskFailedError: With Anaplan's reason.
            TaskTimeoutError: ``timeout`` passed; the task continues in Anaplan.
            AmbiguousRunError: The response to the start request was lost. Report tasks cannot be listed; creating a
                report again does no harm.
        """
        check_on_progress(on_progress)
        fields = pair_fields(source_revision_id, source_model_id, target_revision_id)
        reports = Jobs(self._session, report(self._model(), fields), Deadline.after(timeout))
        return with_revisions(await reports.run(wait=wait_for_completion, on_progress=on_progress), fields)

    async def get_comparison_report_task(self, task_id: str, *, timeout: float | None = None) -> ReportTask:
        """The current state of a report task, with its result once it has ended."""
        return await Jobs(self._session, report(self._model()), Deadline.after(timeout)).status(task_id)

    async def get_comparison_report(self, task: ReportTask | str, *, timeout: float | None = None) -> bytes:
        """The report of a task or of a task id: text with a header, then sections of tab-separated rows.

        A task that has no result yet is polled once more.

        Raises:
            TaskError: It is still running.
            NotFoundError: The report is older than 48 hours.
        """
        deadline = Deadline.after(timeout)
        content = await self._comparison(task, deadline)
        try:
            return await self._session.content(content, deadline)
        except NotFoundError as error:
            raise gone(error, "comparison report", "create_comparison_report") from error

    async def download_comparison_report(
        self, task: ReportTask | str, path: str | os.PathLike[str], *, timeout: float | None = None
    ) -> Path:
        """Stream the report of a task to ``path`` and return that path; the file is complete or left as it was.

        ``path`` is treated as in ``download_file``. Errors are those of ``get_comparison_report``.
        """
        deadline = Deadline.after(timeout)
        content, target = await self._comparison(task, deadline), as_target(path)
        try:
            with Target(target, deadline.passed) as file:
                await in_thread(file.open)
                await self._session.save(content, OnDisk(file), deadline)
        except NotFoundError as error:
            raise gone(error, "comparison report", "create_comparison_report") from error
        return target

    @overload
    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        *,
        wait_for_completion: Literal[True] = True,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> SummaryReport: ...

    @overload
    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        *,
        wait_for_completion: Literal[False],
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> SummaryTask: ...

    async def create_comparison_summary(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        *,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> SummaryReport | SummaryTask:
        """Create a summary that counts the differences between two revisions, wait until it is complete, and return it.

        With ``wait_for_completion=False`` the running task is returned. Parameters and errors are those of
        ``create_comparison_report``.
        """
        check_on_progress(on_progress)
        fields, deadline = pair_fields(source_revision_id, source_model_id, target_revision_id), Deadline.after(timeout)
        summaries = Jobs(self._session, summary(self._model(), fields), deadline)
        task = with_revisions(await summaries.run(wait=wait_for_completion, on_progress=on_progress), fields)
        if not wait_for_completion:
            return task
        return await self._summary(task, deadline)

    async def get_comparison_summary_task(self, task_id: str, *, timeout: float | None = None) -> SummaryTask:
        """The current state of a summary task, with its result once it has ended."""
        return await Jobs(self._session, summary(self._model()), Deadline.after(timeout)).status(task_id)

    async def get_comparison_summary(
        self, task: SummaryTask | SummaryReport | str, *, timeout: float | None = None
    ) -> SummaryReport:
        """The summary of a task or of a task id; a summary is returned as it is.

        Errors are those of ``get_comparison_report``.
        """
        deadline = Deadline.after(timeout)
        return task if isinstance(task, SummaryReport) else await self._summary(task, deadline)

    async def _summary(self, task: SummaryTask | str, deadline: Deadline) -> SummaryReport:
        try:
            ended = await _ended(Jobs(self._session, summary(self._model()), deadline), task)
            return await self._session.one(alm.summary_report(self._model(), *revision_pair(ended)), deadline)
        except NotFoundError as error:
            raise gone(error, "comparison summary", "create_comparison_summary") from error

    async def _comparison(self, task: ReportTask | str, deadline: Deadline) -> Endpoint[bytes]:
        try:
            ended = await _ended(Jobs(self._session, report(self._model()), deadline), task)
        except NotFoundError as error:
            raise gone(error, "report task", "create_comparison_report") from error
        return alm.comparison_report(self._model(), *revision_pair(ended))


async def _ended(jobs: Jobs[ReportTaskT], task: ReportTaskT | str) -> ReportTaskT:
    """The task with its result, looked up again where it is not known to have ended."""
    if isinstance(task, str) or task.result is None:
        task = await jobs.status(task if isinstance(task, str) else task.id)
    return made(jobs.job, task)
