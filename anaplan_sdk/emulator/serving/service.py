"""What the handlers share while the emulator serves."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ..alm.state import Reports
from ..alm.tasks import LifecycleTask, run_task
from ..auth.oauth_grants import Grants
from ..auth.tokens import Token, Tokens, UsedPayloads
from ..content.storage import Storage
from ..runs.runner import MOST_TASKS, TaskRunner
from ..runs.task import has_ended
from ..world.forgetting import forget
from ..world.tenant import Tenant, User
from .faults import Faults

# Requests that are remembered, at about 2 KB each.
_REMEMBERED = 20_000


@dataclass(slots=True)
class Received:
    """A request as it arrived. `status` is None until it is answered, and where it never is."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """By lower-case name; of the credentials only the scheme."""
    time: float
    user: str | None = None
    """E-mail of the caller, where the token was valid."""
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
    """A tenant being served."""

    tenant: Tenant
    storage: Storage
    runner: TaskRunner
    tokens: Tokens = field(default_factory=Tokens)
    grants: Grants = field(default_factory=Grants)
    faults: Faults = field(default_factory=Faults)
    bucket: Bucket = field(default_factory=Bucket)
    used_payloads: UsedPayloads = field(default_factory=UsedPayloads)
    lifecycle_tasks: dict[str, LifecycleTask] = field(default_factory=dict[str, LifecycleTask])
    reports: Reports = field(default_factory=Reports)
    requests: list[Received] = field(default_factory=list[Received])
    in_flight: InFlight = field(default_factory=InFlight)
    latency: float = 0.0

    def remember(self, received: Received) -> None:
        """Add to the requests, and forget old ones in time: a server may run for weeks."""
        self.requests.append(received)
        if len(self.requests) > _REMEMBERED:
            del self.requests[: _REMEMBERED // 10]

    def start_lifecycle_task(self, task: LifecycleTask) -> None:
        seconds = self.tenant.options.task_retention_seconds
        forget(self.lifecycle_tasks, lambda task: task.ended_before(seconds), most=MOST_TASKS - 1, may_go=has_ended)
        self.lifecycle_tasks[task.id] = task
        self.runner.spawn(run_task(self, task, self.tenant.task_scripts.take(task.script_key)))

    def token(self, request: web.Request, *schemes: str) -> Token | None:
        """Return the caller's token, where the header has one of these schemes and the token is valid."""
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        return self.tokens.find(value.strip()) if scheme in schemes else None

    def caller(self, request: web.Request) -> User | None:
        """Return who calls the API, which takes either scheme for either kind of token."""
        token = self.token(request, "AnaplanAuthToken", "Bearer")
        return token.user if token else None


SERVICE = web.AppKey("service", Service)
