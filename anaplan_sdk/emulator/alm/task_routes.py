"""Starts and looks up the tasks of one kind."""

from __future__ import annotations

from aiohttp import web

from ..serving.call import Call, Handler, route
from ..serving.envelope import ApiError, created, not_found, origin
from .access import LOCKED, active_model, text_fields
from .state import TASKS
from .tasks import LifecycleTask, RevisionPair, TaskKind, perform

REVISION_PAIR = ("sourceRevisionId", "sourceModelId", "targetRevisionId")


def task_routes(kind: TaskKind) -> list[web.RouteDef]:
    collection = f"/models/{{model}}/alm/{kind.collection}"
    return [
        *route("POST", collection, _starting(kind)),
        *route("GET", f"{collection}/{{task}}", _looking_up(kind)),
    ]


def _starting(kind: TaskKind) -> Handler:
    async def start_task(call: Call) -> web.Response:
        """Take any revision: those that do not exist or do not fit let the task fail, and not the request."""
        target = active_model(call, denial=kind.denial)
        fields = await text_fields(call, REVISION_PAIR)
        if not all(name in fields for name in REVISION_PAIR):
            message = "Expected mandatory fields 'sourceRevisionId', 'sourceModelId' and 'targetRevisionId'"
            raise ApiError(400, message)
        source = active_model(call, fields["sourceModelId"], denial=kind.denial)
        if kind.exclusive and target.active_state == LOCKED:
            raise ApiError(400, "Cannot synchronize when model is in Locked mode")
        pair = RevisionPair(source, fields["sourceRevisionId"], fields["targetRevisionId"])
        alm_url = f"{origin(call.request)}/2/0/models/{target.id}/alm"
        task = LifecycleTask(target, call.user, kind, pair, alm_url)
        if not (kind.exclusive and call.service.runner.is_busy(target.id)):
            task.state = "IN_PROGRESS"
        body = {**task.summary(), "taskUrl": task.url}
        _start(call, task)
        return created(call.request, "objects/taskWithUrl", {"task": body}, location=task.url)

    return start_task


def _start(call: Call, task: LifecycleTask) -> None:
    call.state(TASKS).add(task, retention_seconds=call.tenant.options.task_retention_seconds)
    call.service.runner.spawn(perform(call, task, call.tenant.task_scripts.take(task.script_key)))


def _looking_up(kind: TaskKind) -> Handler:
    async def one_task(call: Call) -> web.Response:
        """Answer with a task of this kind; ids of the other kinds lead nowhere."""
        model = active_model(call, denial=kind.denial)
        task = call.state(TASKS).find(call.id("task"))
        if task is None or task.kind is not kind or task.model is not model:
            raise not_found()
        body = task.body()
        task.polls += 1
        return call.success("objects/syncTask", task=body)

    return one_task
