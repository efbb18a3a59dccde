"""How the audit log answers: who may read it, what it refuses, and how it tells."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web

from ..serving.call import CALLER, Call, Handler
from ..serving.envelope import ApiError
from ..serving.service import SERVICE

PREFIX = "/audit/api/1"
SCHEME = "AnaplanAuthToken"
_WORDS = {400: "FAILURE_BAD_REQUEST", 401: "FAILURE_INVALID_TOKEN", 404: "FAILURE_NOT_FOUND", 500: "FAILURE_GENERIC"}

Next: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AuditError(Exception):
    """A request that is refused in the words of the audit log."""

    def __init__(self, status: int, message: str, word: str | None = None) -> None:
        self.status, self.message, self.word = status, message, word or _WORDS[status]
        super().__init__(f"{status} {self.word}")

    def response(self) -> web.Response:
        return web.json_response({"status": self.word, "statusMessage": self.message}, status=self.status)


def bad_request(message: str) -> AuditError:
    return AuditError(400, message)


def route(method: str, path: str, handler: Handler) -> web.RouteDef:
    """A route for tenant auditors, with a token under the one scheme that is taken."""

    async def handle(request: web.Request) -> web.StreamResponse:
        scheme = request.headers.get("Authorization", "").partition(" ")[0]
        if scheme != SCHEME:
            raise AuditError(401, "No valid token header found for the request", "FAILURE_BAD_HEADER")
        user = CALLER.get()
        if user is None:
            raise AuditError(401, "The token is expired or unknown")
        if "TENANT_AUDITOR" not in user.roles:
            raise AuditError(401, "User is not authorized to perform this action", "FAILURE_UNAUTHORIZED_USER_ACTION")
        return await handler(Call(request, request.app[SERVICE], user))

    return web.route(method, PREFIX + path, handle)


@web.middleware
async def audit_errors(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer refusals in the envelope of the audit log."""
    if not request.path.startswith(f"{PREFIX}/"):
        unchanged: web.StreamResponse = await handler(request)
        return unchanged
    try:
        response: web.StreamResponse = await handler(request)
    except AuditError as problem:
        return problem.response()
    except ApiError as problem:
        return AuditError(problem.status if problem.status in _WORDS else 400, problem.message).response()
    except web.HTTPNotFound:
        return AuditError(404, "Resource not found").response()
    return response
