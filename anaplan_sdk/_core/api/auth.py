"""Every URL of the services that log in, and what to send there."""

from __future__ import annotations

from anaplan_sdk._core.http.messages import Body, Request

_FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}


# --- authentication service: *authorization* is the whole header ------------------------------------------------------


def authenticate(auth_url: str, authorization: str, body: Body | None = None) -> Request:
    """The request for a token."""
    request = _with_authorization(f"{auth_url}/token/authenticate", authorization, body)
    return request if body is None else request.with_header("Content-Type", "application/json")


def refresh(auth_url: str, authorization: str) -> Request:
    """The request to prolong a token that is still valid."""
    return _with_authorization(f"{auth_url}/token/refresh", authorization)


def logout(auth_url: str, authorization: str) -> Request:
    """The request to end a token, at once and everywhere."""
    return _with_authorization(f"{auth_url}/token/logout", authorization)


def validate(auth_url: str) -> str:
    """What answers to anybody."""
    return f"{auth_url}/token/validate"


def _with_authorization(url: str, authorization: str, body: Body | None = None) -> Request:
    return Request("POST", url, {"Accept": "application/json", "Authorization": authorization}, body)


# --- OAuth service ----------------------------------------------------------------------------------------------------


def authorize(oauth_url: str) -> str:
    """Where the person who logs in is sent."""
    return f"{oauth_url}/auth/authorize"


def oauth_token(oauth_url: str, form: str) -> Request:
    """The request for an access token."""
    return Request("POST", f"{oauth_url}/oauth/token", _FORM, form.encode())


def device_code(oauth_url: str, form: str) -> Request:
    """The request for a code that a person confirms in any browser."""
    return Request("POST", f"{oauth_url}/oauth/device/code", _FORM, form.encode())
