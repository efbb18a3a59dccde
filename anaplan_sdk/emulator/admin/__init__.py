"""Administration: users as CSV, and exception users."""

from __future__ import annotations

from itertools import chain

from aiohttp import web

from ..serving.family import Family
from . import answers, exceptions, users
from .answers import admin_errors

# The last answers what no other has a route for.
PARTS = (users, exceptions, answers)


def routes() -> list[web.RouteDef]:
    return list(chain.from_iterable(part.routes() for part in PARTS))


FAMILY = Family(routes, services=("admin",), errors=(admin_errors,))
