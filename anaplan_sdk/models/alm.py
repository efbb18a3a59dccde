"""Application Lifecycle Management: revisions, syncs, comparison reports and their summaries."""

from __future__ import annotations

from datetime import datetime

import attrs

from anaplan_sdk.models.tasks import TaskSummary


@attrs.frozen
class Revision:
    """A snapshot of a model's structure.

    ``created_*`` says when and by whom (user id) it was made, ``applied_*`` when it came into the model that
    was asked. ``creation_method`` is free text, such as ``User added revision via API`` or ``Revision
    synchronized``.
    """

    id: str
    name: str
    description: str = ""
    created_on: datetime | None = None
    created_by: str | None = None
    creation_method: str | None = None
    applied_on: datetime | None = None
    applied_by: str | None = None


@attrs.frozen
class AppliedToModel:
    """A model to which a revision was applied.

    A deleted model has no name and no workspace; ``model_name`` is empty too where the user has no access.
    """

    model_id: str
    model_name: str = ""
    workspace_id: str | None = None
    applied_by: str | None = None
    applied_on: datetime | None = None
    applied_method: str | None = None
    model_deleted: bool = False


@attrs.frozen
class TaskErrorDetail:
    """Why a sync or a report failed, in Anaplan's words."""

    title: str = ""
    message_text: str = ""
    subtitle: str = ""


@attrs.frozen
class SyncResult:
    """What came of a sync. The revision ids may be missing, of failed syncs above all."""

    successful: bool = False
    source_revision_id: str | None = None
    target_revision_id: str | None = None
    error: TaskErrorDetail | None = None


@attrs.frozen
class ReportResult(SyncResult):
    """What came of a report task. ``report_file_url`` is the report's own address, good for 48 hours."""

    report_file_url: str | None = None


@attrs.frozen
class _AlmTask(TaskSummary):
    current_step: str = ""
    result: SyncResult | None = None

    @property
    def successful(self) -> bool:
        """Whether the task is COMPLETE with a result that says so."""
        return self.task_state == "COMPLETE" and self.result is not None and self.result.successful


@attrs.frozen
class SyncTask(_AlmTask):
    """A sync of a model to a revision of another. ``result`` is None while it runs, and in lists of tasks."""


@attrs.frozen
class ReportTask(_AlmTask):
    """The making of a comparison report. ``result`` is None while it runs."""

    result: ReportResult | None = None


@attrs.frozen
class SummaryTask(_AlmTask):
    """The making of a comparison summary. ``result`` is None while it runs."""

    result: ReportResult | None = None


@attrs.frozen
class ChangeCounts:
    """How many objects a sync would create, modify and delete. Anaplan leaves zeros out."""

    created: int = 0
    modified: int = 0
    deleted: int = 0


class Differences(dict[str, ChangeCounts]):
    """Changes by category, in Anaplan's words: ``lists``, ``modules``, ``lineItems``, ``rolesContents`` …

    Anaplan leaves out a category without changes; looking it up here gives zeros.
    """

    def __missing__(self, category: str) -> ChangeCounts:
        return ChangeCounts()


@attrs.frozen
class SummaryReport:
    """What separates the source revision from the target revision, in numbers."""

    target_revision_id: str | None = None
    source_revision_id: str | None = None
    totals: ChangeCounts = attrs.field(factory=ChangeCounts)
    differences: Differences = attrs.field(factory=Differences, hash=False)
