"""The OAuth service: codes for devices, and tokens for whatever can be exchanged for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ..serving.envelope import json_object, origin
from ..serving.service import SERVICE, note
from ..world.tenant import OAuthClient
from .oauth_grants import GRANTS, Grant, granted_scope, new_access_token
from .tokens import TOKENS


class OAuthError(ValueError):
    """A request that is answered with an OAuth error."""

    def __init__(self, status: int, error: str, description: str) -> None:
        self.status, self.error, self.description = status, error, description
        super().__init__(f"{status} {error}")


Parameters = dict[str, Any]


async def device_code(request: web.Request) -> web.Response:
    """Begin a log-in that a person confirms elsewhere."""
    app, parameters = request.app, await _parameters(request)
    if not parameters.get("client_id"):
        raise OAuthError(400, "invalid_request", "Missing required parameter: client_id")
    client = app[SERVICE].tenant.oauth_clients.get(parameters["client_id"])
    if client is None or client.kind != "device":
        raise OAuthError(403, "unauthorized_client", "Unauthorized or unknown client")
    options = app[SERVICE].tenant.options
    scope = granted_scope(parameters.get("scope", ""))
    value, device = app[GRANTS].add_device(
        client, scope, seconds=options.device_code_seconds, interval=options.device_poll_seconds
    )
    page = f"{origin(request)}/activate"
    answer = {
        "device_code": value,
        "user_code": device.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={device.user_code}",
        "expires_in": _seconds(options.device_code_seconds),
        "interval": _seconds(options.device_poll_seconds),
    }
    return web.json_response(answer)


async def token(request: web.Request) -> web.Response:
    """Exchange a code, a device code or a refresh token for an access token."""
    app, parameters = request.app, await _parameters(request)
    grant_type = parameters.get("grant_type")
    if not grant_type:
        # RFC 6749 says 400; live it is 401.
        raise OAuthError(401, "invalid_request", "Missing required parameter: grant_type")
    exchange = _EXCHANGES.get(grant_type)
    if exchange is None:
        raise OAuthError(403, "unauthorized_client", f"Grant type {grant_type!r} not allowed for the client.")
    client = _client(app, parameters)
    grant = exchange(app, client, parameters)
    is_renewal = grant_type == "refresh_token"
    if not is_renewal:
        note(
            request,
            grant.user,
            "USR-8",
            "User login success",
            object_id=grant.user.id,
            attributes={"clientName": client.id},
        )
    return _answer(app, grant, refresh=client.rotatable or not is_renewal)


def _client(app: web.Application, parameters: Parameters) -> OAuthClient:
    client = app[SERVICE].tenant.oauth_clients.get(parameters.get("client_id", ""))
    if client is None or client.secret not in (None, parameters.get("client_secret")):
        raise OAuthError(401, "access_denied", "Unauthorized")
    return client


def _from_code(app: web.Application, client: OAuthClient, parameters: Parameters) -> Grant:
    code = app[GRANTS].use_code(_required(parameters, "code"))
    if code is None or code.grant.client is not client or code.redirect_uri != parameters.get("redirect_uri"):
        raise OAuthError(403, "invalid_grant", "Invalid authorization code")
    return code.grant


def _from_device(app: web.Application, client: OAuthClient, parameters: Parameters) -> Grant:
    value = _required(parameters, "device_code")
    device = app[GRANTS].devices.get(value)
    if device is None or device.client is not client:
        raise OAuthError(403, "invalid_grant", "Invalid or expired device code.")
    status = app[SERVICE].tenant.options.device_pending_status
    if device.expired:
        raise OAuthError(status, "expired_token", "The device code has expired.")
    if device.too_fast():
        raise OAuthError(status, "slow_down", "You are polling faster than the specified interval.")
    if device.state == "pending" or device.user is None:
        raise OAuthError(status, "authorization_pending", "User has yet to authorize device code.")
    del app[GRANTS].devices[value]
    if device.state == "denied":
        raise OAuthError(403, "access_denied", "User cancelled the confirmation prompt.")
    return Grant(client, device.user, device.scope)


def _from_refresh_token(app: web.Application, client: OAuthClient, parameters: Parameters) -> Grant:
    value = _required(parameters, "refresh_token")
    found = app[GRANTS].refresh_tokens.get(value)
    if found is None or found.grant.client is not client or app[GRANTS].use_refresh_token(value) is None:
        raise OAuthError(403, "invalid_grant", "Unknown or invalid refresh token.")
    return found.grant


def _answer(app: web.Application, grant: Grant, *, refresh: bool) -> web.Response:
    seconds = app[SERVICE].tenant.options.token_seconds
    token = app[TOKENS].issue(grant.user, seconds, oauth_value=new_access_token())
    scopes = grant.scope.split()
    answer: dict[str, Any] = {"access_token": token.value, "scope": grant.scope, "token_type": "Bearer"}
    answer["expires_in"] = _seconds(seconds)
    if "openid" in scopes:
        answer["id_token"] = new_access_token()
    if refresh and "offline_access" in scopes:
        answer["refresh_token"] = app[GRANTS].add_refresh_token(grant)
    return web.json_response(answer)


_EXCHANGES: dict[str, Callable[[web.Application, OAuthClient, Parameters], Grant]] = {
    "authorization_code": _from_code,
    "urn:ietf:params:oauth:grant-type:device_code": _from_device,
    "refresh_token": _from_refresh_token,
}


def _seconds(value: float) -> float:
    # Anaplan sends whole numbers; tests may want less than a second.
    return int(value) if value == int(value) else value


async def _parameters(request: web.Request) -> Parameters:
    """Read the body, which may be JSON or a form."""
    if request.content_type != "application/json":
        return await read_form(request)
    try:
        body = await json_object(request)
    except ValueError as error:
        raise OAuthError(400, "invalid_request", f"The body is not valid JSON: {error}") from error
    return {name: value for name, value in body.items() if isinstance(value, str)}


async def read_form(request: web.Request) -> Parameters:
    """Read a form; files in it are none of its values."""
    try:
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    except (LookupError, ValueError) as error:  # an unknown charset, or no boundaries
        raise OAuthError(400, "invalid_request", f"The body is not a form: {error}") from error


def _required(parameters: Parameters, name: str) -> str:
    if not parameters.get(name):
        raise OAuthError(400, "invalid_request", f"Missing required parameter: {name}")
    return str(parameters[name])


@web.middleware
async def oauth_errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer refusals as OAuth does."""
    try:
        response: web.StreamResponse = await handler(request)
    except OAuthError as problem:
        body = {"error": problem.error, "error_description": problem.description}
        return web.json_response(body, status=problem.status)
    return response


def routes() -> list[web.RouteDef]:
    return [web.post("/oauth/device/code", device_code), web.post("/oauth/token", token)]
