"""Comparison reports and their summaries: made by tasks, read for 48 hours."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..serving.call import Call, route
from ..serving.envelope import ApiError, not_found
from ..world.model import Model
from ..world.revisions import Revision
from ..world.tenant import Tenant
from .access import active_model
from .comparison import summary
from .report_text import TableRow, report_text
from .state import REPORTS
from .task_routes import task_routes
from .tasks import LifecycleError, LifecycleTask, TaskKind

COMPARISON_REPORTS = "comparisonReports"
SUMMARY_REPORTS = "summaryReports"
# Live tenants refuse the six calls about reports with this status, where the documentation has 403.
DENIAL = 424
ACCEPTED = {"*/*", "application/*", "application/octet-stream"}


def make_comparison(call: Call, task: LifecycleTask) -> dict[str, str]:
    source, target = _revisions(call.tenant, task)
    heading = [
        *_heading(call.tenant, "Source", task.pair.source_model, source),
        *_heading(call.tenant, "Target", task.model, target),
    ]
    return _keep(call, task, COMPARISON_REPORTS, report_text(heading, target.structure, source.structure))


def make_summary(call: Call, task: LifecycleTask) -> dict[str, str]:
    source, target = _revisions(call.tenant, task)
    revisions = {"targetRevisionId": target.id, "sourceRevisionId": source.id}
    return _keep(call, task, SUMMARY_REPORTS, revisions | summary(target.structure, source.structure))


def _revisions(tenant: Tenant, task: LifecycleTask) -> tuple[Revision, Revision]:
    """Source and target; the source model must have gone through the one on its way to the other."""
    pair, history = task.pair, tenant.history
    target = history.find(task.model.id, pair.target_revision_id)
    later = history.since(pair.source_model.id, pair.target_revision_id) or []
    source = next((a.revision for a in later if a.revision.id == pair.source_revision_id), None)
    if target is None or source is None:
        raise LifecycleError("The target and source revisions are incompatible")
    return source, target


def _heading(tenant: Tenant, side: str, model: Model, revision: Revision) -> list[TableRow]:
    workspace = tenant.workspaces[model.workspace_id]
    return [
        [f"{side} Workspace", workspace.name],
        [f"{side} Model", model.name],
        [f"{side} Revision", revision.name],
    ]


def _keep(call: Call, task: LifecycleTask, collection: str, content: Any) -> dict[str, str]:
    pair = task.pair
    key = (collection, task.model.id, pair.target_revision_id, pair.source_revision_id)
    call.state(REPORTS).keep(key, content, retention_seconds=call.tenant.options.retention_seconds)
    return {"reportFileUrl": f"{task.alm_url}/{collection}/{pair.target_revision_id}/{pair.source_revision_id}"}


COMPARISON = TaskKind("comparisonReportTasks", "Comparison Report Failed", make_comparison, denial=DENIAL)
SUMMARY = TaskKind("summaryReportTasks", "Summary Report Failed", make_summary, denial=DENIAL)


async def comparison_report(call: Call) -> web.Response:
    """Send the report, which is kept for 48 hours. What the caller accepts is looked at before anything else."""
    if not _accepts_report(call.request):
        raise ApiError(406)
    text = _report(call, COMPARISON_REPORTS, renew=False)
    return web.Response(body=text.encode(), content_type="application/octet-stream")


def _accepts_report(request: web.Request) -> bool:
    accepted = request.headers.get("Accept", "*/*").split(",")
    return any(media_range.partition(";")[0].strip() in ACCEPTED for media_range in accepted)


async def summary_report(call: Call) -> web.Response:
    """Answer with the numbers, which are kept for 48 hours after the last time they were read."""
    return call.success("objects/summaryReport", summaryReport=_report(call, SUMMARY_REPORTS, renew=True))


def _report(call: Call, collection: str, *, renew: bool) -> Any:
    model = active_model(call, denial=DENIAL)
    key = (collection, model.id, call.id("target"), call.id("source"))
    retention_seconds = call.tenant.options.retention_seconds
    report = call.state(REPORTS).find(key, retention_seconds=retention_seconds, renew=renew)
    if report is None:
        raise not_found()
    return report


def routes() -> list[web.RouteDef]:
    alm = "/models/{model}/alm"
    return [
        *task_routes(COMPARISON),
        *task_routes(SUMMARY),
        *route("GET", f"{alm}/{COMPARISON_REPORTS}/{{target}}/{{source}}", comparison_report),
        *route("GET", f"{alm}/{SUMMARY_REPORTS}/{{target}}/{{source}}", summary_report),
    ]
