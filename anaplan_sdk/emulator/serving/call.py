"""A call of the API by somebody who is logged in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from aiohttp import web

from ..world.model import Model
from ..world.tenant import Tenant, User, Workspace
from .envelope import ApiError, json_body, no_body, not_found, success
from .listing import Row, listing
from .service import SERVICE, Received, Service

# Of larger bodies it is only remembered that they came: thousands of requests are.
MOST_REMEMBERED_BYTES = 100_000
RECEIVED: ContextVar[Received] = ContextVar("received")
CALLER: ContextVar[User | None] = ContextVar("caller", default=None)
# Whoever can tell who calls.
CALLERS = web.AppKey[list[Callable[[web.Request], User | None]]]("callers")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A request, who makes it, and what it is about."""

    request: web.Request
    service: Service
    user: User

    @property
    def tenant(self) -> Tenant:
        return self.service.tenant

    def state(self, key: web.AppKey[T]) -> T:
        """What a family keeps while it is served."""
        return self.request.app[key]

    def id(self, name: str) -> str:
        """An id from the path."""
        return self.request.match_info[name]

    @property
    def shown_model(self) -> Model:
        """The model of the path, be it masked or archived; 404 where the caller does not see it listed."""
        model = self.tenant.models.get(self.id("model"))
        workspace_id = self.request.match_info.get("workspace")
        if model is None or workspace_id not in (None, model.workspace_id):
            raise not_found()
        if not self.tenant.shows(model, self.user):
            raise not_found()
        return model

    @property
    def open_model(self) -> Model:
        """The model of the path, for calls that look inside: 404 where masked, 422 where archived, 424 if offline."""
        model = self.shown_model
        if not self.tenant.opens(model, self.user):
            raise not_found()
        if model.active_state == "ARCHIVED":
            raise ApiError(422, "Model is Archived")
        if "MAINTENANCE" in model.active_state or self._is_kept_out(model):
            raise ApiError(424)
        return model

    def _is_kept_out(self, model: Model) -> bool:
        """Whether the model is offline for the caller."""
        kept_out = self.tenant.options.offline_keeps_users_out and not self.administers(model)
        return kept_out and not model.online

    async def loaded_model(self) -> Model:
        """The model of the path; a closed one is loaded first, which makes the first call slow."""
        model = self.open_model
        model.loading.move("Open", self.tenant.options.load_seconds)
        await asyncio.sleep(model.loading.seconds_left)
        return model

    @property
    def workspace(self) -> Workspace:
        """The workspace of the path; 404 where the caller does not see it."""
        workspace = self.tenant.workspaces.get(self.id("workspace"))
        if workspace is None or not workspace.admits(self.user):
            raise not_found()
        return workspace

    def administers(self, model: Model) -> bool:
        """Whether the caller is an administrator of the model's workspace."""
        return self.tenant.workspaces[model.workspace_id].is_administrator(self.user)

    async def json(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        if not (await self.request.read()).strip():
            raise no_body()
        body = await json_body(self.request)
        self.remember(body, len(await self.request.read()))
        return body

    def remember(self, body: Any, size: int) -> None:
        """Note the JSON that came, for whoever looks at the requests."""
        if received := RECEIVED.get(None):
            received.json = body if size <= MOST_REMEMBERED_BYTES else None

    def success(self, schema: str, **payload: Any) -> web.Response:
        return success(self.request, schema, payload)

    def listing(
        self,
        key: str,
        rows: Sequence[Row],
        schema: str,
        *,
        default_limit: int | None = None,
        keep_empty: bool = False,
    ) -> web.Response:
        options = self.tenant.options
        return listing(self.request, options, key, rows, schema, default_limit=default_limit, keep_empty=keep_empty)


Handler: TypeAlias = Callable[[Call], Awaitable[web.StreamResponse]]


def route(method: str, path: str, handler: Handler) -> list[web.RouteDef]:
    """The routes of a path below ``/2/0``, with and without a slash at its end, for logged-in callers."""

    async def handle(request: web.Request) -> web.StreamResponse:
        user = CALLER.get()
        if user is None:
            raise ApiError(401)
        return await handler(Call(request, request.app[SERVICE], user))

    return [web.route(method, f"/2/0{path}{slash}", handle) for slash in ("", "/")]


def model_route(method: str, path: str, handler: Handler) -> list[web.RouteDef]:
    """The routes of a path inside a model, which is reached with and without its workspace."""
    return [
        *route(method, f"/models/{{model}}{path}", handler),
        *route(method, f"/workspaces/{{workspace}}/models/{{model}}{path}", handler),
    ]
