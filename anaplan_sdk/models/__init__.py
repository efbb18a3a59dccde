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
    from anaplan_sdk.models.admin import (
        ExceptionUser,
        ExceptionWorkspace,
        TenantUser,
        UserImportResult,
        UserRowError,
    )
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
    from anaplan_sdk.models.audit import AuditCheckpoint, AuditEvent, AuditExport, NewAuditEvents
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
        RowFailure,
        ViewColumns,
        ViewData,
        ViewGridRow,
        ViewRow,
        WriteResult,
    )
    from anaplan_sdk.models.cloudworks import (
        ColumnMapping,
        Connection,
        ExceptionBehavior,
        FlowRun,
        FlowStep,
        Integration,
        IntegrationFlow,
        IntegrationJob,
        IntegrationRun,
        JobSide,
        LatestRun,
        Notification,
        NotificationRule,
        NotifiedUser,
        RunError,
        RunErrors,
        Schedule,
    )
    from anaplan_sdk.models.cloudworks_definitions import (
        AmazonS3Connection,
        AzureBlobConnection,
        ConnectionDefinition,
        ExportJob,
        FlowDefinition,
        FlowStepDefinition,
        GoogleBigQueryConnection,
        ImportJob,
        IntegrationDefinition,
        NotificationDefinition,
    )
    from anaplan_sdk.models.scim import (
        AuthenticationScheme,
        Entitlement,
        ResourceType,
        SchemaAttribute,
        ScimEmail,
        ScimMeta,
        ScimName,
        ScimSchema,
        ScimSupport,
        ScimUser,
        ServiceProviderConfig,
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

# The models of families, loaded when they are used, by their modules.
_FAMILIES = {
    "admin": "ExceptionUser ExceptionWorkspace TenantUser UserImportResult UserRowError",
    "alm": """
        AppliedToModel ChangeCounts Differences ReportResult ReportTask Revision SummaryReport SummaryTask
        SyncResult SyncTask TaskErrorDetail
    """,
    "audit": "AuditCheckpoint AuditEvent AuditExport NewAuditEvents",
    "calendar": "CurrentPeriod FiscalYear ModelCalendar TotalsSelection Version VersionPeriod VersionSwitchover",
    "cells": "ReadRequest RowFailure ViewColumns ViewData ViewGridRow ViewRow WriteResult",
    "cloudworks": """
        ColumnMapping Connection ExceptionBehavior FlowRun FlowStep Integration IntegrationFlow IntegrationJob
        IntegrationRun JobSide LatestRun Notification NotificationRule NotifiedUser RunError RunErrors Schedule
    """,
    "cloudworks_definitions": """
        AmazonS3Connection AzureBlobConnection ConnectionDefinition ExportJob FlowDefinition FlowStepDefinition
        GoogleBigQueryConnection ImportJob IntegrationDefinition NotificationDefinition
    """,
    "scim": """
        AuthenticationScheme Entitlement ResourceType SchemaAttribute ScimEmail ScimMeta ScimName ScimSchema
        ScimSupport ScimUser ServiceProviderConfig
    """,
    "transactional": """
        Dashboard Dimension DimensionItem EntityFormatFilter ItemLookup LineItem LineItemFormat ListDefinition
        ListItem ListProperty ListSummary Module NamedObject PeriodType View ViewDefinition
    """,
}
_HOMES = {name: module for module, names in _FAMILIES.items() for name in names.split()}

__all__ = [
    "Action",
    "AmazonS3Connection",
    "AppliedToModel",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditExport",
    "AuthenticationScheme",
    "AzureBlobConnection",
    "CategoryValue",
    "ChangeCounts",
    "Chunk",
    "ColumnMapping",
    "Connection",
    "ConnectionDefinition",
    "CurrentPeriod",
    "Dashboard",
    "DeletionFailure",
    "DeletionResult",
    "Differences",
    "Dimension",
    "DimensionItem",
    "Entitlement",
    "EntityFormatFilter",
    "ExceptionBehavior",
    "ExceptionUser",
    "ExceptionWorkspace",
    "Export",
    "ExportDefinition",
    "ExportJob",
    "File",
    "FiscalYear",
    "FlowDefinition",
    "FlowRun",
    "FlowStep",
    "FlowStepDefinition",
    "GoogleBigQueryConnection",
    "Import",
    "ImportDataSource",
    "ImportDefinition",
    "ImportJob",
    "ImportSource",
    "Integration",
    "IntegrationDefinition",
    "IntegrationFlow",
    "IntegrationJob",
    "IntegrationRun",
    "ItemLookup",
    "JobSide",
    "LatestRun",
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
    "NewAuditEvents",
    "Notification",
    "NotificationDefinition",
    "NotificationRule",
    "NotifiedUser",
    "PeriodType",
    "Process",
    "ProcessDefinition",
    "ProcessStep",
    "ReadRequest",
    "RejectedRow",
    "ReportResult",
    "ReportTask",
    "ResourceType",
    "Revision",
    "RowCounts",
    "RowFailure",
    "RunError",
    "RunErrors",
    "Schedule",
    "SchemaAttribute",
    "ScimEmail",
    "ScimMeta",
    "ScimName",
    "ScimSchema",
    "ScimSupport",
    "ScimUser",
    "ServiceProviderConfig",
    "SummaryReport",
    "SummaryTask",
    "SyncResult",
    "SyncTask",
    "Task",
    "TaskDetail",
    "TaskErrorDetail",
    "TaskResult",
    "TaskSummary",
    "TenantUser",
    "TotalsSelection",
    "User",
    "UserImportResult",
    "UserRowError",
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
