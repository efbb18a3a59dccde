"""What the handlers share while the emulator serves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ..content.storage import Storage
from ..runs.runner import TaskRunner
from ..world.events import AuditEvent
from ..world.tenant import Tenant, User
from .faults import Faults

# Requests that are remembered, at about 2 KB each.
_REMEMBERED = 20_000


@dataclass(slots=True)
class Received:
    """A request as it arrived. ``status`` is None until it is answered, and where it never is."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """By lower-case name; of the credentials only the scheme."""
    time: float
    user: str | None = None
    """E-mail of the caller, once a token was found valid."""
    json: Any = None
    """The JSON body of a call of the Integration API."""
    status: int | None = None


class InFlight:
    """The requests that are being handled, and the most that were at once."""

    def __init__(self) -> None:
        self._requests: set[int] = set()
        self.peak = 0

    def enter(self, received: Received) -> None:
        self._requests.add(id(received))
        self.peak = max(self.peak, len(self._requests))

    def leave(self, received: Received) -> None:
        self._requests.discard(id(received))


@dataclass(slots=True)
class Bucket:
    """The tokens left under a rate limit; filled when it is first used."""

    tokens: float | None = None
    filled_at: float = 0.0

    def take(self, capacity: int, refill_per_second: float) -> bool:
        now = time.monotonic()
        if self.tokens is None:
            self.tokens = capacity
        self.tokens = min(capacity, self.tokens + (now - self.filled_at) * refill_per_second)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True)
class Service:
    """A tenant being served: what all families share."""

    tenant: Tenant
    storage: Storage
    runner: TaskRunner
    faults: Faults = field(default_factory=Faults)
    bucket: Bucket = field(default_factory=Bucket)
    requests: list[Received] = field(default_factory=list[Received])
    in_flight: InFlight = field(default_factory=InFlight)
    latency: float = 0.0

    def remember(self, received: Received) -> None:
        """Add to the requests, and forget old ones in time: a server may run for weeks."""
        self.requests.append(received)
        if len(self.requests) > _REMEMBERED:
            del self.requests[: _REMEMBERED // 10]


SERVICE = web.AppKey("service", Service)


def note(
    request: web.Request,
    user: User | None,
    code: str,
    message: str,
    *,
    object_id: str = "",
    success: bool = True,
    attributes: Mapping[str, object] | None = None,
) -> None:
    """Add an event to the tenant's audit log."""
    tenant = request.app[SERVICE].tenant
    tenant.audit.add(
        AuditEvent(
            code,
            message,
            user.id if user else "",
            object_id,
            success,
            attributes or {},
            request.remote or "",
            request.headers.get("User-Agent", ""),
        )
    )
