# Source of both colours: scripts/codegen.py emits this file twice.
"""Connections to cloud stores."""

from __future__ import annotations

from collections.abc import Mapping

from anaplan_sdk._core.api import cloudworks
from anaplan_sdk._core.cloudworks.connections import connection_body, connection_changes, connection_type
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk.models import Connection, ConnectionDefinition, Integration

from ..scope import Family
from .creating import create, delete


class Connections(Family):
    """Anaplan never tells the secrets of a connection, and tests them when they are sent."""

    async def list_connections(self, *, timeout: float | None = None) -> list[Connection]:
        """All connections. Listing them is the only way to read one."""
        return await self._session.rows(cloudworks.connections(), Deadline.after(timeout))

    async def create_connection(self, connection: ConnectionDefinition, *, timeout: float | None = None) -> str:
        """Create a connection, at most once, and return its id.

        If the response is lost, the connection is looked for by its name.

        Args:
            connection: An ``AmazonS3Connection``, ``AzureBlobConnection`` or ``GoogleBigQueryConnection``.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: A field is missing or malformed. Nothing was sent.
            ApiError: With status 400 if the store refuses the credentials, or the name is in use.
        """
        creation = cloudworks.create_connection(connection_type(connection), connection_body(connection))
        there, deadline = cloudworks.connections(), Deadline.after(timeout)
        return await create(self._session, "connection", connection.name, creation, there, deadline)

    async def update_connection(
        self, connection_id: str, connection: ConnectionDefinition, *, timeout: float | None = None
    ) -> None:
        """Replace all of a connection, secrets included. Its type cannot change.

        Raises:
            ConfigurationError: A field is missing or malformed. Nothing was sent.
            ApiError: With status 400 if the store refuses the credentials, or the name is in use.
        """
        replacement = cloudworks.replace_connection(connection_id, connection_body(connection))
        await self._session.one(replacement, Deadline.after(timeout))

    async def patch_connection(
        self, connection_id: str, changes: Mapping[str, object], *, timeout: float | None = None
    ) -> None:
        """Change some fields of a connection and leave the others.

        Args:
            connection_id: The connection.
            changes: Fields of the connection's class, such as ``{"sas_token": token}`` or ``{"name": "Landing zone"}``.
            timeout: Seconds for the call, None for no limit.
        """
        try:
            change = cloudworks.change_connection(connection_id, connection_changes(changes))
        finally:
            del changes  # which a crash reporter would show, secrets included
        await self._session.one(change, Deadline.after(timeout))

    async def delete_connection(self, connection_id: str, *, timeout: float | None = None) -> None:
        """Delete a connection.

        Raises:
            ConflictError: An integration uses it: see ``list_integrations_using``.
            NotFoundError: There is no such connection.
        """
        await delete(self._session, cloudworks.delete_connection(connection_id), Deadline.after(timeout))

    async def list_integrations_using(self, connection_id: str, *, timeout: float | None = None) -> list[Integration]:
        """The integrations that read or write a connection, with their jobs.

        Anaplan has no call for this: every integration is read, one after the other.
        """
        cloudworks.delete_connection(connection_id)  # checks the id
        deadline, using = Deadline.after(timeout), list[Integration]()
        for listed in await self._session.rows(cloudworks.integrations(mine=False), deadline):
            integration = await self._session.one(cloudworks.integration(listed.id), deadline)
            deadline.check("reading the integrations")
            sides = [side for job in integration.jobs for side in (*job.sources, *job.targets)]
            if any(side.connection_id == connection_id for side in sides):
                using.append(integration)
        return using
