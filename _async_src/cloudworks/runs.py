# Source of both colours: scripts/codegen.py emits this file twice.
"""Runs of integrations."""

from __future__ import annotations

from contextlib import suppress

import attrs

from anaplan_sdk._core.api import bulk, cloudworks, cloudworks_runs
from anaplan_sdk._core.cloudworks.runs import begun_since, check_maker, integration_run
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.job import oldest_first
from anaplan_sdk._core.jobs.verdict import OnRejects, check_on_rejects
from anaplan_sdk._core.progress import OnProgress, check_on_progress
from anaplan_sdk.errors import AmbiguousRunError, AnaplanError, ApiError, ConflictError, NotFoundError, printable
from anaplan_sdk.models import IntegrationRun, RunErrors

from ..jobs.jobs import Jobs
from ..scope import Family
from .outcome import concluded


@attrs.frozen
class IntegrationRuns(Jobs[IntegrationRun]):
    """The runs of one integration, for one call."""

    async def status(self, task_id: str) -> IntegrationRun:
        """A run as it is now; one that has ended and was not wholly successful with its errors."""
        run = await self.session.one(self.job.task(task_id), self.deadline)
        if not run.ended or (run.successful and not run.partially_successful):
            return run
        with suppress(ApiError):  # that the run failed is what matters
            errors = await self.session.one(cloudworks_runs.run_errors(task_id), self.deadline)
            return attrs.evolve(run, errors=errors.errors)
        return run


class Runs(Family):
    """CloudWorks runs one integration once at a time."""

    async def run_integration(
        self,
        integration_id: str,
        *,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_rejects: OnRejects = "warn",
        cancel_on_abort: bool = False,
        on_progress: OnProgress | None = None,
    ) -> IntegrationRun:
        """Run an integration, at most once, and wait for its end.

        If the response to the start request is lost, the run is looked for in the history of the integration and
        adopted if it is the only new one that was started by hand and by this user.

        Args:
            integration_id: The integration.
            wait_for_completion: False returns the run as soon as it is started.
            timeout: Seconds for the whole call, None for no limit. CloudWorks may queue a run for long: set one.
            on_rejects: What to do if the run succeeded but rejected rows: ``"ignore"``, ``"warn"``
                (RejectedRowsWarning) or ``"raise"`` (RejectedRowsError).
            cancel_on_abort: Cancel the run if this call is cancelled, interrupted or out of time. CloudWorks cancels no
                run that is still queued, and none of a process.
            on_progress: Called with a ``Progress`` after each poll of the run.

        Returns:
            The run. ``run.partially_successful`` says whether rows were rejected, ``run.errors`` in which actions.

        Raises:
            ConflictError: The integration is running already. Nothing was started.
            TaskFailedError: The run was not successful.
            TaskCancelledError: It was cancelled.
            TaskTimeoutError: ``timeout`` passed; the run continues.
            TaskError: Its status could not be found out; it is probably still running.
            AmbiguousRunError: The response to the start request was lost and the run cannot be identified. Nothing was
                started again.
        """
        check_on_rejects(on_rejects)
        check_on_progress(on_progress)
        runs = IntegrationRuns(self._session, integration_run(integration_id), Deadline.after(timeout))
        began = self._session.server_time()
        try:
            run = await runs.start(cancel_on_abort=cancel_on_abort)
        except AmbiguousRunError as lost:
            await self._look_further(integration_id, lost, runs.deadline)
            raise
        if run.triggered_by is not None:  # a start only tells the id: this one was found where the answer was lost
            with suppress(ApiError):
                me = await self._session.one(bulk.current_user(), runs.deadline)
                check_maker(run, me, runs.job, began)
        if not wait_for_completion:
            return run
        ended = await runs.wait(run, cancel_on_abort=cancel_on_abort, on_progress=on_progress)
        return concluded(ended, runs.job.id, on_rejects)

    async def _look_further(self, integration_id: str, lost: AmbiguousRunError, deadline: Deadline) -> None:
        """Add what the integration says of its latest run, which may be of the start that was lost."""
        if lost.candidates or lost.started_after is None:
            return
        with suppress(AnaplanError):
            latest = (await self._session.one(cloudworks.integration(integration_id), deadline)).latest_run
            if note := begun_since(latest, lost.started_after):
                lost.add_note(printable(note))

    async def wait_for_run(
        self,
        run_id: str,
        *,
        timeout: float | None = None,
        on_rejects: OnRejects = "warn",
        cancel_on_abort: bool = False,
        on_progress: OnProgress | None = None,
    ) -> IntegrationRun:
        """Wait for the end of a run. Parameters, result and errors are those of ``run_integration``."""
        check_on_rejects(on_rejects)
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        found = await self._session.one(cloudworks_runs.run(run_id), deadline)
        runs = IntegrationRuns(self._session, integration_run(found.integration_id or "unknown"), deadline)
        run = await runs.status(run_id) if found.ended else found
        ended = await runs.wait(run, cancel_on_abort=cancel_on_abort, on_progress=on_progress, looked=True)
        return concluded(ended, runs.job.id, on_rejects)

    async def get_run(self, run_id: str, *, timeout: float | None = None) -> IntegrationRun:
        """The current state of a run. Its errors are those of ``get_run_errors``."""
        return await self._session.one(cloudworks_runs.run(run_id), Deadline.after(timeout))

    async def list_runs(self, integration_id: str, *, timeout: float | None = None) -> list[IntegrationRun]:
        """The runs of an integration that CloudWorks still lists, whoever started them, oldest first."""
        return oldest_first(await self._session.rows(cloudworks_runs.runs(integration_id), Deadline.after(timeout)))

    async def get_run_errors(self, run_id: str, *, timeout: float | None = None) -> RunErrors:
        """What went wrong in which action of a run, and the task of the model behind it; no errors if nothing did."""
        return await self._session.one(cloudworks_runs.run_errors(run_id), Deadline.after(timeout))

    async def cancel_integration(self, integration_id: str, *, timeout: float | None = None) -> bool:
        """Ask CloudWorks to cancel whatever run of an integration is under way.

        CloudWorks cannot be told which run: check with ``list_runs`` that it is yours. Use ``wait_for_run`` to find out
        how the run ended.

        Returns:
            False if nothing was cancelled: nothing is running, the run is still queued, or it is one of a process.
        """
        try:
            await self._session.one(cloudworks_runs.cancel(integration_id), Deadline.after(timeout))
        except (ConflictError, NotFoundError):
            return False
        return True
