"""Models: which there are, and whether they are open, closed or busy."""

from __future__ import annotations

import time

from aiohttp import web

from ..serving.call import Call, model_route, route
from ..serving.envelope import ApiError
from ..serving.listing import Row, flag, searched, sorted_strictly
from ..world.model import Model
from ..world.times import epoch_milliseconds, millisecond_timestamp

SORT_FIELDS = ("name", "activeState")


async def list_models(call: Call) -> web.Response:
    rows = [_row(call, model) for model in call.tenant.models.values() if call.tenant.shows(model, call.user)]
    # For others than tenant administrators the search is not refused but ignored.
    if "TENANT_ADMINISTRATOR" in call.user.roles:
        rows = searched(call.request, rows)
    return call.listing("models", sorted_strictly(call.request, rows, SORT_FIELDS), "objects/model")


async def list_workspace_models(call: Call) -> web.Response:
    workspace_id = call.workspace.id
    models = (model for model in call.tenant.models.values() if model.workspace_id == workspace_id)
    return call.listing("models", [_row(call, model) for model in models], "objects/model")


async def one_model(call: Call) -> web.Response:
    """Answer with all about a model, even to those whose role in it is NO ACCESS."""
    model = call.shown_model
    row = _row(call, model)
    if flag(call.request, "modelDetails"):
        row["modelTransactionRunning"] = call.service.runner.current(model.id) is not None
    return call.success("objects/model", model=row)


async def refuse_method(call: Call) -> web.Response:
    """Answer as live tenants do where a model is asked for under its workspace."""
    raise ApiError(405)


def _row(call: Call, model: Model) -> Row:
    row: Row = {
        "id": model.id,
        "name": model.name,
        "activeState": model.active_state,
        "currentWorkspaceId": model.workspace_id,
        "currentWorkspaceName": call.tenant.workspaces[model.workspace_id].name,
        "modelUrl": f"https://us1a.app.anaplan.com/core3/anaplan?selectedWorkspaceId={model.workspace_id}",
        "categoryValues": [],
    }
    if flag(call.request, "modelDetails"):
        row |= {
            "isoCreationDate": millisecond_timestamp(model.created),
            "lastModified": millisecond_timestamp(model.last_modified),
            "lastModifiedByUserGuid": model.last_modified_by or call.tenant.administrator.id,
            "lastSavedSerialNumber": model.last_saved_serial_number,
            "memoryUsage": model.memory_bytes,
        }
    return row


async def model_status(call: Call) -> web.Response:
    """Answer without an envelope; all keys are always there."""
    model = call.open_model
    task = call.service.runner.current(model.id)
    status = {
        "tooltip": f"{task.user.first_name} {task.user.last_name}: {task.current_step}" if task else None,
        "progress": task.progress if task else -1.0,
        "currentStep": task.current_step if task else model.loading.current_step,
        "exportTaskType": None,
        "creationTime": epoch_milliseconds(task.created_at if task else time.time()),
        "taskId": f"{task.id}-11" if task else None,
        "peakMemoryUsageEstimate": None,
        "peakMemoryUsageTime": None,
    }
    return web.json_response({"requestStatus": status})


async def open_model(call: Call) -> web.Response:
    _administered(call).loading.move("Open", call.tenant.options.load_seconds)
    return web.Response(status=202)


async def close_model(call: Call) -> web.Response:
    _administered(call).loading.move("Closed", call.tenant.options.load_seconds)
    return web.Response(status=204)


def _administered(call: Call) -> Model:
    model = call.open_model
    if not call.administers(model):
        raise ApiError(403)
    return model


def routes() -> list[web.RouteDef]:
    return [
        *route("GET", "/models", list_models),
        *route("GET", "/workspaces/{workspace}/models", list_workspace_models),
        *route("GET", "/models/{model}", one_model),
        *route("GET", "/workspaces/{workspace}/models/{model}", refuse_method),
        *model_route("GET", "/status", model_status),
        *route("POST", "/models/{model}/open", open_model),
        *route("POST", "/models/{model}/close", close_model),
    ]
