"""Whether to try again, and when."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import attrs

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk.errors import ConfigurationError, TransportError

# Refused before anything happened, whatever the request.
_REFUSED_FOR_NOW = (Verdict.BUSY, Verdict.LIMITED)


@attrs.frozen
class RetryPolicy:
    """How often a request is repeated, and how long to wait in between.

    Requests that are idempotent (GET, PUT, DELETE, searches) are repeated after a transport failure, a 5xx, a 408 or
    425 of a gateway, or a response that cannot be Anaplan's. Any request is repeated if Anaplan certainly did not act
    on it: 429, 409 and 423, or no connection could be made.

    Args:
        attempts: The most attempts, including the first.
        first_delay: The longest wait after the first failure, in seconds.
        factor: By how much the wait grows with each failure.
        max_delay: The longest wait, in seconds; also the most that a ``Retry-After`` is waited for.
        jitter: Draw each wait at random from zero to its length; False waits the whole time.

    Raises:
        ConfigurationError: A value is out of range.
    """

    attempts: int = 6
    first_delay: float = 0.5
    factor: float = 2.0
    max_delay: float = 60.0
    jitter: bool = True

    def __attrs_post_init__(self) -> None:
        # Written so that NaN is refused too.
        if not (self.attempts >= 1 and self.first_delay >= 0 and self.factor >= 1 and self.max_delay >= 0):
            raise ConfigurationError(f"{self}: attempts and factor must be at least 1, delays zero or more seconds.")

    def delay(
        self, failures: int, retry_after: float | None = None, *, draw: Callable[[], float] = random.random
    ) -> float:
        """Seconds to wait after this many failures in a row (1 or more)."""
        grown = min(self.first_delay * self.factor ** min(failures - 1, 64), self.max_delay)
        wait = grown * draw() if self.jitter else grown
        return max(wait, self.obeyed(retry_after))

    def obeyed(self, retry_after: float | None) -> float:
        """The part of a ``Retry-After`` that is waited for."""
        return min(retry_after or 0.0, self.max_delay)


def worth_another_try(request: Request, outcome: Response | TransportError) -> bool:
    """Whether repeating *request* may help and cannot make anything happen twice."""
    if isinstance(outcome, TransportError):
        return request.idempotent or not outcome.maybe_received
    verdict = request.verdict(outcome)
    return verdict in _REFUSED_FOR_NOW or (request.idempotent and verdict is Verdict.FAILED)


def retry_after(response: Response) -> float | None:
    """The seconds that ``Retry-After`` asks for: a number, or a date by the server's own clock if it tells the time."""
    text = response.headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    until, now = http_date(text), http_date(response.headers.get("date", ""))
    if until is None:
        return None
    return max(0.0, until - (now if now is not None else datetime.now(UTC).timestamp()))


def http_date(text: str) -> float | None:
    """Epoch seconds of an HTTP date, None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
        # HTTP knows one time zone, which an old form of its dates leaves out.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
