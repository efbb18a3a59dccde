"""Anaplan's objects as frozen values.

Attribute names are Anaplan's own keys in snake case, except that the id of every object is ``id``. The ids of a model's
files, imports, exports, actions and processes are ``int``; all other ids are ``str``. Times are aware datetimes, or
None if Anaplan gave none or one that cannot be read; dates likewise. States and types are plain ``str``, because
Anaplan adds to them; the docstrings list the known ones. If Anaplan leaves a field out, it is None; display texts are
then empty, flags False and collections empty.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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
    WorkspaceUser,
)
from anaplan_sdk.models.rows import RejectedRow, RowCounts
from anaplan_sdk.models.tasks import Task, TaskDetail, TaskResult, TaskSummary

if TYPE_CHECKING:
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
    from anaplan_sdk.models.calendar import (
        CurrentPeriod,
        FiscalYear,
        ModelCalendar,
        TotalsSelection,
        Version,
        VersionPeriod,
        VersionSwitchover,
    )
    from anaplan_sdk.models.cells import (
        ReadRequest,
        ViewColumns,
        ViewData,
        ViewGridRow,
        ViewRow,
    )
    from anaplan_sdk.models.transactional import (
        Dashboard,
        Dimension,
        DimensionItem,
        EntityFormatFilter,
        ItemLookup,
        LineItem,
        LineItemFormat,
        ListDefinition,
        ListItem,
        ListProperty,
        ListSummary,
        Module,
        NamedObject,
        PeriodType,
        View,
        ViewDefinition,
    )
    from anaplan_sdk.models.writes import (
        RowFailure,
        WriteResult,
    )

# The models of families, loaded when they are used.
_HOMES = {
    "AppliedToModel": "alm",
    "ChangeCounts": "alm",
    "CurrentPeriod": "calendar",
    "Dashboard": "transactional",
    "Differences": "alm",
    "Dimension": "transactional",
    "DimensionItem": "transactional",
    "EntityFormatFilter": "transactional",
    "FiscalYear": "calendar",
    "ItemLookup": "transactional",
    "LineItem": "transactional",
    "LineItemFormat": "transactional",
    "ListDefinition": "transactional",
    "ListItem": "transactional",
    "ListProperty": "transactional",
    "ListSummary": "transactional",
    "ModelCalendar": "calendar",
    "Module": "transactional",
    "NamedObject": "transactional",
    "PeriodType": "transactional",
    "ReadRequest": "cells",
    "ReportResult": "alm",
    "ReportTask": "alm",
    "Revision": "alm",
    "RowFailure": "writes",
    "SummaryReport": "alm",
    "SummaryTask": "alm",
    "SyncResult": "alm",
    "SyncTask": "alm",
    "TaskErrorDetail": "alm",
    "TotalsSelection": "calendar",
    "Version": "calendar",
    "VersionPeriod": "calendar",
    "VersionSwitchover": "calendar",
    "View": "transactional",
    "ViewColumns": "cells",
    "ViewData": "cells",
    "ViewDefinition": "transactional",
    "ViewGridRow": "cells",
    "ViewRow": "cells",
    "WriteResult": "writes",
}

__all__ = [
    "Action",
    "AppliedToModel",
    "CategoryValue",
    "ChangeCounts",
    "Chunk",
    "CurrentPeriod",
    "Dashboard",
    "DeletionFailure",
    "DeletionResult",
    "Differences",
    "Dimension",
    "DimensionItem",
    "EntityFormatFilter",
    "Export",
    "ExportDefinition",
    "File",
    "FiscalYear",
    "Import",
    "ImportDataSource",
    "ImportDefinition",
    "ImportSource",
    "ItemLookup",
    "LineItem",
    "LineItemFormat",
    "ListDefinition",
    "ListItem",
    "ListProperty",
    "ListSummary",
    "Model",
    "ModelCalendar",
    "ModelStatus",
    "Module",
    "NamedObject",
    "PeriodType",
    "Process",
    "ProcessDefinition",
    "ProcessStep",
    "ReadRequest",
    "RejectedRow",
    "ReportResult",
    "ReportTask",
    "Revision",
    "RowCounts",
    "RowFailure",
    "SummaryReport",
    "SummaryTask",
    "SyncResult",
    "SyncTask",
    "Task",
    "TaskDetail",
    "TaskErrorDetail",
    "TaskResult",
    "TaskSummary",
    "TotalsSelection",
    "User",
    "Version",
    "VersionPeriod",
    "VersionSwitchover",
    "View",
    "ViewColumns",
    "ViewData",
    "ViewDefinition",
    "ViewGridRow",
    "ViewRow",
    "Workspace",
    "WorkspaceUser",
    "WriteResult",
]


if not TYPE_CHECKING:  # to which every name would be one of ours

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
