"""Syncs: the structure of a revision goes into another model, whose data stays."""

from __future__ import annotations

import time

from aiohttp import web

from ..serving.call import Call, route
from ..world.model import Model
from ..world.revisions import Application
from ..world.tenant import Tenant
from .access import LOCKED, administered_model
from .comparison import has_changed
from .restructuring import restructure
from .state import TASKS
from .task_routes import task_routes
from .tasks import LifecycleError, LifecycleTask, TaskKind

# The tasks that a list names at most, as the documentation of the API has it.
MOST_LISTED = 20_000


def syncable(tenant: Tenant, source: Model, target: Model) -> list[Application]:
    """What the source has beyond the latest revision of the target, oldest first.

    Nothing where the two are in sync or incompatible: the source must have the target's latest revision, and the
    target must be as that revision left it. Where syncs overwrite changes, its own revisions count as changes.
    """
    if tenant.options.sync_overwrites_changes:
        shared = (
            tenant.history.since(source.id, each.revision.id) for each in reversed(tenant.history.of_model(target.id))
        )
        return next((since for since in shared if since), [])[1:]
    latest = tenant.history.latest(target.id)
    if latest is None or has_changed(target, tenant.history):
        return []
    return (tenant.history.since(source.id, latest.revision.id) or [])[1:]


def synchronize(call: Call, task: LifecycleTask) -> dict[str, str]:
    """Bring the target to the revision, if that is still possible now that its turn has come."""
    tenant, target, pair = call.tenant, task.model, task.pair
    if target.active_state == LOCKED:
        raise LifecycleError("The target model is locked.", "Unlock the model to synchronize it.")
    own = [application.revision.id for application in tenant.history.of_model(target.id)]
    if pair.target_revision_id not in (own if tenant.options.sync_overwrites_changes else own[-1:]):
        raise LifecycleError("The target revision is not the latest revision of the target model.")
    newer = {application.revision.id: application for application in syncable(tenant, pair.source_model, target)}
    if pair.source_revision_id not in newer:
        subtitle = "The target may be in sync, or have a revision or structural changes that the source does not have."
        raise LifecycleError("The target and source revisions are incompatible", subtitle)
    revision = newer[pair.source_revision_id].revision
    restructure(target, revision.structure)
    target.touch(task.user.id)
    tenant.history.apply(revision, target.id, task.user.id, "Revision synchronized")
    return {}


SYNC = TaskKind("syncTasks", "Model Synchronization Failed", synchronize, exclusive=True, failure_names_revisions=True)


async def list_syncs(call: Call) -> web.Response:
    """List the syncs of the model that run or ended lately, newest first; without any, the key is left out."""
    model, options, now = administered_model(call), call.tenant.options, time.time()
    syncs = (task for task in call.state(TASKS).all() if task.model is model and task.kind is SYNC)
    tasks = [
        task.summary()
        for task in reversed(list(syncs))
        if now - task.created_at >= options.task_listing_delay
        and (task.ended_at is None or now - task.ended_at <= options.retention_seconds)
    ]
    return call.success("objects/syncTask", **({"tasks": tasks[:MOST_LISTED]} if tasks else {}))


def routes() -> list[web.RouteDef]:
    return [*route("GET", "/models/{model}/alm/syncTasks", list_syncs), *task_routes(SYNC)]
