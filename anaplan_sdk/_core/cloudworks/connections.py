"""Connections as they are sent. No message shows what they hold: it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.frames import with_emptied_frames
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models.cloudworks_definitions import (
    AmazonS3Connection,
    AzureBlobConnection,
    ConnectionDefinition,
    GoogleBigQueryConnection,
)

MAX_NAME = 60
# Letters and digits of the Latin alphabet at both ends, and between them also blanks, hyphens and underscores.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _-]*[A-Za-z0-9])?")

# What Anaplan calls a type, and the fields of ours by its names for them. Those of the second row may be left out.
_FIELDS: dict[type[Any], tuple[str, dict[str, str], dict[str, str]]] = {
    AmazonS3Connection: (
        "AmazonS3",
        {"bucket_name": "bucketName", "access_key_id": "accessKeyId", "secret_access_key": "secretAccessKey"},
        {"role_arn": "roleArn"},
    ),
    AzureBlobConnection: (
        "AzureBlob",
        {"storage_account_name": "storageAccountName", "container_name": "containerName", "sas_token": "sasToken"},
        {"auth_method": "authMethod"},
    ),
    GoogleBigQueryConnection: ("GoogleBigQuery", {"dataset": "dataset"}, {}),
}
# The keys of a service account in the reference of the API; Google's own file has them in snake case, and others.
_ACCOUNT_KEYS = (
    *("type", "projectId", "privateKeyId", "privateKey", "clientEmail", "clientId", "authUri", "tokenUri"),
    *("authProviderX509CertUrl", "clientX509CertUrl"),
)


def connection_type(connection: ConnectionDefinition) -> str:
    """Anaplan's word for the type of a connection."""
    _check_kind(connection)
    return _FIELDS[type(connection)][0]


@with_emptied_frames
def connection_body(connection: ConnectionDefinition) -> dict[str, Any]:
    """All of a connection, secrets included."""
    _check_kind(connection)
    _, required, optional = _FIELDS[type(connection)]
    body: dict[str, Any] = {"name": checked_name(connection.name)}
    for name, key in required.items():
        value = getattr(connection, name)
        if not isinstance(value, str) or not value.strip():
            raise ConfigurationError(f"{name}: {type(connection).__name__} needs a text that is not empty.")
        body[key] = value
    body |= {key: getattr(connection, name) for name, key in optional.items() if getattr(connection, name) is not None}
    if isinstance(connection, GoogleBigQueryConnection):
        body["serviceAccountKey"] = _account_key(connection.service_account_key)
    if connection.workspace_id is not None:
        body["workspaceId"] = segment(connection.workspace_id, "workspace_id")
    return body


@with_emptied_frames
def connection_changes(changes: Mapping[str, object]) -> dict[str, Any]:
    """Some fields of a connection by our names or by Anaplan's."""
    if not isinstance(changes, Mapping) or not changes:
        raise ConfigurationError('changes: pass at least one field, such as {"name": "Landing zone"}.')
    body: dict[str, Any] = {_camel_case(str(name)): value for name, value in changes.items()}
    if wrapped := {"type", "body"}.intersection(body):
        raise ConfigurationError(
            f"changes: {', '.join(sorted(wrapped))} cannot be changed: pass the fields themselves."
        )
    if "name" in body:
        checked_name(body["name"])
    if "serviceAccountKey" in body:
        body["serviceAccountKey"] = _account_key(body["serviceAccountKey"])
    return body


def checked_name(name: object) -> str:
    """A name that Anaplan takes for a connection."""
    if not isinstance(name, str) or len(name) > MAX_NAME or not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"name: {name!r} cannot be the name of a connection: at most {MAX_NAME} Latin letters, digits, blanks, '-' "
            "and '_', with a letter or digit at both ends."
        )
    return name


def _check_kind(connection: object) -> None:
    if type(connection) not in _FIELDS:
        kinds = ", ".join(kind.__name__ for kind in _FIELDS)
        raise ConfigurationError(f"connection must be one of {kinds}, not {type(connection).__name__}.")


def _account_key(key: object) -> dict[str, str]:
    """A service account's key in Anaplan's spelling."""
    if not isinstance(key, Mapping):
        raise ConfigurationError("service_account_key must be the object in the key file, such as json.load gives it.")
    given = {_camel_case(str(name)): value for name, value in cast("Mapping[object, object]", key).items()}
    if missing := [name for name in _ACCOUNT_KEYS if not isinstance(given.get(name), str)]:
        raise ConfigurationError(f"service_account_key lacks {', '.join(missing)}.")
    return {name: str(given[name]) for name in _ACCOUNT_KEYS}


def _camel_case(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)
