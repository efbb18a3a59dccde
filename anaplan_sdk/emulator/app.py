"""Puts the routes together."""

from __future__ import annotations

from aiohttp import web

from . import control
from .alm import online_status, reports, revisions, syncs
from .auth import authentication, oauth, oauth_control, oauth_pages
from .bulk import dumps, files, metadata, models, tasks, users, workspaces
from .service import SERVICE, Service
from .traffic import error_envelopes, rate_limit, traffic

AUTH = (authentication, oauth, oauth_pages)
BULK = (users, workspaces, models, files, metadata, tasks, dumps)
ALM = (online_status, revisions, syncs, reports)
AREAS = (*AUTH, *BULK, *ALM, control, oauth_control)


def make_app(service: Service) -> web.Application:
    # The first middleware is the outermost: faults strike, like a proxy would, before anything is looked at.
    errors = (error_envelopes, authentication.auth_errors, oauth.oauth_errors)
    app = web.Application(middlewares=[traffic, *errors, rate_limit])
    app[SERVICE] = service
    for area in AREAS:
        app.add_routes(area.routes())
    return app
