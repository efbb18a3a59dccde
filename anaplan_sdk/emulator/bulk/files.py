"""Files: which there are, uploads in chunks, and their content."""

from __future__ import annotations

from aiohttp import web

from ..content.chunks import Chunk
from ..content.receiving import BrokenGzipError, TooLargeError, receive
from ..content.storage import Upload
from ..serving.answers import StoredContent
from ..serving.call import Call, model_route
from ..serving.envelope import ApiError, missing, not_found
from ..serving.listing import MOST_DIGITS, Row, sorted_leniently
from ..serving.service import note
from ..world.definitions import File
from ..world.model import Model

GZIP_TYPES = ("application/x-gzip", "application/gzip")

# Fields of a file that its declaration may change, by their names on the wire.
_SETTINGS = {
    "name": "name",
    "encoding": "encoding",
    "separator": "separator",
    "delimiter": "delimiter",
    "headerRow": "header_row",
    "firstDataRow": "first_data_row",
}


async def list_files(call: Call) -> web.Response:
    """List data sources and the outputs of exports; these have the ids of their exports and no format."""
    model = await call.loaded_model()
    rows = [_row(file) | {"chunkCount": _chunk_count(call, model, file.id)} for file in model.files.values()]
    for export in model.exports.values():
        count = _chunk_count(call, model, export.id)
        rows.append({"id": export.id, "name": export.name, "chunkCount": count, "firstDataRow": 0, "headerRow": 0})
    return call.listing("files", sorted_leniently(call.request, rows), f"models/{model.id}/objects/file")


def _row(file: File) -> Row:
    row: Row = {
        "id": file.id,
        "name": file.name,
        "chunkCount": 0,
        "delimiter": file.delimiter,
        "encoding": file.encoding,
        "firstDataRow": file.first_data_row,
        "format": "txt",
        "headerRow": file.header_row,
        "separator": file.separator,
    }
    return row if file.code is None else row | {"code": file.code}


def _chunk_count(call: Call, model: Model, file_id: str) -> int:
    as_admin = call.administers(model)
    return call.service.storage.chunk_count(model, call.user, file_id, as_admin=as_admin)


async def declare_upload(call: Call) -> web.Response:
    """Start an upload of so many chunks, or of -1: not known yet.

    An id that the model does not have makes a new file of that name, with an id of its own.
    """
    model = await call.loaded_model()
    body = await call.json()
    count = body.get("chunkCount")
    if not isinstance(count, int) or isinstance(count, bool):
        raise missing("chunkCount")
    most = call.tenant.options.max_chunks
    if not -1 <= count <= most:
        raise ApiError(400, f"The chunk count must be -1 or from 0 to {most}.")
    file = model.files.get(call.id("file")) or _create_file(call, model)
    for name, attribute in _SETTINGS.items():
        value = body.get(name)
        if isinstance(value, type(getattr(file, attribute))):
            setattr(file, attribute, value)
    call.service.storage.begin_upload((model.id, call.user.id, file.id), count)
    _note_upload(call, model, file)
    return _file_answer(call, model, file, chunk_count=max(count, 0))


def _create_file(call: Call, model: Model) -> File:
    if call.id("file") in model.exports:
        raise not_found()
    number = 1 + max((int(id_) for id_ in model.files if id_.isdecimal()), default=113_000_000_000)
    file = File(str(number), call.id("file"), header_row=-1, first_data_row=-1)
    model.add(file)
    model.touch(call.user.id)
    return file


async def complete_upload(call: Call) -> web.Response:
    """Finish an upload of an unknown number of chunks."""
    model, file = await _file(call)
    if not (await call.request.read()).strip():
        # Not 400: live tenants answer like this where the body is missing.
        raise ApiError(500)
    await call.json()
    upload = _upload(call, model, file)
    if sorted(upload.chunks) != list(range(max(upload.declared, len(upload.chunks)))):
        raise ApiError(400, "Chunks of the upload are missing.")
    upload.completed = True
    return _file_answer(call, model, file, chunk_count=upload.chunk_count)


def _file_answer(call: Call, model: Model, file: File, *, chunk_count: int) -> web.Response:
    return call.success(f"models/{model.id}/objects/file", file=_row(file) | {"chunkCount": chunk_count})


async def put_chunk(call: Call) -> web.Response:
    """Store one chunk; its index, and not the order of arrival, determines its place."""
    model, file = await _file(call)
    upload = _upload(call, model, file)
    index = _index(call)
    end = upload.declared if upload.declared >= 0 else call.tenant.options.max_chunks
    if index >= end:
        raise ApiError(400, f"Chunk {index} is beyond the {end} chunks of the upload.")
    gzipped = call.request.content_type in GZIP_TYPES
    call.service.storage.put_chunk(upload, index, await _receive(call, gzipped=gzipped))
    return web.Response(status=204)


async def put_file(call: Call) -> web.Response:
    """Store a whole file at once, exactly as it comes."""
    model, file = await _file(call)
    chunk = await _receive(call, gzipped=False)
    call.service.storage.keep((model.id, call.user.id, file.id), [chunk])
    _note_upload(call, model, file)
    return web.Response(status=204)


def _note_upload(call: Call, model: Model, file: File) -> None:
    # Anaplan's code for this is not known; clients must take codes that they do not know.
    facts = {"workspaceId": model.workspace_id, "modelId": model.id, "name": file.name}
    note(call.request, call.user, "USR-37", "User uploaded file", object_id=file.id, attributes=facts)


async def _receive(call: Call, *, gzipped: bool) -> Chunk:
    limit = call.tenant.options.max_chunk_bytes
    try:
        return await receive(call.request, call.service.storage.new_path(), gzipped=gzipped, limit_bytes=limit)
    except BrokenGzipError as error:
        raise ApiError(400, str(error)) from error
    except TooLargeError as error:
        raise ApiError(413, str(error)) from error


async def get_content(call: Call) -> StoredContent:
    """Answer with the bytes of a file; 404 where the caller sees no content, which says nothing about the file."""
    chunks = await _content(call)
    if not chunks:
        raise not_found()
    return StoredContent(chunks)


async def list_chunks(call: Call) -> web.Response:
    chunks = await _content(call)
    return call.listing("chunks", chunk_rows(chunks), f"models/{call.id('model')}/objects/chunk")


async def get_chunk(call: Call) -> StoredContent:
    return one_chunk(call, await _content(call))


async def delete_content(call: Call) -> web.Response:
    """Delete what the caller uploaded; the file and its default content stay."""
    model, file_id = await _file_id(call)
    call.service.storage.delete((model.id, call.user.id, file_id))
    return web.Response(status=204)


def chunk_rows(chunks: list[Chunk]) -> list[Row]:
    return [{"id": str(index), "name": f"Chunk {index}"} for index in range(len(chunks))]


def one_chunk(call: Call, chunks: list[Chunk], content_type: str = "application/octet-stream") -> StoredContent:
    index = _index(call)
    if index >= len(chunks):
        raise not_found()
    return StoredContent([chunks[index]], content_type)


def _index(call: Call) -> int:
    text = call.id("chunk")
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise not_found()
    return int(text)


async def _file(call: Call) -> tuple[Model, File]:
    """The data source of the path; the output of an export is none."""
    model = await call.loaded_model()
    if call.id("file") not in model.files:
        raise not_found()
    return model, model.files[call.id("file")]


async def _file_id(call: Call) -> tuple[Model, str]:
    """The id of a data source or of an export's output."""
    model = await call.loaded_model()
    file_id = call.id("file")
    if file_id not in model.files and file_id not in model.exports:
        raise not_found()
    return model, file_id


async def _content(call: Call) -> list[Chunk]:
    model, file_id = await _file_id(call)
    return call.service.storage.content(model, call.user, file_id, as_admin=call.administers(model))


def _upload(call: Call, model: Model, file: File) -> Upload:
    """The upload that was declared; without one there is nowhere to put a chunk."""
    upload = call.service.storage.upload((model.id, call.user.id, file.id))
    if upload is None:
        raise not_found()
    return upload


def routes() -> list[web.RouteDef]:
    return [
        *model_route("GET", "/files", list_files),
        *model_route("POST", "/files/{file}", declare_upload),
        *model_route("PUT", "/files/{file}", put_file),
        *model_route("GET", "/files/{file}", get_content),
        *model_route("DELETE", "/files/{file}", delete_content),
        *model_route("POST", "/files/{file}/complete", complete_upload),
        *model_route("GET", "/files/{file}/chunks", list_chunks),
        *model_route("GET", "/files/{file}/chunks/{chunk}", get_chunk),
        *model_route("PUT", "/files/{file}/chunks/{chunk}", put_chunk),
    ]
