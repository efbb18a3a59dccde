# Source of both colours: scripts/codegen.py emits this file twice.
"""ALM tasks of one kind on one model: syncs, comparison reports, comparison summaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

import attrs

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.endpoints import AlmTasks, ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.lifecycle import judge, lost_sight, timed_out
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter, OnProgress
from anaplan_sdk.errors import NotFoundError, TaskError
from anaplan_sdk.models import ReportTask, SummaryTask, SyncTask

from ..engine.session import Session
from .tasks import wait_to_end

logger = logger_of("tasks")

T = TypeVar("T", SyncTask, ReportTask, SummaryTask)


@attrs.frozen
class LifecycleTasks(Generic[T]):
    """The tasks of one collection; ids of one are unknown to the others."""

    session: Session
    at: ModelPath
    kind: AlmTasks
    model: type[T]
    what: str

    @property
    def path(self) -> str:
        return endpoints.alm_tasks(self.at, self.kind)

    async def begin(self, fields: Mapping[str, str], deadline: Deadline) -> T:
        """Start one. It is not repeated when the answer is lost."""
        payload = await self.session.post(self.path, fields, deadline=deadline)
        return convert.started(payload, self.model, path=self.path)

    async def status(self, task_id: str, deadline: Deadline | None = None) -> T:
        """The task as it is now."""
        path = endpoints.alm_task(self.at, self.kind, task_id)
        return convert.one(await self.session.get(path, deadline=deadline), "task", self.model, path=path)

    async def finish(self, task: T, deadline: Deadline, on_progress: OnProgress | None = None) -> T:
        """*task* once it has ended well; anything else is raised."""
        meter = Meter(on_progress, "sync", f"{self.what} of model {self.at.model_id}", 1.0)

        async def look() -> T:
            return await self.status(task.id, deadline)

        try:
            ended = await wait_to_end(
                task,
                look,
                deadline=deadline,
                schedule=self.session.settings.poll,
                timed_out=lambda last: timed_out(last, self.what, self.at.model_id),
                lost_sight=lambda last, failures: lost_sight(last, self.what, self.at.model_id, failures),
                seen=lambda last: meter.show(last.progress, last.current_step),
            )
            judge(ended, self.what, self.at.model_id)
        except TaskError as error:
            logger.error("%s", error)
            raise
        meter.end()
        logger.info("Task %s, %s: %s after %.1f s", task.id, meter.name, ended.current_step, meter.seconds)
        return ended


def gone(error: NotFoundError, what: str, again: str) -> NotFoundError:
    """The error of a report that Anaplan no longer has, or never made."""
    return NotFoundError(
        f"{error.path}: there is no such {what}. Anaplan keeps reports and their tasks for 48 hours: "
        f"create it again with {again}.",
        status=error.status,
        message=error.message,
        path=error.path,
        body=error.body,
    )
