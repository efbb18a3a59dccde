"""CloudWorks: connections, integrations, schedules, notifications, flows, and runs that really run."""

from __future__ import annotations

from itertools import chain

from aiohttp import web

from ..serving.family import Family
from . import answers, connections, flows, integrations, notifications, runs, schedules

# The last answers what no other has a route for.
PARTS = (connections, schedules, notifications, runs, flows, integrations, answers)


def routes() -> list[web.RouteDef]:
    return list(chain.from_iterable(part.routes() for part in PARTS))


FAMILY = Family(routes, services=("cloudworks",))
