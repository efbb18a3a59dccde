"""Puts the routes together."""

from __future__ import annotations

from aiohttp import web

from . import (
    alm_reports,
    alm_revisions,
    alm_status,
    alm_syncs,
    auth,
    control,
    dumps,
    files,
    metadata,
    models,
    oauth,
    oauth_control,
    oauth_pages,
    tasks,
    users,
    workspaces,
)
from .service import SERVICE, Service
from .traffic import error_envelopes, rate_limit, traffic

INTEGRATION = (users, workspaces, models, files, metadata, tasks, dumps)
LIFECYCLE = (alm_status, alm_revisions, alm_syncs, alm_reports)
AREAS = (auth, oauth, oauth_pages, *INTEGRATION, *LIFECYCLE, control, oauth_control)


def make_app(service: Service) -> web.Application:
    # The first middleware is the outermost: faults strike, like a proxy would, before anything is looked at.
    app = web.Application(middlewares=[traffic, error_envelopes, auth.auth_errors, oauth.oauth_errors, rate_limit])
    app[SERVICE] = service
    for area in AREAS:
        app.add_routes(area.routes())
    return app
