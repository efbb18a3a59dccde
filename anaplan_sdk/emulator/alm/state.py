"""What the lifecycle of models keeps: tasks, and finished reports.

Reports belong to nobody: every administrator of the model may read them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiohttp import web

from ..runs.runner import MOST_TASKS
from ..runs.task import has_ended
from ..world.times import forget
from .tasks import LifecycleTask

MOST_REPORTS = 1_000

ReportKey: TypeAlias = tuple[str, str, str, str]
"""Collection, target model, target revision, source revision."""


class LifecycleTasks:
    """The tasks of all kinds, in the order in which they were started."""

    def __init__(self) -> None:
        self._tasks: dict[str, LifecycleTask] = {}

    def add(self, task: LifecycleTask, *, retention_seconds: float) -> None:
        forget(self._tasks, lambda task: task.ended_before(retention_seconds), most=MOST_TASKS - 1, may_go=has_ended)
        self._tasks[task.id] = task

    def find(self, task_id: str) -> LifecycleTask | None:
        return self._tasks.get(task_id)

    def all(self) -> list[LifecycleTask]:
        return list(self._tasks.values())


@dataclass(slots=True)
class Report:
    content: Any
    fresh_at: float


class Reports:
    """Reports by what they compare; one that is made again takes the place of the earlier one."""

    def __init__(self) -> None:
        self._reports: dict[ReportKey, Report] = {}

    def keep(self, key: ReportKey, content: Any, *, retention_seconds: float) -> None:
        now = time.time()
        forget(self._reports, lambda report: now - report.fresh_at > retention_seconds, most=MOST_REPORTS - 1)
        self._reports[key] = Report(content, time.time())

    def find(self, key: ReportKey, *, retention_seconds: float, renew: bool) -> Any:
        """The content; None where it was never made, or too long ago. ``renew`` counts the time from now on."""
        report = self._reports.get(key)
        if report is None or time.time() - report.fresh_at > retention_seconds:
            return None
        if renew:
            report.fresh_at = time.time()
        return report.content


TASKS = web.AppKey("lifecycle tasks", LifecycleTasks)
REPORTS = web.AppKey("reports", Reports)
