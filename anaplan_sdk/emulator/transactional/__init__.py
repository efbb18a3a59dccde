"""The Transactional API: structure, views, lists and cells of models, each call by itself."""

from __future__ import annotations

from itertools import chain

from aiohttp import web

from ..serving.family import Family
from . import calendar, cells, list_items, list_writes, lists, reads, structure, views
from .read_requests import READS, ReadRequests

PARTS = (structure, views, lists, list_items, list_writes, cells, reads, calendar)


def routes() -> list[web.RouteDef]:
    return list(chain.from_iterable(part.routes() for part in PARTS))


FAMILY = Family(routes, state={READS: ReadRequests})
