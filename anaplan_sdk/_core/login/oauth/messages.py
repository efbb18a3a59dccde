"""OAuth 2.0: what to send to Anaplan, and what its answers mean.

oauthlib writes the requests and reads redirects. JSON answers are read here: its parser also takes form data, obeys
environment variables, and knows no device codes.
"""

from __future__ import annotations

import json
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from anaplan_sdk._core.api import auth
from anaplan_sdk._core.http.echo import hide, secrets_of
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.http.refusals import refusal
from anaplan_sdk._core.login.token import Token, sendable
from anaplan_sdk._core.login.token_service import server_ahead
from anaplan_sdk.errors import (
    AnaplanError,
    AuthenticationError,
    NotFoundError,
    OAuthError,
    UnexpectedResponseError,
    printable,
)

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_DESCRIPTION_CHARACTERS = 300

_ADVICE = {
    "access_denied": "The log-in was denied in the browser, or client_id and client_secret do not fit.",
    "expired_token": "Nobody confirmed the code in time: log in again.",
    "invalid_client": "Check client_id and client_secret.",
    "invalid_grant": "It has expired, was used before, was revoked, or belongs to another client: log in again.",
    "invalid_request": "Check client_id, client_secret and redirect_uri, which must match a registered one exactly.",
    "invalid_scope": "Check scope: Anaplan knows openid, profile, email and offline_access.",
    "unauthorized_client": (
        "Check client_id, and how it is registered: authorization code and device each need their own."
    ),
}


def authorization_url(oauth_url: str, client_id: str, redirect_uri: str, scope: str, state: str) -> str:
    """Where the person who logs in is sent."""
    from oauthlib.oauth2.rfc6749.parameters import prepare_grant_uri

    # Only the query is oauthlib's: it refuses an endpoint without https, such as an emulator's.
    query = urlsplit(prepare_grant_uri("https://", client_id, "code", redirect_uri, scope, state)).query
    return f"{auth.authorize(oauth_url)}?{query}"


def code_from(redirect: str, state: str) -> str:
    """The code in the URL that the browser came back with; raises where it holds none, or another log-in's."""
    from oauthlib.oauth2.rfc6749.errors import MismatchingStateError, MissingCodeError, OAuth2Error
    from oauthlib.oauth2.rfc6749.parameters import parse_authorization_code_response

    if not state:  # oauthlib would then not compare it
        raise AuthenticationError("No state was kept from the authorization request: start the log-in again.")
    try:
        # Behind a proxy that ends TLS, an application sees http, which oauthlib refuses. Nothing is sent there.
        return str(parse_authorization_code_response(f"https://?{urlsplit(redirect).query}", state)["code"])
    except MismatchingStateError:
        raise AuthenticationError(
            "The redirect URL does not belong to this authorization request: its state differs. Start again."
        ) from None
    except MissingCodeError:
        raise AuthenticationError(
            "The redirect URL holds no code. Give the whole address that the browser shows after the log-in."
        ) from None
    except OAuth2Error as error:
        raise _oauth_error("the log-in", str(error.error), error.description or "", None) from None


def token_request(
    oauth_url: str, grant_type: str, *, client_id: str, client_secret: str | None, **parameters: Any
) -> Request:
    """The request for an access token."""
    from oauthlib.oauth2.rfc6749.parameters import prepare_token_request

    body = prepare_token_request(grant_type, client_id=client_id, client_secret=client_secret, **parameters)
    return auth.oauth_token(oauth_url, str(body))


def device_code_request(oauth_url: str, client_id: str, scope: str) -> Request:
    """The request for a code that a person confirms in any browser."""
    return auth.device_code(oauth_url, urlencode({"client_id": client_id, "scope": scope}))


def token_from(what: str, request: Request, response: Response, now: float) -> Token:
    """The token that Anaplan gives for *what*; raises for any other answer. *now* is the local clock's."""
    answer = answered(what, request, response)
    value, refresh_token = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(value, str) or not sendable(value):
        raise unexpected(request, response, "access_token")
    ahead = server_ahead(response, now) or 0.0
    seconds = positive(answer.get("expires_in"))
    return Token(
        value,
        None if seconds is None else now + ahead + seconds,
        received_at=now,
        server_ahead=ahead,
        scheme="Bearer",
        refresh_token=refresh_token if isinstance(refresh_token, str) and refresh_token else None,
    )


def answered(what: str, request: Request, response: Response) -> dict[str, Any]:
    """The parameters of a successful answer. An OAuth error is raised whatever the status, which says less."""
    answer = _json_object(response.body)
    error = answer.get("error")
    if isinstance(error, str) and error:
        description = answer.get("error_description")
        said = hide(description, secrets_of(request)) if isinstance(description, str) else ""
        refused = _oauth_error(what, hide(error, secrets_of(request)), said, response.status)
        refused.earlier = response.earlier
        raise refused
    if (failure := _failure(request, response)) is not None:
        failure.earlier = response.earlier
        raise failure
    return answer


def unexpected(request: Request, response: Response, name: str) -> UnexpectedResponseError:
    """The error for a successful answer that lacks a parameter. It shows no content, which may hold a token."""
    return UnexpectedResponseError(
        f"{request.method} {request.path}: status {response.status} without a usable {name}. Something else may be "
        "responding in Anaplan's place: check oauth_url and the proxy.",
        path=request.path,
        json_path=f"$.{name}",
    )


def positive(value: object) -> float | None:
    """A number of seconds above zero, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < float("inf") else None


def _oauth_error(what: str, error: str, description: str, status: int | None) -> OAuthError:
    said = " ".join(printable(description, lines=True).split())[:_DESCRIPTION_CHARACTERS].rstrip(".")
    advice = _ADVICE.get(error, "Check client_id and how it is registered in Anaplan's administration.")
    reason = f"{error} ({said})" if said else error
    return OAuthError(f"Anaplan refuses {what}: {reason}. {advice}", error=error, description=said, status=status)


def _failure(request: Request, response: Response) -> AnaplanError | None:
    if response.status == 401:
        return AuthenticationError(
            f"{request.method} {request.path}: 401 without a reason. Check client_id, client_secret and oauth_url.",
            status=401,
        )
    if response.status != 404:
        return refusal(request, response)
    return NotFoundError(
        f"{request.method} {request.path}: 404, which no OAuth service responds with: check oauth_url and region.",
        status=404,
        message="",
        path=request.path,
    )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer: object = json.loads(body)
    except (ValueError, RecursionError):  # an empty answer, or a page of a proxy
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
