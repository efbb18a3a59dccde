"""The attempts of one request: what failed so far, and whether and when to try again."""

from __future__ import annotations

import attrs

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.http.refusals import not_of_anaplan, refusal
from anaplan_sdk._core.http.retry import RetryPolicy, retry_after, worth_another_try
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk.errors import AnaplanError, TransportError


@attrs.define
class Attempts:
    """Decides for one request."""

    request: Request
    policy: RetryPolicy
    earlier: list[AnaplanError] = attrs.field(factory=list)

    def next_delay(self, outcome: Response | TransportError) -> float | None:
        """Seconds to wait before the next attempt, None to let *outcome* stand."""
        failures = len(self.earlier) + 1
        failure = self._failure(outcome)
        if failure is None or failures >= self.policy.attempts:
            return None
        asked = retry_after(outcome) if isinstance(outcome, Response) else None
        delay = self.policy.delay(failures, asked)
        if not self.request.deadline.allows(delay):
            return None
        self.earlier.append(failure)
        return delay

    def _failure(self, outcome: Response | TransportError) -> AnaplanError | None:
        """What went wrong, where repeating the request may help and cannot make anything happen twice."""
        if worth_another_try(self.request, outcome):
            return outcome if isinstance(outcome, TransportError) else refusal(self.request, outcome)
        if isinstance(outcome, Response) and self.request.idempotent and self.request.verdict(outcome) is Verdict.FINE:
            return not_of_anaplan(self.request, outcome)  # maybe in passing, while a gateway restarts
        return None

    def conclude(self, outcome: Response | TransportError) -> Response:
        """*outcome* as the result of all attempts: the answer, or the failure raised."""
        if isinstance(outcome, TransportError):
            outcome.earlier = tuple(self.earlier)
            raise outcome
        return attrs.evolve(outcome, earlier=tuple(self.earlier)) if self.earlier else outcome


def without_frames(error: TransportError) -> TransportError:
    """*error* without the frames it came through.

    They hold headers and bodies: tokens, which crash reporters would show, and megabytes, which would stay in memory.
    """
    cause = error.__cause__
    if cause is not None:
        cause.__context__ = None
        cause.__traceback__ = None
    error.__context__ = cause
    return error.with_traceback(None)
