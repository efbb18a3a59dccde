# Source of both colours: scripts/codegen.py emits this file twice.
"""The user, and the workspaces of the tenant."""

from __future__ import annotations

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.sorting import Sort
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk.models import User, Workspace

from ..scope import Scope


class Tenant(Scope):
    """Calls about the tenant: no model is needed."""

    async def get_current_user(self, *, timeout: float | None = None) -> User:
        """The user who is logged in."""
        return await self._session.one(bulk.current_user(), Deadline.after(timeout))

    async def list_workspaces(
        self,
        *,
        search: str | None = None,
        sort: Sort | None = None,
        details: bool = False,
        timeout: float | None = None,
    ) -> list[Workspace]:
        """The workspaces of the user's default tenant.

        Args:
            search: Only those whose name or id contains this text, in any case; ``%`` and ``_`` are wildcards.
            sort: ``name`` or ``size_allowance``, with ``-`` for descending order.
            details: Also ask for the sizes, in bytes.
            timeout: Seconds for the call, None for no limit.
        """
        listing = bulk.workspaces(search=search, sort=sort, details=details)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def get_workspace(
        self, workspace_id: str | None = None, *, details: bool = True, timeout: float | None = None
    ) -> Workspace:
        """One workspace, the client's own by default.

        Args:
            workspace_id: The workspace.
            details: Also ask for the sizes, in bytes.
            timeout: Seconds for the call, None for no limit.

        Raises:
            NotFoundError: It does not exist, or the user is not its Workspace Administrator.
        """
        endpoint = bulk.workspace(self._workspace(workspace_id), details=details)
        return await self._session.one(endpoint, Deadline.after(timeout))
