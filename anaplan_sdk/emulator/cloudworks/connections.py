"""Connections: what is checked when they are written, and what is told of them, which is never a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ..serving.call import Call
from ..serving.listing import Row
from ..serving.service import note
from ..world.cloudworks.state import StoreConnection
from .answers import body, cloud, display_name, invalid_body, iso, page, refused, route, success, unknown

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _-]{0,58}[A-Za-z0-9])?")
# Fields by type: what is shown, what is secret, and what may be left out.
SHOWN = {
    "AmazonS3": ("name", "bucketName"),
    "AzureBlob": ("name", "storageAccountName", "containerName"),
    "GoogleBigQuery": ("name", "dataset"),
}
SECRET = {
    "AmazonS3": ("accessKeyId", "secretAccessKey"),
    "AzureBlob": ("sasToken",),
    "GoogleBigQuery": ("serviceAccountKey",),
}
OPTIONAL = {
    "AmazonS3": ("roleArn", "workspaceId"),
    "AzureBlob": ("authMethod", "auth_method", "workspaceId"),
    "GoogleBigQuery": ("workspaceId",),
}
_SECRET_OPTIONAL = ("roleArn",)


async def list_connections(call: Call) -> web.Response:
    return page(call, "connections", [_row(connection) for connection in cloud(call).connections.values()])


async def create_connection(call: Call) -> web.Response:
    given = await body(call, required=("body",), texts=("type",))
    kind, fields = given["type"], given["body"]
    if kind not in SHOWN:
        raise refused("Invalid connection type")
    if not isinstance(fields, dict):
        raise invalid_body()
    _check(call, kind, fields)
    user = call.user
    connection = StoreConnection(kind=kind, body={}, secrets={}, created_by=display_name(user), created_by_id=user.id)
    _write(connection, fields)
    cloud(call).add_connection(connection)
    note(call.request, user, "INT-01", "Connection created", object_id=connection.id)
    return success(call, connections={"connectionId": connection.id})


async def replace_connection(call: Call) -> web.Response:
    connection = _connection(call)
    fields = await body(call)
    if connection.kind == "AzureBlob" and not {"authMethod", "auth_method"} & fields.keys():
        raise invalid_body()
    _check(call, connection.kind, fields, connection)
    return _changed(call, connection, fields)


async def change_connection(call: Call) -> web.Response:
    connection = _connection(call)
    changes = await body(call)
    if not changes:
        raise invalid_body()
    fields = {**connection.body, **connection.secrets, **changes}
    _check(call, connection.kind, fields, connection)
    return _changed(call, connection, fields)


async def delete_connection(call: Call) -> web.Response:
    connection = _connection(call)
    if any(connection.id in each.connection_ids() for each in cloud(call).integrations.values()):
        raise refused("The resource is being referenced", 409)
    del cloud(call).connections[connection.id]
    note(call.request, call.user, "INT-02", "Connection deleted", object_id=connection.id)
    return success(call)


def _changed(call: Call, connection: StoreConnection, fields: Mapping[str, Any]) -> web.Response:
    _write(connection, fields)
    connection.touch(display_name(call.user))
    note(call.request, call.user, "INT-03", "Connection updated", object_id=connection.id)
    return success(call)


def _write(connection: StoreConnection, fields: Mapping[str, Any]) -> None:
    secret = (*SECRET[connection.kind], *_SECRET_OPTIONAL)
    connection.secrets = {key: value for key, value in fields.items() if key in secret}
    connection.body = {key: value for key, value in fields.items() if key not in secret}
    if "auth_method" in connection.body:
        connection.body["authMethod"] = connection.body.pop("auth_method")
    connection.status = 1


def _check(call: Call, kind: str, fields: Mapping[str, Any], itself: StoreConnection | None = None) -> None:
    """Refuse a body that is not complete, a name that is taken, and what the store does not let in."""
    required = (*SHOWN[kind], *SECRET[kind])
    if any(not fields.get(key) for key in required) or fields.keys() - {*required, *OPTIONAL[kind]}:
        raise invalid_body()
    if not isinstance(fields["name"], str) or not _NAME.fullmatch(fields["name"]):
        raise invalid_body()
    others = (other for other in cloud(call).connections.values() if other is not itself)
    if any(other.name == fields["name"] for other in others):
        raise refused("Duplicate resource name not allowed")
    workspace_id = fields.get("workspaceId")
    if workspace_id is not None and workspace_id not in call.tenant.workspaces:
        raise refused("User does not have access to workspace")
    store = cloud(call).stores.get(str(fields[SHOWN[kind][-1]]))
    if store is None:
        raise refused("Invalid Dataset" if kind == "GoogleBigQuery" else "Bucket name is invalid")
    if any(fields.get(key) != value for key, value in store.credentials.items()):
        raise refused("Credentials are invalid")


def _connection(call: Call) -> StoreConnection:
    found = cloud(call).connections.get(call.id("connection"))
    if found is None:
        raise unknown("Invalid connection_id")
    return found


def _row(connection: StoreConnection) -> Row:
    shown = {key: value for key, value in connection.body.items() if key != "workspaceId"}
    return {
        "connectionId": connection.id,
        "connectionType": connection.kind,
        "body": shown,
        "creationDate": iso(connection.created_at),
        "modificationDate": iso(connection.modified_at or connection.created_at),
        "createdBy": connection.created_by,
        "modifiedBy": connection.modified_by,
        "status": connection.status,
        "integrationErrorCode": connection.error_code,
        "workspaceId": connection.body.get("workspaceId"),
        "authMethod": connection.body.get("authMethod"),
    }


def routes() -> list[web.RouteDef]:
    return [
        *route("GET", "/integrations/connections", list_connections),
        *route("POST", "/integrations/connections", create_connection),
        *route("PUT", "/integrations/connections/{connection}", replace_connection),
        *route("PATCH", "/integrations/connections/{connection}", change_connection),
        *route("DELETE", "/integrations/connections/{connection}", delete_connection),
    ]
