"""What the end of a task means for the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, TypedDict

from anaplan_sdk._core.api.ids import kind_of
from anaplan_sdk.errors import (
    ConfigurationError,
    RejectedRowsError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TaskTimeoutError,
)
from anaplan_sdk.models import Task, TaskResult

OnRejects: TypeAlias = Literal["ignore", "warn", "raise"]
Parameters: TypeAlias = Sequence[Mapping[str, str]]


class RunOptions(TypedDict, total=False):
    """The options of ``run_action`` that whatever is built on it passes on."""

    on_rejects: OnRejects
    locale_name: str
    mapping_parameters: Parameters
    connector_parameters: Parameters
    allow_repeat: bool
    cancel_on_abort: bool


_MESSAGES_SHOWN = 5


def check_on_rejects(on_rejects: str) -> None:
    """Refuse a misspelt setting before anything is started."""
    if on_rejects not in ("ignore", "warn", "raise"):
        raise ConfigurationError(f"on_rejects must be 'ignore', 'warn' or 'raise', not {on_rejects!r}.")


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
    for name in ("mapping_parameters", "connector_parameters"):
        check_parameters(name, options.get(name, ()))
    if not isinstance(options.get("locale_name", ""), str):
        raise ConfigurationError(f"locale_name must be text such as 'en_US', not {options.get('locale_name')!r}.")


def name_of(action_id: int | str) -> str:
    """``import 112000000007`` and the like."""
    return f"{_SINGULAR[kind_of(action_id)]} {action_id}"


_SINGULAR = {"imports": "import", "exports": "export", "actions": "action", "processes": "process"}


def judge(task: Task, action_id: int | str, on_rejects: OnRejects) -> str:
    """What the caller should know of *task*, which ended well: empty where every row was loaded as it was.

    Anything else is raised. Only rows that were not loaded, and steps that failed, are an error with ``"raise"``.
    """
    name = name_of(action_id)
    if task.task_state == "CANCELLED":
        raise TaskCancelledError(_cancelled(name, task), task=task, action_id=action_id)
    if not task.successful:
        raise TaskFailedError(_failed(name, task, action_id), task=task, action_id=action_id)
    if not (rejected(task) or remarked(task)):
        return ""
    told = [text for text in (_rejected(task), _failed_steps(task)) if text]
    message = f"The {name} succeeded and {' and '.join(told)}. {_dump(task, action_id)}".rstrip()
    if rejected(task) and on_rejects == "raise":
        raise RejectedRowsError(message, task=task, action_id=action_id)
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


def loaded_nothing(task: Task, action_id: int | str) -> bool:
    """Whether an import succeeded without reading a row."""
    rows = task.rows
    return kind_of(action_id) == "imports" and task.successful and not (rows.total or rejected(task))


def nothing_loaded(file_id: int | str, action_id: int | str) -> str:
    """The warning about a load that did nothing."""
    return (
        f"The {name_of(action_id)} succeeded and read no row, although the content that was uploaded to file {file_id} "
        f"has some. Check that {action_id} reads this file, and the encoding, separator and header row of its settings."
    )


def lost_sight(task: Task, action_id: int | str, failures: int) -> TaskError:
    """The error of a wait that could not find out how the task goes on."""
    return TaskError(
        f"Lost sight of task {task.id} of {name_of(action_id)} after {failures} failed looks; it was "
        f"{task.task_state}. {goes_on(task.id, action_id)}",
        task=task,
        action_id=action_id,
    )


def timed_out(task: Task, action_id: int | str, cancelled: bool | None = None) -> TaskTimeoutError:
    """The error of a wait whose time is over; ``cancelled`` as in the error."""
    then = goes_on(task.id, action_id) if cancelled is None else cancellation(task.id, cancelled)
    error = TaskTimeoutError(
        f"The time limit passed while task {task.id} of {name_of(action_id)} was {task.task_state}. {then}",
        task=task,
        action_id=action_id,
    )
    error.cancelled = cancelled
    return error


def goes_on(task_id: str, action_id: int | str) -> str:
    """What a wait that was given up leaves behind."""
    return f"Task {task_id} goes on in Anaplan: wait_for_task({action_id}, {task_id!r}) waits again."


def abandoned(action_id: int | str) -> str:
    """What a start that was given up under way leaves behind."""
    return (
        f"The request that starts {name_of(action_id)} was under way, and may have started it: look at "
        f"list_tasks({action_id})."
    )


def cancellation(task_id: str, confirmed: bool) -> str:
    """What came of a cancellation on the way out."""
    if confirmed:
        return f"Task {task_id} was cancelled."
    return f"Anaplan was asked to cancel task {task_id} and did not confirm it in time: look at it."


def _cancelled(name: str, task: Task) -> str:
    by = f" by {task.cancelled_by}" if task.cancelled_by else ""
    kept = " Steps that had ended stay applied." if name.startswith("process") else ""
    return f"Task {task.id} of {name} was cancelled{by}.{kept}"


def _failed(name: str, task: Task, action_id: int | str) -> str:
    if task.result is None:
        return f"Task {task.id} of {name} ended without a result: whether it did anything is not known."
    steps = [_step_name(step) for step in _unsuccessful(task)]
    where = f" in {', '.join(steps)}" if steps else ""
    said = "; ".join(task.messages[:_MESSAGES_SHOWN]) or task.current_step or "Anaplan gives no reason"
    dump = _dump(task, action_id)
    return f"Task {task.id} of {name} failed{where}: {said}" + (f". {dump}" if dump else "")


def _counted(task: Task) -> str:
    rows = task.rows
    failed = rows.failed + rows.invalid
    return f"{failed:,} failed, {rows.warned:,} with warnings, {rows.ignored:,} ignored of {rows.total:,}"


def _dump(task: Task, action_id: int | str) -> str:
    if not _has_dump(task):
        return ""
    steps = [step.object_id for step in _with_dump(task)]
    if kind_of(action_id) != "processes" or not steps:
        return f"See get_rejected_rows({action_id}, {task.id!r})."
    return f"See get_rejected_rows({action_id}, {task.id!r}, step_id=…) for step {', '.join(map(str, steps))}."
