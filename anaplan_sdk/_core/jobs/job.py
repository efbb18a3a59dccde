"""Whatever runs in Anaplan, of any family: what differs between them stands in one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import attrs

from anaplan_sdk._core.api.service import Endpoint, Listing
from anaplan_sdk._core.progress import What
from anaplan_sdk.errors import JobId
from anaplan_sdk.models import Task, TaskSummary

T = TypeVar("T", bound=Task)
SummaryT = TypeVar("SummaryT", bound=TaskSummary)

# Reasons of a failure that a message quotes; the task has all of them.
_REASONS_SHOWN = 5


def reasons(task: Task) -> str:
    """Why *task* failed, in Anaplan's words."""
    said = "; ".join(task.messages[:_REASONS_SHOWN]) or task.current_step or "Anaplan gives no reason"
    return f": {said}"


def nothing(_: Task) -> str:
    """Nothing to add."""
    return ""


def anything(_: Task) -> bool:
    """Whatever is new may be it."""
    return True


@attrs.frozen(kw_only=True)
class Job(Generic[T]):
    """One thing to run: what starts it, where its tasks show, and what their end means.

    ``start`` is the request for that, ``task`` the look at one task and ``tasks`` the list of them, None where Anaplan
    has none. ``resume`` makes the call that follows a task, ``find`` is the call that lists them, empty where none
    does. What is ``harmless`` may be started a second time where the first answer was lost. ``why`` makes the end of a
    message about a task that failed, ``tally`` that of the line in the log; ``kept`` says what a cancellation leaves.
    ``called`` is Anaplan's word for what is started, of which so many ``early_looks`` may find nothing yet. What
    appears after a lost start may be of it if it is ``plausible``.
    """

    id: JobId
    what: What
    start: Endpoint[T]
    task: Callable[[str], Endpoint[T]]
    tasks: Listing[T] | None = None
    cancel: Callable[[str], Endpoint[None]] | None = None
    resume: Callable[[str], str]
    find: str = ""
    harmless: bool = False
    why: Callable[[T], str] = reasons
    tally: Callable[[T], str] = nothing
    kept: str = ""
    called: str = "task"
    early_looks: int = 3
    plausible: Callable[[T], bool] = anything

    @property
    def name(self) -> str:
        """It within a sentence: ``import 112000000007``, ``the sync of model …``."""
        return f"the {self.id}" if self.id.family == "alm" else str(self.id)


def oldest_first(tasks: Iterable[SummaryT]) -> list[SummaryT]:
    """*tasks* in the order of their making: Anaplan's documentation contradicts itself on the order of its lists."""
    return sorted(tasks, key=lambda task: task.creation_time.timestamp() if task.creation_time else 0.0)
