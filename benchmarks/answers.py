"""What the sink says: the few answers of Anaplan that the measured calls need."""

from __future__ import annotations

import json
import re
import time
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from benchmarks.content import cells, views
from benchmarks.content.line_items import line_items

WORKSPACE_ID = "8a9b0c1d2e3f405162738495a6b7c8d9"
MODEL_ID = "A1B2C3D4E5F60718293A4B5C6D7E8F90"
FILE_ID = 113000000042
PAGE_SIZE = 5_000

_FILE = {"id": str(FILE_ID), "name": "planning.csv", "chunkCount": -1, "encoding": "UTF-8", "separator": ","}
_USER = {"id": "8a1b2c3d4e5f60718293a4b5c6d70001", "email": "ada@example.com", "firstName": "Ada", "lastName": "Byron"}


class Part(NamedTuple):
    """A part of a file."""

    path: Path
    offset: int
    size_bytes: int


class Answer(NamedTuple):
    """A status, and a body that is at hand or in a file."""

    status: int
    body: bytes = b""
    part: Part | None = None
    content_type: str = "application/json"


class Answers:
    """Answers, nearly all made before anybody asks."""

    def __init__(
        self, parts: list[Part], view_pages: list[Part], pages: dict[tuple[int, bool], bytes], items: bytes = b""
    ) -> None:
        self._parts = parts
        self._pages = pages
        self._chunks = len(parts)  # or more, once they were uploaded
        self._fixed = {
            ("GET", "files"): Answer(200, _json(meta=_paging(0, 1, 1), files=[_FILE])),
            ("GET", "lineItems"): Answer(200, items),
            ("GET", "me"): Answer(200, _json(user=_USER)),
            ("POST", "complete"): Answer(200, _json(file=_FILE | {"chunkCount": 0})),
            ("POST", str(FILE_ID)): Answer(200, _json(file=_FILE)),
        }
        model = f"/2/0/models/{MODEL_ID}"
        self._view_pages = view_pages
        said_of_model = cells.answers() | views.answers(len(view_pages))
        self._model = {
            (method, model + end): Answer(200, _json(**said)) for (method, end), said in said_of_model.items()
        }

    @classmethod
    def of(cls, content: Path | None, chunk_bytes: int, models: int, items: int = 0) -> Answers:
        """Answers about a file's content, cut to chunks, and about so many models and line items."""
        parts = parts_of(content, chunk_bytes) if content else []
        view_pages = parts_of(content, views.PAGE_BYTES) if content else []
        wanted = product(range(0, models, PAGE_SIZE), (False, True))
        pages = {(offset, details): models_page(offset, models, details) for offset, details in wanted}
        return cls(parts, view_pages, pages, line_items(items) if items else b"")

    def to(self, method: str, target: str) -> Answer:
        """The answer to a request."""
        url = urlsplit(target)
        last = url.path.rpartition("/")[2]
        if answer := self._model.get((method, url.path)):
            return answer
        if answer := self._fixed.get((method, last)):
            return answer
        if page := re.search(r"/pages/(\d+)$", url.path):
            return Answer(200, part=self._view_pages[int(page[1])], content_type="text/csv")
        if chunk := re.search(r"/chunks/(\d+)$", url.path):
            if method == "PUT":
                self._chunks = max(self._chunks, int(chunk[1]) + 1)
                return Answer(204)
            return Answer(200, part=self._parts[int(chunk[1])], content_type="application/octet-stream")
        if last == "chunks":  # an upload ends with a look at them
            return Answer(200, _chunks(self._chunks))
        if last == "models":
            query = dict(parse_qsl(url.query))
            return Answer(200, self._pages[int(query.get("offset", "0")), query.get("modelDetails") == "true"])
        if last == "authenticate":
            return Answer(201, _token())
        return Answer(404, _json(status={"code": 404, "message": f"{method} {target} is not measured"}))


def parts_of(content: Path, part_bytes: int) -> list[Part]:
    """All of a file."""
    size_bytes = content.stat().st_size
    return [Part(content, at, min(part_bytes, size_bytes - at)) for at in range(0, size_bytes, part_bytes)]


def _chunks(count: int) -> bytes:
    chunks = [{"id": str(index), "name": f"Chunk {index}"} for index in range(count)]
    return _json(meta=_paging(0, count, count), chunks=chunks)


def models_page(offset: int, total: int, details: bool) -> bytes:
    """One page of the listing of models, with their details or without."""
    size = min(PAGE_SIZE, total - offset)
    models = [_model(number) | (_details(number) if details else {}) for number in range(offset, offset + size)]
    return _json(meta=_paging(offset, size, total), models=models)


def _model(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:032X}",
        "activeState": "UNLOCKED",
        "name": f"Sales Planning {number}",
        "currentWorkspaceId": WORKSPACE_ID,
        "currentWorkspaceName": "Finance",
        "modelUrl": f"https://us1a.app.anaplan.com/anaplan/framework.jsp?selectedModelId={number:032X}",
        "categoryValues": [],
    }


def _details(number: int) -> dict[str, Any]:
    return {
        "isoCreationDate": "2025-03-09T07:12:44.000+0000",
        "lastModified": "2026-01-05T17:31:02.000+0000",
        "lastModifiedByUserGuid": _USER["id"],
        "lastSavedSerialNumber": 4_711 + number,
        "memoryUsage": 113_246_208 + number,
    }


def _paging(offset: int, size: int, total: int) -> dict[str, Any]:
    return {"paging": {"currentPageSize": size, "offset": offset, "totalSize": total}}


def _token() -> bytes:
    expires_at = int((time.time() + 2100) * 1000)
    token = {"tokenId": "t", "refreshTokenId": "r", "tokenValue": "q0Zr==", "expiresAt": expires_at}
    return _json(status="SUCCESS", statusMessage="Login successful", tokenInfo=token)


def _json(**envelope: Any) -> bytes:
    return json.dumps({"status": {"code": 200, "message": "Success"}} | envelope).encode()
