"""Users: lists by a filter, and whatever is done to one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..serving.call import Call
from ..serving.listing import MOST_DIGITS, Row
from ..serving.service import note
from ..world.tenant import User
from .answers import ScimError, answer, body, route
from .filters import matcher
from .resources import (
    entitle,
    is_internal,
    location,
    resource,
    set_active,
    set_text,
    touch,
    workspace_ids,
    workspaces_of,
)

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
DEFAULT_COUNT, MOST_COUNT = 50, 100
_PATH_FILTER = re.compile(r'entitlements\[\s*type\s+eq\s+"WORKSPACE"\s*\]', re.IGNORECASE)
_TEXTS = {"name.familyName": "last_name", "name.givenName": "first_name", "externalId": "external_id"}


async def list_users(call: Call) -> web.Response:
    """The users that a filter keeps; pages begin at 1, and have 100 rows at the most."""
    start, count = _number(call, "startIndex", 1), _number(call, "count", DEFAULT_COUNT)
    if count > MOST_COUNT:
        raise ScimError(400, f"count must not exceed {MOST_COUNT}", "invalidValue")
    keeps = matcher(call.request.query["filter"]) if call.request.query.get("filter") else None
    users = [user for user in call.tenant.users.values() if is_internal(call, user) and (keeps is None or keeps(user))]
    shown = users[max(0, start - 1) : max(0, start - 1) + count]
    page: Row = {"schemas": [LIST], "totalResults": len(users), "startIndex": start, "itemsPerPage": len(shown)}
    if shown or not call.tenant.options.scim_omits_empty_resources:
        page["Resources"] = [resource(call, user) for user in shown]
    return answer(page)


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.query.get(name, str(default))
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise ScimError(400, f"{name} must be a number", "invalidValue")
    return int(text)


async def one_user(call: Call) -> web.Response:
    user = _user(call)
    return answer(resource(call, user), location=location(call, user))


async def create_user(call: Call) -> web.Response:
    """Create a user, who has no password: somebody else gives it to them."""
    given = await body(call)
    email, (first, last) = given.get("userName"), _names(given)
    if not isinstance(email, str) or "@" not in email:
        raise ScimError(400, "userName must be an e-mail address", "invalidValue")
    if call.tenant.user_with_email(email) is not None:
        raise ScimError(409, f"User {email} already exists", "uniqueness")
    ids = workspace_ids(call, given.get("entitlements") or [])
    user = User(email, first, last, display_name=given.get("displayName"))
    set_text(user, "external_id", given.get("externalId") or "")
    call.tenant.add_user(user)
    note(call.request, call.user, "USR-1", "User created", object_id=user.id)
    set_active(call, user, given.get("active", True))
    status = call.tenant.options.scim_create_status if entitle(call, user, ids) else 207
    return answer(resource(call, user), status, location=location(call, user))


async def replace_user(call: Call) -> web.Response:
    """Replace all of a user. Whoever comes without entitlements is in no workspace any more."""
    user, given = _user(call), await body(call)
    if given.get("id") != user.id:
        raise ScimError(400, "The id of the body must be that of the path", "invalidValue")
    first, last = _names(given)
    ids = workspace_ids(call, given.get("entitlements") or [])
    user.first_name, user.last_name = first, last
    set_text(user, "external_id", given.get("externalId") or "")
    set_active(call, user, given.get("active", True))
    touch(call, user)
    status = 200 if entitle(call, user, ids) else 207
    return answer(resource(call, user), status)


async def change_user(call: Call) -> web.Response:
    """Do some operations one after the other."""
    user, given = _user(call), await body(call)
    operations = given.get("Operations")
    if not isinstance(operations, list) or not operations:
        raise ScimError(400, "Operations must be an array with at least one operation", "invalidSyntax")
    whole = True
    for operation in operations:
        whole &= _operate(call, user, operation)
    touch(call, user)
    return answer(resource(call, user), 200 if whole else 207)


def _operate(call: Call, user: User, operation: object) -> bool:
    """Do one operation; False where the workspaces could not be stored."""
    if not isinstance(operation, dict):
        raise ScimError(400, "An operation must be an object", "invalidSyntax")
    kind, path, value = str(operation.get("op", "")).lower(), operation.get("path"), operation.get("value")
    if kind not in ("add", "replace", "remove"):
        raise ScimError(400, f"The operation {kind!r} is not supported", "invalidSyntax")
    if not isinstance(path, str) or not path:
        raise ScimError(400, "The path of an operation is required", "noTarget")
    if path == "entitlements" or _PATH_FILTER.fullmatch(path):
        return _entitle(call, user, kind, value)
    if kind == "remove" and path != "externalId":
        raise ScimError(400, f"{path} cannot be removed", "mutability")
    if path == "active":
        set_active(call, user, value)
    elif path in _TEXTS:
        set_text(user, _TEXTS[path], "" if kind == "remove" else value)
    else:
        raise ScimError(400, f"The path {path} is not supported", "invalidPath")
    return True


def _entitle(call: Call, user: User, kind: str, value: object) -> bool:
    present = [workspace.id for workspace in workspaces_of(call, user)]
    if kind == "remove":
        return entitle(call, user, [])
    ids = workspace_ids(call, value)
    return entitle(call, user, ids if kind == "replace" else [*present, *ids])


async def delete_user(call: Call) -> web.Response:
    """Refuse: users are deactivated."""
    _user(call)
    raise ScimError(501, "DELETE is not supported")


def _names(given: Mapping[str, Any]) -> tuple[str, str]:
    name: Any = given.get("name")
    first, last = (name.get("givenName"), name.get("familyName")) if isinstance(name, dict) else (None, None)
    if not isinstance(first, str) or not isinstance(last, str) or not first.strip() or not last.strip():
        raise ScimError(400, "name.givenName and name.familyName are required", "invalidValue")
    return first, last


def _user(call: Call) -> User:
    found = call.tenant.users.get(call.id("user").lower())
    if found is None or not is_internal(call, found):
        raise ScimError(404, f"Resource {call.id('user')} not found")
    return found


def routes() -> list[web.RouteDef]:
    return [
        route("GET", "/Users", list_users),
        route("POST", "/Users", create_user),
        route("GET", "/Users/{user}", one_user),
        route("PUT", "/Users/{user}", replace_user),
        route("PATCH", "/Users/{user}", change_user),
        route("DELETE", "/Users/{user}", delete_user),
    ]
