"""The Python SDK for Anaplan, in two colours: ``AsyncClient`` for asyncio and ``Client`` for everything else.

Names are loaded when they are first used: a script that needs only ``Client`` never loads aiohttp.
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from anaplan_sdk.errors import (
    AmbiguousRunError,
    AnaplanError,
    ApiError,
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    ContentTypeError,
    InvalidPrivateKeyError,
    ModelArchivedError,
    ModelBusyError,
    NotFoundError,
    NothingLoadedWarning,
    OAuthError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedRowsError,
    RejectedRowsWarning,
    RequestTimeoutError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TaskTimeoutError,
    TokenStoreError,
    TransferError,
    TransferTimeoutError,
    TransportError,
    UnexpectedResponseError,
    WaitTimeoutError,
)

if TYPE_CHECKING:
    from anaplan_sdk._async import AsyncAlmClient, AsyncClient
    from anaplan_sdk._core.http.pacing import Pacing
    from anaplan_sdk._core.http.retry import RetryPolicy
    from anaplan_sdk._core.jobs.poll import PollSchedule
    from anaplan_sdk._core.login.basic import Credentials
    from anaplan_sdk._core.login.oauth.code import AuthorizationCodeGrant
    from anaplan_sdk._core.login.oauth.device import DeviceGrant
    from anaplan_sdk._core.login.oauth.grant import RefreshTokenGrant
    from anaplan_sdk._core.login.stores import TokenStore
    from anaplan_sdk._core.progress import OnProgress, Progress
    from anaplan_sdk._io.stores.files import FileStore, MemoryStore
    from anaplan_sdk._io.stores.keyring import KeyringStore
    from anaplan_sdk._sync import Client, SyncAlmClient
    from anaplan_sdk.models.checkup import CheckReport, CheckStep

__version__ = "0.1.0"

# Quiet until the program configures logging.
logging.getLogger(__name__).addHandler(logging.NullHandler())

_HOMES = {
    "anaplan_sdk._async": ("AsyncAlmClient", "AsyncClient"),
    "anaplan_sdk._sync": ("Client", "SyncAlmClient"),
    "anaplan_sdk._core.login.basic": ("Credentials",),
    "anaplan_sdk._core.login.oauth.code": ("AuthorizationCodeGrant",),
    "anaplan_sdk._core.login.oauth.device": ("DeviceGrant",),
    "anaplan_sdk._core.login.oauth.grant": ("RefreshTokenGrant",),
    "anaplan_sdk._core.http.pacing": ("Pacing",),
    "anaplan_sdk._core.jobs.poll": ("PollSchedule",),
    "anaplan_sdk._core.progress": ("OnProgress", "Progress"),
    "anaplan_sdk._core.http.retry": ("RetryPolicy",),
    "anaplan_sdk._core.login.stores": ("TokenStore",),
    "anaplan_sdk._io.stores.files": ("FileStore", "MemoryStore"),
    "anaplan_sdk._io.stores.keyring": ("KeyringStore",),
    "anaplan_sdk.models.checkup": ("CheckReport", "CheckStep"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AmbiguousRunError",
    "AnaplanError",
    "ApiError",
    "AsyncAlmClient",
    "AsyncClient",
    "AuthenticationError",
    "AuthorizationCodeGrant",
    "CheckReport",
    "CheckStep",
    "Client",
    "ClientClosedError",
    "ConfigurationError",
    "ContentTypeError",
    "Credentials",
    "DeviceGrant",
    "FileStore",
    "InvalidPrivateKeyError",
    "KeyringStore",
    "MemoryStore",
    "ModelArchivedError",
    "ModelBusyError",
    "NotFoundError",
    "NothingLoadedWarning",
    "OAuthError",
    "OnProgress",
    "Pacing",
    "PermissionDeniedError",
    "PollSchedule",
    "Progress",
    "RateLimitedError",
    "RefreshTokenGrant",
    "RejectedRowsError",
    "RejectedRowsWarning",
    "RequestTimeoutError",
    "RetryPolicy",
    "SyncAlmClient",
    "TaskCancelledError",
    "TaskError",
    "TaskFailedError",
    "TaskTimeoutError",
    "TokenStore",
    "TokenStoreError",
    "TransferError",
    "TransferTimeoutError",
    "TransportError",
    "UnexpectedResponseError",
    "WaitTimeoutError",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
