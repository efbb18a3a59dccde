# Source of both colours: scripts/codegen.py emits this file twice.
"""The user, and the workspaces of the tenant."""

from __future__ import annotations

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.listing.sorting import Sort
from anaplan_sdk.models import User, Workspace, WorkspaceUser

from ..scope import Scope


class Tenant(Scope):
    """Calls about the tenant: no model is needed."""

    async def get_current_user(self, *, timeout: float | None = None) -> User:
        """The user who is logged in."""
        return await self._session.one(bulk.current_user(), Deadline.after(timeout))

    async def list_users(
        self, *, search: str | None = None, sort: Sort | None = None, timeout: float | None = None
    ) -> list[User]:
        """The users of the tenant. Needs the role of Workspace Administrator, or a role of the tenant.

        Args:
            search: As in ``list_workspaces``, for Workspace Administrators only: for others Anaplan ignores it and
                returns every user.
            sort: ``first_name``, ``last_name``, ``email``, ``active`` or ``last_login_date``, with ``-`` for descending
                order.
            timeout: Seconds for the call, None for no limit.
        """
        return await self._session.rows(bulk.users(search=search, sort=sort), Deadline.after(timeout))

    async def get_user(self, user_id: str, *, timeout: float | None = None) -> User:
        """One user of the tenant."""
        return await self._session.one(bulk.user(user_id), Deadline.after(timeout))

    async def list_workspace_admins(
        self, workspace_id: str | None = None, *, timeout: float | None = None
    ) -> list[WorkspaceUser]:
        """The administrators of a workspace, the client's own by default.

        Raises:
            PermissionDeniedError: The user is not a User Administrator of the tenant.
        """
        endpoint = bulk.workspace_admins(self._workspace(workspace_id))
        return await self._session.rows(endpoint, Deadline.after(timeout))

    async def list_workspace_visitors(
        self, workspace_id: str | None = None, *, timeout: float | None = None
    ) -> list[WorkspaceUser]:
        """The visitors of a workspace, the client's own by default. Errors are those of ``list_workspace_admins``."""
        endpoint = bulk.workspace_visitors(self._workspace(workspace_id))
        return await self._session.rows(endpoint, Deadline.after(timeout))

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
