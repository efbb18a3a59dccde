"""The control surface over HTTP: what Python code does with ``Emulator``, for programs in another process."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from aiohttp import web

from ..world.model import Model
from ..world.scripts import TaskScript
from ..world.structure import structure
from .envelope import ApiError, json_body, not_found
from .faults import Fault
from .patterns import check_pattern
from .service import SERVICE


async def add_fault(request: web.Request) -> web.Response:
    """Arrange a fault; the body has the fields of ``Fault``."""
    fault = _made(Fault, await json_body(request))
    try:
        check_pattern(fault.path)
    except ValueError as error:
        raise ApiError(400, str(error)) from error
    request.app[SERVICE].faults.add(fault)
    return web.json_response({}, status=201)


async def list_faults(request: web.Request) -> web.Response:
    faults = [asdict(fault) for fault in request.app[SERVICE].faults.waiting()]
    return web.json_response({"faults": faults}, dumps=_json)


def _json(value: object) -> str:
    # The body of a fault may be bytes.
    return json.dumps(value, default=repr)


async def clear_faults(request: web.Request) -> web.Response:
    request.app[SERVICE].faults.clear()
    return web.Response(status=204)


async def script_task(request: web.Request) -> web.Response:
    """Arrange how a task goes; the body has ``object_id`` and the fields of ``TaskScript``."""
    body = await json_body(request)
    object_id = body.pop("object_id", None)
    if object_id is None:
        raise ApiError(400, "object_id is missing")
    request.app[SERVICE].tenant.script_task(object_id, _made(TaskScript, body))
    return web.json_response({}, status=201)


async def release_tasks(request: web.Request) -> web.Response:
    request.app[SERVICE].tenant.release_tasks()
    return web.Response(status=204)


async def change_structure(request: web.Request) -> web.Response:
    """Add a line item to a model; the body, if there is one, has the arguments of ``Model.change_structure``."""
    model, arguments = _model(request), await json_body(request) if request.can_read_body else {}
    if wrong := sorted(name for name, value in arguments.items() if not isinstance(value, str)):
        raise ApiError(400, f"Not a string: {', '.join(wrong)}")
    try:
        line_item = model.change_structure(**arguments)
    except (LookupError, TypeError, ValueError) as error:
        raise ApiError(400, f"The structure cannot be changed like that: {error!r}") from error
    return web.json_response({"line_item": asdict(line_item)}, status=201)


async def show_structure(request: web.Request) -> web.Response:
    return web.json_response(structure(_model(request)))


def _model(request: web.Request) -> Model:
    model = request.app[SERVICE].tenant.models.get(request.match_info["model"])
    if model is None:
        raise not_found()
    return model


async def list_requests(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    received = [asdict(received) for received in service.requests]
    return web.json_response({"requests": received, "peak_in_flight": service.in_flight.peak})


def _made(kind: type[Any], values: dict[str, Any]) -> Any:
    """Build a fault or a script; what it does not know is refused, lest a typing error arrange nothing."""
    hints = get_type_hints(kind)
    if unknown := sorted(values.keys() - {field.name for field in fields(kind) if field.name != "released"}):
        raise ApiError(400, f"{kind.__name__} has no {', '.join(unknown)}")
    if wrong := sorted(name for name, value in values.items() if not _fits(value, hints[name])):
        raise ApiError(400, f"Of the wrong type for {kind.__name__}: {', '.join(wrong)}")
    try:
        return kind(**values)
    except ValueError as error:
        raise ApiError(400, str(error)) from error


def _fits(value: object, hint: Any) -> bool:
    """Whether a value of JSON has one of the types that a field takes."""
    if get_origin(hint) is Literal:
        return isinstance(value, str)
    if isinstance(hint, UnionType) or get_origin(hint) is Union:
        return any(_fits(value, one) for one in get_args(hint))
    if isinstance(value, bool) or hint is bool:
        return isinstance(value, bool) and hint is bool
    return isinstance(value, (int, float) if hint is float else get_origin(hint) or hint)


def routes() -> list[web.RouteDef]:
    return [
        web.post("/emulator/faults", add_fault),
        web.get("/emulator/faults", list_faults),
        web.delete("/emulator/faults", clear_faults),
        web.post("/emulator/tasks/script", script_task),
        web.post("/emulator/tasks/release", release_tasks),
        web.get("/emulator/models/{model}/structure", show_structure),
        web.post("/emulator/models/{model}/structure", change_structure),
        web.get("/emulator/requests", list_requests),
    ]
