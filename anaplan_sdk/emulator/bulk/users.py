"""Users."""

from __future__ import annotations

from aiohttp import web

from ..serving.call import Call, route
from ..serving.envelope import not_found
from ..serving.listing import Row, searched, sorted_strictly
from ..world.tenant import Tenant, User
from ..world.times import millisecond_timestamp

SORT_FIELDS = ("firstName", "lastName", "email", "active", "lastLoginDate")


async def current_user(call: Call) -> web.Response:
    return call.success("objects/user", user=user_row(call.user, call.tenant))


async def one_user(call: Call) -> web.Response:
    user = call.tenant.users.get(call.id("user"))
    if user is None:
        raise not_found()
    return call.success("objects/user", user=user_row(user, call.tenant))


async def list_users(call: Call) -> web.Response:
    rows = [user_row(user, call.tenant) for user in call.tenant.users.values()]
    # For others than workspace administrators the search is not refused but ignored.
    if call.tenant.is_workspace_administrator(call.user):
        rows = searched(call.request, rows)
    return call.listing("users", sorted_strictly(call.request, rows, SORT_FIELDS), "objects/user")


def user_row(user: User, tenant: Tenant) -> Row:
    row: Row = {
        "id": user.id,
        "active": user.active,
        "email": user.email,
        "emailOptIn": True,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "customerId": tenant.customer_id,
    }
    if user.last_login is not None:
        row["lastLoginDate"] = millisecond_timestamp(user.last_login)
    return row


def routes() -> list[web.RouteDef]:
    return [
        *route("GET", "/users", list_users),
        *route("GET", "/users/me", current_user),
        *route("GET", "/users/{user}", one_user),
    ]
