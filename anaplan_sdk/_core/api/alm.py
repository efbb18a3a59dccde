"""Every URL of Application Lifecycle Management, with what comes back. All are under the short path of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import API, Endpoint, Listing, ModelPath, Start
from anaplan_sdk._core.listing.paging import Unpaged
from anaplan_sdk._core.listing.sorting import Sort, sort_parameter
from anaplan_sdk.models import AppliedToModel, ReportTask, Revision, SummaryReport, SummaryTask, SyncTask

T = TypeVar("T", SyncTask, ReportTask, SummaryTask)
RowT = TypeVar("RowT")

Tasks: TypeAlias = Literal["syncTasks", "comparisonReportTasks", "summaryReportTasks"]


def online_status(at: ModelPath, status: str) -> Endpoint[None]:
    return API.order("PUT", f"{at.short}/onlineStatus", {"status": status})


# --- revisions --------------------------------------------------------------------------------------------------------


def revisions(
    at: ModelPath, *, sort: Sort | None = None, applied_after: str | None, applied_before: str | None = None
) -> Listing[Revision]:
    return API.rows(
        f"{at.short}/alm/revisions",
        "revisions",
        Revision,
        sort=sort_parameter(sort, signed=False),
        appliedAfter=applied_after,
        appliedBefore=applied_before,
    )


def create_revision(at: ModelPath, fields: Mapping[str, str]) -> Endpoint[Revision]:
    return Endpoint(API, "POST", f"{at.short}/alm/revisions", "revision", Revision, body=fields)


def latest_revision(at: ModelPath) -> Listing[Revision]:
    """One, or none."""
    return _all_at_once(API.rows(f"{at.short}/alm/latestRevision", "revisions", Revision))


def syncable_revisions(at: ModelPath, source_model_id: str) -> Listing[Revision]:
    source = segment(source_model_id, "source_model_id")
    return _all_at_once(API.rows(f"{at.short}/alm/syncableRevisions", "revisions", Revision, sourceModelId=source))


def applied_to_models(at: ModelPath, revision_id: str) -> Listing[AppliedToModel]:
    path = f"{at.short}/alm/revisions/{segment(revision_id, 'revision_id')}/appliedToModels"
    return _all_at_once(API.rows(path, "appliedToModels", AppliedToModel))


# --- tasks ------------------------------------------------------------------------------------------------------------


def sync_tasks(at: ModelPath) -> Listing[SyncTask]:
    """The only tasks that can be listed."""
    return _all_at_once(API.rows(f"{at.short}/alm/syncTasks", "tasks", SyncTask))


def start(at: ModelPath, tasks: Tasks, kind: type[T], fields: Mapping[str, str]) -> Endpoint[T]:
    return Start(API, "POST", f"{at.short}/alm/{tasks}", None, kind, body=fields)


def task(at: ModelPath, tasks: Tasks, kind: type[T], task_id: str) -> Endpoint[T]:
    """Ids of one collection are unknown to the others."""
    return API.get(f"{at.short}/alm/{tasks}/{segment(task_id, 'task_id')}", "task", kind)


# --- reports ----------------------------------------------------------------------------------------------------------


def comparison_report(at: ModelPath, target_revision_id: str, source_revision_id: str) -> Endpoint[bytes]:
    return API.content(f"{at.short}/alm/comparisonReports/{_pair(target_revision_id, source_revision_id)}")


def summary_report(at: ModelPath, target_revision_id: str, source_revision_id: str) -> Endpoint[SummaryReport]:
    path = f"{at.short}/alm/summaryReports/{_pair(target_revision_id, source_revision_id)}"
    return API.get(path, "summaryReport", SummaryReport)


def _pair(target_revision_id: str, source_revision_id: str) -> str:
    """The path names the target first, although requests name the source first."""
    target = segment(target_revision_id, "target_revision_id")
    return f"{target}/{segment(source_revision_id, 'source_revision_id')}"


def _all_at_once(listing: Listing[RowT]) -> Listing[RowT]:
    return attrs.evolve(listing, paging=Unpaged[RowT])
