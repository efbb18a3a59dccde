"""What all calls of this family share: nothing changes the model under a reader, and writers come one by one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar, cast

from aiohttp import web

from ..runs.task import TICK_SECONDS, BaseTask
from ..serving.call import Call, Handler
from ..serving.envelope import ApiError, no_body, not_found
from ..world.model import Model
from ..world.options import Options
from ..world.planning.modules import Module

DEPLOYED = "PRODUCTION"
LOCKED = "LOCKED"
# Of list items, for which no limit in bytes is known.
MOST_BODY_BYTES = 200_000_000

T = TypeVar("T")
Reader: TypeAlias = Callable[[Call, Model], web.StreamResponse]
Answerer: TypeAlias = Callable[[Call, Model, Any], web.StreamResponse]
"""Takes the body too."""
Limit: TypeAlias = Callable[[Options], int]
"""The most bytes of a body."""


def reading(read: Reader, *, administrator: bool = False) -> Handler:
    """A handler that looks at the model of the path, in a thread. It waits for tasks and writes that came before."""

    async def handle(call: Call) -> web.StreamResponse:
        model = await opened_model(call, administrator=administrator)
        async with call.service.runner.quiet(model.id):
            return await asyncio.to_thread(read, call, model)

    return handle


def asking(read: Answerer) -> Handler:
    """The same as ``reading`` for a question that has a body."""

    async def handle(call: Call) -> web.StreamResponse:
        model = await opened_model(call)
        body = await _json(call, None)
        async with call.service.runner.quiet(model.id):
            return await asyncio.to_thread(read, call, model, body)

    return handle


def writing(write: Answerer, *, administrator: bool = False, limit: Limit | None = None) -> Handler:
    """A handler that changes the model of the path, with what the body says (None where there is no body)."""

    async def handle(call: Call) -> web.StreamResponse:
        model = await opened_model(call, administrator=administrator)
        if model.active_state == LOCKED:
            raise ApiError(423)
        body = await _json(call, limit)
        async with _updating(call, model):
            return await asyncio.to_thread(write, call, model, body)

    return handle


async def opened_model(call: Call, *, administrator: bool = False) -> Model:
    """The model of the path, if the caller has the role that is asked for."""
    model = await call.loaded_model()
    # Not 403: live tenants answer like this for want of the role.
    if administrator and not call.administers(model):
        raise not_found()
    return model


@asynccontextmanager
async def _updating(call: Call, model: Model) -> AsyncGenerator[None, None]:
    """Have the model for a write alone; its status says so."""
    task = BaseTask(model, call.user, state="IN_PROGRESS", current_step="Updating")
    async with call.service.runner.turn(task):
        begun = time.monotonic()
        while time.monotonic() - begun < call.tenant.options.write_seconds:
            await asyncio.sleep(TICK_SECONDS)
        yield


async def _json(call: Call, limit: Limit | None) -> Any:
    request = call.request
    if "Content-Type" in request.headers and request.can_read_body and request.content_type != "application/json":
        raise ApiError(415)
    options = call.tenant.options
    most_bytes = MOST_BODY_BYTES if limit is None else limit(options)
    data = bytearray()
    async for piece in request.content.iter_any():
        data += piece
        if len(data) > most_bytes:
            raise ApiError(options.beyond_write_limit, f"The body has more than {most_bytes} bytes.")
    if not data.strip():
        return None
    try:
        body = await asyncio.to_thread(json.loads, data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"The request body is not valid JSON: {error}") from error
    call.remember(body, len(data))
    return body


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def json_object(body: Any) -> dict[str, Any]:
    """A body that must be an object."""
    if body is None:
        raise no_body()
    if not isinstance(body, dict):
        raise ApiError(400, "The request body must be a JSON object.")
    return cast("dict[str, Any]", body)


def found(thing: T | None) -> T:
    """What there is; 404 where there is nothing."""
    if thing is None:
        raise not_found()
    return thing


def shown_modules(call: Call, model: Model) -> list[Module]:
    """The modules that the caller may read; all else is as if it was not there."""
    return [module for module in model.modules.values() if call.user.id not in module.no_access]


def shown_module(call: Call, model: Model, module_id: str | None = None) -> Module:
    """The module of the path, or that with the id; 404 where the caller may not read it."""
    module = found(model.modules.get(call.id("module") if module_id is None else module_id))
    if call.user.id in module.no_access:
        raise not_found()
    return module


def check_items(call: Call, count: int) -> None:
    """Refuse to answer with more items than one answer holds; there is no partial answer."""
    if count > call.tenant.options.item_limit:
        raise ApiError(400, f"There are more than {call.tenant.options.item_limit} items.")
