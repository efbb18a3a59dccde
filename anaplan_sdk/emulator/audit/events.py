"""Events: which are asked for, and how a page of them looks."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ..serving.call import Call
from ..serving.envelope import json_object, origin
from ..serving.listing import Row, number
from ..world.events import AuditEvent
from ..world.times import epoch_milliseconds
from .answers import PREFIX, bad_request, route
from .cef import line

DEFAULT_PAGE = 20
# The longest time that can be asked for.
MOST_HOURS = 720
_HOUR_MS = 3_600_000
# What the codes of a category begin with. Other words mean all categories, and are never refused.
PREFIXES: Mapping[str, tuple[str, ...]] = {
    "user_activity": ("USR-",),
    "access_control": ("AUTHZ-",),
    "int": ("INT-",),
    "conn_mgmt": ("CONN-",),
    "comment": ("COMMENT-",),
    "byok": ("DSM-",),
    "plan_iq": ("PIQ-",),
    "forecaster": ("FRCST-",),
}


@dataclass(frozen=True, slots=True)
class Window:
    """A time in epoch milliseconds, both ends included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last - self.first > MOST_HOURS * _HOUR_MS:
            raise bad_request("Date range cannot exceed 30 days")


async def get_events(call: Call) -> web.StreamResponse:
    """The events of a time in the query; of the last 30 days without one, which links then keep to."""
    query = call.request.query
    window = _window(
        number(call.request, "dateFrom"), number(call.request, "dateTo"), number(call.request, "intervalInHours")
    )
    frozen = {"type": query.get("type", "all"), "dateFrom": window.first, "dateTo": window.last}
    return await _answer(call, "/events", _found(call, window), frozen)


async def search_events(call: Call) -> web.StreamResponse:
    """The events of a time in the body, which the links do not carry."""
    try:
        body = await json_object(call.request)
    except ValueError as error:
        raise bad_request(f"The body is not valid JSON: {error}") from error
    call.remember(body, 0)
    first, last, interval = (_milliseconds(body, name) for name in ("from", "to", "interval"))
    named = {"type": call.request.query["type"]} if "type" in call.request.query else {}
    return await _answer(call, "/events/search", _found(call, _window(first, last, interval)), named)


def _milliseconds(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise bad_request(f"Invalid value for {name}")
    return value


def _window(first: int | None, last: int | None, interval: int | None) -> Window:
    now = epoch_milliseconds(time.time())
    if interval is not None:
        return Window(now - interval * _HOUR_MS, now)
    last = now if last is None else last
    return Window(last - MOST_HOURS * _HOUR_MS if first is None else first, last)


def _found(call: Call, window: Window) -> list[AuditEvent]:
    """The events of a time and a category, as far as they are in the log by now."""
    prefixes = PREFIXES.get(call.request.query.get("type", "all"), ("",))
    options = call.tenant.options
    shown_before = time.time() - options.audit_delay_seconds
    found = [
        event
        for event in call.tenant.audit.events()
        if event.created_at <= shown_before
        and window.first <= epoch_milliseconds(event.date) <= window.last
        and event.code.startswith(prefixes)
    ]
    return found[::-1] if options.audit_order == "newest" else found


async def _answer(
    call: Call, path: str, events: Sequence[AuditEvent], query: Mapping[str, object]
) -> web.StreamResponse:
    if "text/plain" in call.request.headers.get("Accept", ""):
        return await _as_text(call, events)
    limit, offset = number(call.request, "limit") or DEFAULT_PAGE, number(call.request, "offset") or 0
    rows = [row(call, event) for event in events[offset : offset + limit]]
    answer: Row = {"meta": {"paging": _paging(call, path, query, limit, offset, len(rows), len(events))}}
    answer["response"] = rows
    for missing in call.tenant.options.audit_empty_lacks if not rows else ():
        del answer[missing]
    return web.json_response(answer)


def _paging(call: Call, path: str, query: Mapping[str, object], limit: int, offset: int, size: int, total: int) -> Row:
    """Where the page stands; its offset is spelt like this, and only here."""
    base = call.tenant.options.audit_link_host or origin(call.request)

    def link(offset: int) -> str:
        return f"{base}{PREFIX}{path}?{urlencode({**query, 'limit': limit, 'offset': offset})}"

    paging: Row = {"currentPageSize": size, "totalSize": total, "offSet": offset}
    if offset + size < total and size:
        paging |= {"nextOffset": offset + size, "nextUrl": link(offset + size)}
    if offset:
        paging["previousUrl"] = link(max(0, offset - limit))
    return paging


async def _as_text(call: Call, events: Sequence[AuditEvent]) -> web.StreamResponse:
    """All of them, whatever the query says of pages."""
    response = web.StreamResponse(headers={"Content-Type": "text/plain;charset=UTF-8"})
    response.enable_chunked_encoding()
    await response.prepare(call.request)
    async for part in _parts(call, events):
        await response.write(part)
    await response.write_eof()
    return response


async def _parts(call: Call, events: Sequence[AuditEvent]) -> AsyncIterator[bytes]:
    for start in range(0, len(events), 1_000):
        yield "".join(f"{line(row(call, event))}\n" for event in events[start : start + 1_000]).encode()


def row(call: Call, event: AuditEvent) -> Row:
    """An event as JSON."""
    created = event.created_at + call.tenant.options.audit_delay_seconds
    return {
        "id": event.id,
        "eventTypeId": event.code,
        "userId": event.user_id,
        "tenantId": call.tenant.customer_id,
        "objectId": event.object_id,
        "additionalAttributes": dict(event.attributes) if isinstance(event.attributes, Mapping) else event.attributes,
        "message": event.message,
        "success": event.success,
        "ipAddress": event.ip_address,
        "userAgent": event.user_agent,
        "hostName": "",
        "eventDate": epoch_milliseconds(event.date),
        "eventTimeZone": "UTC",
        "createdDate": epoch_milliseconds(created),
        "createdTimeZone": "UTC",
        "checksum": str(int.from_bytes(hashlib.sha256(f"{event.id}{event.code}".encode()).digest()[:4])),
    }


def routes() -> list[web.RouteDef]:
    return [route("GET", "/events", get_events), route("POST", "/events/search", search_events)]
