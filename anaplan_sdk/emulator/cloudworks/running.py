"""Integrations at work: content from a store into the model, the action in the model, its output into a store."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from pathlib import PurePosixPath
from typing import Any

from ..content.chunks import Chunk, ChunkReader
from ..runs.results import Result
from ..runs.task import TICK_SECONDS, Task
from ..serving.service import Service
from ..world.cloudworks.state import CloudIntegration, CloudRun
from ..world.definitions import Kind
from ..world.model import Model
from ..world.tenant import User

# Who runs integrations: nobody who could log in.
INTERNAL = User("internal", "Internal", "(Full Access)", id="0" * 31 + "1")
_PARTIAL, _MISMATCH = 38, 12

Job = dict[str, Any]


class IntegrationFailedError(Exception):
    """Why a run could not do what it was to do."""


async def perform(service: Service, integration: CloudIntegration, run: CloudRun) -> None:
    """Wait in the queue, then run to the end."""
    options = service.tenant.options
    await asyncio.sleep(options.cloudworks_queue_seconds)
    run.message = "Running"
    try:
        model = service.tenant.models.get(integration.model_id)
        if model is None:
            raise IntegrationFailedError("Anaplan model was deleted")
        task = await _run(service, model, integration, run)
    except IntegrationFailedError as failure:
        run.end(str(failure), success=False)
    except Exception:
        run.end("Internal server error", success=False)
        raise
    else:
        conclude(run, task, integration.kind, options.cloudworks_partial)


async def _run(service: Service, model: Model, integration: CloudIntegration, run: CloudRun) -> Task:
    for job in integration.jobs:
        if job["type"].endswith("ToAnaplan"):
            _bring_in(service, model, job)
    kind, object_id = _action(integration)
    if model.definition(kind, object_id) is None:
        raise IntegrationFailedError(f"Action(s) you included, {object_id} are not defined in your Anaplan model")
    task = Task(model, INTERNAL, kind=kind, object_id=object_id)
    run.task_id = task.id
    service.runner.start(task)
    while not task.is_finished:
        await asyncio.sleep(TICK_SECONDS)
    if task.result is not None and task.result.successful:
        for job in integration.jobs:
            if job["type"].startswith("AnaplanTo"):
                _take_out(service, model, job)
    return task


def tasks_of(service: Service, run: CloudRun) -> list[Task]:
    """The task of the model behind a run, while it is known."""
    task = service.runner.task(run.task_id) if run.task_id else None
    return [task] if task else []


def _action(integration: CloudIntegration) -> tuple[Kind, str]:
    if integration.process_id is not None:
        return "processes", integration.process_id
    job = integration.jobs[0]
    if integration.kind == "Import":
        return "imports", job["targets"][0]["actionId"]
    return "exports", job["sources"][0]["actionId"]


def _bring_in(service: Service, model: Model, job: Job) -> None:
    """Let the content of a store be that of a file, for whoever runs integrations."""
    source, target = job["sources"][0], job["targets"][0]
    store = service.tenant.cloudworks.store_of(source["connectionId"])
    path = source.get("file") or source.get("table")
    content = store.objects.get(path) if store else None
    if content is None:
        raise IntegrationFailedError(f"Unable to read {path}")
    service.storage.keep((model.id, INTERNAL.id, target["fileId"]), [Chunk.of(content)])


def _take_out(service: Service, model: Model, job: Job) -> None:
    """Put the output of an export into a store."""
    action_id, target = job["sources"][0]["actionId"], job["targets"][0]
    store = service.tenant.cloudworks.store_of(target["connectionId"])
    if store is None:
        raise IntegrationFailedError("Bucket name is invalid")
    with ChunkReader(service.storage.content(model, INTERNAL, action_id, as_admin=True)) as reader:
        content = reader.read()
    if "table" in target:
        path, content = target["table"], _mapped(content, job["mapping"])
    else:
        path = str(PurePosixPath(target["file"]) / f"{model.exports[action_id].name}.csv")
    if path in store.objects and not target.get("overwrite"):
        # What Anaplan does is not known; nothing must be lost.
        path = f"{path}.{int(time.time() * 1_000)}"
    store.objects[path] = content


def _mapped(content: bytes, mapping: list[dict[str, str]]) -> bytes:
    """The columns that go into a table, under their names there."""
    text = io.StringIO()
    names = {each["sourceName"]: each["targetName"] for each in mapping}
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names.values())
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode()


def conclude(run: CloudRun, task: Task, kind: str, partial: str) -> None:
    """Note how a run ended, judged by the task behind it."""
    if task.state == "CANCELLED":
        run.end("Cancelled", success=False)
        return
    result = task.result or Result(task.object_id, "", successful=False)
    run.errors = _errors(result)
    if not result.successful:
        run.end(f"{kind} failed", success=False, error_code=_MISMATCH)
    elif result.failure_dump_available:
        counts = "; ".join(str(each["localMessageText"]).strip() for each in _details(result))
        code = None if partial == "counts" else _PARTIAL
        run.end(counts or "Partial success", success=partial != "failure", error_code=code)
    else:
        run.end("Success", success=True)


def _errors(result: Result) -> list[dict[str, Any]]:
    """What went wrong in which action."""
    parts = result.nested or [result]
    return [
        {
            "actionId": part.object_id,
            "actionName": part.object_name,
            "failureDumpGenerated": part.failure_dump_available,
            "errorMessage": part.details,
        }
        for part in parts
        if part.failure_dump_available or not part.successful
    ]


def _details(result: Result) -> list[dict[str, Any]]:
    return [*result.details, *(each for part in result.nested for each in _details(part))]
