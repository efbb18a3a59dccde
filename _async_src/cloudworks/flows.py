# Source of both colours: scripts/codegen.py emits this file twice.
"""Integration flows, and their runs."""

from __future__ import annotations

from collections.abc import Sequence

from anaplan_sdk._core.api import cloudworks
from anaplan_sdk._core.cloudworks.integrations import flow_body
from anaplan_sdk._core.cloudworks.runs import check_steps, flow_run, nothing_ran
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.verdict import OnRejects, check_on_rejects
from anaplan_sdk._core.progress import OnProgress, check_on_progress
from anaplan_sdk.models import FlowDefinition, FlowRun, IntegrationFlow

from ..jobs.jobs import Jobs
from ..scope import Family
from .creating import create, delete
from .outcome import concluded


class Flows(Family):
    """Chains of integrations."""

    async def list_flows(self, *, mine: bool = False, timeout: float | None = None) -> list[IntegrationFlow]:
        """All flows that this user may see, without their steps; with ``mine``, only those that this user created."""
        return await self._session.rows(cloudworks.flows(mine=mine), Deadline.after(timeout))

    async def get_flow(self, flow_id: str, *, timeout: float | None = None) -> IntegrationFlow:
        """One flow with its steps, and the latest run of each."""
        return await self._session.one(cloudworks.flow(flow_id), Deadline.after(timeout))

    async def create_flow(self, flow: FlowDefinition, *, timeout: float | None = None) -> str:
        """Create a flow, at most once, and return its id. Each step depends on the one before unless it says else.

        If the response is lost, the flow is looked for by its name.

        Raises:
            ConfigurationError: Fewer than two steps are enabled, or the steps form no chain. Nothing was sent.
            ApiError: With status 400 if an integration does not exist, or the name is in use.
        """
        creation, there = cloudworks.create_flow(flow_body(flow)), cloudworks.flows(mine=False)
        return await create(self._session, "flow", flow.name, creation, there, Deadline.after(timeout))

    async def update_flow(self, flow_id: str, flow: FlowDefinition, *, timeout: float | None = None) -> None:
        """Replace all of a flow. Begin with ``FlowDefinition.of`` to change a part of it."""
        await self._session.one(cloudworks.replace_flow(flow_id, flow_body(flow)), Deadline.after(timeout))

    async def delete_flow(self, flow_id: str, *, timeout: float | None = None) -> None:
        """Delete a flow; its integrations stay. Refused while it or one of its steps is running."""
        await delete(self._session, cloudworks.delete_flow(flow_id), Deadline.after(timeout))

    async def run_flow(
        self,
        flow_id: str,
        *,
        only_steps: Sequence[str] | None = None,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_rejects: OnRejects = "warn",
        on_progress: OnProgress | None = None,
    ) -> FlowRun:
        """Run a flow, at most once, and wait for its end. CloudWorks cannot cancel it.

        What the id of the run is good for is not documented: the run is followed as the latest run of the flow. If the
        response to the start request is lost, a new latest run that was started by hand is adopted.

        Args:
            flow_id: The flow.
            only_steps: Ids of integrations: only these steps run.
            wait_for_completion: False returns the run as soon as it is started.
            timeout: Seconds for the whole call, None for no limit. CloudWorks may queue a run for long: set one.
            on_rejects: What to do if the run succeeded but a step failed or rejected rows: ``"ignore"``, ``"warn"``
                (RejectedRowsWarning) or ``"raise"`` (RejectedRowsError).
            on_progress: Called with a ``Progress`` after each poll of the flow.

        Returns:
            The run; ``run.flow_steps`` have the runs of the steps.

        Raises:
            ConflictError: The flow, or an integration of it, is running already. Nothing was started.
            TaskFailedError: The run was not successful.
            TaskTimeoutError: ``timeout`` passed; the run continues.
            TaskError: Its status could not be found out; it is probably still running.
            AmbiguousRunError: The response to the start request was lost and the run cannot be identified. Nothing was
                started again.
        """
        check_steps(only_steps)
        check_on_rejects(on_rejects)
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        before = (await self._session.one(cloudworks.flow(flow_id), deadline)).latest_run
        runs = Jobs(self._session, flow_run(flow_id, before, only_steps), deadline)
        run = await runs.run(wait=wait_for_completion, on_progress=on_progress)
        return concluded(run, runs.job.id, on_rejects) if wait_for_completion else run

    async def wait_for_flow(
        self,
        flow_id: str,
        *,
        timeout: float | None = None,
        on_rejects: OnRejects = "warn",
        on_progress: OnProgress | None = None,
    ) -> FlowRun:
        """Wait for the end of the latest run of a flow. Parameters, result and errors are those of ``run_flow``.

        Raises:
            ConfigurationError: The flow has never run.
        """
        check_on_rejects(on_rejects)
        check_on_progress(on_progress)
        runs = Jobs(self._session, flow_run(flow_id), Deadline.after(timeout))
        latest = await runs.listed()
        if not latest:
            raise nothing_ran(flow_id)
        ended = await runs.wait(latest[0], on_progress=on_progress, looked=True)
        return concluded(ended, runs.job.id, on_rejects)
