"""Whether a model is online: while it is offline, Anaplan lets only administrators in."""

from __future__ import annotations

from aiohttp import web

from ..serving.call import Call, route
from ..serving.envelope import ApiError
from ..world.model import Model
from .access import ARCHIVED, LOCKED, active_model, administered_model, text_fields

STATUSES = ("online", "offline")


async def change_status(call: Call) -> web.Response:
    model = _model(call)
    if model.active_state in (LOCKED, ARCHIVED):
        raise ApiError(400, "Cannot change status when model is in Locked or Archived mode")
    fields = await text_fields(call, ["status"])
    if "status" not in fields:
        raise ApiError(400, "Missing mandatory property 'status'")
    if fields["status"] not in STATUSES:
        raise ApiError(400, f"Invalid value for 'status', must be one of [{', '.join(STATUSES)}]")
    model.online = fields["status"] == "online"
    return web.Response(status=204)


def _model(call: Call) -> Model:
    # Two sources, two answers for an archived model.
    return administered_model(call) if call.tenant.options.archived_online_status == 400 else active_model(call)


def routes() -> list[web.RouteDef]:
    path = "/models/{model}/onlineStatus"
    return [*route("PUT", path, change_status), *route("POST", path, change_status)]
