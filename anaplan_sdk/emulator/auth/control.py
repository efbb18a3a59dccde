"""The control surface of log-ins over HTTP: what a person with a browser would do, and revocation."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..serving.envelope import ApiError, json_body
from ..serving.service import SERVICE
from ..world.tenant import Tenant, User
from .oauth import OAuthError
from .oauth_grants import GRANTS
from .oauth_pages import decide_device, redirect_of
from .tokens import TOKENS


async def expire_tokens(request: web.Request) -> web.Response:
    request.app[TOKENS].revoke_all()
    return web.Response(status=204)


async def authorize(request: web.Request) -> web.Response:
    """Log in at an authorization ``url``; the body may have ``email`` (default: the administrator) and ``deny``."""
    body, tenant = await _body(request, "url"), request.app[SERVICE].tenant
    try:
        redirect_url = redirect_of(
            tenant, request.app[GRANTS], body["url"], _user(tenant, body), deny=bool(body.get("deny"))
        )
    except OAuthError as error:
        raise ApiError(400, f"{error.error}: {error.description}") from error
    return web.json_response({"redirect_url": redirect_url})


async def confirm_device(request: web.Request) -> web.Response:
    """Confirm a ``user_code``; the body may have ``email`` (default: the administrator) and ``deny``."""
    body, tenant = await _body(request, "user_code"), request.app[SERVICE].tenant
    try:
        decide_device(request.app[GRANTS], body["user_code"], _user(tenant, body), deny=bool(body.get("deny")))
    except LookupError as error:
        raise ApiError(404, str(error)) from error
    return web.Response(status=204)


async def revoke(request: web.Request) -> web.Response:
    request.app[GRANTS].revoke_all()
    return web.Response(status=204)


async def _body(request: web.Request, required: str) -> dict[str, Any]:
    body = await json_body(request)
    if not isinstance(body.get(required), str):
        raise ApiError(400, f"{required} is missing")
    if unknown := sorted(body.keys() - {required, "email", "deny"}):
        raise ApiError(400, f"There is no {', '.join(unknown)}")
    return body


def _user(tenant: Tenant, body: dict[str, Any]) -> User:
    user = tenant.user_with_email(body["email"]) if "email" in body else tenant.administrator
    if user is None:
        raise ApiError(404, "There is no user with this e-mail.")
    return user


def routes() -> list[web.RouteDef]:
    return [
        web.post("/emulator/tokens/expire", expire_tokens),
        web.post("/emulator/oauth/authorize", authorize),
        web.post("/emulator/oauth/device", confirm_device),
        web.post("/emulator/oauth/revoke", revoke),
    ]
