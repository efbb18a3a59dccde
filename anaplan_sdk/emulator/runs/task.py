"""A task: one run, from its place in the queue to its result."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal, TypeAlias

from ..world.definitions import Kind
from ..world.model import Model
from ..world.scripts import TaskScript
from ..world.tenant import User, upper_hex_id
from ..world.times import epoch_milliseconds
from .results import Result

State: TypeAlias = Literal["NOT_STARTED", "IN_PROGRESS", "CANCELLING", "CANCELLED", "COMPLETE"]


# How often a task that waits looks whether it was cancelled, released or polled often enough.
TICK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class StartedTask:
    """A task as it stood when you looked."""

    id: str
    kind: str
    """As in its URL: ``imports``, ``exports``, ``actions`` or ``processes``; for the lifecycle of a model
    ``syncTasks``, ``comparisonReportTasks`` or ``summaryReportTasks``."""
    object_id: str
    """What was started, such as the import; for the lifecycle of a model, the target model."""
    model_id: str
    user: str
    """E-mail of whoever started it."""
    state: State
    successful: bool | None
    """None where there is no result, or none yet."""
    created_at: float
    """In seconds since the epoch."""
    ended_at: float | None


class TaskCancelledError(Exception):
    """The task was cancelled while it ran; what its current step had not committed is rolled back."""


@dataclass(slots=True, eq=False)
class BaseTask:
    """What tasks of all kinds have in common."""

    model: Model
    user: User
    _: KW_ONLY
    id: str = field(default_factory=upper_hex_id)
    created_at: float = field(default_factory=time.time)
    state: State = "NOT_STARTED"
    progress: float = 0.0
    current_step: str = "Waiting for other tasks."
    polls: int = 0
    cancel_requested: threading.Event = field(default_factory=threading.Event)
    ended_at: float | None = None

    def check_cancelled(self) -> None:
        if self.cancel_requested.is_set():
            raise TaskCancelledError

    async def follow(self, script: TaskScript, task_seconds: float) -> None:
        """Spend the time that the script asks for, ``task_seconds`` where it asks for none."""
        seconds = task_seconds if script.seconds is None else script.seconds
        started, polls = time.monotonic(), self.polls
        while (elapsed := time.monotonic() - started) < seconds or script.holds(self.polls - polls):
            self.check_cancelled()
            if seconds:
                self.progress = round(min(0.99, elapsed / seconds), 2)
            await asyncio.sleep(TICK_SECONDS)
        self.check_cancelled()
        if script.cancel:
            raise TaskCancelledError

    def ended_before(self, seconds: float) -> bool:
        """Whether the end was so many seconds ago."""
        return self.ended_at is not None and time.time() - self.ended_at > seconds

    def _started(self, kind: str, object_id: str, successful: bool | None) -> StartedTask:
        user, model_id = self.user.email, self.model.id
        state, begin, end = self.state, self.created_at, self.ended_at
        return StartedTask(self.id, kind, object_id, model_id, user, state, successful, begin, end)

    def summary(self) -> dict[str, Any]:
        """What a list of tasks tells; nothing about who started it."""
        return {
            "taskId": self.id,
            "taskState": self.state,
            "creationTime": epoch_milliseconds(self.created_at),
        }


@dataclass(slots=True, eq=False)
class Task(BaseTask):
    """A run of an import, an export, another action or a process."""

    kind: Kind
    object_id: str
    result: Result | None = None
    cancelled_by: str | None = None

    @property
    def is_finished(self) -> bool:
        return self.state in ("CANCELLED", "COMPLETE")

    def started(self) -> StartedTask:
        return self._started(self.kind, self.object_id, self.result.successful if self.result else None)

    def begin(self, step: str) -> None:
        self.state, self.current_step = "IN_PROGRESS", step

    def cancel(self, user_id: str) -> None:
        """Ask for the end: at once where the task still waits, when its step notices where it runs."""
        if self.is_finished:
            return
        self.cancelled_by = user_id
        self.cancel_requested.set()
        if self.state == "NOT_STARTED":
            self.end_cancelled()
        else:
            self.state = "CANCELLING"

    def end_cancelled(self) -> None:
        self.state, self.current_step, self.ended_at = "CANCELLED", "Cancelled.", time.time()

    def end(self, result: Result, *, omit_result: bool) -> None:
        """Finish. There is no failed state: a failure is COMPLETE with an unsuccessful result."""
        self.result = None if omit_result else result
        self.progress = 1.0
        self.current_step = "Complete." if result.successful else "Failed."
        self.state, self.ended_at = "COMPLETE", time.time()

    def body(self, *, with_times: bool = False) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": "taskInformation",
            **self.summary(),
            "progress": self.progress,
            "currentStep": self.current_step,
        }
        if self.is_finished and self.result is not None:
            body["result"] = self.result.body(with_times=with_times)
        if self.cancelled_by is not None:
            body["cancelledBy"] = self.cancelled_by
        return body


def has_ended(task: BaseTask) -> bool:
    """Whether a task is over."""
    return task.ended_at is not None
