"""Workspaces, and the deletion of their models."""

from __future__ import annotations

from aiohttp import web

from ..serving.call import Call, route
from ..serving.envelope import ApiError, missing, not_found, unrecognized
from ..serving.listing import Row, flag, searched, sorted_strictly
from ..world.tenant import User, Workspace

SORT_FIELDS = ("name", "sizeAllowance")


async def list_workspaces(call: Call) -> web.Response:
    rows = [_row(call, workspace) for workspace in call.tenant.workspaces.values() if workspace.admits(call.user)]
    if call.tenant.is_workspace_administrator(call.user):
        rows = searched(call.request, rows)
    return call.listing("workspaces", sorted_strictly(call.request, rows, SORT_FIELDS), "objects/workspace")


async def one_workspace(call: Call) -> web.Response:
    """Answer with a workspace to its administrators only, although everybody in it sees it listed."""
    return call.success("objects/workspace", workspace=_row(call, _administered(call)))


async def list_administrators(call: Call) -> web.Response:
    workspace = _workspace_for_tenant_admin(call)
    users = [user for user in call.tenant.users.values() if workspace.is_administrator(user)]
    return _people(call, "admins", users)


async def list_visitors(call: Call) -> web.Response:
    """List the members who come from other workspaces; unlike elsewhere the key stays where there are none."""
    workspace = _workspace_for_tenant_admin(call)
    users = [user for user in call.tenant.users.values() if user.id in workspace.visitors]
    return _people(call, "visitors", users)


def _people(call: Call, key: str, users: list[User]) -> web.Response:
    """List people, who have no id here."""
    rows = [_person(call, user) for user in users]
    return call.listing(key, rows, f"objects/{key.rstrip('s')}", default_limit=20, keep_empty=True)


def _person(call: Call, user: User) -> Row:
    admitting = (workspace for workspace in call.tenant.workspaces.values() if workspace.admits(user))
    return {
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "active": user.active,
        "otherWorkspaces": [workspace.name for workspace in admitting if workspace.id != call.id("workspace")],
    }


def _workspace_for_tenant_admin(call: Call) -> Workspace:
    # Not 403: live tenants answer like this for want of the role.
    if "TENANT_ADMINISTRATOR" not in call.user.roles:
        raise ApiError(500)
    return call.workspace


async def delete_models(call: Call) -> web.Response:
    """Delete models that are closed; the answer is 200 even where none could be deleted."""
    workspace = _administered(call)
    body = await call.json()
    if unknown := next((name for name in body if name != "modelIdsToDelete"), None):
        raise unrecognized(unknown)
    if not isinstance(body.get("modelIdsToDelete"), list) or not body["modelIdsToDelete"]:
        raise missing("modelIdsToDelete")
    ids = [str(model_id) for model_id in body["modelIdsToDelete"]]
    failures = [failure for model_id in ids if (failure := _delete_model(call, workspace, model_id))]
    payload: Row = {"modelsDeleted": len(ids) - len(failures)}
    if failures:
        payload["bulkDeleteModelsFailures"] = failures
    return call.success("objects/bulkDeleteModels", **payload)


def _delete_model(call: Call, workspace: Workspace, model_id: str) -> Row | None:
    model = call.tenant.models.get(model_id)
    if model is None or model.workspace_id != workspace.id:
        return {"modelId": model_id, "message": "Model ID does not exist."}
    # An archived model is in no memory, and nobody can close it.
    if model.loading.current_step != "Closed" and model.active_state != "ARCHIVED":
        return {"modelId": model_id, "message": "Model is open. Please close the model before trying again."}
    del call.tenant.models[model_id]
    return None


def _administered(call: Call) -> Workspace:
    workspace = call.workspace
    if not workspace.is_administrator(call.user):
        raise not_found()
    return workspace


def _row(call: Call, workspace: Workspace) -> Row:
    row: Row = {"id": workspace.id, "name": workspace.name, "active": workspace.active}
    if flag(call.request, "tenantDetails"):
        row["sizeAllowance"] = workspace.size_allowance
        if call.tenant.options.workspace_current_size:
            models = [model for model in call.tenant.models.values() if model.workspace_id == workspace.id]
            row["currentSize"] = sum(model.memory_bytes for model in models)
    return row


def routes() -> list[web.RouteDef]:
    return [
        *route("GET", "/workspaces", list_workspaces),
        *route("GET", "/workspaces/{workspace}", one_workspace),
        *route("GET", "/workspaces/{workspace}/admins", list_administrators),
        *route("GET", "/workspaces/{workspace}/visitors", list_visitors),
        *route("POST", "/workspaces/{workspace}/bulkDeleteModels", delete_models),
    ]
