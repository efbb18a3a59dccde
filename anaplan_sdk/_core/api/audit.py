"""Every URL of the Audit API, with what comes back."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

from anaplan_sdk._core.api.service import Endpoint, Listing, Service
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.listing.links import Links
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import AuditEvent

Category: TypeAlias = Literal[
    "all", "user_activity", "access_control", "int", "conn_mgmt", "comment", "byok", "plan_iq", "forecaster"
]

_CATEGORIES = get_args(Category)
# Pages of some thousand events take the server longer than most answers, in seconds.
_PATIENCE_SECONDS = 120.0
_NEEDS_AUDITOR = "This needs the role of Tenant Auditor, and Audit must be enabled for the tenant."
_HINTS = {401: _NEEDS_AUDITOR, 403: _NEEDS_AUDITOR}  # Anaplan documents 403 and answers 401


def _verdict(response: Response) -> Verdict:
    """A missing role is told with the status of an expired token."""
    if response.status == 401 and b"FAILURE_UNAUTHORIZED_USER_ACTION" in response.body:
        return Verdict.DENIED
    return usual(response)


AUDIT = Service("audit", "/audit/api/1", Links, _verdict, "AnaplanAuthToken", _PATIENCE_SECONDS)


def events(first_ms: int, last_ms: int, category: str) -> Listing[AuditEvent]:
    """The events of a time in epoch milliseconds."""
    query = {"type": category, "dateFrom": first_ms, "dateTo": last_ms}
    return Listing(Endpoint(AUDIT, "GET", "/events", None, dict[str, Any], query, hints=_HINTS), "response", AuditEvent)


def search(first_ms: int, last_ms: int, category: str) -> Listing[AuditEvent]:
    """The same with the time in a body, which links do not carry: every page sends it again."""
    query, body = {"type": category}, {"from": first_ms, "to": last_ms}
    first = Endpoint(AUDIT, "POST", "/events/search", None, dict[str, Any], query, body, idempotent=True, hints=_HINTS)
    return Listing(first, "response", AuditEvent)


def cef(first_ms: int, last_ms: int, category: str) -> Endpoint[bytes]:
    """The same as text, a line an event, all in one answer."""
    query = {"type": category, "dateFrom": first_ms, "dateTo": last_ms}
    return Endpoint(AUDIT, "GET", "/events", None, bytes, query, headers={"Accept": "text/plain"}, hints=_HINTS)


def check_category(category: object) -> None:
    """Refuse what the server does not know: it would answer with the events of all categories."""
    if category not in _CATEGORIES:
        raise ConfigurationError(f"category must be one of {', '.join(map(repr, _CATEGORIES))}, not {category!r}.")
