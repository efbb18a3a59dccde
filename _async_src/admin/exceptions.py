# Source of both colours: scripts/codegen.py emits this file twice.
"""Exception users: who may log in with a password where single sign-on is required."""

from __future__ import annotations

from anaplan_sdk._core.api import admin
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk.errors import ApiError, ConfigurationError
from anaplan_sdk.models import ExceptionWorkspace

from ..scope import Family


class ExceptionUsers(Family):
    """Changes take effect at the next log-in, or after five idle minutes."""

    async def find_exception_users(
        self, *, workspace_id: str | None = None, user_id: str | None = None, timeout: float | None = None
    ) -> list[ExceptionWorkspace]:
        """The exception users of a workspace, or the workspaces of which somebody is an exception user.

        Any user may ask, about workspaces that they see. Of a workspace, visitors are among them; of a user, workspaces
        that they visit are not.

        Args:
            workspace_id: The workspace; give this or ``user_id``.
            user_id: The user.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: Not exactly one of the two was given.
            NotFoundError: There is no such workspace or user.
        """
        if (workspace_id is None) == (user_id is None):
            raise ConfigurationError("Pass either workspace_id or user_id.")
        return await self._find(workspace_id, user_id, Deadline.after(timeout))

    async def assign_exception_user(self, user_id: str, workspace_id: str, *, timeout: float | None = None) -> None:
        """Let a user log in with a password although the workspace requires single sign-on.

        Raises:
            PermissionDeniedError: This user lacks the role of Tenant Security Administrator, or it is about themselves.
            ApiError: With status 400 if the workspace has no single sign-on, or the user is not in it.
        """
        await self._change("assign", user_id, workspace_id, Deadline.after(timeout))

    async def revoke_exception_user(self, user_id: str, workspace_id: str, *, timeout: float | None = None) -> None:
        """Take that back. Errors are those of ``assign_exception_user``."""
        await self._change("unassign", user_id, workspace_id, Deadline.after(timeout))

    async def _change(self, operation: str, user_id: str, workspace_id: str, deadline: Deadline) -> None:
        try:
            await self._session.one(admin.change_exception_user(operation, user_id, workspace_id), deadline)
        except ApiError as refused:
            # A repetition may be refused because the first request, whose response was lost, did it.
            if refused.status != 400 or not refused.earlier or deadline.passed():
                raise
            workspaces = await self._find(workspace_id, None, deadline)
            assigned = any(user.id == user_id for workspace in workspaces for user in workspace.users)
            if assigned != (operation == "assign"):
                raise

    async def _find(
        self, workspace_id: str | None, user_id: str | None, deadline: Deadline
    ) -> list[ExceptionWorkspace]:
        if workspace_id is not None:
            search = admin.exception_users("workspaceGuid", segment(workspace_id, "workspace_id"))
        else:
            search = admin.exception_users("userGuid", segment(user_id or "", "user_id"))
        return await self._session.rows(search, deadline)
