"""Pages, orders and searches of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from aiohttp import web

from ..world.options import Options
from .envelope import ApiError, origin, success

# Python refuses to read numbers of some thousand digits.
MOST_DIGITS = 100
Row: TypeAlias = dict[str, Any]

# What `paging.next` names where no limit was asked for, whatever was really returned.
MISLEADING_LIMIT = 20


def listing(
    request: web.Request,
    options: Options,
    key: str,
    rows: Sequence[Row],
    schema: str,
    *,
    default_limit: int | None = None,
    keep_empty: bool = False,
) -> web.Response:
    """Answer with one page of the rows; the key is left out of an empty page, unless ``keep_empty``."""
    limit = number(request, "limit")
    offset = number(request, "offset") or 0
    page = rows[offset : offset + min(limit or default_limit or options.page_cap, options.page_cap)]
    paging: Row = {"currentPageSize": len(page), "totalSize": len(rows), "offset": offset}
    if page:
        paging |= _neighbours(request, limit, offset, len(page), len(rows))
        return success(request, schema, {key: page}, paging=paging)
    payload: Row = {key: []} if keep_empty or options.send_empty_keys else {}
    return success(request, schema, payload, paging=paging if options.empty_page_has_paging else None)


def number(request: web.Request, name: str) -> int | None:
    """A query parameter that must be a number; None where it is not given."""
    text = request.query.get(name)
    if text is None:
        return None
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise ApiError(400, f"Invalid value '{text}' for query parameter '{name}'.")
    return int(text)


def _neighbours(request: web.Request, limit: int | None, offset: int, size: int, total: int) -> Row:
    """The links to other pages. Without a limit, ``next`` leads back to row 20, as on live tenants."""

    def link(limit: int, offset: int) -> str:
        return f"{origin(request)}{request.path}?limit={limit}&offset={offset}"

    if not limit:
        return {"next": link(MISLEADING_LIMIT, MISLEADING_LIMIT)}
    links: Row = {}
    if offset + size < total:
        links["next"] = link(limit, offset + limit)
    if offset:
        links["previous"] = link(limit, max(0, offset - limit))
    return links


def sorted_strictly(request: web.Request, rows: Iterable[Row], fields: Iterable[str]) -> list[Row]:
    """Sort global lists: the sign is mandatory and the field must be one of those named."""
    sort = request.query.get("sort")
    if not sort:
        return list(rows)
    columns: list[tuple[str, bool]] = []
    for term in sort.split(","):
        if not re.fullmatch(r"[+-]\w+", term):
            message = "Please follow (-){column_name_1},(+){column_name_2}.. format"
            raise ApiError(400, f"Bad sort order format: '{sort}'. {message}")
        if term[1:] not in fields:
            raise ApiError(400, "Failed to parse sort parameter")
        columns.append((term[1:], term[0] == "-"))
    return _sorted(rows, columns)


def sorted_leniently(request: web.Request, rows: Iterable[Row], names: Mapping[str, str] | None = None) -> list[Row]:
    """Sort the lists inside a model: the sign is optional and unknown fields are ignored.

    ``names`` leads from a sort key to the field where the two differ.
    """
    columns: list[tuple[str, bool]] = []
    for term in request.query.get("sort", "").split(","):
        field = term.lstrip("+- ")
        columns.append(((names or {}).get(field, field), term.startswith("-")))
    return _sorted(rows, columns)


def _sorted(rows: Iterable[Row], columns: list[tuple[str, bool]]) -> list[Row]:
    result = list(rows)
    for field, descending in reversed(columns):
        result.sort(key=_sort_key(field), reverse=descending)
    return result


def _sort_key(field: str) -> Callable[[Row], Any]:
    """Put rows without the field first; objects and arrays have no order and count as missing."""

    def key(row: Row) -> Any:
        value = row.get(field)
        return (True, value) if isinstance(value, str | int | float) else (False,)

    return key


def searched(request: web.Request, rows: Iterable[Row]) -> list[Row]:
    """Keep the rows whose name or id contains ``s``; ``%`` stands for any text, ``_`` for any character."""
    text = request.query.get("s")
    if not text:
        return list(rows)
    flags = re.IGNORECASE | re.DOTALL
    parts = [re.compile(re.escape(part).replace("_", "."), flags) for part in text.split("%")]
    names = ("id", "name", "email", "firstName", "lastName")
    return [row for row in rows if any(_has_in_order(parts, str(row.get(name, ""))) for name in names)]


def _has_in_order(parts: Iterable[re.Pattern[str]], text: str) -> bool:
    # One expression with many wildcards could search for years.
    position = 0
    for part in parts:
        found = part.search(text, position)
        if found is None:
            return False
        position = found.end()
    return True


def flag(request: web.Request, name: str) -> bool:
    """Whether a boolean query parameter is set."""
    return request.query.get(name, "").lower() == "true"
