"""How Administration answers, and how exception users do: each has a scheme, an envelope and denials of its own."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..serving.envelope import ApiError

PREFIX = "/admin/1/0"
SCHEME = "AnaplanAuthToken"


class AdminError(Exception):
    """A request that is refused with this body; None for none at all."""

    def __init__(self, status: int, body: dict[str, str] | None, headers: dict[str, str] | None = None) -> None:
        self.status, self.body, self.headers = status, body, headers
        super().__init__(f"{status} {body}")

    def response(self) -> web.Response:
        if self.body is None:
            return web.Response(status=self.status, headers=self.headers)
        return web.json_response(self.body, status=self.status, headers=self.headers)


def coded(status: int, code: str, message: str) -> AdminError:
    """An error of Administration."""
    return AdminError(status, {"errorCode": code, "errorMessage": message})


def worded(status: int, word: str, message: str) -> AdminError:
    """An error about exception users."""
    return AdminError(status, {"status": word, "statusMessage": message})


def scheme_of(request: web.Request) -> str:
    return request.headers.get("Authorization", "").partition(" ")[0]


async def unrouted(request: web.Request) -> web.Response:
    raise worded(404, "FAILURE_NOT_FOUND", "Resource not found")


@web.middleware
async def admin_errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer refusals as Administration does."""
    if not request.path.startswith(f"{PREFIX}/"):
        unchanged: web.StreamResponse = await handler(request)
        return unchanged
    try:
        response: web.StreamResponse = await handler(request)
    except AdminError as problem:
        return problem.response()
    except ApiError as problem:
        return coded(problem.status, "INVALID", problem.message).response()
    return response


def routes() -> list[web.RouteDef]:
    return [web.route("*", f"{PREFIX}/{{rest:.*}}", unrouted)]
