"""Integrations and flows as they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models.cloudworks_definitions import (
    ExportJob,
    FlowDefinition,
    FlowStepDefinition,
    ImportJob,
    IntegrationDefinition,
    Store,
    Strategy,
)

VERSION = "2.0"
_TABLES = "GoogleBigQuery"


def integration_body(integration: IntegrationDefinition) -> dict[str, Any]:
    """All of an integration."""
    if not isinstance(integration, IntegrationDefinition):
        raise ConfigurationError(f"integration must be an IntegrationDefinition, not {type(integration).__name__}.")
    body: dict[str, Any] = {
        "name": _name(integration.name, "an integration"),
        "version": VERSION,
        "workspaceId": segment(integration.workspace_id, "workspace_id"),
        "modelId": segment(integration.model_id, "model_id"),
        "nuxVisible": bool(integration.nux_visible),
    }
    jobs = [_job(job) for job in _sequence(integration.jobs, "jobs")]
    if integration.process_id is not None:
        body["processId"] = segment(integration.process_id, "process_id")
    elif len(jobs) != 1:
        raise ConfigurationError(
            f"jobs: an import or export integration has exactly one job, not {len(jobs)}; one of a process has "
            "process_id."
        )
    return {**body, "jobs": jobs} if jobs else body


def _job(job: object) -> dict[str, Any]:
    if isinstance(job, ImportJob):
        action = {"type": "Anaplan", "actionId": segment(job.action_id, "action_id")}
        loaded = {**action, "fileId": segment(job.file_id, "file_id")}
        return {"type": f"{_store(job.store)}ToAnaplan", "sources": [_at(job, job.file, "file")], "targets": [loaded]}
    if isinstance(job, ExportJob):
        source = {"type": "Anaplan", "actionId": segment(job.action_id, "action_id")}
        target: dict[str, Any] = {**_at(job, job.folder, "folder"), "overwrite": bool(job.overwrite)}
        found = {"type": f"AnaplanTo{_store(job.store)}", "sources": [source], "targets": [target]}
        return {**found, "mapping": _mapping(job)} if job.store == _TABLES else found
    if isinstance(job, Mapping):
        return dict(job)
    raise ConfigurationError(f"jobs: each must be an ImportJob, an ExportJob or an object, not {type(job).__name__}.")


def _at(job: ImportJob | ExportJob, path: str | None, name: str) -> dict[str, Any]:
    """The side of a job that is in a store: a table of BigQuery, else an object or a folder."""
    side: dict[str, Any] = {"type": job.store, "connectionId": segment(job.connection_id, "connection_id")}
    wanted, given, other = ("table", job.table, path) if job.store == _TABLES else (name, path, job.table)
    if not isinstance(given, str) or not given or other is not None:
        unwanted = name if wanted == "table" else "table"
        raise ConfigurationError(f"{wanted}: a job with {job.store} needs {wanted}, and has no {unwanted}.")
    return {**side, "table" if wanted == "table" else "file": given}


def _store(store: str) -> str:
    if store not in get_args(Store):
        raise ConfigurationError(f"store must be one of {', '.join(get_args(Store))}, not {store!r}.")
    return store


def _mapping(job: ExportJob) -> list[dict[str, str]]:
    if not job.mapping:
        raise ConfigurationError(
            'mapping: an export to BigQuery needs {"column of the export": "column of the table"}.'
        )
    return [{"sourceName": str(source), "targetName": str(target)} for source, target in job.mapping.items()]


def flow_body(flow: FlowDefinition) -> dict[str, Any]:
    """All of a flow: its steps depend on one another, each on the one before where nothing else is said."""
    if not isinstance(flow, FlowDefinition):
        raise ConfigurationError(f"flow must be a FlowDefinition, not {type(flow).__name__}.")
    steps = [_as_step(step) for step in _sequence(flow.steps, "steps")]
    enabled = sum(not step.skip for step in steps)
    if enabled < 2:
        raise ConfigurationError(f"steps: a flow has at least two steps that are not skipped; this has {enabled}.")
    name = _name(flow.name, "a flow")
    return {"name": name, "version": VERSION, "type": "IntegrationFlow", "steps": _chained(steps)}


def _as_step(step: object) -> FlowStepDefinition:
    if isinstance(step, str):
        return FlowStepDefinition(step)
    if not isinstance(step, FlowStepDefinition):
        raise ConfigurationError(f"steps: each is a FlowStepDefinition or an id, not {type(step).__name__}.")
    return step


def _chained(steps: Sequence[FlowStepDefinition]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    for step in steps:
        referrer, earlier = segment(step.integration_id, "integration_id"), [each["referrer"] for each in sent]
        depends_on = earlier[-1:] if step.depends_on is None else list(step.depends_on)
        if referrer in earlier or set(depends_on).difference(earlier) or bool(earlier) > bool(depends_on):
            raise ConfigurationError(
                f"steps: {referrer} must stand in the flow once and depend on a step before it: the steps of a flow "
                "form a chain."
            )
        sent.append({"type": "Integration", "referrer": referrer, "isSkipped": bool(step.skip)})
        sent[-1] |= {"dependsOn": depends_on} if depends_on else {}
        sent[-1]["exceptionBehavior"] = [
            {"type": "failure", "strategy": _strategy(step.on_failure, "on_failure")},
            {"type": "partial_success", "strategy": _strategy(step.on_partial_success, "on_partial_success")},
        ]
    return sent


def _strategy(strategy: str, name: str) -> str:
    if strategy not in get_args(Strategy):
        raise ConfigurationError(f"{name} must be 'stop' or 'continue', not {strategy!r}.")
    return strategy


def _sequence(given: object, name: str) -> Sequence[object]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence):
        raise ConfigurationError(f"{name} must be a list, not {type(given).__name__}.")
    return given


def _name(name: object, what: str) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ConfigurationError(f"name: {what} needs one.")
    return name
