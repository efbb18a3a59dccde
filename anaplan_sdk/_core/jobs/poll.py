"""When to poll a running task."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from anaplan_sdk.errors import ConfigurationError


@attrs.frozen
class PollSchedule:
    """How often a running task is polled: quickly at first, then every ``max_delay`` seconds.

    Anaplan asks not to poll a long task more often than every five seconds.

    Args:
        first_delay: The first wait, in seconds.
        factor: By how much the wait grows from poll to poll.
        max_delay: The longest wait between two polls, in seconds.
        max_failures: How many polls in a row may fail, each already retried, before the wait is given up.
        settling_time: If the response to a start request is lost, how many seconds its task is looked for in the task
            list; less if ``timeout`` passes first.

    Raises:
        ConfigurationError: A value is out of range.
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
