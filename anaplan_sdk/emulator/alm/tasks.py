"""Tasks of Application Lifecycle Management: syncs, and the making of the two kinds of report."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..runs.task import BaseTask, StartedTask, TaskCancelledError
from ..serving.call import Call
from ..world.model import Model
from ..world.scripts import TaskScript

_log = logging.getLogger("anaplan_sdk.emulator")


class LifecycleError(Exception):
    """Why a task failed. HTTP tells nothing of it: the reason stands in the task's result."""

    def __init__(self, message: str, subtitle: str | None = None) -> None:
        self.subtitle = subtitle
        super().__init__(message)

    def body(self, title: str) -> dict[str, str]:
        body = {"title": title, "messageText": str(self)}
        return body if self.subtitle is None else body | {"subtitle": self.subtitle}


@dataclass(frozen=True, slots=True)
class RevisionPair:
    """What a task compares or brings together; the target model is that of the path."""

    source_model: Model
    source_revision_id: str
    target_revision_id: str


@dataclass(slots=True, eq=False)
class LifecycleTask(BaseTask):
    """A task of one of the three kinds; its model is the target."""

    kind: TaskKind
    pair: RevisionPair
    alm_url: str
    """Where everything about the lifecycle of the target model is found."""
    result: dict[str, Any] | None = None

    @property
    def script_key(self) -> str:
        return f"{self.model.id}/{self.kind.collection}"

    @property
    def url(self) -> str:
        return f"{self.alm_url}/{self.kind.collection}/{self.id}"

    def end(self, state: Literal["CANCELLED", "COMPLETE"], step: str, result: dict[str, Any] | None) -> None:
        self.state, self.current_step, self.result, self.ended_at = state, step, result, time.time()

    def started(self) -> StartedTask:
        return self._started(self.kind.collection, self.model.id, self.result["successful"] if self.result else None)

    def body(self) -> dict[str, Any]:
        body = {**self.summary(), "currentStep": self.current_step}
        return body if self.result is None else body | {"result": self.result}


Work: TypeAlias = "Callable[[Call, LifecycleTask], dict[str, str]]"


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One of the three kinds.

    ``work`` does the task for the call that started it, and returns what its result has beyond the revisions.
    """

    collection: str
    """Where tasks of this kind are found."""
    failure_title: str
    work: Work
    denial: int = 403
    """How those are refused who are no workspace administrators."""
    exclusive: bool = False
    """Whether the target model does nothing else meanwhile."""
    failure_names_revisions: bool = False


async def perform(call: Call, task: LifecycleTask, script: TaskScript) -> None:
    """Wait for the model where the task needs it for itself, follow the script, then do the work."""
    turn = call.service.runner.turn(task) if task.kind.exclusive else nullcontext()
    async with turn:
        task.state, task.current_step = "IN_PROGRESS", "Processing"
        try:
            await task.follow(script, call.tenant.options.task_seconds)
        except TaskCancelledError:
            task.end("CANCELLED", "Cancelled.", None)
            return
        step, result = _outcome(call, task, script)
        task.end("COMPLETE", step, None if script.omit_result else result)


def _outcome(call: Call, task: LifecycleTask, script: TaskScript) -> tuple[str, dict[str, Any]]:
    """The last step and the result. There is no failed state: a failure is an unsuccessful result."""
    pair = task.pair
    revisions = {"sourceRevisionId": pair.source_revision_id, "targetRevisionId": pair.target_revision_id}
    try:
        if script.fail is not None:
            raise LifecycleError(script.fail)
        return "Complete.", {"successful": True, **revisions, **task.kind.work(call, task)}
    except LifecycleError as failure:
        error = failure.body(task.kind.failure_title)
    except Exception:
        _log.exception("%s could not be finished", task.url)
        error = LifecycleError("An unexpected error occurred.").body(task.kind.failure_title)
    named = revisions if task.kind.failure_names_revisions else {}
    return "Failed.", {"successful": False, **named, "error": error}
