# Source of both colours: scripts/codegen.py emits this file twice.
"""Syncs: bring the structure of one model to another."""

from __future__ import annotations

from anaplan_sdk._core.alm.comparison import pair_fields, sync
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import OnProgress, check_on_progress
from anaplan_sdk.models import SyncTask

from ..jobs.jobs import Jobs
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
        """Bring this model to a revision of another model, at most once, and wait for the end.

        If the response to the start request is lost, the task is looked for in the task list and adopted if it is the
        only new one.

        Args:
            source_revision_id: The revision of the source model to bring this model to.
            source_model_id: The source model.
            target_revision_id: The latest revision of this model.
            wait_for_completion: False returns the running task.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress`` after each poll of the task.

        Raises:
            TaskFailedError: With Anaplan's reason.
            TaskTimeoutError: ``timeout`` passed; the sync continues in Anaplan.
            AmbiguousRunError: The response to the start request was lost and the task cannot be identified.
        """
        check_on_progress(on_progress)
        fields = pair_fields(source_revision_id, source_model_id, target_revision_id)
        job = sync(self._model(), fields)
        return await Jobs(self._session, job, Deadline.after(timeout)).run(
            wait=wait_for_completion, on_progress=on_progress
        )

    async def get_sync_tasks(self, *, timeout: float | None = None) -> list[SyncTask]:
        """The syncs of this model that are running or ended within 48 hours, oldest first, without results."""
        return await Jobs(self._session, sync(self._model()), Deadline.after(timeout)).listed()

    async def get_sync_task(self, task_id: str, *, timeout: float | None = None) -> SyncTask:
        """The current state of a sync, with its result once it has ended."""
        return await Jobs(self._session, sync(self._model()), Deadline.after(timeout)).status(task_id)
