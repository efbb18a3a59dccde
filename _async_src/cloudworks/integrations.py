# Source of both colours: scripts/codegen.py emits this file twice.
"""Integrations."""

from __future__ import annotations

from typing import Literal

from anaplan_sdk._core.api import cloudworks
from anaplan_sdk._core.cloudworks.integrations import integration_body
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import Integration, IntegrationDefinition

from ..scope import Family
from .creating import create, delete


class Integrations(Family):
    """Imports, exports and processes that CloudWorks runs."""

    async def list_integrations(
        self, *, mine: bool = False, sort: Literal["name", "-name"] | None = None, timeout: float | None = None
    ) -> list[Integration]:
        """All integrations that this user may see, without their jobs.

        Args:
            mine: Only those that this user created.
            sort: By name, with ``-`` in descending order.
            timeout: Seconds for the call, None for no limit.
        """
        if sort not in (None, "name", "-name"):
            raise ConfigurationError(f"sort must be 'name' or '-name', not {sort!r}.")
        return await self._session.rows(cloudworks.integrations(mine=mine, sort=sort), Deadline.after(timeout))

    async def get_integration(self, integration_id: str, *, timeout: float | None = None) -> Integration:
        """One integration with its jobs, schedule and latest run."""
        return await self._session.one(cloudworks.integration(integration_id), Deadline.after(timeout))

    async def create_integration(self, integration: IntegrationDefinition, *, timeout: float | None = None) -> str:
        """Create an integration, at most once, and return its id.

        Anaplan creates its notification with it. If the response is lost, the integration is looked for by its name.

        Args:
            integration: The integration: one job for an import or export, ``process_id`` for a process.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: A field is missing or malformed. Nothing was sent.
            ApiError: With status 400 if an action, model or connection does not exist, or the name is in use.
        """
        creation = cloudworks.create_integration(integration_body(integration))
        there, deadline = cloudworks.integrations(mine=False), Deadline.after(timeout)
        return await create(self._session, "integration", integration.name, creation, there, deadline)

    async def update_integration(
        self, integration_id: str, integration: IntegrationDefinition, *, timeout: float | None = None
    ) -> None:
        """Replace all of an integration. Begin with ``IntegrationDefinition.of`` to change a part of it."""
        replacement = cloudworks.replace_integration(integration_id, integration_body(integration))
        await self._session.one(replacement, Deadline.after(timeout))

    async def delete_integration(self, integration_id: str, *, timeout: float | None = None) -> None:
        """Delete an integration.

        Raises:
            ConflictError: It is running, or a flow uses it.
            NotFoundError: There is no such integration.
        """
        await delete(self._session, cloudworks.delete_integration(integration_id), Deadline.after(timeout))
