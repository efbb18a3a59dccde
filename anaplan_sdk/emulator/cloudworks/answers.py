"""How CloudWorks answers: its envelope, its denials, and pages of HTML for what it has no route for."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from ..serving.call import CALLER, Call, Handler
from ..serving.envelope import ApiError, json_object, origin
from ..serving.listing import Row, number
from ..serving.service import SERVICE
from ..world.cloudworks.state import CloudIntegration, CloudWorks
from ..world.tenant import User

# Where it is reached: beside the Integration API, or at a host of its own.
PREFIXES = ("/cloudworks/2/0", "/2/0")
DEFAULT_PAGE, LARGEST_PAGE = 25, 250
HTML = (
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def route(method: str, path: str, handler: Handler, *, denial: int = 403) -> list[web.RouteDef]:
    """The routes of a path for callers who have a role in CloudWorks; others are refused with *denial*."""

    async def handle(request: web.Request) -> web.StreamResponse:
        user = CALLER.get()
        if user is None:
            raise ApiError(401)
        if not user.roles & {"RESTRICTED_INTEGRATION_USER", "INTEGRATION_ADMINISTRATOR"}:
            raise ApiError(denial, "Tenant not entitled" if denial == 452 else "Not Permitted")
        return await handler(Call(request, request.app[SERVICE], user))

    return [web.route(method, prefix + path, handle) for prefix in PREFIXES]


async def unrouted(request: web.Request) -> web.Response:
    """Answer as the gateway does, and not as CloudWorks."""
    return web.Response(status=404, text=HTML, content_type="text/html")


def cloud(call: Call) -> CloudWorks:
    return call.tenant.cloudworks


def refused(message: str, status: int = 400) -> ApiError:
    return ApiError(status, message)


def unknown(message: str = "Resource not found") -> ApiError:
    return ApiError(404, message)


def invalid_body() -> ApiError:
    return refused("Invalid request body")


def sees(call: Call, workspace_id: str) -> bool:
    """Whether the caller sees what belongs to a workspace: administrators see the tenant."""
    if "INTEGRATION_ADMINISTRATOR" in call.user.roles:
        return True
    workspace = call.tenant.workspaces.get(workspace_id)
    return workspace is not None and workspace.admits(call.user)


def integration(call: Call, integration_id: str | None = None) -> CloudIntegration:
    """An integration that the caller sees, by default that of the path."""
    found = cloud(call).integrations.get(call.id("integration") if integration_id is None else integration_id)
    if found is None or not sees(call, found.workspace_id):
        raise unknown()
    return found


async def body(
    call: Call, *allowed: str, required: tuple[str, ...] = (), texts: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The body, an object with these fields and no others; *texts* are required, too, and must be text."""
    try:
        found = await json_object(call.request)
    except ValueError as error:
        raise invalid_body() from error
    call.remember(found if "connections" not in call.request.path else None, 0)
    required = (*required, *texts)
    if (allowed and found.keys() - {*allowed, *required}) or any(found.get(name) in (None, "") for name in required):
        raise invalid_body()
    if not are_texts([found[name] for name in texts]):
        raise invalid_body()
    return found


def are_texts(values: object) -> bool:
    """Whether it is a list of texts that are not empty."""
    return isinstance(values, list) and all(isinstance(value, str) and value for value in values)


def success(call: Call, schema: str = "", **payload: Any) -> web.Response:
    """200, also for what was created; without anything else where there is nothing to tell."""
    answer: Row = {"status": {"code": 200, "message": "Success"}, **payload}
    if schema:
        answer["meta"] = {"schema": schema_url(call, schema), **answer.get("meta", {})}
    return web.json_response(answer)


def schema_url(call: Call, schema: str) -> str:
    """Where the schema of an answer would be; live, with the number of the other version."""
    return f"{origin(call.request)}/1/0/integrations/objects/{schema}"


def page(call: Call, key: str, rows: list[Row], **meta: Any) -> web.Response:
    """One page of a list, of 25 rows by default and of 250 at the most, whatever is asked for."""
    limit, offset = number(call.request, "limit") or DEFAULT_PAGE, number(call.request, "offset") or 0
    shown = rows[offset : offset + min(limit, LARGEST_PAGE)]
    paging = {"currentPageSize": len(shown), "totalSize": len(rows), "offset": offset}
    return success(call, key, **{key: shown}, meta={"paging": paging, **meta})


def display_name(user: User) -> str:
    return user.shown_name


def iso(seconds: float | None) -> str | None:
    """A time as nearly everything here has it."""
    if seconds is None:
        return None
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds % 1 * 1_000):03d}Z"


def routes() -> list[web.RouteDef]:
    rest = ("/cloudworks/{rest:.*}", "/2/0/integrations{rest:.*}", "/2/0/integrationflows{rest:.*}")
    return [web.route("*", path, unrouted) for path in rest]
