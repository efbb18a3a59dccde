"""Revisions: create, list, and find out where they were applied."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from aiohttp import web

from ..serving.call import Call, route
from ..serving.envelope import ApiError, created, missing, not_found
from ..serving.listing import Row, sorted_leniently
from ..world.revisions import Application
from ..world.tenant import upper_hex_id
from ..world.times import second_timestamp
from .access import PRODUCTION, active_model, text_fields
from .comparison import has_changed
from .syncs import syncable

SCHEMA = "objects/revision"
MOST_NAME_CHARACTERS = 60
MOST_DESCRIPTION_CHARACTERS = 250


async def create_revision(call: Call) -> web.Response:
    """Keep the structure of the model; refused where nothing has changed since the last time."""
    model = active_model(call)
    fields = await text_fields(call, ["name", "description"])
    name, description = fields.get("name"), fields.get("description")
    if name is None:
        raise missing("name")
    if len(name) > MOST_NAME_CHARACTERS:
        raise ApiError(400, "The title of your revision tag must be 60 characters or fewer.")
    if description and len(description) > MOST_DESCRIPTION_CHARACTERS:
        raise ApiError(400, "Revision tag descriptions must be 250 characters or fewer.")
    if model.active_state == PRODUCTION:
        raise ApiError(400, "Revision tags can only be added to models in standard mode.")
    history = call.tenant.history
    if not has_changed(model, history):
        raise ApiError(400, "There are no structural changes since the last revision tag.")
    method = "User added revision via API"
    application = history.create(model, call.user.id, upper_hex_id(), name, description, method=method)
    return created(call.request, SCHEMA, {"revision": _row(application)})


async def list_revisions(call: Call) -> web.Response:
    """List the revisions of the model; the dates of the filters are those of the application to it."""
    applications = call.tenant.history.of_model(active_model(call).id)
    after, before = _day(call, "appliedAfter"), _day(call, "appliedBefore")
    if after is not None and before is not None and after >= before:
        raise ApiError(400, "'appliedAfter' must be an earlier date than 'appliedBefore'")
    rows = [
        _row(application)
        for application in applications
        if (after is None or application.applied_on >= after) and (before is None or application.applied_on < before)
    ]
    return call.listing("revisions", sorted_leniently(call.request, rows), SCHEMA)


def _day(call: Call, name: str) -> float | None:
    """The beginning of the day (UTC) that a parameter names."""
    text = call.request.query.get(name)
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ApiError(400, "Date query parameter must be of the format 'YYYY-MM-DD'") from None
    return day.timestamp()


async def latest_revision(call: Call) -> web.Response:
    """Answer with an array of at most one; without a revision its key is left out."""
    latest = call.tenant.history.latest(active_model(call).id)
    return _revisions(call, [latest] if latest else [])


async def syncable_revisions(call: Call) -> web.Response:
    """List what of the source model the model could be synchronized to, newest first."""
    target = active_model(call)
    source_id = call.request.query.get("sourceModelId")
    if not source_id:
        raise ApiError(400, "Missing 'sourceModelId' request parameter.")
    applications = syncable(call.tenant, active_model(call, source_id), target)
    return _revisions(call, reversed(applications))


def _revisions(call: Call, applications: Iterable[Application]) -> web.Response:
    rows = [_row(application) for application in applications]
    return call.success(SCHEMA, **({"revisions": rows} if rows else {}))


async def applied_to_models(call: Call) -> web.Response:
    """List the models that have a revision, deleted ones too; 404 where the model of the path never had it."""
    history, revision_id = call.tenant.history, call.id("revision")
    if history.find(active_model(call).id, revision_id) is None:
        raise not_found()
    rows = [_applied_row(call, application) for application in history.of_revision(revision_id)]
    return call.success(SCHEMA, appliedToModels=rows)


def _applied_row(call: Call, application: Application) -> Row:
    row: Row = {
        "modelId": application.model_id,
        "appliedBy": application.applied_by,
        "appliedOn": second_timestamp(application.applied_on),
        "appliedMethod": application.method,
    }
    model = call.tenant.models.get(application.model_id)
    if model is None:
        return row | {"modelDeleted": True}
    name = model.name if call.tenant.opens(model, call.user) else ""
    return row | {"modelName": name, "workspaceId": model.workspace_id}


def _row(application: Application) -> Row:
    revision = application.revision
    row: Row = {
        "id": revision.id,
        "name": revision.name,
        "createdOn": second_timestamp(revision.created_on),
        "createdBy": revision.created_by,
        "creationMethod": application.method,
        "appliedOn": second_timestamp(application.applied_on),
        "appliedBy": application.applied_by,
    }
    return row | ({"description": revision.description} if revision.description else {})


def routes() -> list[web.RouteDef]:
    alm = "/models/{model}/alm"
    return [
        *route("GET", f"{alm}/revisions", list_revisions),
        *route("POST", f"{alm}/revisions", create_revision),
        *route("GET", f"{alm}/latestRevision", latest_revision),
        *route("GET", f"{alm}/syncableRevisions", syncable_revisions),
        *route("GET", f"{alm}/revisions/{{revision}}/appliedToModels", applied_to_models),
    ]
