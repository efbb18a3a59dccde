"""Integration flows: chains of integrations, and their runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from ..serving.call import Call
from ..serving.envelope import ApiError
from ..serving.listing import Row
from ..serving.service import Service
from ..world.cloudworks.state import CloudFlow, CloudIntegration, CloudRun
from .answers import are_texts, body, cloud, display_name, invalid_body, iso, page, refused, route, success, unknown
from .latest import latest_run
from .running import perform

Step = dict[str, Any]


async def list_flows(call: Call) -> web.Response:
    found = list(cloud(call).flows.values())
    if call.request.query.get("myIntegrations") == "1":
        found = [each for each in found if each.created_by_id == call.user.id]
    return page(call, "integrationFlows", [_row(call, each) for each in found])


async def one_flow(call: Call) -> web.Response:
    found = _flow(call)
    steps = [_step(call, step) for step in found.steps]
    return success(call, "integrationFlow", integrationFlow={**_row(call, found), "version": "2.0", "steps": steps})


async def create_flow(call: Call) -> web.Response:
    given = await _checked(call)
    user = call.user
    made = CloudFlow(name=given["name"], steps=given["steps"], created_by=display_name(user), created_by_id=user.id)
    made.notification_id = cloud(call).add_notification([made.id]).id
    cloud(call).flows[made.id] = made
    return success(call, integrationFlow={"integrationFlowId": made.id})


async def replace_flow(call: Call) -> web.Response:
    found = _flow(call)
    given = await _checked(call, found)
    found.name, found.steps = given["name"], given["steps"]
    found.touch(display_name(call.user))
    return success(call)


async def delete_flow(call: Call) -> web.Response:
    found = _flow(call)
    _refuse_while_running(call, found)
    del cloud(call).flows[found.id]
    cloud(call).notifications.pop(found.notification_id or "", None)
    return success(call)


async def start_flow(call: Call) -> web.Response:
    found = _flow(call)
    only: Any = (await body(call, "stepsToRun")).get("stepsToRun") if call.request.can_read_body else None
    if only is not None and (not are_texts(only) or set(only) - {step["referrer"] for step in found.steps}):
        raise invalid_body()
    _refuse_while_running(call, found)
    run = cloud(call).begin(found, CloudRun(triggered_by=display_name(call.user)))
    steps = [step for step in found.steps if not step.get("isSkipped") and (only is None or step["referrer"] in only)]
    call.service.runner.spawn(_perform(call.service, run, steps))
    return success(call, "run", run={"id": run.id})


def _refuse_while_running(call: Call, flow: CloudFlow) -> None:
    if flow.under_way is not None or any(each.under_way is not None for each in _integrations(call, flow)):
        raise ApiError(409, "Integration is already running")


def _integrations(call: Call, flow: CloudFlow) -> Iterator[CloudIntegration]:
    found = (cloud(call).integrations.get(step["referrer"]) for step in flow.steps)
    return (each for each in found if each is not None)


async def _perform(service: Service, run: CloudRun, steps: list[Step]) -> None:
    """Run the steps one after the other, as far as their strategies say."""
    await asyncio.sleep(service.tenant.options.cloudworks_queue_seconds)
    run.message = "Running"
    for step in steps:
        integration = service.tenant.cloudworks.integrations.get(step["referrer"])
        if integration is None:
            run.end("Integration was deleted", success=False)
            return
        part = CloudRun(triggered_by=run.triggered_by, trigger_source="manual_inf", flow_group_id=run.id)
        service.tenant.cloudworks.begin(integration, part)
        await perform(service, integration, part)
        if _stops(step, part):
            run.end(f"{integration.name}: {part.message}", success=False)
            return
    run.end("Success", success=True)


def _stops(step: Step, run: CloudRun) -> bool:
    """Whether a flow ends after a step that went like this."""
    if run.success and run.error_code is None:
        return False
    outcome, otherwise = ("partial_success", "continue") if run.success else ("failure", "stop")
    strategies = {each.get("type"): each.get("strategy") for each in step.get("exceptionBehavior", [])}
    return bool(strategies.get(outcome, otherwise) == "stop")


async def _checked(call: Call, itself: CloudFlow | None = None) -> dict[str, Any]:
    given = await body(call, required=("steps",), texts=("name", "version", "type"))
    steps = given["steps"]
    if given["type"] != "IntegrationFlow" or not isinstance(steps, list):
        raise invalid_body()
    if any(other.name == given["name"] for other in cloud(call).flows.values() if other is not itself):
        raise refused("Duplicate resource name not allowed")
    for step in steps:
        if not isinstance(step, dict) or step.get("type") != "Integration" or not are_texts([step.get("referrer")]):
            raise invalid_body()
        behaviors = step.get("exceptionBehavior", [])
        if not isinstance(behaviors, list) or not all(isinstance(each, dict) for each in behaviors):
            raise invalid_body()
        if step["referrer"] not in cloud(call).integrations:
            raise unknown()
    if sum(not step.get("isSkipped") for step in steps) < 2:
        raise refused("Integration flow has to have at least two enabled steps.")
    return given


def _row(call: Call, found: CloudFlow) -> Row:
    row: Row = {
        "id": found.id,
        "name": found.name,
        "createdBy": found.created_by,
        "creationDate": iso(found.created_at),
        "modificationDate": iso(found.modified_at or found.created_at),
        "modifiedBy": found.modified_by,
        "stepsCount": len(found.steps),
        "nuxVisible": found.nux_visible,
        "notificationId": found.notification_id,
    }
    latest = latest_run(call, found.runs)
    if call.tenant.options.cloudworks_flow_run_ids and latest.get("latestRun"):
        latest["latestRun"]["id"] = found.runs[-1].id
    return row | latest


def _step(call: Call, step: Step) -> Row:
    """A step as it is read: with what its integration is, and dates in another spelling."""
    integration = cloud(call).integrations.get(step["referrer"])
    row: Row = {"dependsOn": [], **step, "type": integration.kind if integration else None}
    if integration is None:
        return row
    row |= {"name": integration.name, "workspaceId": integration.workspace_id, "modelId": integration.model_id}
    row |= {"createdBy": integration.created_by, "modifiedBy": integration.modified_by}
    row["createdDate"] = _spelt_otherwise(integration.created_at)
    row["modifiedDate"] = _spelt_otherwise(integration.modified_at or integration.created_at)
    return row | latest_run(call, integration.runs)


def _spelt_otherwise(seconds: float) -> str:
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(seconds))}.{int(seconds % 1 * 1_000_000):06d}+00:00"


def _flow(call: Call) -> CloudFlow:
    found = cloud(call).flows.get(call.id("flow"))
    if found is None:
        raise unknown()
    return found


def routes() -> list[web.RouteDef]:
    return [
        *route("GET", "/integrationflows", list_flows),
        *route("POST", "/integrationflows", create_flow),
        *route("GET", "/integrationflows/{flow}", one_flow),
        *route("PUT", "/integrationflows/{flow}", replace_flow),
        *route("DELETE", "/integrationflows/{flow}", delete_flow),
        *route("POST", "/integrationflows/{flow}/run", start_flow),
    ]
