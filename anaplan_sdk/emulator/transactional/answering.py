"""Shapes of answers that this family has of its own: unpaged listings, keys that go when empty, failures, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ..serving.call import Call
from ..serving.listing import Row, number
from ..world.options import Options


def filled(options: Options, **collections: Sequence[Any]) -> Row:
    """Those of the keys that have something in them; which the service leaves out otherwise."""
    return {key: value for key, value in collections.items() if value or options.send_empty_keys}


def bare_listing(call: Call, key: str, rows: Sequence[Row], schema: str) -> web.Response:
    """Answer with all rows and no word about pages, unless the options say otherwise."""
    options = call.tenant.options
    if options.bare_listings == "paged":
        return call.listing(key, rows, schema)
    if options.bare_listings == "cut":
        offset, limit = number(call.request, "offset") or 0, number(call.request, "limit")
        rows = rows[offset:][: limit or None]
    return call.success(schema, **filled(options, **{key: rows}))


def named(id: str, name: str, code: str | None = None) -> Row:
    """What nearly everything is shown as; without a code that key is left out."""
    row = {"id": id, "name": name}
    return row if code is None else row | {"code": code}


def csv_bytes(options: Options, rows: Iterable[Sequence[str]], *, escaped: bool = False) -> bytes:
    """The rows as CSV; ``escaped`` puts every field in quotes."""
    text = io.StringIO()
    dialect = csv.unix_dialect if escaped else csv.excel
    csv.writer(text, dialect, lineterminator=options.csv_line_end).writerows(rows)
    return text.getvalue().encode()


def csv_answer(call: Call, body: bytes) -> web.Response:
    response = web.Response(body=body, content_type="text/csv", charset="utf-8")
    if call.tenant.options.gzip_text and "gzip" in call.request.headers.get("Accept-Encoding", ""):
        response.enable_compression(web.ContentCoding.gzip)
    return response


def accepts(call: Call, content_type: str) -> bool:
    """Whether the caller asks for a content type by its name."""
    return any(kind == content_type for kind, _ in media_ranges(call))


def media_ranges(call: Call) -> list[tuple[str, str]]:
    """What the caller accepts: types and their parameters."""
    ranges = (one.partition(";") for one in call.request.headers.get("Accept", "*/*").lower().split(","))
    return [(kind.strip(), parameters.replace(" ", "")) for kind, _, parameters in ranges]


class RefusedError(Exception):
    """One item or cell that is not written, and why."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(slots=True)
class Outcome:
    """What became of the parts of a request; ``index`` is the place within it."""

    total: int
    failures: list[Row] = field(default_factory=list[Row])

    def fail(self, index: int, kind: str, message: str) -> None:
        self.failures.append({"requestIndex": index, "failureType": kind, "failureMessageDetails": message})

    @property
    def done(self) -> int:
        return self.total - len(self.failures)

    def row(self, options: Options) -> Row:
        """The key of the failures, which nobody sends where there are none, or some do."""
        return {"failures": self.failures} if self.failures or options.no_failures == "empty" else {}
