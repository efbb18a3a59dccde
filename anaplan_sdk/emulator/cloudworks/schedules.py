"""Schedules: one for each integration at most."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from ..serving.call import Call
from .answers import body, display_name, integration, invalid_body, refused, route, success, unknown

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
NEEDS = {
    "daily": ("time",),
    "weekly": ("time", "daysOfWeek"),
    "hourly": ("fromTime", "toTime", "repeatEvery", "daysOfWeek"),
    "monthly_specific_day": ("time", "dayOfMonth"),
    "monthly_relative_weekday": ("time", "dayOfWeek", "repeatEvery"),
}


async def create_schedule(call: Call) -> web.Response:
    found = integration(call)
    schedule = await _schedule(call)
    if found.schedule is not None:
        raise refused("Only a single schedule is supported per integration")
    found.schedule, found.schedule_active = schedule, True
    return success(call, scheduledIntegration={"id": found.id})


async def replace_schedule(call: Call) -> web.Response:
    found = integration(call)
    schedule = await _schedule(call)
    if found.schedule is None:
        raise unknown()
    found.schedule = schedule
    found.touch(display_name(call.user))
    return success(call)


async def delete_schedule(call: Call) -> web.Response:
    found = integration(call)
    if found.schedule is None:
        raise unknown()
    found.schedule = None
    return success(call)


async def set_status(call: Call) -> web.Response:
    found = integration(call)
    if found.schedule is None:
        raise unknown()
    found.schedule_active = call.id("status") == "enabled"
    return success(call)


async def _schedule(call: Call) -> dict[str, Any]:
    """The schedule of the body, which must name the integration although the path does."""
    given = await body(call, "integrationId", required=("schedule",))
    if given.get("integrationId") != call.id("integration"):
        raise refused("Invalid value for integration_id")
    schedule = given["schedule"]
    if not isinstance(schedule, dict):
        raise invalid_body()
    needs = NEEDS.get(str(schedule.get("type")))
    if needs is None or any(schedule.get(key) in (None, "", []) for key in (*needs, "name", "startDate", "timezone")):
        raise refused("Invalid Schedule")
    times = (schedule[key] for key in ("time", "fromTime", "toTime") if key in schedule)
    if not all(_TIME.fullmatch(str(each)) for each in times) or not _DATE.fullmatch(str(schedule["startDate"])):
        raise refused("Invalid Schedule")
    return schedule


def routes() -> list[web.RouteDef]:
    path = "/integrations/{integration}/schedule"
    return [
        *route("POST", path, create_schedule, denial=452),
        *route("PUT", path, replace_schedule, denial=452),
        *route("DELETE", path, delete_schedule, denial=452),
        *route("POST", f"{path}/status/{{status:enabled|disabled}}", set_status, denial=452),
    ]
