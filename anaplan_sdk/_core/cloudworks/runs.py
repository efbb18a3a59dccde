"""Runs of integrations and flows: the jobs that they are, and what their end means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from anaplan_sdk._core.api import cloudworks_runs as api
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.jobs.job import Job, reasons
from anaplan_sdk.errors import AmbiguousRunError, ConfigurationError, JobId, RejectedRowsError, TransferError
from anaplan_sdk.models import FlowRun, IntegrationRun, LatestRun, User

# Clocks of several hosts differ, in seconds.
_SKEW_SECONDS = 60.0
# A run may show late: so many looks that do not find it are survived.
_EARLY_LOOKS = 10


def integration_run(integration_id: str) -> Job[IntegrationRun]:
    """The runs of an integration."""
    integration_id = segment(integration_id, "integration_id")
    job = JobId("integration", "cloudworks", integration_id)
    return Job(
        id=job,
        what="run",
        start=api.start_run(integration_id),
        task=api.run,
        tasks=api.recent_runs(integration_id),
        cancel=lambda _: api.cancel(integration_id),
        resume=lambda run_id: f"cloudworks.wait_for_run({run_id!r})",
        find=f"cloudworks.list_runs({integration_id!r})",
        why=_why,
        called="run",
        early_looks=_EARLY_LOOKS,
        plausible=_by_hand,
    )


def flow_run(flow_id: str, before: LatestRun | None = None, only_steps: Sequence[str] | None = None) -> Job[FlowRun]:
    """The run of a flow that comes after the one *before*."""
    flow_id = segment(flow_id, "flow_id")
    return Job(
        id=JobId("flow", "cloudworks", flow_id),
        what="run",
        start=api.start_flow(flow_id, only_steps),
        task=partial(api.look_at_flow, flow_id, before),
        tasks=api.latest_of_flow(flow_id),
        resume=lambda _: f"cloudworks.wait_for_flow({flow_id!r})",
        find=f"cloudworks.get_flow({flow_id!r})",
        called="run",
        plausible=_by_hand,
    )


def check_steps(only_steps: object) -> None:
    """Refuse steps that are none, before anything is sent."""
    if only_steps is None:
        return
    if isinstance(only_steps, str) or not isinstance(only_steps, Sequence) or not only_steps:
        raise ConfigurationError("only_steps must be a list of ids of integrations of the flow, with at least one.")
    for step in only_steps:
        segment(step, "only_steps")


def _by_hand(run: IntegrationRun | FlowRun) -> bool:
    """Whether a call may have made it: no schedule did, and no flow."""
    return run.trigger_source in (None, "", "manual")


def _why(run: IntegrationRun) -> str:
    """Why a run failed, and how to get the rows that it rejected."""
    where = f". {hint}" if (hint := _dumps(run)) else ""
    return reasons(run).rstrip(".") + where


def _dumps(run: IntegrationRun) -> str:
    actions = [error.action_id for error in run.errors if error.failure_dump_generated]
    if not actions:
        return ""
    return f"See cloudworks.get_run_rejected_rows({run.id!r}), for a process with action_id={actions[0]}."


def check_maker(run: IntegrationRun, me: User, job: Job[IntegrationRun], started_after: float) -> None:
    """Refuse a run that was found in place of one whose start was lost, where somebody else began it."""
    names = {name.casefold() for name in (me.email, f"{me.first_name} {me.last_name}".strip()) if name}
    if run.triggered_by is None or run.triggered_by.casefold() in names:
        return
    raise AmbiguousRunError(
        f"The response to the start request for {job.name} was lost. The only new run, {run.id}, was started by "
        f"{run.triggered_by}. Check {job.find} before you start it again: it was not repeated.",
        job=job.id,
        candidates=[run],
        started_after=started_after,
        resume=job.find,
    )


def begun_since(latest: LatestRun | None, started_after: float) -> str:
    """What to add to the error of a start that was lost where a run has begun since, though without an id."""
    if latest is None or latest.start_date is None or latest.start_date.timestamp() < started_after - _SKEW_SECONDS:
        return ""
    by = f" by {latest.triggered_by}" if latest.triggered_by else ""
    return f"The integration says that its latest run was started at {latest.start_date.isoformat()}{by}."


def remark(run: IntegrationRun | FlowRun, job: JobId, *, strict: bool) -> str:
    """What the caller should know of a run that ended well: empty where every row was loaded.

    With *strict*, rejected rows and failed steps are raised as RejectedRowsError.
    """
    failed = [step for step in run.flow_steps if _went_wrong(step.latest_run)] if isinstance(run, FlowRun) else []
    if not (run.partially_successful or failed):
        return ""
    told = "; ".join(run.messages) or "some rows were rejected"
    hint = f" {_dumps(run)}" if isinstance(run, IntegrationRun) else ""
    message = f"Run {run.id} of {job} succeeded only in part: {told.rstrip('.')}.{hint}".rstrip()
    if strict:
        raise RejectedRowsError(message, task=run, job=job)
    return message


def _went_wrong(run: LatestRun | None) -> bool:
    return run is not None and run.end_date is not None and (run.success is False or run.partially_successful)


def no_dump(run_id: str) -> TransferError:
    """The error of a dump that is not there."""
    return TransferError(
        f"Run {run_id} has no dump of rejected rows. For a process, pass action_id: the dump belongs to one import, "
        f"and cloudworks.get_run_errors({run_id!r}) names those that have one."
    )


def nothing_ran(flow_id: str) -> ConfigurationError:
    """The error of waiting for a flow that never ran."""
    return ConfigurationError(f"flow_id: flow {flow_id} has never run, so there is nothing to wait for.")
