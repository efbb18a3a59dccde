"""What the answers of Anaplan's authentication service mean.

A successful answer holds a token, so that no part of one goes into an error.
"""

from __future__ import annotations

import json
import math
from typing import Any, cast

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.http.refusals import refusal, server_message
from anaplan_sdk._core.http.retry import http_date
from anaplan_sdk._core.login.token import Token, sendable
from anaplan_sdk.errors import AnaplanError, AuthenticationError, NotFoundError, UnexpectedResponseError

# Wrong credentials are 401, a malformed header is 401 or 400 (depending on the endpoint); gateways say 403.
_REFUSALS = frozenset({400, 401, 403})


def refuses(response: Response) -> bool:
    """Whether the service does not accept the credentials."""
    return response.status in _REFUSALS


def refuses_itself(response: Response) -> bool:
    """Whether it is Anaplan that does not accept them, and not something on the way: by status and words."""
    if response.status not in (400, 401):
        return False
    status = _object(_parsed(response.body)).get("status")
    return isinstance(status, str) and status.startswith("FAILURE")


def reason(response: Response) -> str:
    """Status and message, such as ``401 (incorrect credentials)``."""
    message = server_message(response.body)
    return f"{response.status} ({message})" if message else str(response.status)


def refused(text: str, response: Response) -> AuthenticationError:
    """The error for an answer that refuses the credentials."""
    error = AuthenticationError(text, status=response.status)
    error.earlier = response.earlier
    return error


def server_ahead(response: Response, now: float) -> float | None:
    """Seconds that the server's clock is ahead of the local one, None where the answer has no Date."""
    date = http_date(response.headers.get("date", ""))
    return None if date is None else date - now


def token_from(request: Request, response: Response, now: float) -> Token:
    """The token in an answer that is no refusal; raises for any other. *now* is the local clock's."""
    error = _failure(request, response)
    if error is not None:
        error.earlier = response.earlier
        raise error
    info = _token_info(response.body)
    value = info.get("tokenValue")
    if not isinstance(value, str) or not sendable(value):
        raise UnexpectedResponseError(
            f"{request.method} {request.path}: status {response.status} without a usable token. Something else may be "
            "responding in Anaplan's place: check auth_url and the proxy.",
            path=request.path,
            json_path="$.tokenInfo.tokenValue",
        )
    ahead = server_ahead(response, now) or 0.0
    expires_at = _epoch_seconds(info.get("expiresAt"))
    # No token is dead on arrival: such an end tells of a wrong clock. The token is then used until Anaplan
    # refuses it, instead of being renewed before every request.
    alive = expires_at is not None and expires_at > now + ahead
    return Token(value, expires_at if alive else None, received_at=now, server_ahead=ahead)


def _failure(request: Request, response: Response) -> AnaplanError | None:
    if response.status != 404:
        return refusal(request, response)
    return NotFoundError(
        f"{request.method} {request.path}: 404, which no authentication service responds with: check auth_url and "
        "region.",
        status=404,
        message=server_message(response.body),
        path=request.path,
    )


def _token_info(body: bytes) -> dict[str, Any]:
    return _object(_object(_parsed(body)).get("tokenInfo"))


def _parsed(body: bytes) -> object:
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):  # an empty answer, or a page of a proxy
        return None
    return parsed


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _epoch_seconds(milliseconds: object) -> float | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float | str):
        return None
    try:
        seconds = float(milliseconds) / 1000
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None
