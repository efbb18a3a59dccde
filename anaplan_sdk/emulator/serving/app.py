"""Puts the families together."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from . import control
from .call import CALLERS
from .family import Family
from .guard import guard
from .service import SERVICE, Service
from .traffic import error_envelopes, rate_limit, traffic


def make_app(service: Service, families: Iterable[Family], names: Iterable[str] = ()) -> web.Application:
    """The application that serves these families, under these host names besides addresses and ``localhost``."""
    families = tuple(families)
    errors = [error for family in families for error in family.errors]
    # The first middleware is the outermost: no web page gets in, and faults strike, like a proxy would, before anything
    # is looked at.
    app = web.Application(middlewares=[guard(names), traffic, error_envelopes, *errors, rate_limit])
    app[SERVICE] = service
    app[CALLERS] = [family.caller for family in families if family.caller]
    app.add_routes(control.routes())
    for family in families:
        for key, begin in family.state.items():
            app[key] = begin()
        app.add_routes(family.routes())
    return app
