# Source of both colours: scripts/codegen.py emits this file twice.
"""Telling the caller of what ended well, but not wholly."""

from __future__ import annotations

from typing import TypeVar

from anaplan_sdk._core.cloudworks.runs import remark
from anaplan_sdk._core.jobs.verdict import OnRejects
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._io.caller import warn_caller
from anaplan_sdk.errors import JobId, RejectedRowsError, RejectedRowsWarning
from anaplan_sdk.models import FlowRun, IntegrationRun

logger = logger_of("tasks")

RunT = TypeVar("RunT", IntegrationRun, FlowRun)


def concluded(run: RunT, job: JobId, on_rejects: OnRejects) -> RunT:
    """*run*, which ended well; what the caller should know goes to the log, and into a warning."""
    try:
        text = remark(run, job, strict=on_rejects == "raise")
    except RejectedRowsError as error:
        logger.error("%s", error)
        raise
    if text and on_rejects != "ignore":
        logger.warning("%s", text)
        warn_caller(text, RejectedRowsWarning)
    return run
