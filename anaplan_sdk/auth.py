"""Ways to log in, token stores, and what you need to write your own.

A client takes any of the grants as ``auth=``, and any of the stores as ``token_store=``.
"""

from __future__ import annotations

from anaplan_sdk._core.flow import Compute, Credentials, Flow, Once, Pause, ReadFile, Step
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.oauth.code import AuthorizationCode, AuthorizationCodeGrant, AuthorizationRequest
from anaplan_sdk._core.login.oauth.device import DeviceAuthorization, DeviceGrant
from anaplan_sdk._core.login.oauth.grant import RefreshTokenGrant
from anaplan_sdk._core.login.stores import StorableCredentials, StoreLock, TokenStore
from anaplan_sdk._core.login.token import Token
from anaplan_sdk._io.stores.files import FileStore, MemoryStore
from anaplan_sdk._io.stores.keyring import KeyringStore

__all__ = [
    "AuthorizationCode",
    "AuthorizationCodeGrant",
    "AuthorizationRequest",
    "Compute",
    "Credentials",
    "DeviceAuthorization",
    "DeviceGrant",
    "FileStore",
    "Flow",
    "KeyringStore",
    "MemoryStore",
    "Once",
    "Pause",
    "ReadFile",
    "RefreshTokenGrant",
    "Request",
    "Response",
    "Step",
    "StorableCredentials",
    "StoreLock",
    "Token",
    "TokenStore",
]
