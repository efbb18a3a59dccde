# Source of both colours: scripts/codegen.py emits this file twice.
"""Syncs: structure that moves from one model to another."""

from __future__ import annotations

from collections.abc import Sequence

from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.lifecycle import pair_fields
from anaplan_sdk._core.jobs.starting import StartOnce
from anaplan_sdk._core.jobs.starts import ambiguous
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.progress import OnProgress, check_on_progress
from anaplan_sdk.errors import AmbiguousRunError
from anaplan_sdk.models import SyncTask, TaskSummary

from ..jobs.lifecycle import LifecycleTasks
from ..jobs.tasks import oldest_first, start_once
from ..scope import Scope


class Syncs(Scope):
    """The client's model is the target."""

    async def sync_models(
        self,
        source_revision_id: str,
        source_model_id: str,
        target_revision_id: str,
        *,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> SyncTask:
        """Bring this model to a revision of another, at most once, and wait for the end.

        ``target_revision_id`` is the latest revision of this model. With ``wait_for_completion=False`` the
        running task is returned. ``timeout`` is in seconds, None for no limit. If the answer to the start is
        lost, the task is looked for in the task list and adopted if it is the only new one, else
        AmbiguousRunError is raised. Raises TaskFailedError with Anaplan's reason, or TaskTimeoutError.
        """
        check_on_progress(on_progress)
        fields = pair_fields(source_revision_id, source_model_id, target_revision_id)
        deadline = Deadline.after(timeout)
        tasks = self._syncs()
        model_id = tasks.at.model_id

        what, started_after = f"a sync of model {model_id}", self._session.server_time()

        async def begin() -> SyncTask:
            deadline.check(f"looking at the syncs of model {model_id}, and it was not started")
            return await tasks.begin(fields, deadline)

        async def look(limit: Deadline) -> list[SyncTask]:
            return await self._shown(deadline.or_before(limit))

        def undecided(seen: Sequence[TaskSummary]) -> AmbiguousRunError:
            return ambiguous(what, model_id, seen, started_after, schedule.settling_time)

        schedule = self._session.settings.poll
        flow = StartOnce[SyncTask](tasks.path, schedule, self._session.starts, deadline, undecided)
        task = await start_once(flow, begin, look)
        return await tasks.finish(task, deadline, on_progress) if wait_for_completion else task

    async def get_sync_tasks(self, *, timeout: float | None = None) -> list[SyncTask]:
        """The syncs of this model that run or ended within 48 hours, oldest first, without results."""
        return await self._shown(Deadline.after(timeout))

    async def get_sync_task(self, task_id: str, *, timeout: float | None = None) -> SyncTask:
        """A sync as it is now, with its result once it has ended."""
        return await self._syncs().status(task_id, Deadline.after(timeout))

    async def _shown(self, deadline: Deadline | None = None) -> list[SyncTask]:
        path = self._syncs().path
        payload = await self._session.get(path, deadline=deadline)
        return oldest_first(convert.structure_list(payload, "tasks", SyncTask, path=path))

    def _syncs(self) -> LifecycleTasks[SyncTask]:
        return LifecycleTasks(self._session, self._model(), "syncTasks", SyncTask, "sync")
