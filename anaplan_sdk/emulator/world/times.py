"""Times as Anaplan writes them, and forgetting what is too old. Here they are seconds since the epoch."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


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


def forget(
    kept: dict[K, V], is_old: Callable[[V], bool], *, most: int, may_go: Callable[[V], bool] | None = None
) -> None:
    """Keep within bounds what an emulator that runs for weeks keeps.

    Remove what is old, and then the first that may go (all may, unless told otherwise) until ``most`` are left.
    """
    for key, value in list(kept.items()):
        if is_old(value):
            kept.pop(key, None)
    surplus = len(kept) - most
    if surplus > 0:
        going = [key for key, value in kept.items() if may_go is None or may_go(value)]
        for key in going[:surplus]:
            del kept[key]
