"""The Integration API: what is asked for over HTTP, and answered."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from aiohttp import web

from ..runs.task import StartedTask
from ..serving.family import Family
from ..serving.service import SERVICE
from . import dumps, files, metadata, models, tasks, users, workspaces

PARTS = (users, workspaces, models, files, metadata, tasks, dumps)


def routes() -> list[web.RouteDef]:
    return list(chain.from_iterable(part.routes() for part in PARTS))


def started(app: web.Application) -> Iterable[StartedTask]:
    return (task.started() for task in app[SERVICE].runner.tasks())


FAMILY = Family(routes, services=("api",), tasks=started)
