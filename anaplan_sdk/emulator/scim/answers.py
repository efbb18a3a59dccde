"""How SCIM answers: who is let in, and errors whose status is text."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..serving.call import CALLER, Call, Handler
from ..serving.envelope import ApiError, json_object
from ..serving.service import SERVICE
from ..world.tenant import User

PREFIX = "/scim/1/0/v2"
MEDIA_TYPE = "application/scim+json"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimError(Exception):
    """A request that is refused with an error of SCIM."""

    def __init__(self, status: int, detail: str, scim_type: str | None = None) -> None:
        self.status, self.detail, self.scim_type = status, detail, scim_type
        super().__init__(f"{status} {detail}")

    def response(self) -> web.Response:
        body = {"schemas": [ERROR], "detail": self.detail, "status": str(self.status)}
        if self.scim_type is not None:
            body["scimType"] = self.scim_type
        return answer(body, self.status)


def answer(body: Mapping[str, Any], status: int = 200, *, location: str | None = None) -> web.Response:
    headers = None if location is None else {"Location": location}
    return web.json_response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def route(method: str, path: str, handler: Handler) -> web.RouteDef:
    """A route for user administrators, by a token under either scheme, or by e-mail and password at once."""

    async def handle(request: web.Request) -> web.StreamResponse:
        user = CALLER.get() or _password_user(request)
        if user is None:
            raise ScimError(401, "Authentication failed")
        if "USER_ADMINISTRATOR" not in user.roles:
            raise ScimError(403, "User is not authorized to perform this action")
        return await handler(Call(request, request.app[SERVICE], user))

    return web.route(method, PREFIX + path, handle)


def _password_user(request: web.Request) -> User | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return None
    try:
        email, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return request.app[SERVICE].tenant.user_with_password(email, password)


async def body(call: Call) -> dict[str, Any]:
    """The body, which must be a JSON object."""
    try:
        found = await json_object(call.request)
    except ValueError as error:
        raise ScimError(400, f"The request body is not valid JSON: {error}", "invalidSyntax") from error
    call.remember(found, len(json.dumps(found)))
    return found


async def unrouted(request: web.Request) -> web.Response:
    raise ScimError(404, f"Resource {request.path.rpartition('/')[2]} not found")


@web.middleware
async def scim_errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer refusals as SCIM does."""
    if not request.path.startswith(f"{PREFIX}/"):
        unchanged: web.StreamResponse = await handler(request)
        return unchanged
    try:
        response: web.StreamResponse = await handler(request)
    except ScimError as problem:
        return problem.response()
    except ApiError as problem:
        return ScimError(problem.status, problem.message).response()
    return response


def routes() -> list[web.RouteDef]:
    return [web.route("*", f"{PREFIX}/{{rest:.*}}", unrouted)]
