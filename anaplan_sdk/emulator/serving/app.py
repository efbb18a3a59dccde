"""Puts the routes together."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from ..alm import online_status, reports, revisions, syncs
from ..auth import authentication, oauth, oauth_pages
from ..auth import control as oauth_control
from ..bulk import dumps, files, metadata, models, tasks, users, workspaces
from . import control
from .guard import guard
from .service import SERVICE, Service
from .traffic import error_envelopes, rate_limit, traffic

AUTH = (authentication, oauth, oauth_pages)
BULK = (users, workspaces, models, files, metadata, tasks, dumps)
ALM = (online_status, revisions, syncs, reports)
AREAS = (*AUTH, *BULK, *ALM, control, oauth_control)


def make_app(service: Service, names: Iterable[str] = ()) -> web.Application:
    # The first middleware is the outermost: no web page gets in, and faults strike, like a proxy would, before anything
    # is looked at.
    errors = (error_envelopes, authentication.auth_errors, oauth.oauth_errors)
    app = web.Application(middlewares=[guard(names), traffic, *errors, rate_limit])
    app[SERVICE] = service
    for area in AREAS:
        app.add_routes(area.routes())
    return app
