"""Runs of imports, exports, other actions and processes: their options, and the job that each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, TypedDict

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.ids import kind_of
from anaplan_sdk._core.api.service import Listing, ModelPath
from anaplan_sdk._core.bulk.outcome import counts, why
from anaplan_sdk._core.jobs.job import Job
from anaplan_sdk._core.jobs.verdict import IfRunning, OnRejects, check_if_running, check_on_rejects
from anaplan_sdk.errors import ConfigurationError, JobId
from anaplan_sdk.models import Task

Parameters: TypeAlias = Sequence[Mapping[str, str]]


class RunOptions(TypedDict, total=False):
    """The options of ``run_action`` that whatever is built on it passes on."""

    on_rejects: OnRejects
    locale_name: str
    mapping_parameters: Parameters
    connector_parameters: Parameters
    allow_repeat: bool
    cancel_on_abort: bool
    if_running: IfRunning


_SINGULAR = {"imports": "import", "exports": "export", "actions": "action", "processes": "process"}


def check_parameters(name: str, parameters: object) -> None:
    """Refuse prompts that Anaplan could not make sense of, before anything is sent."""
    if isinstance(parameters, str | bytes | Mapping) or not isinstance(parameters, Sequence):
        raise ConfigurationError(
            f'{name} must be a list of objects, such as [{{"entityType": "Version", "entityName": "Budget"}}], not '
            f"{type(parameters).__name__}."
        )
    for parameter in parameters:
        parts = (*parameter, *parameter.values()) if isinstance(parameter, Mapping) else (None,)
        if not all(isinstance(part, str) for part in parts):
            raise ConfigurationError(f"{name}: each must be an object of texts, not {parameter!r}.")


def check_options(options: RunOptions) -> None:
    """Refuse options that cannot be, before anything is sent."""
    check_on_rejects(options.get("on_rejects", "warn"))
    check_if_running(options.get("if_running", "start"))
    for name in ("mapping_parameters", "connector_parameters"):
        check_parameters(name, options.get(name, ()))
    if not isinstance(options.get("locale_name", ""), str):
        raise ConfigurationError(f"locale_name must be text such as 'en_US', not {options.get('locale_name')!r}.")


def parameters(locale_name: str, mapping: Parameters, connector: Parameters) -> dict[str, Any]:
    """The body of a start. Anaplan wants the locale first."""
    body: dict[str, Any] = {"localeName": locale_name}
    if mapping:
        body["mappingParameters"] = [dict(parameter) for parameter in mapping]
    if connector:
        body["connectorParameters"] = [dict(parameter) for parameter in connector]
    return body


def run_id(action_id: int | str) -> JobId:
    """What is run, as errors name it."""
    return JobId(_SINGULAR[kind_of(action_id)], "bulk", action_id)


def run(at: ModelPath, action_id: int | str, body: Mapping[str, Any] | None = None) -> Job[Task]:
    """The runs of one action; a start needs *body*."""
    job, tasks = run_id(action_id), bulk.tasks(at, action_id)
    return Job(
        id=job,
        what="run",
        start=bulk.start(tasks, body or {}),
        task=partial(bulk.task, tasks),
        tasks=Listing(tasks.endpoint, tasks.key, Task),
        cancel=partial(bulk.cancel, tasks),
        resume=lambda task_id: f"wait_for_task({action_id}, {task_id!r})",
        find=f"list_tasks({action_id})",
        why=partial(why, job),
        tally=counts,
        kept=" Steps that had ended stay applied." if job.noun == "process" else "",
    )
