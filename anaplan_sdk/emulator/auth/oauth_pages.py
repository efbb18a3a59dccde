"""The pages that a person sees: log in for an application, and confirm the code of a device.

``Emulator.authorize`` and ``Emulator.confirm_device`` do without them what a person does.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from ..serving.service import SERVICE
from ..world.tenant import OAuthClient, Tenant, User
from .oauth import OAuthError, read_form
from .oauth_grants import GRANTS, Grant, Grants, granted_scope

PAGE = """<!doctype html>
<title>Anaplan emulator</title>
<h1>{title}</h1>
<p>{message}</p>
<form method="post" action="{action}">
  {fields}
  <label>E-mail <input name="email"></label>
  <label>Password <input name="password" type="password"></label>
  <button name="decision" value="approve">Log in</button>
  <button name="decision" value="deny">Deny</button>
</form>
"""


def redirect_of(tenant: Tenant, grants: Grants, url: str, user: User, *, deny: bool = False) -> str:
    """Where the browser ends up when the user logs in at an authorization URL."""
    query = dict(parse_qsl(urlsplit(url).query))
    client = _requesting_client(tenant, query)
    if deny:
        answer = {"error": "access_denied", "error_description": "User did not authorize the request"}
    else:
        grant = Grant(client, user, granted_scope(query.get("scope", "")))
        seconds = tenant.options.authorization_code_seconds
        answer = {"code": grants.add_code(grant, query["redirect_uri"], seconds)}
    if "state" in query:
        answer["state"] = query["state"]
    separator = "&" if urlsplit(query["redirect_uri"]).query else "?"
    return f"{query['redirect_uri']}{separator}{urlencode(answer)}"


def decide_device(grants: Grants, user_code: str, user: User, *, deny: bool = False) -> None:
    """Confirm or deny the log-in that shows this code; a LookupError where none does."""
    device = grants.device_of(user_code)
    if device is None:
        raise LookupError(f"No device log-in that waits has the code {user_code}.")
    device.decide(user, deny=deny)


async def authorize(request: web.Request) -> web.Response:
    """Send the browser to the log-in page."""
    _requesting_client(request.app[SERVICE].tenant, request.query)
    return web.Response(status=302, headers={"Location": f"/auth/prelogin?{request.rel_url.raw_query_string}"})


async def log_in_page(request: web.Request) -> web.Response:
    _requesting_client(request.app[SERVICE].tenant, request.query)
    return _page("Log in", "", f"/auth/login?{request.rel_url.raw_query_string}")


async def log_in(request: web.Request) -> web.Response:
    """Send the browser back to the application."""
    tenant, form = request.app[SERVICE].tenant, await read_form(request)
    user = _user(tenant, form)
    if user is None:
        return _page(
            "Log in", "E-mail or password is wrong.", f"/auth/login?{request.rel_url.raw_query_string}", status=401
        )
    location = redirect_of(tenant, request.app[GRANTS], str(request.rel_url), user, deny=form.get("decision") == "deny")
    return web.Response(status=302, headers={"Location": location})


async def device_page(request: web.Request) -> web.Response:
    return _page("Confirm the code", "", "/activate", request.query.get("user_code", ""))


async def confirm_device(request: web.Request) -> web.Response:
    tenant, form = request.app[SERVICE].tenant, await read_form(request)
    user, user_code = _user(tenant, form), str(form.get("user_code", ""))
    if user is None:
        return _page("Confirm the code", "E-mail or password is wrong.", "/activate", user_code, status=401)
    try:
        decide_device(request.app[GRANTS], user_code, user, deny=form.get("decision") == "deny")
    except LookupError as error:
        return _page("Confirm the code", str(error), "/activate", status=404)
    return web.Response(text="Done. You may close this page.")


def _user(tenant: Tenant, form: Mapping[str, object]) -> User | None:
    return tenant.user_with_password(str(form.get("email", "")), str(form.get("password", "")))


def _requesting_client(tenant: Tenant, query: Mapping[str, str]) -> OAuthClient:
    for name in ("response_type", "client_id", "redirect_uri"):
        if not query.get(name):
            raise OAuthError(400, "invalid_request", f"Missing required parameter: {name}")
    client = tenant.oauth_clients.get(query["client_id"])
    if client is None or client.kind != "authorization_code" or query["response_type"] != "code":
        raise OAuthError(403, "unauthorized_client", "Unauthorized or unknown client")
    if query["redirect_uri"] not in client.redirect_uris:
        raise OAuthError(403, "invalid_request", "redirect_uri is not registered for the client")
    return client


def _page(title: str, message: str, action: str, user_code: str | None = None, *, status: int = 200) -> web.Response:
    code = "" if user_code is None else f'<label>Code <input name="user_code" value="{escape(user_code)}"></label>'
    text = PAGE.format(title=title, message=escape(message), action=escape(action), fields=code)
    return web.Response(text=text, content_type="text/html", status=status)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/auth/authorize", authorize),
        web.get("/auth/prelogin", log_in_page),
        web.post("/auth/login", log_in),
        web.get("/activate", device_page),
        web.post("/activate", confirm_device),
    ]
