"""Notifications: one for each integration, which is there from its birth."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..serving.call import Call
from ..serving.listing import Row
from ..world.cloudworks.state import CloudNotification, Runnable
from .answers import are_texts, body, cloud, integration, invalid_body, refused, route, success, unknown

OUTCOMES = ("success", "partial_failure", "full_failure")
MOST_USERS = 5


async def one_notification(call: Call) -> web.Response:
    found = _notification(call)
    rules = [{"type": rule["type"], "users": [_user(call, each) for each in rule["users"]]} for rule in found.rules]
    row = {
        "notificationId": found.id,
        "integrationIds": found.integration_ids,
        "channels": found.channels,
        "notifications": {"config": rules},
    }
    return success(call, "notification", notifications=row)


async def create_notification(call: Call) -> web.Response:
    given = await _checked(call)
    owner = integration(call, given["integrationIds"][0])
    if owner.notification_id is not None:
        raise refused("Duplicate resource name not allowed")
    made = cloud(call).add_notification(given["integrationIds"])
    _write(made, given)
    owner.notification_id = made.id
    return success(call, notification={"notificationId": made.id})


async def replace_notification(call: Call) -> web.Response:
    found = _notification(call)
    _write(found, await _checked(call))
    return success(call)


async def delete_notification(call: Call) -> web.Response:
    found = _notification(call)
    del cloud(call).notifications[found.id]
    owners: list[Runnable] = [*cloud(call).integrations.values(), *cloud(call).flows.values()]
    for owner in owners:
        if owner.notification_id == found.id:
            owner.notification_id = None
    return success(call)


async def _checked(call: Call) -> dict[str, Any]:
    given = await body(call, required=("integrationIds", "channels", "notifications"))
    notifications = given["notifications"]
    rules: Any = notifications.get("config") if isinstance(notifications, dict) else None
    ids = given["integrationIds"]
    if (
        not are_texts(ids)
        or len(ids) != 1
        or not are_texts(given["channels"])
        or not isinstance(rules, list)
        or not rules
    ):
        raise invalid_body()
    for rule in rules:
        users: Any = rule.get("users") if isinstance(rule, dict) else None
        if not are_texts(users) or str(rule.get("type")) not in OUTCOMES or not 1 <= len(users) <= MOST_USERS:
            raise invalid_body()
    return given


def _write(found: CloudNotification, given: dict[str, Any]) -> None:
    found.channels, found.rules = list(given["channels"]), list(given["notifications"]["config"])


def _user(call: Call, user_id: str) -> Row:
    user = call.tenant.users.get(user_id)
    names = {"firstName": user.first_name, "lastName": user.last_name} if user else {}
    return {"userGuid": user_id, **names}


def _notification(call: Call) -> CloudNotification:
    found = cloud(call).notifications.get(call.id("notification"))
    if found is None:
        raise unknown()
    return found


def routes() -> list[web.RouteDef]:
    return [
        *route("POST", "/integrations/notification", create_notification),
        *route("GET", "/integrations/notification/{notification}", one_notification),
        *route("PUT", "/integrations/notification/{notification}", replace_notification),
        *route("DELETE", "/integrations/notification/{notification}", delete_notification),
    ]
