"""Time limits as values, so that they can be handed down and never have to be wrapped round an await."""

from __future__ import annotations

import math
import time

import attrs

from anaplan_sdk.errors import ConfigurationError, WaitTimeoutError


@attrs.frozen
class Deadline:
    """A moment on the monotonic clock; infinitely far by default."""

    at: float = math.inf

    @classmethod
    def after(cls, seconds: float | None) -> Deadline:
        """The deadline *seconds* from now; None never comes."""
        if seconds is None:
            return cls()
        if not (is_number(seconds) and seconds >= 0):  # also refuses NaN
            raise ConfigurationError(f"timeout must be zero or more seconds, a number, or None; not {seconds!r}.")
        return cls(now() + seconds)

    def remaining(self) -> float:
        """Seconds that are left, never below zero."""
        return max(0.0, self.at - now())

    def left(self) -> float | None:
        """What is left of it, as a ``timeout`` to pass on: None where it never comes."""
        return None if self.at == math.inf else self.remaining()

    def or_before(self, other: Deadline) -> Deadline:
        """The earlier of the two."""
        return self if self.at <= other.at else other

    def passed(self) -> bool:
        """Whether it is over."""
        return now() >= self.at

    def check(self, doing: str) -> None:
        """Raise WaitTimeoutError if it is over; *doing* goes on from "while"."""
        if self.passed():
            raise WaitTimeoutError(f"The time limit passed while {doing}.")

    def allows(self, seconds: float) -> bool:
        """Whether waiting *seconds* still ends in time."""
        return now() + seconds < self.at


NEVER = Deadline()

# In a container, where tools that freeze a program's time (freezegun) do not look: a frozen limit would never pass.
_CLOCKS = (time.monotonic,)


def is_number(value: object) -> bool:
    """Whether *value* is a number of seconds; text, booleans and times of other kinds are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def now() -> float:
    """The monotonic clock, in seconds."""
    return _CLOCKS[0]()


def epoch() -> float:
    """The local clock, in epoch seconds."""
    return time.time()
