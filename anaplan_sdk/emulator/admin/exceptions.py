"""Exception users: who may log in with a password where a workspace requires single sign-on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from ..serving.call import CALLER, Call, Handler
from ..serving.envelope import json_object
from ..serving.listing import Row
from ..serving.service import SERVICE, note
from ..world.tenant import User, Workspace
from .answers import PREFIX, SCHEME, AdminError, scheme_of, worded

_BAD_HEADER = "Request header invalid, token or apikey or Oauth service-to-service token is required"


def route(method: str, path: str, handler: Handler) -> web.RouteDef:
    """A route for anybody who is logged in, with a token under the one scheme that is taken."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if scheme_of(request) != SCHEME:
            raise worded(400, "FAILURE_BAD_HEADER", _BAD_HEADER)
        user = CALLER.get()
        if user is None:
            raise worded(401, "FAILURE_INVALID_TOKEN", "The token is expired or unknown")
        return await handler(Call(request, request.app[SERVICE], user))

    return web.route(method, f"{PREFIX}/permissions/exception-users{path}", handle)


async def search(call: Call) -> web.Response:
    """By workspace or by user, within the workspaces that the caller sees."""
    body = await _body(call)
    if len(body.keys() & {"workspaceGuid", "userGuid"}) != 1:
        raise _bad_request("search criteria not provided")
    if "workspaceGuid" in body:
        workspace = call.tenant.workspaces.get(str(body["workspaceGuid"]))
        if workspace is None or not workspace.admits(call.user):
            raise _not_found()
        return _found([_row(call, workspace, workspace.exception_users)])
    user = call.tenant.users.get(str(body["userGuid"]))
    if user is None:
        raise _not_found()
    seen = (each for each in call.tenant.workspaces.values() if each.admits(call.user))
    own = (each for each in seen if user.id in each.exception_users and user.id not in each.visitors)
    return _found([_row(call, each, [user.id]) for each in own])


def _found(rows: list[Row]) -> web.Response:
    return web.json_response({"response": [row for row in rows if row["users"]]})


def _row(call: Call, workspace: Workspace, user_ids: Iterable[str]) -> Row:
    users = [call.tenant.users[each] for each in sorted(user_ids) if each in call.tenant.users]
    return {
        "workspaceGuid": workspace.id,
        "workspaceName": workspace.name,
        "users": [{"userGuid": user.id, "email": user.email} for user in users],
    }


async def change(call: Call) -> web.Response:
    """Assign or unassign; the body is looked at before the role."""
    body = await _body(call)
    operation, workspace_id = body.get("op"), body.get("workspaceGuid")
    if operation not in ("assign", "unassign") or not isinstance(workspace_id, str):
        raise _bad_request("op or workspaceGuid is missing or invalid")
    if "TENANT_SECURITY_ADMINISTRATOR" not in call.user.roles:
        raise worded(403, "FAILURE_UNAUTHORIZED_USER_ACTION", "User is not authorized to perform this action")
    user, workspace = _subject(call, workspace_id)
    if operation == "assign":
        workspace.exception_users.add(user.id)
        code, message = "USR-57", "Exception access granted"
    else:
        workspace.exception_users.discard(user.id)
        code, message = "USR-58", "Exception access revoked"
    facts = {"workspaceId": workspace.id}
    note(call.request, call.user, code, message, object_id=user.id, attributes=facts)
    return web.Response(status=204)


def _subject(call: Call, workspace_id: str) -> tuple[User, Workspace]:
    user, workspace = call.tenant.users.get(call.id("user")), call.tenant.workspaces.get(workspace_id)
    if user is None or workspace is None:
        raise _not_found()
    if user is call.user:
        message = "Operation cannot be performed on the same user as the one requesting it"
        raise worded(403, "FAILURE_GENERIC", message)
    if not workspace.single_sign_on:
        raise _bad_request("Requested workspace is not SSO enabled")
    if not workspace.admits(user):
        raise _bad_request("Requested user not found in workspace")
    return user, workspace


async def _body(call: Call) -> dict[str, Any]:
    try:
        body = await json_object(call.request)
    except ValueError as error:
        raise _bad_request(f"The body is not valid JSON: {error}") from error
    call.remember(body, 0)
    return body


def _bad_request(message: str) -> AdminError:
    return worded(400, "FAILURE_BAD_REQUEST", message)


def _not_found() -> AdminError:
    return worded(404, "FAILURE_NOT_FOUND", "Resource not found")


def routes() -> list[web.RouteDef]:
    return [route("POST", "/search", search), route("PATCH", "/users/{user}", change)]
