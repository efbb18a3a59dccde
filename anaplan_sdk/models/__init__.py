"""What Anaplan answers with, as frozen values.

Attribute names are Anaplan's own keys in snake case, except that every object's own id is ``id``. Ids of one
model's files, imports, exports, actions and processes are ``int``; all other ids are ``str``. Times are aware
datetimes, or None where Anaplan gave none or one that cannot be read. States and types are plain ``str``,
because Anaplan adds to them; the words known so far are in the docstrings. What may be left out is None,
texts for people are empty then, flags are False and collections are empty.
"""

from __future__ import annotations

from anaplan_sdk.models.alm import (
    AppliedToModel,
    ChangeCounts,
    Differences,
    ReportResult,
    ReportTask,
    Revision,
    SummaryReport,
    SummaryTask,
    SyncResult,
    SyncTask,
    TaskErrorDetail,
)
from anaplan_sdk.models.bulk import (
    Action,
    CategoryValue,
    Chunk,
    DeletionFailure,
    DeletionResult,
    Export,
    ExportDefinition,
    File,
    Import,
    ImportDataSource,
    ImportDefinition,
    ImportSource,
    Model,
    ModelStatus,
    Process,
    ProcessDefinition,
    ProcessStep,
    User,
    Workspace,
)
from anaplan_sdk.models.rows import RejectedRow, RowCounts
from anaplan_sdk.models.tasks import Task, TaskDetail, TaskResult, TaskSummary

__all__ = [
    "Action",
    "AppliedToModel",
    "CategoryValue",
    "ChangeCounts",
    "Chunk",
    "DeletionFailure",
    "DeletionResult",
    "Differences",
    "Export",
    "ExportDefinition",
    "File",
    "Import",
    "ImportDataSource",
    "ImportDefinition",
    "ImportSource",
    "Model",
    "ModelStatus",
    "Process",
    "ProcessDefinition",
    "ProcessStep",
    "RejectedRow",
    "ReportResult",
    "ReportTask",
    "Revision",
    "RowCounts",
    "SummaryReport",
    "SummaryTask",
    "SyncResult",
    "SyncTask",
    "Task",
    "TaskDetail",
    "TaskErrorDetail",
    "TaskResult",
    "TaskSummary",
    "User",
    "Workspace",
]
