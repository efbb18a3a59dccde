"""How fast the network takes what is sent to it, from how long requests side by side took."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import attrs

from anaplan_sdk._core.http.deadline import now

# Requests that are remembered: enough to even out, few enough to follow a network that changes.
_REMEMBERED = 16


@attrs.define(eq=False)
class Sending:
    """A request on its way, by the monotonic clock; it ends when its answer is there."""

    size_bytes: int
    started: float
    ended: float | None = None


@attrs.define
class Wire:
    """What was sent lately. Safe from many threads at once: it is only added to."""

    _sendings: deque[Sending] = attrs.field(factory=lambda: deque(maxlen=_REMEMBERED), init=False, repr=False)

    @contextmanager
    def sending(self, size_bytes: int) -> Iterator[None]:
        """Take the time of sending so many bytes."""
        sending = Sending(size_bytes, now())
        self._sendings.append(sending)
        try:
            yield
        finally:
            sending.ended = now()

    def bytes_per_second(self) -> float | None:
        """What all requests at a time get through; None before the first has ended."""
        return throughput(self._sendings.copy(), now())

    def at_most(self) -> float | None:
        """What it cannot be more than, before the first has ended; None where nothing is under way."""
        sendings, at = self._sendings.copy(), now()
        if not sendings:
            return None
        seconds = at - min(sending.started for sending in sendings)
        return sum(sending.size_bytes for sending in sendings) / seconds if seconds > 0 else math.inf


def throughput(sendings: Collection[Sending], at: float) -> float | None:
    """Bytes a second: of those that ended, each has had its share of the network while others were under way."""
    spans = [(sending.started, at if sending.ended is None else sending.ended) for sending in sendings]
    ended = [
        (sending.size_bytes, span) for sending, span in zip(sendings, spans, strict=True) if sending.ended is not None
    ]
    seconds = sum(_share(span, spans) for _, span in ended)
    return sum(size_bytes for size_bytes, _ in ended) / seconds if seconds > 0 else None


def _share(own: tuple[float, float], spans: Sequence[tuple[float, float]]) -> float:
    """The seconds that *own* would have taken alone, if all shared the network fairly."""
    first, last = own
    moments = sorted({moment for span in spans for moment in span if first < moment < last} | {first, last})
    return sum(
        (end - start) / sum(since <= start and end <= until for since, until in spans)
        for start, end in pairwise(moments)
    )
