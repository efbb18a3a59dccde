"""Application Lifecycle Management: revisions, syncs, comparison reports."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from aiohttp import web

from ..runs.task import StartedTask
from ..serving.family import Family
from . import online_status, reports, revisions, syncs
from .state import REPORTS, TASKS, LifecycleTasks, Reports

PARTS = (online_status, revisions, syncs, reports)


def routes() -> list[web.RouteDef]:
    return list(chain.from_iterable(part.routes() for part in PARTS))


def started(app: web.Application) -> Iterable[StartedTask]:
    return (task.started() for task in app[TASKS].all())


FAMILY = Family(routes, state={TASKS: LifecycleTasks, REPORTS: Reports}, tasks=started)
