"""Dumps of rejected rows, and the solution logs of optimizations."""

from __future__ import annotations

from aiohttp import web

from ..content.chunks import Chunk
from ..serving.answers import StoredContent
from ..serving.call import Call, model_route, route
from ..serving.envelope import ApiError, not_found
from .files import chunk_rows, one_chunk

TEXT = "text/plain"


async def get_import_dump(call: Call) -> web.StreamResponse:
    """Answer with the whole dump; some regions say that there is none with 204 instead of 404."""
    chunks = _import_dump(call)
    if not chunks and call.tenant.options.dump_missing == 204:
        return web.Response(status=204)
    return _whole(chunks)


async def list_import_dump_chunks(call: Call) -> web.Response:
    return _chunk_list(call, _import_dump(call))


async def get_import_dump_chunk(call: Call) -> StoredContent:
    return one_chunk(call, _import_dump(call), TEXT)


async def get_step_dump(call: Call) -> StoredContent:
    return _whole(_step_dump(call))


async def list_step_dump_chunks(call: Call) -> web.Response:
    return _chunk_list(call, _step_dump(call))


async def get_step_dump_chunk(call: Call) -> StoredContent:
    return one_chunk(call, _step_dump(call), TEXT)


def _whole(chunks: list[Chunk]) -> StoredContent:
    if not chunks:
        raise not_found()
    return StoredContent(chunks, TEXT)


def _chunk_list(call: Call, chunks: list[Chunk]) -> web.Response:
    if not chunks:
        raise ApiError(400 if call.tenant.options.dump_missing == 400 else 404)
    return call.listing("chunks", chunk_rows(chunks), f"models/{call.id('model')}/objects/chunk")


def _import_dump(call: Call) -> list[Chunk]:
    return _dump(call, call.id("import"), call.id("import"))


def _step_dump(call: Call) -> list[Chunk]:
    """The dump of a process step, which only the process leads to."""
    return _dump(call, call.id("process"), call.id("step"))


def _dump(call: Call, parent_id: str, object_id: str) -> list[Chunk]:
    owner = (call.open_model.id, call.user.id, parent_id)
    dump = call.service.storage.dump(owner, object_id, call.id("task"))
    return dump.chunks if dump else []


async def get_solution_log(call: Call) -> web.Response:
    """Answer with the log of an optimization; the role is looked at before the ids."""
    workspace = call.tenant.workspaces.get(call.id("workspace"))
    if workspace is None or not workspace.is_administrator(call.user):
        raise ApiError(403)
    log = call.open_model.solution_logs.get((call.id("action"), call.id("task")))
    if log is None:
        raise not_found()
    return web.Response(body=log, content_type=TEXT)


def routes() -> list[web.RouteDef]:
    of_import = "/imports/{import}/tasks/{task}/dump"
    of_step = "/processes/{process}/tasks/{task}/dumps/{step}"
    of_optimization = "/optimizeActions/{action}/tasks/{task}/solutionLogs"
    return [
        *model_route("GET", of_import, get_import_dump),
        *model_route("GET", f"{of_import}/chunks", list_import_dump_chunks),
        *model_route("GET", f"{of_import}/chunks/{{chunk}}", get_import_dump_chunk),
        *model_route("GET", of_step, get_step_dump),
        *model_route("GET", f"{of_step}/chunks", list_step_dump_chunks),
        *model_route("GET", f"{of_step}/chunks/{{chunk}}", get_step_dump_chunk),
        *route("GET", f"/workspaces/{{workspace}}/models/{{model}}{of_optimization}", get_solution_log),
    ]
