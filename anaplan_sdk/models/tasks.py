"""Tasks: runs of imports, exports, other actions and processes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import attrs

from anaplan_sdk.models.rows import RowCounts

# Anaplan has no FAILED: a task that failed is COMPLETE, and its result is not successful.
_TERMINAL_STATES = frozenset({"COMPLETE", "CANCELLED"})

DetailValues: TypeAlias = Mapping[str, str | None]


@attrs.frozen
class TaskDetail:
    """One remark on a result, such as the counts of one list that an import loaded.

    ``type`` is ``hierarchyRowsProcessed``, ``exportSucceeded`` or another word; ``values`` depend on it.
    """

    message: str = attrs.field(default="", metadata={"json": "localMessageText"})
    type: str | None = None
    occurrences: int = 0
    values: DetailValues = attrs.field(factory=dict[str, str | None], hash=False)


@attrs.frozen
class TaskResult:
    """The result of a task or of one step of a process.

    ``successful`` does not mean that every row was loaded: see ``rows`` and ``failure_dump_available``. The dump of a
    process step is fetched by the step's ``object_id``. ``nested_results`` are the steps of a process that were
    reached, in order. ``start_time`` and ``duration`` are rarely present; the unit of ``duration`` is not documented.
    """

    successful: bool = False
    object_id: int | None = None
    object_name: str | None = None
    failure_dump_available: bool = False
    details: tuple[TaskDetail, ...] = ()
    nested_results: tuple[TaskResult, ...] = ()
    start_time: datetime | None = None
    duration: str | None = None

    @property
    def rows(self) -> RowCounts:
        """Row counts, summed over the details and the steps."""
        own = [RowCounts.from_values(detail.values) for detail in self.details]
        return RowCounts.sum([*own, *(step.rows for step in self.nested_results)])

    @property
    def messages(self) -> tuple[str, ...]:
        """Anaplan's messages about the result and its steps, in order."""
        own = [text for detail in self.details if (text := detail.message.strip())]
        return (*own, *(text for step in self.nested_results for text in step.messages))


@attrs.frozen
class TaskSummary:
    """A task as in task lists: without its result and who started it.

    ``task_state`` is ``NOT_STARTED``, ``IN_PROGRESS``, ``COMPLETE``, ``CANCELLING`` or ``CANCELLED``; an unknown state
    counts as running.
    """

    id: str = attrs.field(metadata={"json": "taskId"})
    task_state: str = "NOT_STARTED"
    creation_time: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether the state is final. For whether it succeeded, see ``successful`` of the task."""
        return self.task_state in _TERMINAL_STATES


@attrs.frozen
class Task(TaskSummary):
    """A run of an import, export, other action or process.

    ``progress`` goes from 0 to 1 and may stay 0 for a long time; ``current_step`` is a text for display. ``result`` is
    None until the task has ended, and may be missing if it was cancelled.
    """

    progress: float = 0.0
    current_step: str = ""
    result: TaskResult | None = None
    cancelled_by: str | None = None
    type: str | None = None

    @property
    def successful(self) -> bool:
        """Whether the task is COMPLETE and its result is successful."""
        return self.task_state == "COMPLETE" and self.result is not None and self.result.successful

    @property
    def rows(self) -> RowCounts:
        """Row counts over all steps; all zero without a result."""
        return self.result.rows if self.result else RowCounts()

    @property
    def messages(self) -> tuple[str, ...]:
        """Anaplan's messages about the result and its steps, in order."""
        return self.result.messages if self.result else ()

    @property
    def steps(self) -> tuple[TaskResult, ...]:
        """The results of the steps of a process that were reached, in order; empty for other tasks."""
        return self.result.nested_results if self.result else ()
