"""Which of the events that come are new, and where the next reading begins so that none is missed and none doubled.

Events may appear in the log some time after they happened. So a reading begins by an overlap before the end of the one
before, and drops the events that are known from there on. An event that happened at t and appeared by t + overlap was
either there when the log was read until r, or it appeared later, and then t > r - overlap: the next reading finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import attrs

from anaplan_sdk._core.audit.windows import Moment, Window, at, last_moment, milliseconds, window
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import AuditCheckpoint

# How far Anaplan's clock may be from what its answers say, which is seconds without fractions.
_CLOCK_MS = 2_000


@attrs.define
class News:
    """What is new in one window."""

    window: Window
    overlap_ms: int = 0
    category: str = "all"
    known: Mapping[int, int] = attrs.field(factory=dict[int, int])
    count: int = 0
    _read_until_ms: int | None = None
    _ids: set[int] = attrs.field(factory=set)
    # When those happened that the next reading will find again.
    _recent: dict[int, int] = attrs.field(factory=dict)

    def read_at(self, server_seconds: float) -> None:
        """Note Anaplan's time at a request, of which the first counts: what happens later may be missing."""
        if self._read_until_ms is None:
            surely_ms = int(server_seconds * 1000) - _CLOCK_MS
            self._read_until_ms = max(min(self.window.last_ms, surely_ms), self.window.first_ms)

    def is_new(self, event_id: int | None, happened_ms: int | None) -> bool:
        """Whether an event is neither known nor came before in this reading. Without an id there is no telling."""
        if event_id is None:
            self.count += 1
            return True
        happened_ms = self.window.last_ms if happened_ms is None else happened_ms
        if happened_ms >= self._reread_from_ms:
            self._recent[event_id] = happened_ms
        if event_id in self.known or event_id in self._ids:
            return False
        self._ids.add(event_id)
        self.count += 1
        return True

    def checkpoint(self) -> AuditCheckpoint:
        """Where the next reading begins, now that all events have come."""
        first_ms = self._reread_from_ms
        seen = {event_id: ms for event_id, ms in {**self.known, **self._recent}.items() if ms >= first_ms}
        return AuditCheckpoint(at(self._until_ms), at(first_ms), seen, self.category)

    @property
    def _until_ms(self) -> int:
        return self.window.last_ms if self._read_until_ms is None else self._read_until_ms

    @property
    def _reread_from_ms(self) -> int:
        """A millisecond more than the overlap: the server may leave out what happened at the moment itself.

        What happened before this reading began does not belong to it, and its ids are not known.
        """
        return max(self._until_ms - self.overlap_ms - 1, self.window.first_ms)


@attrs.frozen
class Wish:
    """What a caller wants of the log: since and until when, and of which category."""

    since: Moment | AuditCheckpoint | None
    until: Moment | None
    category: str
    overlap: timedelta = timedelta()

    def news(self, now: float) -> News:
        """What is to be read, at Anaplan's time *now*. Raises ConfigurationError where a wish makes no sense."""
        if not isinstance(self.overlap, timedelta) or self.overlap < timedelta():
            raise ConfigurationError(f"overlap must be a timedelta of zero or more, not {self.overlap!r}.")
        overlap_ms = self.overlap // timedelta(milliseconds=1)
        if not isinstance(self.since, AuditCheckpoint):
            return News(window(self.since, self.until, now), overlap_ms, self.category)
        if self.since.category != self.category:
            raise ConfigurationError(
                f"This checkpoint is of events of the category {self.since.category!r}, and not {self.category!r}."
            )
        first_ms = milliseconds(self.since.reread_from)
        last_ms = max(last_moment(self.until, now), first_ms)
        return News(Window(first_ms, last_ms), overlap_ms, self.category, self.since.seen)
