"""Times as Anaplan writes them. Here they are seconds since the epoch."""

from __future__ import annotations

import time


def epoch_milliseconds(epoch_seconds: float) -> int:
    return int(epoch_seconds * 1_000)


def millisecond_timestamp(epoch_seconds: float) -> str:
    """A time as users and models have it; the offset has no colon."""
    milliseconds = int(epoch_seconds % 1 * 1_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(epoch_seconds))}.{milliseconds:03d}+0000"


def second_timestamp(epoch_seconds: float) -> str:
    """A time as revisions have it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch_seconds))


def nanosecond_timestamp() -> str:
    """The present as the error envelope has it: nine decimals, which not every parser takes."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{nanoseconds:09d}Z"
