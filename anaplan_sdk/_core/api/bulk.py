"""Every URL of the Bulk API, with what comes back."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import attrs

from anaplan_sdk._core.api.ids import file_segment, kind_of, plain, segment
from anaplan_sdk._core.api.service import API, Endpoint, Listing, ModelPath, Start, model_path, workspace_path
from anaplan_sdk._core.http.messages import Body, Response
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk._core.listing.sorting import Sort, sort_parameter
from anaplan_sdk.models import (
    Action,
    Chunk,
    DeletionResult,
    Export,
    ExportDefinition,
    File,
    Import,
    ImportDefinition,
    Model,
    ModelStatus,
    Process,
    ProcessDefinition,
    Task,
    TaskSummary,
    User,
    Workspace,
    WorkspaceUser,
)

# How long a model may take to load before it answers a start, in seconds.
_LOADING_SECONDS = 300.0
# Anaplan takes this long over files of several gigabytes, in seconds (40 minutes were seen).
_COMPLETION_SECONDS = 3_600.0
# What Anaplan's documentation asks for on requests without a body.
_EMPTY = {"Content-Type": "application/text"}
# 500 is how Anaplan tells that the user lacks the role (seen on live tenants).
_NEEDS_USER_ADMINISTRATOR = {
    500: "This needs the role of User Administrator. Anaplan responds this way to users who lack it."
}


# --- users, workspaces, models ----------------------------------------------------------------------------------------


def current_user() -> Endpoint[User]:
    return API.get("/users/me", "user", User)


def user(user_id: str) -> Endpoint[User]:
    return API.get(f"/users/{segment(user_id, 'user_id')}", "user", User)


def users(*, search: str | None, sort: Sort | None) -> Listing[User]:
    return API.rows("/users", "users", User, s=search, sort=sort_parameter(sort))


def workspace_admins(workspace_id: str) -> Listing[WorkspaceUser]:
    return _people(f"{workspace_path(workspace_id)}/admins", "admins")


def workspace_visitors(workspace_id: str) -> Listing[WorkspaceUser]:
    return _people(f"{workspace_path(workspace_id)}/visitors", "visitors")


def _people(path: str, key: str) -> Listing[WorkspaceUser]:
    first = Endpoint(_ROLES, "GET", path, None, dict[str, Any], hints=_NEEDS_USER_ADMINISTRATOR)
    return Listing(first, key, WorkspaceUser, partial(Offsets[Any], identity=_person))


def _person(user: WorkspaceUser) -> Hashable:
    """Who it is: these have no id, and an address may be missing, too."""
    return user.email or user


def _without_role(response: Response) -> Verdict:
    return Verdict.DENIED if response.status == 500 else usual(response)


_ROLES = attrs.evolve(API, verdict=_without_role)


def workspaces(*, search: str | None, sort: Sort | None, details: bool) -> Listing[Workspace]:
    sorted_by = sort_parameter(sort)
    return API.rows("/workspaces", "workspaces", Workspace, tenantDetails=bool(details), s=search, sort=sorted_by)


def workspace(workspace_id: str, *, details: bool) -> Endpoint[Workspace]:
    return API.get(workspace_path(workspace_id), "workspace", Workspace, tenantDetails=bool(details))


def models(workspace_id: str | None, *, search: str | None, sort: Sort | None, details: bool) -> Listing[Model]:
    path = "/models" if workspace_id is None else f"{workspace_path(workspace_id)}/models"
    return API.rows(path, "models", Model, modelDetails=bool(details), s=search, sort=sort_parameter(sort))


def model(model_id: str, *, details: bool | None = None) -> Endpoint[Model]:
    return API.get(model_path(model_id), "model", Model, modelDetails=None if details is None else bool(details))


def delete_models(workspace_id: str, model_ids: Sequence[str]) -> Endpoint[DeletionResult]:
    body = {"modelIdsToDelete": [segment(model_id, "model_ids") for model_id in model_ids]}
    return Endpoint(API, "POST", f"{workspace_path(workspace_id)}/bulkDeleteModels", None, DeletionResult, body=body)


def model_status(model_id: str) -> Endpoint[ModelStatus]:
    return API.get(f"{model_path(model_id)}/status", "requestStatus", ModelStatus)


def open_model(model_id: str) -> Endpoint[None]:
    return API.order("POST", f"{model_path(model_id)}/open", headers=_EMPTY, idempotent=True)


def close_model(model_id: str) -> Endpoint[None]:
    return API.order("POST", f"{model_path(model_id)}/close", headers=_EMPTY)


# --- files ------------------------------------------------------------------------------------------------------------


def files(at: ModelPath, sort: Sort | None = None) -> Listing[File]:
    return API.rows(f"{at.short}/files", "files", File, sort=sort_parameter(sort))


def begin_upload(at: ModelPath, file_id: int | str, count: int, *, creates: bool) -> Endpoint[File]:
    """Declare so many chunks, -1 where nobody knows. Repeated, it would create a second file where it *creates* one."""
    return Endpoint(API, "POST", _file(at, file_id), "file", File, body={"chunkCount": count}, idempotent=not creates)


def chunks(at: ModelPath, file_id: int | str) -> Listing[Chunk]:
    return API.rows(f"{_file(at, file_id)}/chunks", "chunks", Chunk)


def chunk(listed: Listing[Chunk], chunk_id: str) -> Endpoint[bytes]:
    """The content of one of the chunks of a listing, of a file or a dump."""
    return API.content(f"{listed.endpoint.path}/{segment(chunk_id, 'chunk')}")


def store_chunk(
    at: ModelPath, file_id: int | str, index: int, content: Body, headers: Mapping[str, str]
) -> Endpoint[None]:
    return API.order("PUT", f"{_file(at, file_id)}/chunks/{index}", content, headers=headers)


def complete_upload(at: ModelPath, file_id: int | str, *, again: bool = False) -> Endpoint[File]:
    """Say that all chunks are stored; *again* where the first time did nothing."""
    return Endpoint(
        API,
        "POST",
        f"{_file(at, file_id)}/complete",
        "file",
        File,
        body={"id": str(file_id)},  # Anaplan answers 500 to this call if it has no body
        idempotent=again,
        patience=_COMPLETION_SECONDS,
    )


def delete_file(at: ModelPath, file_id: int | str) -> Endpoint[None]:
    return API.order("DELETE", _file(at, file_id))


def _file(at: ModelPath, file_id: int | str) -> str:
    return f"{at.full}/files/{file_segment(file_id)}"


# --- imports, exports, actions, processes -----------------------------------------------------------------------------


def imports(at: ModelPath, sort: Sort | None = None) -> Listing[Import]:
    return API.rows(f"{at.short}/imports", "imports", Import, sort=sort_parameter(sort))


def exports(at: ModelPath, sort: Sort | None = None) -> Listing[Export]:
    return API.rows(f"{at.short}/exports", "exports", Export, sort=sort_parameter(sort))


def actions(at: ModelPath, sort: Sort | None = None) -> Listing[Action]:
    return API.rows(f"{at.short}/actions", "actions", Action, sort=sort_parameter(sort))


def processes(at: ModelPath, sort: Sort | None = None) -> Listing[Process]:
    return API.rows(f"{at.short}/processes", "processes", Process, sort=sort_parameter(sort))


def import_definition(at: ModelPath, import_id: int | str) -> Endpoint[ImportDefinition]:
    return API.get(f"{at.short}/imports/{segment(import_id, 'id')}", "importMetadata", ImportDefinition)


def export_definition(at: ModelPath, export_id: int | str) -> Endpoint[ExportDefinition]:
    return API.get(f"{at.short}/exports/{segment(export_id, 'id')}", "exportMetadata", ExportDefinition)


def process_definition(at: ModelPath, process_id: int | str) -> Endpoint[ProcessDefinition]:
    path = f"{at.short}/processes/{segment(process_id, 'id')}"
    return API.get(path, "processMetadata", ProcessDefinition, showImportDataSource=True)


def action(at: ModelPath, action_id: int | str) -> Endpoint[Action]:
    return API.get(f"{at.full}/actions/{segment(action_id, 'action_id')}", "action", Action)


# --- runs -------------------------------------------------------------------------------------------------------------


def tasks(at: ModelPath, action_id: int | str) -> Listing[TaskSummary]:
    """The tasks of an import, export, action or process: a task exists under its own kind and parent only."""
    return API.rows(f"{at.full}/{kind_of(action_id)}/{plain(action_id)}/tasks", "tasks", TaskSummary)


def task(listed: Listing[TaskSummary], task_id: str) -> Endpoint[Task]:
    """One of the tasks that are *listed*, as the following ones."""
    return API.get(_task(listed, task_id), "task", Task)


def start(listed: Listing[TaskSummary], parameters: Mapping[str, Any]) -> Endpoint[Task]:
    """The first call to a sleeping model loads it, and the answer to this one must not be lost for impatience."""
    return Start(API, "POST", listed.endpoint.path, None, Task, body=parameters, patience=_LOADING_SECONDS)


def cancel(listed: Listing[TaskSummary], task_id: str) -> Endpoint[None]:
    return API.order("DELETE", _task(listed, task_id))


def dump_chunks(listed: Listing[TaskSummary], task_id: str, step_id: int | str | None) -> Listing[Chunk]:
    """Imports say ``dump``, processes ``dumps`` and the id of the step that has one."""
    dump = "dump" if step_id is None else f"dumps/{segment(step_id, 'step_id')}"
    return API.rows(f"{_task(listed, task_id)}/{dump}/chunks", "chunks", Chunk)


def optimizer_log(at: ModelPath, action_id: int | str, task_id: str) -> Endpoint[bytes]:
    action_path = f"{at.full}/optimizeActions/{segment(action_id, 'action_id')}"
    return API.content(f"{action_path}/tasks/{segment(task_id, 'task_id')}/solutionLogs")


def _task(listed: Listing[TaskSummary], task_id: str) -> str:
    return f"{listed.endpoint.path}/{segment(task_id, 'task_id')}"
