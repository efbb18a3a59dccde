"""Anaplan's clock, told by the dates of its answers, however wrong the local one is."""

from __future__ import annotations

import math

import attrs

from anaplan_sdk._core.http.deadline import epoch, now
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.retry import http_date

# Reading a date costs as much as a small part of a request; clocks do not drift within so many seconds.
_FRESH = 10.0


@attrs.define
class ServerClock:
    """By how many seconds Anaplan's clock is ahead of the local one (negative: behind)."""

    ahead: float = 0.0
    _noted: float = -math.inf

    def note(self, response: Response) -> None:
        """Set the clock by an answer that has just come."""
        if now() - self._noted < _FRESH:
            return
        date = http_date(response.headers.get("date", ""))
        if date is not None:
            self.ahead, self._noted = date - epoch(), now()

    def epoch(self) -> float:
        """Anaplan's time in epoch seconds, good to a second or two."""
        return epoch() + self.ahead
