"""What an answer means. The same status does not mean the same in every service of Anaplan's."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anaplan_sdk._core.http.messages import Response


class Verdict(Enum):
    """What became of a request, by what can be done about it."""

    FINE = "done"
    EXPIRED = "the token is no longer good: log in again"
    DENIED = "the user may not do this: no other log-in and no repetition helps"
    BUSY = "refused for now, and nothing has happened: worth another try, whatever the request"
    LIMITED = "the same, for too many requests: all of them wait"
    FAILED = "nobody knows what has happened: worth another try if the request may be repeated"
    REFUSED = "refused for good"


# What gateways answer to a request that came too slowly or too early (RFC 9110, 15.5.9; RFC 8470, 5.2).
_PASSING = frozenset({408, 425})
# 424 where 403 is documented, and 452 for what the tenant is not entitled to.
_DENIED = frozenset({403, 424, 452})
# A model or object that is busy.
_BUSY = frozenset({409, 423})


def usual(response: Response) -> Verdict:
    """What an answer means where the service says nothing else: in the Integration API, and at log-ins."""
    status = response.status
    if 200 <= status < 300:
        return Verdict.FINE
    if status == 401:
        return Verdict.EXPIRED
    if status == 429:
        return Verdict.LIMITED
    if status in _BUSY:
        return Verdict.BUSY
    if status in _DENIED:
        return Verdict.DENIED
    return Verdict.FAILED if status >= 500 or status in _PASSING else Verdict.REFUSED
