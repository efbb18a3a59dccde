# Source of both colours: scripts/codegen.py emits this file twice.
"""The user, and the workspaces of the tenant."""

from __future__ import annotations

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.endpoints import query
from anaplan_sdk._core.api.sorting import Sort, sort_parameter
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.json import convert
from anaplan_sdk.models import User, Workspace

from ..scope import Scope


class Tenant(Scope):
    """Calls about the tenant: no model is needed."""

    async def get_current_user(self, *, timeout: float | None = None) -> User:
        """The user that is logged in."""
        payload = await self._session.get(endpoints.CURRENT_USER, deadline=Deadline.after(timeout))
        return convert.one(payload, "user", User, path=endpoints.CURRENT_USER)

    async def list_workspaces(
        self,
        *,
        search: str | None = None,
        sort: Sort | None = None,
        details: bool = False,
        timeout: float | None = None,
    ) -> list[Workspace]:
        """The workspaces of the user's default tenant.

        ``search`` finds names and ids that contain it, in any case; ``%`` and ``_`` are wildcards. ``sort`` takes
        ``name`` or ``size_allowance``, with ``-`` for descending order. ``details`` asks for the sizes in bytes.
        """
        return await self._session.listing(
            endpoints.WORKSPACES,
            "workspaces",
            Workspace,
            deadline=Deadline.after(timeout),
            tenantDetails=bool(details),
            s=search,
            sort=sort_parameter(sort),
        )

    async def get_workspace(
        self, workspace_id: str | None = None, *, details: bool = True, timeout: float | None = None
    ) -> Workspace:
        """One workspace, the client's own by default.

        Needs the role of its Workspace Administrator, else NotFoundError.
        """
        path = endpoints.workspace(self._workspace(workspace_id))
        payload = await self._session.get(query(path, tenantDetails=bool(details)), deadline=Deadline.after(timeout))
        return convert.one(payload, "workspace", Workspace, path=path)
