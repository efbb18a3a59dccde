"""Makes large reads of views and lists, tells their state, sends their pages, and ends them."""

from __future__ import annotations

import csv
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, TypeAlias

from aiohttp import web

from ..content.chunks import Chunk, ChunkReader, awkward_slices
from ..serving.answers import StoredContent
from ..serving.call import Call, Handler, model_route
from ..serving.envelope import ApiError, json_body, not_found, origin
from ..serving.listing import Row
from ..serving.service import SERVICE
from ..world.model import Model
from ..world.options import Options
from .access import Answerer, asking, found, json_object, opened_model
from .answering import csv_answer
from .list_items import paged_rows
from .lists import the_list
from .read_requests import READS, RunningRead
from .views import CURRENT_PAGE, EXPORT_TYPES, header_lines, the_view

Kind: TypeAlias = Literal["views", "lists"]
Answer: TypeAlias = Callable[[Call, Kind], Awaitable[web.StreamResponse]]
OBJECT_KEYS: dict[Kind, tuple[str, str]] = {
    "views": ("viewReadRequest", "viewId"),
    "lists": ("listReadRequest", "listId"),
}
LIST_HEADER_LINES = 1


def read_view(call: Call, model: Model, body: Any) -> web.Response:
    """Make a large read of all pages of a view; without an export type it is refused."""
    contents = model.read_view(the_view(call, model))
    export_type = json_object(body).get("exportType")
    if export_type not in EXPORT_TYPES:
        raise ApiError(400, f"Unknown export type '{export_type}'.")
    lines = contents.csv_rows(export_type, contents.select({}) if export_type == CURRENT_PAGE else None)
    return _made(call, model, "views", lines, header_lines(contents, export_type), export_type)


def read_list(call: Call, model: Model, _: Any) -> web.Response:
    return _made(call, model, "lists", paged_rows(model, the_list(call, model)), LIST_HEADER_LINES, None)


def _made(
    call: Call, model: Model, kind: Kind, rows: Iterable[Sequence[str]], header: int, export_type: str | None
) -> web.Response:
    reads, options, object_id = call.state(READS), call.tenant.options, _object_id(call, kind)
    reads.expire(options)
    path = call.service.storage.new_path()
    header_chunk = _write(path, iter(rows), header, options)
    script = call.tenant.task_scripts.take(object_id)
    read = RunningRead(
        kind,
        object_id,
        model.id,
        call.user.email,
        export_type,
        pages=_pages(path, header_chunk, options),
        path=path,
        script=script,
        polls_needed=script.polls or options.read_polls,
        active_at=reads.now,
    )
    reads.add(read)
    key, _ = OBJECT_KEYS[kind]
    row = {"requestId": read.id, "requestState": read.state, "url": _url(call, read)}
    return call.success(f"objects/{key}", **{key: row})


def _write(path: Path, rows: Iterator[Sequence[str]], header: int, options: Options) -> Chunk:
    """Write everything to disk; tell which part is the header."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator=options.csv_line_end)
        for _, row in zip(range(header), rows, strict=False):
            table.writerow(row)
        end = stream.tell()
        table.writerows(rows)
    return Chunk(path, 0, end)


def _pages(path: Path, header: Chunk, options: Options) -> list[Sequence[Chunk]]:
    chunks = awkward_slices(path, options.read_page_bytes)
    repeated = [header] if options.read_page_repeats_header else []
    return [[chunk] if index == 0 else [*repeated, chunk] for index, chunk in enumerate(chunks)]


def _url(call: Call, read: RunningRead) -> str:
    """An address that leads nowhere, as in samples: of a word that is none, or without the id at its end."""
    if read.kind == "lists":
        return f"{origin(call.request)}/2/0/models/{read.model_id}/lists/{read.object_id}/readRequests/"
    return f"{origin(call.request)}/2/0/models/{read.model_id}/view/{read.object_id}/readRequests/{read.id}"


def _object_id(call: Call, kind: Kind) -> str:
    return call.id("view" if kind == "views" else "list")


async def _state(call: Call, kind: Kind) -> web.Response:
    """Tell how far it is; that somebody looked lets it go on."""
    read = await _read(call, kind)
    read.polls += 1
    return _answer(call, read, availablePages=read.available_pages)


async def _page(call: Call, kind: Kind) -> web.StreamResponse:
    """Send a page, which may be before the read has ended."""
    read, number = await _read(call, kind), call.id("page")
    if not number.isdecimal() or len(number) > 9:
        raise not_found()
    chunks = found(call.state(READS).fetch(read, int(number)))
    if call.tenant.options.gzip_text:
        with ChunkReader(chunks) as reader:
            return csv_answer(call, reader.read())
    return StoredContent(chunks, "text/csv; charset=utf-8")


async def _end(call: Call, kind: Kind) -> web.Response:
    """Delete what was read, or cancel what is still being read."""
    read = await _read(call, kind)
    read.close()
    return _answer(call, read)


async def _read(call: Call, kind: Kind) -> RunningRead:
    model = await opened_model(call)
    reads = call.state(READS)
    reads.expire(call.tenant.options)
    read = found(reads.find(call.id("request")))
    expected = kind, _object_id(call, kind), model.id, call.user.email
    if (read.kind, read.object_id, read.model_id, read.user) != expected:
        raise not_found()
    return read


def _answer(call: Call, read: RunningRead, **further: int) -> web.Response:
    """Describe it; here alone ids are numbers."""
    key, id_key = OBJECT_KEYS[read.kind]
    row: Row = {
        "requestId": read.id,
        id_key: int(read.object_id),
        "requestState": read.state,
        "url": _url(call, read),
        "successful": read.successful,
    }
    return call.success(f"objects/{key}", **{key: row | further})


async def list_reads(request: web.Request) -> web.Response:
    """Show all large reads, ended ones too."""
    request.app[READS].expire(request.app[SERVICE].tenant.options)
    return web.json_response({"read_requests": [asdict(read) for read in request.app[READS].snapshots()]})


async def age_reads(request: web.Request) -> web.Response:
    """Let large reads be idle for so many more ``seconds``."""
    seconds = (await json_body(request)).get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise ApiError(400, "seconds is missing")
    request.app[READS].put_forward(seconds)
    return web.Response(status=204)


def _of_kind(kind: Kind, answer: Answer) -> Handler:
    async def handle(call: Call) -> web.StreamResponse:
        return await answer(call, kind)

    return handle


def _routes_of(kind: Kind, path: str, make: Answerer) -> list[web.RouteDef]:
    one = f"{path}/readRequests/{{request}}"
    return [
        *model_route("POST", f"{path}/readRequests", asking(make)),
        *model_route("GET", one, _of_kind(kind, _state)),
        *model_route("GET", f"{one}/pages/{{page}}", _of_kind(kind, _page)),
        *model_route("DELETE", one, _of_kind(kind, _end)),
    ]


def routes() -> list[web.RouteDef]:
    return [
        *_routes_of("views", "/views/{view}", read_view),
        *_routes_of("lists", "/lists/{list}", read_list),
        web.get("/emulator/read_requests", list_reads),
        web.post("/emulator/read_requests/age", age_reads),
    ]
