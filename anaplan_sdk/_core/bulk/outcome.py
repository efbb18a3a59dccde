"""What a run did with rows: what it rejected or remarked on, which steps failed, and where the dump is."""

from __future__ import annotations

from anaplan_sdk._core.jobs.job import reasons
from anaplan_sdk.errors import ConfigurationError, JobId, RejectedRowsError, TransferError
from anaplan_sdk.models import Task, TaskResult


def remark(task: Task, job: JobId, *, strict: bool) -> str:
    """What the caller should know of *task*, which ended well: empty where every row was loaded as it was.

    With *strict*, rows that were not loaded and steps that failed are raised as RejectedRowsError.
    """
    if not (rejected(task) or remarked(task)):
        return ""
    told = [text for text in (_rejected(task), _failed_steps(task)) if text]
    message = f"The {job} succeeded, but {' and '.join(told)}. {_dump(task, job)}".rstrip()
    if rejected(task) and strict:
        raise RejectedRowsError(message, task=task, job=job)
    return message


def rejected(task: Task) -> bool:
    """Whether a task that succeeded did not load some rows, or has a step that failed."""
    rows = task.rows
    uncounted = _has_dump(task) and not rows.total
    return bool(rows.failed or rows.invalid or uncounted or _unsuccessful(task))


def remarked(task: Task) -> bool:
    """Whether Anaplan has remarks on rows that it loaded: a key that stands twice, for example."""
    return bool(task.rows.warned or _has_dump(task))


def _has_dump(task: Task) -> bool:
    return bool(_with_dump(task)) or (task.result is not None and task.result.failure_dump_available)


def _with_dump(task: Task) -> list[TaskResult]:
    return [step for step in task.steps if step.failure_dump_available]


def _unsuccessful(task: Task) -> list[TaskResult]:
    return [step for step in task.steps if not step.successful]


def _rejected(task: Task) -> str:
    rows = task.rows
    if not (rows.failed or rows.invalid or rows.warned or _has_dump(task)):
        return ""
    return f"{'has remarks on rows' if rows.total and not rejected(task) else 'rejected rows'}: {_counted(task)}"


def _failed_steps(task: Task) -> str:
    steps = [f"{_step_name(step)} ({'; '.join(step.messages) or 'no reason given'})" for step in _unsuccessful(task)]
    return f"these steps failed: {', '.join(steps)}" if steps else ""


def _step_name(step: TaskResult) -> str:
    return step.object_name or str(step.object_id)


def loaded_nothing(task: Task, job: JobId) -> bool:
    """Whether an import succeeded without reading a row."""
    return job.noun == "import" and task.successful and not (task.rows.total or rejected(task))


def nothing_loaded(file_id: int | str, job: JobId) -> str:
    """The warning about a load that did nothing."""
    return (
        f"The {job} succeeded without reading a row, although the content that was uploaded to file {file_id} has "
        f"some. Check that {job.id} reads this file, and the encoding, separator and header row of its settings."
    )


def why(job: JobId, task: Task) -> str:
    """Where and why *task* failed, and where its dump is."""
    steps = [_step_name(step) for step in _unsuccessful(task)]
    where = f" in {', '.join(steps)}" if steps else ""
    dump = _dump(task, job)
    return where + reasons(task) + (f". {dump}" if dump else "")


def counts(task: Task) -> str:
    """The rows of *task*, for the log."""
    return f"; {task.rows}"


def _counted(task: Task) -> str:
    rows = task.rows
    failed = rows.failed + rows.invalid
    return f"{failed:,} failed, {rows.warned:,} with warnings, {rows.ignored:,} ignored of {rows.total:,}"


def _dump(task: Task, job: JobId) -> str:
    if not _has_dump(task):
        return ""
    steps = [step.object_id for step in _with_dump(task)]
    if job.noun != "process" or not steps:
        return f"See get_rejected_rows({job.id}, {task.id!r})."
    return f"See get_rejected_rows({job.id}, {task.id!r}, step_id=…) for step {', '.join(map(str, steps))}."


def step_with_dump(task: Task, job: JobId) -> int:
    """The one step of a process that has a dump."""
    steps = list(dict.fromkeys(step.object_id for step in task.steps if step.failure_dump_available and step.object_id))
    if not steps:
        raise no_dump(job, task.id)
    if len(steps) > 1:
        raise ConfigurationError(f"Several steps of task {task.id} have a dump: pass step_id, one of {steps}.")
    return steps[0]


def no_dump(job: JobId, task_id: str) -> TransferError:
    """The error of a dump that is not there."""
    return TransferError(
        f"Task {task_id} of {job} has no dump of rejected rows. Anaplan keeps one only for the user who ran the task, "
        "for 48 hours and until the next run: fetch it right after the run."
    )
