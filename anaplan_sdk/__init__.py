"""The Python SDK for Anaplan, in two colours: ``AsyncClient`` for asyncio and ``Client`` for everything else.

Names are loaded when they are first used: a script that needs only ``Client`` never loads aiohttp.
"""

from __future__ import annotations

import importlib
import logging
from types import ModuleType
from typing import TYPE_CHECKING, Any

from anaplan_sdk.errors import (
    AmbiguousRunError,
    AnaplanError,
    ApiError,
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    ContentTypeError,
    InvalidPrivateKeyError,
    ModelArchivedError,
    ModelBusyError,
    NotFoundError,
    NothingLoadedWarning,
    OAuthError,
    PartialWriteError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedRowsError,
    RejectedRowsWarning,
    RequestTimeoutError,
    RowError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TaskRunningError,
    TaskTimeoutError,
    TokenStoreError,
    TransferError,
    TransferTimeoutError,
    TransportError,
    UnexpectedResponseError,
    UserImportInterruptedError,
    WaitTimeoutError,
    WriteFailedError,
    WriteFailuresWarning,
    WriteInterruptedError,
    WriteTimeoutError,
)

if TYPE_CHECKING:
    from anaplan_sdk._async.admin.client import AsyncAdminClient
    from anaplan_sdk._async.alm.client import AsyncAlmClient
    from anaplan_sdk._async.audit.client import AsyncAuditClient
    from anaplan_sdk._async.client import AsyncClient
    from anaplan_sdk._async.cloudworks.client import AsyncCloudWorksClient
    from anaplan_sdk._async.scim.client import AsyncScimClient
    from anaplan_sdk._async.transactional.client import AsyncTransactionalClient
    from anaplan_sdk._core.check import CheckReport, CheckStep
    from anaplan_sdk._core.http.pacing import Pacing
    from anaplan_sdk._core.http.retry import RetryPolicy
    from anaplan_sdk._core.jobs.poll import PollSchedule
    from anaplan_sdk._core.progress import Progress
    from anaplan_sdk._settings import Settings
    from anaplan_sdk._sync.admin.client import SyncAdminClient
    from anaplan_sdk._sync.alm.client import SyncAlmClient
    from anaplan_sdk._sync.audit.client import SyncAuditClient
    from anaplan_sdk._sync.client import Client
    from anaplan_sdk._sync.cloudworks.client import SyncCloudWorksClient
    from anaplan_sdk._sync.scim.client import SyncScimClient
    from anaplan_sdk._sync.transactional.client import SyncTransactionalClient

__version__ = "0.1.0"

# Quiet until the program configures logging.
logging.getLogger(__name__).addHandler(logging.NullHandler())

# Where the names stand that are loaded when they are used.
_HOMES = {
    "AsyncAdminClient": "_async.admin.client",
    "AsyncAlmClient": "_async.alm.client",
    "AsyncAuditClient": "_async.audit.client",
    "AsyncClient": "_async.client",
    "AsyncCloudWorksClient": "_async.cloudworks.client",
    "AsyncScimClient": "_async.scim.client",
    "AsyncTransactionalClient": "_async.transactional.client",
    "CheckReport": "_core.check",
    "CheckStep": "_core.check",
    "Client": "_sync.client",
    "Pacing": "_core.http.pacing",
    "PollSchedule": "_core.jobs.poll",
    "Progress": "_core.progress",
    "RetryPolicy": "_core.http.retry",
    "Settings": "_settings",
    "SyncAdminClient": "_sync.admin.client",
    "SyncAlmClient": "_sync.alm.client",
    "SyncAuditClient": "_sync.audit.client",
    "SyncCloudWorksClient": "_sync.cloudworks.client",
    "SyncScimClient": "_sync.scim.client",
    "SyncTransactionalClient": "_sync.transactional.client",
}

__all__ = [
    "AmbiguousRunError",
    "AnaplanError",
    "ApiError",
    "AsyncAdminClient",
    "AsyncAlmClient",
    "AsyncAuditClient",
    "AsyncClient",
    "AsyncCloudWorksClient",
    "AsyncScimClient",
    "AsyncTransactionalClient",
    "AuthenticationError",
    "CheckReport",
    "CheckStep",
    "Client",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "ContentTypeError",
    "InvalidPrivateKeyError",
    "ModelArchivedError",
    "ModelBusyError",
    "NotFoundError",
    "NothingLoadedWarning",
    "OAuthError",
    "Pacing",
    "PartialWriteError",
    "PermissionDeniedError",
    "PollSchedule",
    "Progress",
    "RateLimitedError",
    "RejectedRowsError",
    "RejectedRowsWarning",
    "RequestTimeoutError",
    "RetryPolicy",
    "RowError",
    "Settings",
    "SyncAdminClient",
    "SyncAlmClient",
    "SyncAuditClient",
    "SyncCloudWorksClient",
    "SyncScimClient",
    "SyncTransactionalClient",
    "TaskCancelledError",
    "TaskError",
    "TaskFailedError",
    "TaskRunningError",
    "TaskTimeoutError",
    "TokenStoreError",
    "TransferError",
    "TransferTimeoutError",
    "TransportError",
    "UnexpectedResponseError",
    "UserImportInterruptedError",
    "WaitTimeoutError",
    "WriteFailedError",
    "WriteFailuresWarning",
    "WriteInterruptedError",
    "WriteTimeoutError",
]


if not TYPE_CHECKING:  # to which every name would be one of ours

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(_home(_HOMES[name]), name)
        return value


def _home(name: str) -> ModuleType:
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name not in (f"{__name__}._async", f"{__name__}._sync"):
            raise
        raise ImportError(
            "This checkout of anaplan_sdk has no generated code yet: run python scripts/codegen.py, or install it."
        ) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
