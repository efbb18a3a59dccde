"""Runs of integrations: start, follow, cancel, and what they leave behind."""

from __future__ import annotations

from aiohttp import web

from ..serving.answers import StoredContent
from ..serving.call import Call
from ..serving.envelope import ApiError
from ..serving.listing import Row, number
from ..serving.service import note
from ..world.cloudworks.state import CloudIntegration, CloudRun
from .answers import DEFAULT_PAGE, LARGEST_PAGE, cloud, display_name, integration, iso, route, sees, success, unknown
from .latest import record, status, visible
from .running import INTERNAL, perform, tasks_of

NO_ERRORS = "Your integration run was successful / no errors"


async def start_run(call: Call) -> web.Response:
    """Start a run beside the request; CloudWorks neither queues nor merges runs of an integration."""
    found = integration(call)
    if found.under_way is not None:
        raise ApiError(409, "Integration is already running")
    run = cloud(call).begin(found, CloudRun(triggered_by=display_name(call.user)))
    facts = {"integrationId": found.id, "integrationName": found.name, "modelId": found.model_id}
    note(call.request, call.user, "INT-06", "Integration executed", object_id=found.id, attributes=facts)
    call.service.runner.spawn(perform(call.service, found, run))
    return success(call, "run", run={"id": run.id})


async def cancel(call: Call) -> web.Response:
    """Cancel what runs; live, what is queued is not found, and what runs a process is said to be idle."""
    found = integration(call)
    run = found.under_way
    if run is not None and not run.message:
        raise unknown()
    task = call.service.runner.task(run.task_id) if run is not None and run.task_id else None
    if task is None or found.process_id is not None:
        raise ApiError(409, f"Integration {found.id} is not in running state")
    task.cancel(INTERNAL.id)
    return success(call)


async def one_run(call: Call) -> web.Response:
    found, run = _run(call)
    return success(call, "run", run=status(run, found.id))


async def history(call: Call) -> web.Response:
    """List the runs of an integration, newest first; the key is missing where there is none."""
    found = integration(call)
    runs = [run for run in visible(call, found.runs) if run.ended_at is not None or _shows_running(call)]
    limit, offset = number(call.request, "limit") or DEFAULT_PAGE, number(call.request, "offset") or 0
    rows = [record(run) for run in reversed(runs)]
    shown = rows[offset : offset + min(limit, LARGEST_PAGE)]
    payload: Row = {
        "integrationId": found.id,
        "name": found.name,
        "version": "2.0",
        "schedule": found.schedule,
        "workspaceId": found.workspace_id,
        "modelId": found.model_id,
        "creationDate": iso(found.created_at),
        "modificationDate": iso(found.modified_at or found.created_at),
        "createdBy": found.created_by,
        "modifiedBy": found.modified_by,
        "status": 1,
        "notificationId": found.notification_id,
        "totalRuns": len(rows),
    }
    return success(call, "runs", history_of_runs=payload | ({"runs": shown} if rows else {}))


def _shows_running(call: Call) -> bool:
    return call.tenant.options.cloudworks_history_has_running


async def errors(call: Call) -> web.Response:
    """Tell what went wrong: an empty object where nothing did."""
    _, run = _run(call)
    if not run.errors:
        return success(call, "errors", runs={})
    found: Row = {
        "id": run.id,
        "taskId": run.task_id,
        "creationDate": iso(run.started_at),
        "modificationDate": iso(run.ended_at or run.started_at),
        "createdBy": run.triggered_by,
        "modifiedBy": None,
        "errorMessages": run.errors,
    }
    return success(call, "errors", runs=found)


async def dump(call: Call) -> web.StreamResponse:
    """Answer with the rejected rows of an import integration."""
    found, run = _run(call)
    import_id = None if found.process_id is not None else found.jobs[0]["targets"][0].get("actionId")
    return _dump(call, found, run, import_id)


async def dump_of_step(call: Call) -> web.StreamResponse:
    """Answer with the rejected rows of one import within a process."""
    found, run = _run(call)
    return _dump(call, found, run, call.id("action") if found.process_id is not None else None)


def _dump(call: Call, found: CloudIntegration, run: CloudRun, object_id: str | None) -> web.StreamResponse:
    owner = (found.model_id, INTERNAL.id, found.process_id or object_id or "")
    for task in tasks_of(call.service, run):
        kept = call.service.storage.dump(owner, object_id or "", task.id)
        if kept is not None:
            return StoredContent(kept.chunks, "text/csv")
    raise unknown(NO_ERRORS)


def _run(call: Call) -> tuple[CloudIntegration, CloudRun]:
    found = cloud(call).run(call.id("run"))
    if found is None or not sees(call, found[0].workspace_id) or found[1] not in visible(call, [found[1]]):
        raise unknown()
    return found


def routes() -> list[web.RouteDef]:
    return [
        *route("POST", "/integrations/{integration}/run", start_run),
        *route("POST", "/integrations/{integration}/cancel", cancel),
        *route("GET", "/integrations/runs/{integration}", history),
        *route("GET", "/integrations/runerror/{run}", errors),
        *route("GET", "/integrations/run/{run}", one_run),
        *route("GET", "/integrations/run/{run}/dumps", dump, denial=452),
        *route("GET", "/integrations/run/{run}/process/import/{action}/dumps", dump_of_step),
    ]
