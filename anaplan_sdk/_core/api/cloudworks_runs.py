"""Every URL of runs of CloudWorks, with what comes back. There is no state: it is concluded from what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from anaplan_sdk._core.api.cloudworks import (
    CLOUDWORKS,
    MAX_PAGE_SIZE,
    NEEDS_ROLE,
    One,
    Raw,
    flow,
    flow_path,
    integration_path,
)
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import ANYTHING, Endpoint, Listing
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk._core.listing.paging import Page, Unpaged
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models.cloudworks import FlowRun, IntegrationFlow, IntegrationRun, LatestRun, RunErrors

# The code of a run in which some rows were rejected.
_PARTIAL = 38


# --- runs of integrations ---------------------------------------------------------------------------------------------


@attrs.frozen
class StartRun(Endpoint[IntegrationRun]):
    """The start of a run, of which only the id comes back."""

    integration_id: str = attrs.field(kw_only=True)

    def read(self, response: Response) -> IntegrationRun:
        return IntegrationRun(_started(self, response), integration_id=self.integration_id)


@attrs.frozen
class LookAtRun(Endpoint[IntegrationRun]):
    """One run as it is now."""

    def read(self, response: Response) -> IntegrationRun:
        payload = self.payload(response)
        run = convert.object_at(payload, "run")
        if not run:
            raise convert.unexpected(self.address, "$.run", "is missing")
        return convert.structure(run_in_order(run), IntegrationRun, path=self.address, at="$.run")


@attrs.frozen
class LookAtErrors(Endpoint[RunErrors]):
    """The errors of a run: an object, an empty one where nothing failed, or an array in some documentation."""

    run_id: str = attrs.field(kw_only=True)

    def read(self, response: Response) -> RunErrors:
        found: Any = self.payload(response).get("runs")
        if isinstance(found, list):
            found = found[0] if found else None
        raw = {"id": self.run_id, **(found if isinstance(found, dict) else {})}
        return convert.structure(raw, RunErrors, path=self.address, at="$.runs")


@attrs.frozen
class History(Listing[IntegrationRun]):
    """The runs of an integration, which stand in an object beside facts of the integration."""

    integration_id: str = attrs.field(kw_only=True)

    def read(self, payload: Raw) -> list[IntegrationRun]:
        history = convert.object_at(payload, self.key)
        rows = history.get("runs")
        if isinstance(rows, list):
            rows = [_of(self.integration_id, row) if isinstance(row, dict) else row for row in rows]
        return convert.structure_list({"runs": rows}, "runs", IntegrationRun, path=self.endpoint.address)


@attrs.define
class HistoryPages(Offsets[Any]):
    """Pages of a history, which says itself how many runs there are."""

    def _total_of(self, payload: Mapping[str, Any]) -> int | None:
        return convert.count_of(convert.object_at(payload, "history_of_runs"), "totalRuns")


@attrs.define
class RecentPages(HistoryPages):
    """The first page alone where it begins with the newest runs, as seen on live tenants; otherwise all of them."""

    _newest_first: bool = attrs.field(default=False, init=False)

    def add(self, page: Page, rows: Sequence[Any], payload: Mapping[str, Any]) -> None:
        """Take in what came for *page*."""
        super().add(page, rows, payload)
        if not page.start:
            began = [row.start_date for row in rows]
            known = len(began) > 1 and None not in began
            self._newest_first = known and began[0] > began[-1] and began == sorted(began, reverse=True)

    def wanted(self) -> Sequence[Page]:
        """The pages to fetch now; none when what is recent is there."""
        return () if self._newest_first else super().wanted()

    def complete(self) -> bool:
        """Whether what is recent is there."""
        return self._newest_first or super().complete()


def start_run(integration_id: str) -> Endpoint[IntegrationRun]:
    path = f"{integration_path(integration_id)}/run"
    hints = {**NEEDS_ROLE, 409: "It is running already: CloudWorks neither queues nor merges runs of an integration."}
    return StartRun(CLOUDWORKS, "POST", path, None, IntegrationRun, hints=hints, integration_id=integration_id)


def run(run_id: str) -> Endpoint[IntegrationRun]:
    path = f"/integrations/run/{segment(run_id, 'run_id')}"
    return LookAtRun(CLOUDWORKS, "GET", path, None, IntegrationRun, hints=NEEDS_ROLE)


def runs(integration_id: str) -> Listing[IntegrationRun]:
    path = f"/integrations/runs/{segment(integration_id, 'integration_id')}"
    first = Endpoint(CLOUDWORKS, "GET", path, None, dict[str, Any], hints=NEEDS_ROLE)
    return History(first, "history_of_runs", IntegrationRun, _history_pages, integration_id=integration_id)


def recent_runs(integration_id: str) -> Listing[IntegrationRun]:
    """The latest runs of an integration, for which a long history need not be read."""
    return attrs.evolve(runs(integration_id), paging=_recent_pages)


def _recent_pages(page_size: int) -> RecentPages:
    return RecentPages(min(page_size, MAX_PAGE_SIZE))


def _history_pages(page_size: int) -> HistoryPages:
    return HistoryPages(min(page_size, MAX_PAGE_SIZE))


def cancel(integration_id: str) -> Endpoint[None]:
    """Cancel whatever runs of an integration: no run can be named."""
    hints = {**NEEDS_ROLE, 404: "Nothing was cancelled: the run is still queued, or there is no such integration."}
    hints[409] = "Nothing was cancelled: nothing is running, or it is a process, which cannot be cancelled."
    return CLOUDWORKS.order("POST", f"{integration_path(integration_id)}/cancel", hints=hints)


def run_errors(run_id: str) -> Endpoint[RunErrors]:
    run_id = segment(run_id, "run_id")
    path = f"/integrations/runerror/{run_id}"
    return LookAtErrors(CLOUDWORKS, "GET", path, None, RunErrors, hints=NEEDS_ROLE, run_id=run_id)


def dump(run_id: str, action_id: int | str | None) -> Endpoint[bytes]:
    """The rejected rows of an import, or of one import within a process."""
    path = f"/integrations/run/{segment(run_id, 'run_id')}"
    if action_id is not None:
        path += f"/process/import/{segment(action_id, 'action_id')}"
    return Endpoint(CLOUDWORKS, "GET", f"{path}/dumps", None, bytes, headers={"Accept": ANYTHING}, hints=NEEDS_ROLE)


# --- runs of flows ----------------------------------------------------------------------------------------------------


@attrs.frozen
class StartFlow(Endpoint[FlowRun]):
    """The start of a flow, of which only the id of the run comes back."""

    flow_id: str = attrs.field(kw_only=True)

    def read(self, response: Response) -> FlowRun:
        return FlowRun(_started(self, response), flow_id=self.flow_id)


@attrs.frozen
class LookAtFlow(Endpoint[FlowRun]):
    """One run of a flow as it is now: the latest, unless that is still the one ``before``."""

    flow: One[IntegrationFlow] = attrs.field(kw_only=True)
    run_id: str = attrs.field(kw_only=True)
    before: LatestRun | None = attrs.field(kw_only=True)

    def read(self, response: Response) -> FlowRun:
        found = self.flow.read(response)
        if found.latest_run is None or _same(found.latest_run, self.before):
            return FlowRun(self.run_id, flow_id=found.id)
        return flow_run(found, found.latest_run, self.run_id)


@attrs.frozen
class LatestOfFlow(Listing[FlowRun]):
    """The latest run of a flow, all that CloudWorks has of a list."""

    flow: One[IntegrationFlow] = attrs.field(kw_only=True)

    def read(self, payload: Raw) -> list[FlowRun]:
        found = self.flow.of(payload)
        return [flow_run(found, found.latest_run)] if found.latest_run else []


def start_flow(flow_id: str, only_steps: Sequence[str] | None = None) -> Endpoint[FlowRun]:
    hints = {**NEEDS_ROLE, 409: "The flow, or an integration of it, is running already."}
    body = None if only_steps is None else {"stepsToRun": [segment(step, "only_steps") for step in only_steps]}
    path = f"{flow_path(flow_id)}/run"
    return StartFlow(CLOUDWORKS, "POST", path, None, FlowRun, body=body, hints=hints, flow_id=flow_id)


def look_at_flow(flow_id: str, before: LatestRun | None, run_id: str) -> Endpoint[FlowRun]:
    at, path = flow(flow_id), flow_path(flow_id)
    return LookAtFlow(CLOUDWORKS, "GET", path, None, FlowRun, hints=NEEDS_ROLE, flow=at, run_id=run_id, before=before)


def latest_of_flow(flow_id: str) -> Listing[FlowRun]:
    at = flow(flow_id)
    first = Endpoint(CLOUDWORKS, "GET", at.path, None, dict[str, Any], hints=NEEDS_ROLE)
    return LatestOfFlow(first, at.key or "", FlowRun, Unpaged[FlowRun], flow=at)


def flow_run(found: IntegrationFlow, latest: LatestRun, run_id: str | None = None) -> FlowRun:
    """The latest run of a flow, with the runs of its steps that began since then."""
    raw = {
        "id": run_id or latest.id or (latest.start_date.isoformat() if latest.start_date else found.id),
        "endDate": latest.end_date and latest.end_date.isoformat(),
        "success": latest.success,
        "message": latest.message,
        "executionErrorCode": latest.execution_error_code,
    }
    steps = [step if _belongs(step.latest_run, latest) else attrs.evolve(step, latest_run=None) for step in found.steps]
    return attrs.evolve(
        convert.structure(run_in_order(raw), FlowRun, path=""),
        flow_id=found.id,
        creation_time=latest.start_date,
        start_date=latest.start_date,
        trigger_source=latest.trigger_source,
        triggered_by=latest.triggered_by,
        flow_steps=tuple(steps),
    )


def _same(latest: LatestRun, before: LatestRun | None) -> bool:
    return before is not None and (latest.id, latest.start_date) == (before.id, before.start_date)


def _belongs(step: LatestRun | None, latest: LatestRun) -> bool:
    """Whether the latest run of a step was begun by that of the flow."""
    if step is None or step.start_date is None or latest.start_date is None:
        return False
    return step.start_date >= latest.start_date


# --- both -------------------------------------------------------------------------------------------------------------


def _started(start: Endpoint[Any], response: Response) -> str:
    run_id = convert.object_at(start.payload(response), "run").get("id")
    if not isinstance(run_id, str) or not run_id:
        raise convert.unexpected(start.address, "$.run.id", "is missing or no id")
    return run_id


def _of(integration_id: str, raw: Raw) -> Raw:
    return run_in_order({"integrationId": integration_id, **raw})


def run_in_order(raw: Mapping[str, Any]) -> Raw:
    """A run as tasks are: with a state, and with a result once it has ended."""
    ended = bool(raw.get("endDate"))
    cancelled = ended and str(raw.get("message")).strip().lower() == "cancelled"
    state = "CANCELLED" if cancelled else "COMPLETE" if ended else _unfinished(raw)
    succeeded = _succeeded(raw)
    return {
        **raw,
        "taskId": raw.get("id"),
        "taskState": state,
        "creationTime": raw.get("creationDate") or raw.get("startDate"),
        "currentStep": raw.get("message"),
        "progress": 1 if ended else 0,
        "result": None if not ended or succeeded is None else {"successful": succeeded},
    }


def _unfinished(raw: Mapping[str, Any]) -> str:
    return "IN_PROGRESS" if str(raw.get("message")).strip().lower() == "running" else "NOT_STARTED"


def _succeeded(raw: Mapping[str, Any]) -> bool | None:
    """Whether a run that has ended succeeded, be it in part; None where that is not said."""
    if raw.get("executionErrorCode") in (_PARTIAL, str(_PARTIAL)):
        return True
    success = raw.get("success")
    return success if isinstance(success, bool) else None


def is_dump(content: bytes) -> bool:
    """Whether *content* is a dump, and not an answer about one."""
    try:
        payload = convert.load_json(content)
    except UnexpectedResponseError:
        return True
    return "status" not in payload
