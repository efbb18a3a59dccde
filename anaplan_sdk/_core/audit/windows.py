"""From when until when to read: whatever is wished as fixed times, in pieces that the server takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TypeAlias

import attrs

from anaplan_sdk.errors import ConfigurationError

Moment: TypeAlias = datetime | date | timedelta

# The longest time that the server takes.
MOST_DAYS = 30
_DAY_MS = 86_400_000
_MOST_MS = MOST_DAYS * _DAY_MS
# "30 days ago" was a moment earlier for who said it.
_SLACK_MS = 60_000
# Anaplan's answers tell the time in whole seconds: without this, "until now" would leave out the last one.
_SECOND_MS = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen
class Window:
    """From when until when, in epoch milliseconds. Whether events of both these moments belong to it, is not known."""

    first_ms: int
    last_ms: int

    def pieces(self, days: int = MOST_DAYS) -> list[Window]:
        """Windows of so many days at most, each of which begins where the one before ends."""
        bounds = [*range(self.first_ms, self.last_ms, days * _DAY_MS), self.last_ms]
        return [Window(*both) for both in pairwise(bounds)] or [self]


def window(since: Moment | None, until: Moment | None, now: float) -> Window:
    """The window that is wished, at Anaplan's time *now*. None is as long as the server takes, until now.

    Raises ConfigurationError for what is no moment, in the wrong order, or longer than the server takes.
    """
    last_ms = last_moment(until, now)
    first_ms = last_ms - _MOST_MS if since is None else _moment(since, "since", now)
    if until is None and _MOST_MS < last_ms - first_ms <= _MOST_MS + _SLACK_MS:
        first_ms = last_ms - _MOST_MS
    if first_ms > last_ms:
        raise ConfigurationError(f"since ({_shown(first_ms)}) must not be after until ({_shown(last_ms)}).")
    if last_ms - first_ms > _MOST_MS:
        raise _too_long(first_ms, last_ms)
    return Window(first_ms, last_ms)


def last_moment(until: Moment | None, now: float) -> int:
    """The end of a window in epoch milliseconds."""
    return int(now * 1000) + _SECOND_MS if until is None else _moment(until, "until", now)


def milliseconds(moment: datetime) -> int:
    """An aware time in epoch milliseconds."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def at(epoch_ms: int) -> datetime:
    """The time of epoch milliseconds, in UTC."""
    return _EPOCH + timedelta(milliseconds=epoch_ms)


def _moment(value: object, what: str, now: float) -> int:
    try:
        if isinstance(value, timedelta):
            return int(now * 1000) - value // timedelta(milliseconds=1)
        if isinstance(value, datetime):
            if value.utcoffset() is None:
                raise ConfigurationError(
                    f"{what}: {value!r} has no time zone. Give it one, such as with .replace(tzinfo=UTC) or "
                    ".astimezone()."
                )
            return milliseconds(value)
        if isinstance(value, date):
            return milliseconds(datetime.combine(value, time(), UTC))
    except OverflowError:
        raise ConfigurationError(f"{what}: {value!r} is out of range.") from None
    raise ConfigurationError(
        f"{what} must be a datetime with a time zone, a date, or a timedelta (so long ago), not {type(value).__name__}."
    )


def _too_long(first_ms: int, last_ms: int) -> ConfigurationError:
    bound = _shown(first_ms + _MOST_MS)
    days = (last_ms - first_ms) / _DAY_MS
    return ConfigurationError(
        f"since and until are {days:.1f} days apart, and Anaplan returns at most {MOST_DAYS} days at a time. Ask in "
        f"pieces: since {_shown(first_ms)} until {bound}, then since {bound}, and so on."
    )


def _shown(epoch_ms: int) -> str:
    try:
        return at(epoch_ms).isoformat(timespec="seconds")
    except OverflowError:
        return f"{epoch_ms} ms"
