"""What every request meets: the record, latency, faults, the rate limit, the error envelope."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from aiohttp import web

from .answers import StoredContent, hang_up, send_half
from .call import CALLER, CALLERS, RECEIVED
from .envelope import ApiError
from .faults import Fault
from .guard import CONTROL_PREFIX
from .service import SERVICE, Received, Service

Next: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger("anaplan_sdk.emulator")


@web.middleware
async def traffic(request: web.Request, handler: Next) -> web.StreamResponse:
    """Record the request, keep it waiting as long as arranged, and send its answer."""
    if request.path.startswith(CONTROL_PREFIX):
        return await handler(request)
    service = request.app[SERVICE]
    received = _record(request)
    service.remember(received)
    RECEIVED.set(received)
    service.in_flight.enter(received)
    try:
        await asyncio.sleep(service.latency)
        return await _answer(request, handler, service, received)
    except OSError:
        # The caller has gone, or the content was deleted while it was sent; an answer is not possible any more.
        return hang_up(request)
    finally:
        service.in_flight.leave(received)


async def _answer(request: web.Request, handler: Next, service: Service, received: Received) -> web.StreamResponse:
    fault = service.faults.take(request.method, request.path) or Fault()
    await asyncio.sleep(fault.delay)
    _recognize(request, received)
    if fault.drop == "before":
        return hang_up(request)
    response = await _handled(request, handler, fault)
    if fault.drop == "after":
        return hang_up(request)
    received.status = response.status
    if fault.drop == "midway":
        return await send_half(request, response)
    if isinstance(response, StoredContent):
        # Sent here and not after the middleware, so that a download counts as in flight while it lasts.
        await response.send(request, before_end=partial(service.in_flight.leave, received))
    return response


async def _handled(request: web.Request, handler: Next, fault: Fault) -> web.StreamResponse:
    if fault.status is None:
        return await handler(request)
    if fault.handle:
        await handler(request)
    return fault.answer(fault.status, request.path)


def _record(request: web.Request) -> Received:
    headers = {name.lower(): value for name, value in request.headers.items()}
    if "authorization" in headers:
        headers["authorization"] = headers["authorization"].partition(" ")[0]
    return Received(
        method=request.method,
        path=request.path,
        query=dict(request.query),
        headers=headers,
        time=time.time(),
    )


def _recognize(request: web.Request, received: Received) -> None:
    """Find out once who calls, for the record and for whoever handles the request."""
    found = (find(request) for find in request.app[CALLERS])
    user = next(filter(None, found), None)
    CALLER.set(user)
    received.user = user.email if user else None


@web.middleware
async def error_envelopes(request: web.Request, handler: Next) -> web.StreamResponse:
    """Turn every refusal into the error envelope, unknown routes and wrong methods included."""
    try:
        return await handler(request)
    except ApiError as problem:
        return problem.response(request.path)
    except web.HTTPException as refusal:
        return ApiError(refusal.status).response(request.path)
    except ConnectionError:
        raise
    except Exception:
        _log.exception("%s %s could not be handled", request.method, request.path)
        return ApiError(500).response(request.path)


@web.middleware
async def rate_limit(request: web.Request, handler: Next) -> web.StreamResponse:
    """Refuse calls of the API when the tenant's bucket is empty."""
    service = request.app[SERVICE]
    limit = service.tenant.options.rate_limit
    if limit is None or not request.path.startswith("/2/0/"):
        return await handler(request)
    if service.bucket.take(limit.capacity, limit.refill_per_second):
        return await handler(request)
    headers = {} if limit.retry_after is None else {"Retry-After": str(limit.retry_after)}
    raise ApiError(429, headers=headers)
