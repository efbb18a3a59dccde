"""Every URL of Anaplan's APIs; no other module writes one."""

from __future__ import annotations

from typing import Literal, TypeAlias

from anaplan_sdk._core.api.ids import file_segment, kind_of, segment
from anaplan_sdk._core.api.integration import API as SERVICE
from anaplan_sdk._core.api.integration import ModelPath
from anaplan_sdk._core.api.service import with_query as query

API = SERVICE.root
CURRENT_USER = f"{API}/users/me"
WORKSPACES = f"{API}/workspaces"
MODELS = f"{API}/models"

__all__ = ["ModelPath", "query"]


# --- authentication service -------------------------------------------------------------------------------------------


def authenticate(auth_url: str) -> str:
    return f"{auth_url}/token/authenticate"


def refresh(auth_url: str) -> str:
    return f"{auth_url}/token/refresh"


def validate(auth_url: str) -> str:
    return f"{auth_url}/token/validate"


def logout(auth_url: str) -> str:
    return f"{auth_url}/token/logout"


# --- OAuth service ----------------------------------------------------------------------------------------------------


def authorize(oauth_url: str) -> str:
    return f"{oauth_url}/auth/authorize"


def oauth_token(oauth_url: str) -> str:
    return f"{oauth_url}/oauth/token"


def device_code(oauth_url: str) -> str:
    return f"{oauth_url}/oauth/device/code"


# --- users, workspaces, models ----------------------------------------------------------------------------------------


def workspace(workspace_id: str) -> str:
    return f"{WORKSPACES}/{segment(workspace_id, 'workspace_id')}"


def workspace_models(workspace_id: str) -> str:
    return f"{workspace(workspace_id)}/models"


def delete_models(workspace_id: str) -> str:
    return f"{workspace(workspace_id)}/bulkDeleteModels"


def model(model_id: str) -> str:
    return f"{MODELS}/{segment(model_id, 'model_id')}"


def model_status(model_id: str) -> str:
    return f"{model(model_id)}/status"


def open_model(model_id: str) -> str:
    return f"{model(model_id)}/open"


def close_model(model_id: str) -> str:
    return f"{model(model_id)}/close"


# --- files ------------------------------------------------------------------------------------------------------------


def file(at: ModelPath, file_id: int | str) -> str:
    return f"{API}{at.full}/files/{file_segment(file_id)}"


def file_chunks(at: ModelPath, file_id: int | str) -> str:
    return f"{file(at, file_id)}/chunks"


def file_chunk(at: ModelPath, file_id: int | str, index: int) -> str:
    return f"{file_chunks(at, file_id)}/{index}"


def chunk_content(chunks_path: str, chunk: str) -> str:
    """One chunk of a listing of chunks."""
    return f"{chunks_path}/{segment(chunk, 'chunk')}"


def file_complete(at: ModelPath, file_id: int | str) -> str:
    return f"{file(at, file_id)}/complete"


# --- imports, exports, actions, processes -----------------------------------------------------------------------------


def objects(at: ModelPath, kind: str) -> str:
    """The listing of one kind: files, imports, exports, actions or processes."""
    return f"{API}{at.short}/{kind}"


def definition(at: ModelPath, kind: str, object_id: int | str) -> str:
    return f"{objects(at, kind)}/{segment(object_id, 'id')}"


def action(at: ModelPath, action_id: int | str) -> str:
    return f"{API}{at.full}/actions/{segment(action_id, 'action_id')}"


def tasks(at: ModelPath, action_id: int | str) -> str:
    """The tasks of an import, export, action or process: a task exists under its own kind and parent only."""
    return f"{API}{at.full}/{kind_of(action_id)}/{segment(action_id, 'action_id')}/tasks"


def task(at: ModelPath, action_id: int | str, task_id: str) -> str:
    return f"{tasks(at, action_id)}/{segment(task_id, 'task_id')}"


def dump_chunks(at: ModelPath, action_id: int | str, task_id: str, step_id: int | str | None) -> str:
    """Imports say ``dump``, processes ``dumps`` and the id of the step that has one."""
    dump = "dump" if step_id is None else f"dumps/{segment(step_id, 'step_id')}"
    return f"{task(at, action_id, task_id)}/{dump}/chunks"


def optimizer_log(at: ModelPath, action_id: int | str, task_id: str) -> str:
    action_path = f"{API}{at.full}/optimizeActions/{segment(action_id, 'action_id')}"
    return f"{action_path}/tasks/{segment(task_id, 'task_id')}/solutionLogs"


# --- application lifecycle management: the short path only ------------------------------------------------------------

AlmTasks: TypeAlias = Literal["syncTasks", "comparisonReportTasks", "summaryReportTasks"]
Reports: TypeAlias = Literal["comparisonReports", "summaryReports"]


def online_status(at: ModelPath) -> str:
    return f"{API}{at.short}/onlineStatus"


def revisions(at: ModelPath) -> str:
    return f"{API}{at.short}/alm/revisions"


def latest_revision(at: ModelPath) -> str:
    return f"{API}{at.short}/alm/latestRevision"


def syncable_revisions(at: ModelPath, source_model_id: str) -> str:
    source = segment(source_model_id, "source_model_id")
    return query(f"{API}{at.short}/alm/syncableRevisions", sourceModelId=source)


def applied_to_models(at: ModelPath, revision_id: str) -> str:
    return f"{revisions(at)}/{segment(revision_id, 'revision_id')}/appliedToModels"


def alm_tasks(at: ModelPath, kind: AlmTasks) -> str:
    return f"{API}{at.short}/alm/{kind}"


def alm_task(at: ModelPath, kind: AlmTasks, task_id: str) -> str:
    return f"{alm_tasks(at, kind)}/{segment(task_id, 'task_id')}"


def report(at: ModelPath, kind: Reports, target_revision_id: str, source_revision_id: str) -> str:
    """The content of a report: the path names the target first, although requests name the source first."""
    target, source = (
        segment(target_revision_id, "target_revision_id"),
        segment(source_revision_id, "source_revision_id"),
    )
    return f"{API}{at.short}/alm/{kind}/{target}/{source}"
