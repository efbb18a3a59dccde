"""Runs as lists and single answers tell of them."""

from __future__ import annotations

import time

from ..serving.call import Call
from ..serving.listing import Row
from ..world.cloudworks.state import CloudRun
from .answers import iso


def visible(call: Call, runs: list[CloudRun]) -> list[CloudRun]:
    """The runs that show by now."""
    shown_before = time.time() - call.tenant.options.cloudworks_visible_after
    return [run for run in runs if run.started_at <= shown_before]


def latest_run(call: Call, runs: list[CloudRun]) -> Row:
    """The field for the latest run: absent, null or empty where nothing ever ran."""
    shown = visible(call, runs)
    if shown:
        return {"latestRun": _summary(shown[-1])}
    told = call.tenant.options.cloudworks_never_run
    return {} if told == "absent" else {"latestRun": {} if told == "empty" else None}


def _summary(run: CloudRun) -> Row:
    return {"triggeredBy": run.triggered_by, **_outcome(run)}


def record(run: CloudRun) -> Row:
    """A run in a history."""
    last = run.ended_at or run.started_at
    return {"id": run.id, "lastRun": int(last), "traceId": run.trace_id, **_summary(run)}


def status(run: CloudRun, integration_id: str) -> Row:
    """A run by itself."""
    return {
        "id": run.id,
        "integrationId": integration_id,
        "traceId": run.trace_id,
        "creationDate": iso(run.started_at),
        "modificationDate": iso(run.ended_at or run.started_at),
        "createdBy": run.triggered_by,
        "modifiedBy": run.triggered_by,
        "flowGroupId": run.flow_group_id,
        **_outcome(run),
    }


def _outcome(run: CloudRun) -> Row:
    return {
        "startDate": iso(run.started_at),
        "endDate": iso(run.ended_at),
        "success": run.success,
        "message": run.message,
        "executionErrorCode": run.error_code,
        "triggerSource": run.trigger_source,
    }
