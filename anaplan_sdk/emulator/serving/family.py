"""A family: one of Anaplan's services, with all that the emulator needs to play it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from ..runs.task import StartedTask
from ..world.tenant import User


@dataclass(frozen=True, slots=True)
class Family:
    """What ``make_app`` puts together. No family knows another, and what they share knows none of them."""

    routes: Callable[[], Iterable[web.RouteDef]]
    """Those of the control surface that are about this family are among them."""
    services: tuple[str, ...] = ()
    """The services of Anaplan's that it plays, by the names that clients give to their URLs."""
    state: Mapping[web.AppKey[Any], Callable[[], Any]] = field(default_factory=dict[web.AppKey[Any], Any])
    """What it keeps while it is served, and how that begins; handlers get it with ``call.state(KEY)``."""
    errors: tuple[Middleware, ...] = ()
    """What turns its refusals into answers, where these are not in the envelope of the Integration API."""
    caller: Callable[[web.Request], User | None] | None = None
    """Who makes a request, where this family can tell."""
    tasks: Callable[[web.Application], Iterable[StartedTask]] | None = None
    """The tasks that were started through it, where it has any."""
