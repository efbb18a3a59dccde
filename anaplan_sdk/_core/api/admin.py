"""Every URL of Administration and of exception users, with what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import ANYTHING, Endpoint, Listing, Service
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.listing.paging import Unpaged
from anaplan_sdk.models import ExceptionWorkspace

# Users in one import, by Anaplan's documentation.
MAX_USERS = 500
# Imports of some hundred users take longer than most answers, in seconds.
_PATIENCE_SECONDS = 120.0
# How a missing role looks by its status, in words of the body (seen on live tenants; 403 is documented).
_DENIALS = {401: (b"ACCESS_CONTROL_DENIED", b"FAILURE_UNAUTHORIZED_USER_ACTION"), 500: (b"INTERNAL_SERVER_ERROR",)}

_ADMINISTRATOR = "This needs the role of Tenant Administrator."
_NEEDS_ADMINISTRATOR: Mapping[int, str] = {401: _ADMINISTRATOR, 403: _ADMINISTRATOR, 500: _ADMINISTRATOR}
_SECURITY_ADMINISTRATOR = (
    "This needs the role of Tenant Security Administrator, and nobody may change it for themselves. Some documentation "
    "also asks for the setting that limits the assignment of exception users to Administration."
)


def _verdict(response: Response) -> Verdict:
    """A missing role is told with the status of a failure, or with that of an expired token."""
    if any(word in response.body for word in _DENIALS.get(response.status, ())):
        return Verdict.DENIED
    return usual(response)


ADMIN = Service("admin", "/admin/1/0", Unpaged, _verdict, "AnaplanAuthToken", _PATIENCE_SECONDS)


def export_users(limit: int, offset: int) -> Endpoint[bytes]:
    """A page of users as CSV. Without a limit it may be ten users: both are always said, spelt as documented."""
    query = {"Limit": limit, "Offset": offset}
    headers, hints = {"Accept": ANYTHING}, _NEEDS_ADMINISTRATOR
    return Endpoint(ADMIN, "GET", "/users/export", None, bytes, query, headers=headers, hints=hints)


def import_users(body: bytes, boundary: str) -> Endpoint[dict[str, Any]]:
    """Create and update the users of a CSV, by their e-mail addresses."""
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    hints = _NEEDS_ADMINISTRATOR
    return Endpoint(ADMIN, "PUT", "/users/import", None, dict[str, Any], body=body, headers=headers, hints=hints)


def exception_users(criterion: str, guid: str) -> Listing[ExceptionWorkspace]:
    """Who may log in with a password, by ``workspaceGuid`` or ``userGuid``."""
    path, body = "/permissions/exception-users/search", {criterion: guid}
    search = Endpoint(ADMIN, "POST", path, None, dict[str, Any], body=body, idempotent=True)
    return Listing(search, "response", ExceptionWorkspace)


def change_exception_user(operation: str, user_id: str, workspace_id: str) -> Endpoint[None]:
    body = {"op": operation, "workspaceGuid": segment(workspace_id, "workspace_id")}
    path = f"/permissions/exception-users/users/{segment(user_id, 'user_id')}"
    hints = {401: _SECURITY_ADMINISTRATOR, 403: _SECURITY_ADMINISTRATOR}
    return ADMIN.order("PATCH", path, body, idempotent=True, hints=hints)
