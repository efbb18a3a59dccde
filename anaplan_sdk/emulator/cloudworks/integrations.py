"""Integrations: lists without jobs, single ones without their type, and what is checked when they are written."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..serving.call import Call
from ..serving.listing import Row
from ..serving.service import note
from ..world.cloudworks.state import CloudIntegration
from ..world.tenant import User
from .answers import body, cloud, display_name, integration, iso, page, refused, route, sees, success
from .jobs import check_jobs, shown_jobs
from .latest import latest_run

FIELDS = ("name", "version", "workspaceId", "modelId", "processId", "nuxVisible", "jobs")


async def list_integrations(call: Call) -> web.Response:
    found = [each for each in cloud(call).integrations.values() if sees(call, each.workspace_id)]
    if call.request.query.get("myIntegrations") == "1":
        found = [each for each in found if each.created_by_id == call.user.id]
    if sort := call.request.query.get("sortBy"):
        found.sort(key=lambda each: each.name, reverse=sort.startswith("-"))
    rows = [{**_row(call, each), "integrationType": each.kind} for each in found]
    counts = {
        "tenantCurrentCount": len(cloud(call).integrations) + len(cloud(call).flows),
        "tenantMaxAllowed": cloud(call).most_integrations,
    }
    return page(call, "integrations", rows, **counts)


async def one_integration(call: Call) -> web.Response:
    found = integration(call)
    row = {**_row(call, found), "version": "2.0"}
    if found.jobs or call.tenant.options.cloudworks_no_jobs == "null":
        row["jobs"] = shown_jobs(call, found.jobs) or None
    return success(call, "integration", integration=row)


async def create_integration(call: Call) -> web.Response:
    given = await _checked(call)
    if len(cloud(call).integrations) + len(cloud(call).flows) >= cloud(call).most_integrations:
        raise refused("Total number of integrations exceeded the limit", 409)
    user = call.user
    made = CloudIntegration(name="", workspace_id="", model_id="", created_by=display_name(user), created_by_id=user.id)
    _write(made, given)
    cloud(call).add_integration(made)
    _note(call, user, "INT-05", "Integration created", made)
    return success(call, integration={"integrationId": made.id})


async def replace_integration(call: Call) -> web.Response:
    found = integration(call)
    _write(found, await _checked(call, found))
    found.touch(display_name(call.user))
    _note(call, call.user, "INT-04", "Integration updated", found)
    return success(call)


async def delete_integration(call: Call) -> web.Response:
    found = integration(call)
    if found.under_way is not None:
        raise refused("Integration is already running", 409)
    steps = (step["referrer"] for flow in cloud(call).flows.values() for step in flow.steps)
    if found.id in steps:
        raise refused("The resource is being referenced", 409)
    del cloud(call).integrations[found.id]
    cloud(call).notifications.pop(found.notification_id or "", None)
    _note(call, call.user, "INT-07", "Integration deleted", found)
    return success(call)


async def _checked(call: Call, itself: CloudIntegration | None = None) -> dict[str, Any]:
    given = await body(call, *FIELDS, texts=("name", "version", "workspaceId", "modelId"))
    if given["version"] != "2.0":
        raise refused("This API version is not supported for this request")
    others = (other for other in cloud(call).integrations.values() if other is not itself)
    if any(other.name == given["name"] for other in others):
        raise refused("Duplicate resource name not allowed")
    if given["workspaceId"] not in call.tenant.workspaces or not sees(call, given["workspaceId"]):
        raise refused("User does not have access to workspace")
    model = call.tenant.models.get(given["modelId"])
    if model is None or model.workspace_id != given["workspaceId"]:
        raise refused("User does not have access to model")
    check_jobs(call, model, given.get("processId"), given.get("jobs"))
    return given


def _write(found: CloudIntegration, given: dict[str, Any]) -> None:
    found.name, found.workspace_id, found.model_id = given["name"], given["workspaceId"], given["modelId"]
    found.process_id = None if given.get("processId") is None else str(given["processId"])
    found.nux_visible = bool(given.get("nuxVisible"))
    found.jobs = list(given.get("jobs") or [])


def _note(call: Call, user: User, code: str, message: str, found: CloudIntegration) -> None:
    facts = {"integrationId": found.id, "integrationName": found.name, "modelId": found.model_id}
    note(call.request, user, code, message, object_id=found.id, attributes=facts)


def _row(call: Call, found: CloudIntegration) -> Row:
    row: Row = {
        "integrationId": found.id,
        "name": found.name,
        "workspaceId": found.workspace_id,
        "modelId": found.model_id,
        "nuxVisible": found.nux_visible,
        "createdBy": found.created_by,
        "creationDate": iso(found.created_at),
        "modificationDate": iso(found.modified_at or found.created_at),
        "modifiedBy": found.modified_by,
        "notificationId": found.notification_id,
    }
    if found.process_id is not None:
        row["processId"] = found.process_id
    if found.schedule is not None:
        row["schedule"] = {**found.schedule, "status": "Active" if found.schedule_active else "Inactive"}
    return row | latest_run(call, found.runs)


def routes() -> list[web.RouteDef]:
    return [
        *route("GET", "/integrations", list_integrations),
        *route("POST", "/integrations", create_integration),
        *route("GET", "/integrations/{integration}", one_integration),
        *route("PUT", "/integrations/{integration}", replace_integration),
        *route("DELETE", "/integrations/{integration}", delete_integration),
    ]
