"""What integrations do: jobs, as they are checked and as they are shown."""

from __future__ import annotations

from typing import Any, cast

from ..serving.call import Call
from ..serving.listing import Row
from ..world.definitions import Export, Import
from ..world.model import Model
from .answers import cloud, invalid_body, refused

Job = dict[str, Any]
STORES = ("AmazonS3", "AzureBlob", "GoogleBigQuery")


def check_jobs(call: Call, model: Model, process_id: object, jobs: object) -> None:
    """Refuse jobs that cannot be: an import or export has one, a process as many as it has steps with files."""
    if not isinstance(jobs, list | None):
        raise invalid_body()
    if process_id is not None:
        process = model.processes.get(str(process_id))
        if process is None:
            raise _not_defined(process_id)
        allowed = set(process.step_ids)
    elif jobs is None or len(cast("list[Job]", jobs)) == 0:
        raise invalid_body()
    elif len(cast("list[Job]", jobs)) > 1:
        raise refused("Only a single job is supported by import/export integration", 409)
    else:
        allowed = {*model.imports, *model.exports}
    for job in cast("list[Job]", jobs or []):
        _check_job(call, model, job, allowed)


def _check_job(call: Call, model: Model, job: Job, allowed: set[str]) -> None:
    if not isinstance(job, dict) or not {"type", "sources", "targets"} <= job.keys():
        raise invalid_body()
    sources, targets = job["sources"], job["targets"]
    for sides in (sources, targets):
        if not isinstance(sides, list) or len(sides) != 1 or not isinstance(sides[0], dict):
            raise refused("Only a single job is supported by import/export integration", 409)
    loads = str(job["type"]).endswith("ToAnaplan")
    store, action = (sources[0], targets[0]) if loads else (targets[0], sources[0])
    kind = str(job["type"]).removesuffix("ToAnaplan").removeprefix("AnaplanTo")
    if kind not in STORES or store.get("type") != kind or action.get("type") != "Anaplan":
        raise invalid_body()
    _check_store(call, kind, store)
    _check_action(model, action, allowed, loads=loads)
    if kind == "GoogleBigQuery" and not loads and not job.get("mapping"):
        raise refused("Integration payload is not compliant with the schema")


def _check_store(call: Call, kind: str, store: Job) -> None:
    connection = cloud(call).connections.get(str(store.get("connectionId")))
    if connection is None or connection.kind != kind:
        raise refused("Invalid connection_id", 404)
    if not isinstance(store.get("table" if kind == "GoogleBigQuery" else "file"), str):
        raise invalid_body()


def _check_action(model: Model, action: Job, allowed: set[str], *, loads: bool) -> None:
    action_id = action.get("actionId")
    if not isinstance(action_id, str) or (loads and not isinstance(action.get("fileId"), str)):
        raise invalid_body()
    found = model.step(action_id)
    if action_id not in allowed or not isinstance(found, Import if loads else Export):
        raise _not_defined(action_id)


def _not_defined(action_id: object) -> Exception:
    return refused(f"Action(s) you included, {action_id} are not defined in your Anaplan model")


def shown_jobs(call: Call, jobs: list[Job]) -> list[Row]:
    """Jobs with what is told of their connections."""
    return [
        {**job, **{name: [_side(call, each) for each in job[name]] for name in ("sources", "targets")}} for job in jobs
    ]


def _side(call: Call, side: Job) -> Row:
    if "connectionId" not in side:
        return side
    connection = cloud(call).connections.get(side["connectionId"])
    told = {"connectionName": connection.name if connection else None, "isConnectionDeleted": connection is None}
    return {**side, **told, "bucketName": connection.store_name if connection else None}
