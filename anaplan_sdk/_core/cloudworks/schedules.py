"""Schedules and notifications as they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.listing.sorting import day
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models.cloudworks import Schedule
from anaplan_sdk.models.cloudworks_definitions import NotificationDefinition

MAX_NAME = 128
# Users that can be notified of one outcome.
MAX_USERS = 5

_NAME = re.compile(r"[A-Za-z0-9 _-]{1,128}")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
# What each type needs beside a name, a start and a time zone.
_NEEDS = {
    "daily": ("time",),
    "weekly": ("time", "days_of_week"),
    "hourly": ("from_time", "to_time", "repeat_every", "days_of_week"),
    "monthly_specific_day": ("time", "day_of_month"),
    "monthly_relative_weekday": ("time", "day_of_week", "repeat_every"),
}
_KEYS = {
    **{"time": "time", "from_time": "fromTime", "to_time": "toTime", "repeat_every": "repeatEvery"},
    **{"days_of_week": "daysOfWeek", "day_of_month": "dayOfMonth", "day_of_week": "dayOfWeek"},
}
_RANGES = {"repeat_every": (1, 24), "day_of_month": (1, 31), "day_of_week": (0, 6)}


def schedule_body(schedule: Schedule) -> dict[str, Any]:
    """A schedule without its status, which has a call of its own."""
    if not isinstance(schedule, Schedule):
        raise ConfigurationError(f"schedule must be a Schedule, not {type(schedule).__name__}.")
    if not isinstance(schedule.name, str) or not _NAME.fullmatch(schedule.name):
        raise ConfigurationError(
            f"name: {schedule.name!r} cannot be the name of a schedule: 1 to {MAX_NAME} letters, digits, blanks, '-' "
            "and '_'."
        )
    if schedule.type not in _NEEDS:
        raise ConfigurationError(f"type must be one of {', '.join(_NEEDS)}, not {schedule.type!r}.")
    if not isinstance(schedule.timezone, str) or not schedule.timezone.strip():
        raise ConfigurationError("timezone: a schedule needs an IANA name such as 'Europe/Paris'.")
    body: dict[str, Any] = {"name": schedule.name, "type": schedule.type, "timezone": schedule.timezone}
    body |= _dates(schedule)
    for name in _KEYS:
        value = getattr(schedule, name)
        if name in _NEEDS[schedule.type] or value not in (None, ()):
            body[_KEYS[name]] = _checked(schedule.type, name, value)
    return body


def _dates(schedule: Schedule) -> dict[str, str]:
    start, end = day(schedule.start_date, "start_date"), day(schedule.end_date, "end_date")
    if start is None:
        raise ConfigurationError("start_date: a schedule needs one.")
    if end is not None and end < start:
        raise ConfigurationError(f"end_date: {end} is before {start}, the start.")
    return {"startDate": start} if end is None else {"startDate": start, "endDate": end}


def _checked(kind: str, name: str, value: object) -> object:
    if name.endswith("time"):
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise ConfigurationError(f"{name}: a schedule of type {kind} needs a time such as '01:30', not {value!r}.")
        return value
    if name == "days_of_week":
        days = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [None]
        if not days or not all(_is_between(each, 0, 6) for each in days):
            raise ConfigurationError(f"{name}: a schedule of type {kind} needs days from 0 (Sunday) to 6.")
        return days
    least, most = _RANGES[name]
    if not _is_between(value, least, most):
        raise ConfigurationError(f"{name}: a schedule of type {kind} needs a number from {least} to {most}.")
    return value


def _is_between(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def notification_body(notification: NotificationDefinition) -> dict[str, Any]:
    """Who is told what; outcomes that nobody is told of are left out, because Anaplan refuses empty lists."""
    if not isinstance(notification, NotificationDefinition):
        raise ConfigurationError(f"notification must be a NotificationDefinition, not {type(notification).__name__}.")
    outcomes = {name: getattr(notification, name) for name in ("success", "partial_failure", "full_failure")}
    rules = [{"type": name, "users": _users(name, users)} for name, users in outcomes.items() if users]
    if not rules:
        raise ConfigurationError(
            "A notification needs users for at least one of success, partial_failure, full_failure."
        )
    if not notification.channels or set(notification.channels).difference(("email", "in_app")):
        raise ConfigurationError(f"channels must be 'email', 'in_app' or both, not {notification.channels!r}.")
    return {
        "integrationIds": [segment(notification.integration_id, "integration_id")],
        "channels": list(notification.channels),
        "notifications": {"config": rules},
    }


def _users(name: str, users: Sequence[str]) -> list[str]:
    if isinstance(users, str):
        raise ConfigurationError(f"{name} must be a list of ids of users, not one text.")
    if len(users) > MAX_USERS:
        raise ConfigurationError(f"{name}: at most {MAX_USERS} users can be notified, not {len(users)}.")
    return [segment(user, name) for user in users]
