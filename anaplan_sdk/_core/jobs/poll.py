"""When to look at a running task again."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from anaplan_sdk.errors import ConfigurationError


@attrs.frozen
class PollSchedule:
    """Waits between two looks at a task, in seconds: quick at first, then settling at ``max_delay``.

    Anaplan asks not to poll a long task faster than every five seconds. ``max_failures`` looks in a row may fail
    (each already retried) before the wait is given up. A start whose answer was lost is looked for in the task list
    for ``settling_time``, or until the caller's own time limit where that comes first.
    """

    first_delay: float = 0.2
    factor: float = 1.5
    max_delay: float = 10.0
    max_failures: int = 10
    settling_time: float = 20.0

    def __attrs_post_init__(self) -> None:
        if min(self.first_delay, self.max_delay, self.max_failures, self.settling_time) < 0 or self.factor < 1:
            raise ConfigurationError(f"{self}: factor must be at least 1, everything else zero or more.")

    def delays(self) -> Iterator[float]:
        """The waits, without end."""
        delay = min(self.first_delay, self.max_delay)
        while True:
            yield delay
            delay = min(delay * self.factor, self.max_delay)
