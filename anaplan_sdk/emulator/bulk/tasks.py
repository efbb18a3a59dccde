"""Tasks: start, list, look up, cancel."""

from __future__ import annotations

import time
from typing import cast

from aiohttp import web

from ..runs.task import Task
from ..serving.call import Call, model_route
from ..serving.envelope import ApiError, missing, not_found, success
from ..serving.listing import flag, sorted_leniently
from ..serving.service import note
from ..world.definitions import KINDS, Action, Kind
from ..world.model import Model

# The sort key differs from the field of the same meaning.
SORT_NAMES = {"creationDate": "creationTime"}
# How the audit log calls the start of a run: code and message.
RUNS: dict[Kind, tuple[str, str]] = {
    "imports": ("USR-20", "User executed action"),
    "exports": ("USR-36", "Data export from action"),
    "actions": ("USR-20", "User executed action"),
    "processes": ("USR-41", "Process run"),
}


async def start_task(call: Call) -> web.Response:
    """Queue a run. Nothing makes this repeatable: two requests are two runs."""
    model = await call.loaded_model()
    kind, object_id = _parent(call)
    definition = model.definition(kind, object_id)
    if definition is None or (isinstance(definition, Action) and definition.action_type is None):
        raise not_found()
    body = await call.json()
    if not isinstance(body.get("localeName"), str) or not body["localeName"]:
        raise missing("localeName")
    runner = call.service.runner
    if call.tenant.options.locked_start == 423 and model.refuses(definition):
        raise ApiError(423, "Model is Locked")
    if call.tenant.options.when_busy == "conflict" and runner.is_busy(model.id):
        raise ApiError(409)
    task = Task(model, call.user, kind, object_id)
    started = task.summary()
    runner.start(task)
    code, message = RUNS[kind]
    note(
        call.request, call.user, code, message, object_id=model.id, attributes=_facts(model, object_id, definition.name)
    )
    schema = _schema(model)
    if call.tenant.options.bare_task_id:
        return success(call.request, schema, {"taskId": task.id})
    return call.success(schema, task=started)


def _facts(model: Model, object_id: str, name: str) -> dict[str, object]:
    """What the audit log knows of a run beside the model."""
    return {"workspaceId": model.workspace_id, "modelId": model.id, "actionId": object_id, "actionName": name}


async def list_tasks(call: Call) -> web.Response:
    """List the runs of one object, whoever started them; empty, not 404, where the id is unknown or masked."""
    model = call.shown_model
    listed_before = time.time() - call.tenant.options.task_listing_delay
    tasks = _tasks(call, model) if call.tenant.opens(model, call.user) else []
    rows = [task.summary() | {"progress": task.progress} for task in tasks if task.created_at <= listed_before]
    rows = sorted_leniently(call.request, rows, SORT_NAMES)
    for row in rows:
        del row["progress"]
    return call.listing("tasks", rows, _schema(model))


async def one_task(call: Call) -> web.Response:
    """Answer with the state of a run, under the object that was run only."""
    task = _task(call)
    body = task.body(with_times=flag(call.request, "includeProcessDetails"))
    task.polls += 1
    return call.success(_schema(task.model), task=body)


async def cancel_task(call: Call) -> web.Response:
    """Ask for the end of a run; one that is finished stays as it is."""
    task = _task(call)
    task.cancel(call.user.id)
    return call.success(_schema(task.model), task=task.body())


def _task(call: Call) -> Task:
    task_id = call.id("task")
    model, task = call.open_model, call.service.runner.task(task_id)
    if task is None or (task.model.id, task.kind, task.object_id) != (model.id, *_parent(call)):
        raise not_found()
    return task


def _tasks(call: Call, model: Model) -> list[Task]:
    kind, object_id = _parent(call)
    return [
        task
        for task in call.service.runner.tasks()
        if (task.model.id, task.kind, task.object_id) == (model.id, kind, object_id)
    ]


def _parent(call: Call) -> tuple[Kind, str]:
    return cast("Kind", call.id("kind")), call.id("object")


def _schema(model: Model) -> str:
    return f"models/{model.id}/objects/task"


def routes() -> list[web.RouteDef]:
    parent = f"/{{kind:{'|'.join(KINDS)}}}/{{object}}/tasks"
    return [
        *model_route("POST", parent, start_task),
        *model_route("GET", parent, list_tasks),
        *model_route("GET", f"{parent}/{{task}}", one_task),
        *model_route("DELETE", f"{parent}/{{task}}", cancel_task),
    ]
