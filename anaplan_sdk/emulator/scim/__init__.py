"""SCIM 2.0: the users of the tenant, who are those that log in."""

from __future__ import annotations

from itertools import chain

from aiohttp import web

from ..serving.family import Family
from . import answers, metadata, users
from .answers import scim_errors

# The last answers what no other has a route for.
PARTS = (users, metadata, answers)


def routes() -> list[web.RouteDef]:
    return list(chain.from_iterable(part.routes() for part in PARTS))


FAMILY = Family(routes, services=("scim",), errors=(scim_errors,))
