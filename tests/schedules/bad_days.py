"""Bad days, made up by hypothesis: what the requests of a call meet, and how patient its caller is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st

from anaplan_sdk import PollSchedule, RetryPolicy
from anaplan_sdk.emulator import Emulator, Fault
from stage.observed import OnArrival
from stage.support import options_for

# There are ten such tests, each of which serves an Anaplan for every example.
SCHEDULES = settings(max_examples=settings().max_examples * 2 // 5)
# Longer than any example may take: a call that sits this out has missed its deadline.
AGES = 30.0
# The request time-out of callers in a hurry, and the delay that is too long for them, in seconds.
HURRY, STALL = 0.15, 0.3
PATIENCE = 10.0

KINDS: dict[str, dict[str, Any]] = {
    "dropped before": {"drop": "before"},
    "dropped after": {"drop": "after"},
    "cut midway": {"drop": "midway"},
    "500": {"status": 500},
    "502 of a proxy": {"status": 502, "content_type": "text/html"},
    "503 after it was done": {"status": 503, "handle": True},
    "504 after it was done": {"status": 504, "handle": True, "body": ""},
    "409": {"status": 409},
    "429": {"status": 429},
    "429 for a moment": {"status": 429, "retry_after": 0.02},
    "429 for ages": {"status": 429, "retry_after": AGES},
    "delayed": {"delay": 0.02},
    "stalled": {"delay": STALL},
    "expired": {},
    "page of a proxy": {"status": 200, "content_type": "text/html"},
    "page of a proxy after it was done": {"status": 200, "content_type": "text/html", "handle": True},
    "empty answer": {"status": 200, "body": ""},
    "half an answer": {"status": 200, "body": '{"task": {"taskId": "0F1E', "handle": True},
}
# What only an answer in JSON can be told to be.
LIES = ("empty answer", "half an answer")

LOG_IN = ("POST", "/token/authenticate$")
FILES = ("GET", "/files$")
DECLARATION = ("POST", r"/files/\d+$")
STORING = ("PUT", "/chunks/")
COMPLETION = ("POST", "/complete$")
TASKS = ("GET", "/tasks$")
START = ("POST", "/tasks$")
LOOK = ("GET", "/tasks/[0-9A-F]{32}$")
CANCELLATION = ("DELETE", "/tasks/")
CHUNKS = ("GET", "/chunks$")
CONTENT = ("GET", r"/chunks/\d+$")
ANYTHING = ("*", "")
Place = tuple[str, str]
WITHOUT_JSON = (STORING, CANCELLATION, CONTENT, ANYTHING)


@attrs.frozen
class Strike:
    """A fault of some requests at a place, after some that get through."""

    place: Place
    kind: str
    skip: int
    times: int

    def fault(self, emulator: Emulator) -> Fault:
        if self.kind != "expired":
            return Fault(*self.place, skip=self.skip, times=self.times, **KINDS[self.kind])
        return OnArrival(*self.place, self._counted(emulator.expire_tokens))

    def _counted(self, act: Callable[[], object]) -> Callable[[], object]:
        turns = iter([*[None] * self.skip, *[act] * self.times])

        def turn() -> None:
            if (now := next(turns, None)) is not None:
                now()

        return turn


@attrs.frozen
class BadDay:
    """All that goes wrong during a call, or during several at once.

    ``timeout`` is the limit of each call in seconds. ``cancelled_at`` numbers the request at whose arrival the first
    call is cancelled, where its colour can be.
    """

    strikes: tuple[Strike, ...]
    concurrency: int
    timeout: float | None
    cancelled_at: int | None
    in_a_hurry: bool

    @property
    def request_seconds(self) -> float:
        """The longest silence that the caller accepts."""
        return HURRY if self.in_a_hurry else PATIENCE

    def begin(self, emulator: Emulator) -> None:
        """Let it come."""
        for strike in self.strikes:
            emulator.inject(strike.fault(emulator))

    def options(self, emulator: Emulator, **changes: Any) -> dict[str, Any]:
        """Arguments of a client: it is quick where its calls have no limit, and would wait for ages where they have."""
        longest = 0.05 if self.timeout is None else AGES
        return options_for(
            emulator,
            concurrency=self.concurrency,
            read_timeout=self.request_seconds,
            retry=RetryPolicy(attempts=4, first_delay=0.005, max_delay=longest),
            poll=PollSchedule(first_delay=0.005, max_delay=0.02, max_failures=3, settling_time=longest),
            **changes,
        )


def bad_days(*places: Place) -> st.SearchStrategy[BadDay]:
    """Days on which requests to these places, to log in, or to anything at all meet something."""
    return st.builds(
        BadDay,
        strikes=st.lists(_strikes((*places, LOG_IN, ANYTHING)), max_size=4).map(tuple),
        concurrency=st.integers(1, 4),
        timeout=st.none() | st.sampled_from([0.0, 0.02, 0.1, 0.2]),
        cancelled_at=st.none() | st.integers(0, 12),
        in_a_hurry=st.sampled_from([False, False, False, True]),
    )


def _strikes(places: tuple[Place, ...]) -> st.SearchStrategy[Strike]:
    pairs = [(place, kind) for place in places for kind in KINDS if _possible(place, kind)]
    return st.builds(
        lambda pair, skip, times: Strike(pair[0], pair[1], skip, times),
        pair=st.sampled_from(pairs),
        skip=st.sampled_from([0, 0, 1, 2, 5]),
        times=st.sampled_from([1, 1, 2, 3, 4, 9]),
    )


def _possible(place: Place, kind: str) -> bool:
    # A declaration that is carried out after its caller gave it up takes the place of the upload that followed.
    late = kind == "stalled" and place in (DECLARATION, ANYTHING)
    return not late and not (kind in LIES and place in WITHOUT_JSON)
