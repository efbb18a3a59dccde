"""Application Lifecycle Management: revisions, syncs, comparison reports and their summaries."""

from __future__ import annotations

from datetime import datetime

import attrs

from anaplan_sdk.models.tasks import Task, TaskResult


@attrs.frozen
class Revision:
    """A snapshot of a model's structure.

    ``created_*`` says when and by whom (user id) it was created, ``applied_*`` when and by whom it was applied to the
    model that was asked. ``creation_method`` is free text, such as ``User added revision via API`` or ``Revision
    synchronized``.
    """

    id: str
    name: str = ""
    description: str = ""
    created_on: datetime | None = None
    created_by: str | None = None
    creation_method: str | None = None
    applied_on: datetime | None = None
    applied_by: str | None = None


@attrs.frozen
class AppliedToModel:
    """A model to which a revision was applied.

    A deleted model has no name and no workspace; ``model_name`` is also empty if the user has no access.
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
    """Why a sync or a report failed, as told by Anaplan."""

    title: str = ""
    message_text: str = ""
    subtitle: str = ""


@attrs.frozen
class SyncResult(TaskResult):
    """The result of a sync. The revision ids may be missing, especially if it failed."""

    source_revision_id: str | None = None
    target_revision_id: str | None = None
    error: TaskErrorDetail | None = None

    @property
    def messages(self) -> tuple[str, ...]:
        """Anaplan's reason for a failure: title, message and subtitle."""
        said = (self.error.title, self.error.message_text, self.error.subtitle) if self.error else ()
        return (*super().messages, *(text for text in said if text))


@attrs.frozen
class ReportResult(SyncResult):
    """The result of a report task. ``report_file_url`` is the address of the report, valid for 48 hours."""

    report_file_url: str | None = None


@attrs.frozen
class SyncTask(Task):
    """A sync of a model to a revision of another. ``result`` is None while it is running, and in lists of tasks."""

    result: SyncResult | None = None


@attrs.frozen
class ReportTask(Task):
    """The creation of a comparison report. ``result`` is None while it is running."""

    result: ReportResult | None = None


@attrs.frozen
class SummaryTask(Task):
    """The creation of a comparison summary. ``result`` is None while it is running."""

    result: ReportResult | None = None


@attrs.frozen
class ChangeCounts:
    """How many objects a sync would create, modify and delete. Anaplan leaves zeros out."""

    created: int = 0
    modified: int = 0
    deleted: int = 0


class Differences(dict[str, ChangeCounts]):
    """Changes by Anaplan's categories: ``lists``, ``modules``, ``lineItems``, ``rolesContents`` …

    Anaplan leaves out categories without changes; looking one up here gives zeros.
    """

    def __missing__(self, category: str) -> ChangeCounts:
        return ChangeCounts()


@attrs.frozen
class SummaryReport:
    """How many differences there are between the source revision and the target revision."""

    target_revision_id: str | None = None
    source_revision_id: str | None = None
    totals: ChangeCounts = attrs.field(factory=ChangeCounts)
    differences: Differences = attrs.field(factory=Differences, hash=False)
