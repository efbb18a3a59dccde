"""A task: one run of an action, from its place in the queue to its result."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .definitions import Kind
from .envelope import epoch_milliseconds
from .model import Model
from .results import Result
from .tenant import User, upper_hex_id

State: TypeAlias = Literal["NOT_STARTED", "IN_PROGRESS", "CANCELLING", "CANCELLED", "COMPLETE"]


class TaskCancelledError(Exception):
    """The task was cancelled while it ran; what its current step had not committed is rolled back."""


@dataclass(slots=True, eq=False)
class Task:
    model: Model
    user: User
    kind: Kind
    object_id: str
    id: str = field(default_factory=upper_hex_id)
    created_at: float = field(default_factory=time.time)
    state: State = "NOT_STARTED"
    progress: float = 0.0
    current_step: str = "Waiting for other tasks."
    result: Result | None = None
    cancelled_by: str | None = None
    polls: int = 0
    cancel_requested: threading.Event = field(default_factory=threading.Event)

    @property
    def is_finished(self) -> bool:
        return self.state in ("CANCELLED", "COMPLETE")

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

    def check_cancelled(self) -> None:
        if self.cancel_requested.is_set():
            raise TaskCancelledError

    def end_cancelled(self) -> None:
        self.state, self.current_step = "CANCELLED", "Cancelled."

    def end(self, result: Result, *, omit_result: bool) -> None:
        """Finish. There is no failed state: a failure is COMPLETE with an unsuccessful result."""
        self.result = None if omit_result else result
        self.progress = 1.0
        self.current_step = "Complete." if result.successful else "Failed."
        self.state = "COMPLETE"

    def summary(self) -> dict[str, Any]:
        """Return what a list of tasks tells; nothing about who started it."""
        return {
            "taskId": self.id,
            "taskState": self.state,
            "creationTime": epoch_milliseconds(self.created_at),
        }

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
