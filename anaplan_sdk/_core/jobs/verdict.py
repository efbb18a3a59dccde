"""What the end of a task means for the caller, and what a wait that was given up leaves behind: for any job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from anaplan_sdk._core.jobs.job import Job, T, oldest_first
from anaplan_sdk.errors import (
    AmbiguousRunError,
    ConfigurationError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TaskRunningError,
    TaskTimeoutError,
)
from anaplan_sdk.models import Task, TaskSummary

if TYPE_CHECKING:
    from anaplan_sdk.models import Revision

# What to do where a run of the same thing is under way.
IfRunning: TypeAlias = Literal["start", "join", "raise"]
# What to do about a run that succeeded but rejected rows.
OnRejects: TypeAlias = Literal["ignore", "warn", "raise"]


def check_on_rejects(on_rejects: str) -> None:
    """Refuse a misspelt setting before anything is started."""
    if on_rejects not in ("ignore", "warn", "raise"):
        raise ConfigurationError(f"on_rejects must be 'ignore', 'warn' or 'raise', not {on_rejects!r}.")


def check_if_running(if_running: str) -> None:
    """Refuse a misspelt setting before anything is sent."""
    if if_running not in ("start", "join", "raise"):
        raise ConfigurationError(f"if_running must be 'start', 'join' or 'raise', not {if_running!r}.")


def under_way(tasks: Sequence[T]) -> T | None:
    """The task that was started last of those that have not ended."""
    return next((task for task in reversed(oldest_first(tasks)) if not task.ended), None)


def already_running(job: Job[Any], task: Task) -> TaskRunningError:
    """The error of a start that was not wanted beside another."""
    return TaskRunningError(
        f"{_subject(job, task)} is {task.task_state}, so nothing was started. {continues(job, task.id)}",
        task=task,
        job=job.id,
        resume=job.resume(task.id),
    )


def judge(job: Job[Any], task: Task) -> None:
    """Raise unless *task* ended well."""
    if task.task_state == "CANCELLED":
        by = f" by {task.cancelled_by}" if task.cancelled_by else ""
        raise TaskCancelledError(f"{_subject(job, task)} was cancelled{by}.{job.kept}", task=task, job=job.id)
    if task.result is None:
        message = f"{_subject(job, task)} ended without a result: it is not known whether it did anything."
        raise TaskFailedError(message, task=task, job=job.id)
    if not task.successful:
        raise TaskFailedError(f"{_subject(job, task)} failed{job.why(task)}", task=task, job=job.id)


def timed_out(job: Job[Any], task: Task, cancelled: bool | None = None) -> TaskTimeoutError:
    """The error of a wait whose time is over; ``cancelled`` as in the error."""
    then = continues(job, task.id) if cancelled is None else cancellation(job, task.id, cancelled)
    resume = "" if cancelled else job.resume(task.id)
    error = TaskTimeoutError(
        f"The time limit passed while {job.called} {task.id} of {job.name} was {task.task_state}. {then}",
        task=task,
        job=job.id,
        resume=resume,
    )
    error.cancelled = cancelled
    return error


def lost_sight(job: Job[Any], task: Task, failures: int) -> TaskError:
    """The error of a wait that could not get the status of the task any more."""
    then = "resume" if job.id.family == "bulk" else "follow it"
    return TaskError(
        f"Could not get the status of {job.called} {task.id} of {job.name}: {failures} requests in a row failed. Last "
        f"known state: {task.task_state}. It is probably still running; call {job.resume(task.id)} to {then}.",
        task=task,
        job=job.id,
        resume=job.resume(task.id),
    )


def still_running(job: Job[Any], task: Task) -> TaskError:
    """The error of asking for the result of a task that has none yet."""
    return TaskError(
        f"{_subject(job, task)} is still running ({task.task_state}): there is no {job.id.noun} yet. Try again when "
        f"{job.resume(task.id)} shows that it has ended.",
        task=task,
        job=job.id,
        resume=job.resume(task.id),
    )


def ambiguous(
    job: Job[Any], candidates: Sequence[TaskSummary | Revision], started_after: float | None, settling_time: float
) -> AmbiguousRunError:
    """The error of a start that could not be told apart."""
    if candidates:
        ids = ", ".join(seen.id for seen in candidates)
        found = f"These {job.called}s have appeared since, and one may be its own: {ids}. Check {job.find}"
    else:
        found = (
            f"No new {job.called} has appeared, after polling for up to {settling_time:g} s. Check {job.find} later,"
        )
    return AmbiguousRunError(
        f"The response to the start request for {job.name} was lost. {found} before you start it again: it was not "
        "repeated.",
        job=job.id,
        candidates=candidates,
        started_after=started_after,
        resume=job.find,
    )


def untraceable(job: Job[Any]) -> AmbiguousRunError:
    """The error of a start whose answer was lost, where no list would show its task."""
    again = "Start it again" if job.harmless else "It was not repeated; creating it again does no harm"
    return AmbiguousRunError(
        f"The response to the start request for {job.name} was lost, and such {job.called}s cannot be listed. {again}.",
        job=job.id,
    )


def continues(job: Job[Any], task_id: str) -> str:
    """What a wait that was given up leaves behind."""
    return f"{job.called.title()} {task_id} continues in Anaplan; follow it with {job.resume(task_id)}."


def abandoned(job: Job[Any]) -> str:
    """What a start that was given up under way leaves behind."""
    look = f": check {job.find}" if job.find else ""
    return f"The start request for {job.name} was in flight, and may have started it{look}."


def cancellation(job: Job[Any], task_id: str, confirmed: bool) -> str:
    """What came of a cancellation on the way out."""
    if confirmed:
        return f"{job.called.title()} {task_id} was cancelled."
    return f"Anaplan was asked to cancel {job.called} {task_id} but did not confirm it in time: check its state."


def _subject(job: Job[Any], task: Task) -> str:
    return f"{job.called.title()} {task.id} of {job.name}"
