"""Failure dumps: which step of a process has one, and what it means that there is none."""

from __future__ import annotations

from anaplan_sdk._core.jobs.verdict import name_of
from anaplan_sdk.errors import ConfigurationError, TransferError
from anaplan_sdk.models import Task


def step_with_dump(task: Task, action_id: int | str) -> int:
    """The one step of a process that has a dump."""
    steps = list(dict.fromkeys(step.object_id for step in task.steps if step.failure_dump_available and step.object_id))
    if not steps:
        raise no_dump(action_id, task.id)
    if len(steps) > 1:
        raise ConfigurationError(f"Several steps of task {task.id} have a dump: pass step_id, one of {steps}.")
    return steps[0]


def no_dump(action_id: int | str, task_id: str) -> TransferError:
    """The error of a dump that is not there."""
    return TransferError(
        f"Task {task_id} of {name_of(action_id)} has no dump of rejected rows. Anaplan keeps one for the user who "
        "ran the task only, for 48 hours, and until the next run: fetch it at once."
    )
