"""When the next request may go: a rate shared by all clients of a session, and a pause after a 429."""

from __future__ import annotations

import random

import attrs

from anaplan_sdk.errors import ConfigurationError


@attrs.frozen
class Pacing:
    """A limit on requests per second. Anaplan publishes none; 429 is always obeyed.

    Args:
        requests_per_second: The most on average.
        burst: How many may be sent at once.

    Raises:
        ConfigurationError: A value is out of range.
    """

    requests_per_second: float
    burst: int = 10

    def __attrs_post_init__(self) -> None:
        if not self.requests_per_second > 0 or self.burst < 1:
            raise ConfigurationError(f"{self}: requests_per_second must be above 0 and burst at least 1.")


@attrs.define
class Gate:
    """The state of a session's pacing. Times are of the monotonic clock, given by the caller."""

    pacing: Pacing | None = None
    _held_until: float = 0.0
    _next_slot: float = 0.0

    def hold(self, now: float, seconds: float) -> None:
        """Let nothing start for so many seconds: somebody was told 429."""
        self._held_until = max(self._held_until, now + seconds)

    def held(self, now: float) -> float:
        """Seconds to wait for the pause to end, a little spread so that not all start at the same moment."""
        left = self._held_until - now
        return left * (1 + random.random() / 10) if left > 0 else 0.0

    def reserve(self, now: float) -> float:
        """Take the next slot of the rate; return the seconds until it comes."""
        if self.pacing is None:
            return 0.0
        interval = 1 / self.pacing.requests_per_second
        # The bucket as one number (GCRA): a slot may lie as far ahead of now as the burst is deep.
        slot = max(self._next_slot, now - (self.pacing.burst - 1) * interval)
        self._next_slot = slot + interval
        return max(0.0, slot - now)
