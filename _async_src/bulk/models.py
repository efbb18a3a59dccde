# Source of both colours: scripts/codegen.py emits this file twice.
"""Models of the tenant: list, status, open, close and delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.listing.sorting import Sort
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import ConfigurationError, WaitTimeoutError
from anaplan_sdk.models import DeletionResult, Model, ModelStatus

from ..scope import Scope


class Models(Scope):
    """Models of the tenant; the client's own if none is named."""

    async def list_models(
        self,
        *,
        workspace_id: str | None = None,
        search: str | None = None,
        sort: Sort | None = None,
        details: bool = False,
        timeout: float | None = None,
    ) -> list[Model]:
        """The models of the user's default tenant or of one workspace, including archived ones.

        Args:
            workspace_id: Only the models of this workspace. Cannot be combined with ``search`` or ``sort``.
            search: As in ``list_workspaces``, for Tenant Administrators only: for others Anaplan ignores it and returns
                every model.
            sort: ``name`` or ``active_state``, with ``-`` for descending order.
            details: Also ask for the memory usage, in bytes.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: ``search`` or ``sort`` was given with ``workspace_id``.
        """
        if workspace_id is not None and (search is not None or sort is not None):
            raise ConfigurationError("Anaplan neither searches nor sorts the models of one workspace: leave one out.")
        listing = bulk.models(workspace_id, search=search, sort=sort, details=details)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def get_model(
        self, model_id: str | None = None, *, details: bool = True, timeout: float | None = None
    ) -> Model:
        """One model, the client's own by default."""
        endpoint = bulk.model(model_id or self._model().model_id, details=details)
        return await self._session.one(endpoint, Deadline.after(timeout))

    async def delete_models(
        self, model_ids: Sequence[str], *, workspace_id: str | None = None, timeout: float | None = None
    ) -> DeletionResult:
        """Delete closed models of a workspace permanently. Needs the role of Workspace Administrator.

        If the response is lost (TransportError), list the models to see which are gone.

        Args:
            model_ids: One or more model ids.
            workspace_id: The workspace of the models, the client's own by default.
            timeout: Seconds for the call, None for no limit.

        Returns:
            Check its ``failures``: Anaplan reports success even if some or all models were not deleted.
        """
        if isinstance(model_ids, str | bytes) or not isinstance(model_ids, Sequence) or not model_ids:
            raise ConfigurationError("model_ids must be a list of at least one model id.")
        endpoint = bulk.delete_models(self._workspace(workspace_id), model_ids)
        return await self._session.one(endpoint, Deadline.after(timeout))

    async def get_model_status(self, model_id: str | None = None, *, timeout: float | None = None) -> ModelStatus:
        """The current status of a model: open, closed, or busy with what and for whom."""
        endpoint = bulk.model_status(model_id or self._model().model_id)
        return await self._session.one(endpoint, Deadline.after(timeout))

    async def wake_model(
        self, model_id: str | None = None, *, wait_for_completion: bool = True, timeout: float | None = None
    ) -> None:
        """Open a closed model. Needs the role of Workspace Administrator.

        Ordinary calls open a model, too; the first one is slow then.

        Args:
            model_id: The model, the client's own by default.
            wait_for_completion: Wait until it is open.
            timeout: Seconds for the call, None for no limit.
        """
        deadline = Deadline.after(timeout)
        chosen = model_id or self._model().model_id
        await self._session.one(bulk.open_model(chosen), deadline)
        if wait_for_completion:
            await self._settle(chosen, _is_open, deadline)

    async def close_model(
        self, model_id: str | None = None, *, wait_for_completion: bool = True, timeout: float | None = None
    ) -> None:
        """Close an open model. Users who have it open are disconnected without warning.

        Needs the role of Workspace Administrator.

        Args:
            model_id: The model, the client's own by default.
            wait_for_completion: Wait until it is closed.
            timeout: Seconds for the call, None for no limit.
        """
        deadline = Deadline.after(timeout)
        chosen = model_id or self._model().model_id
        await self._session.one(bulk.close_model(chosen), deadline)
        if wait_for_completion:
            await self._settle(chosen, _is_closed, deadline)

    async def _settle(self, model_id: str, settled: Callable[[ModelStatus], bool], deadline: Deadline) -> None:
        for delay in self._session.settings.poll.delays():
            status = await self._session.one(bulk.model_status(model_id), deadline)
            if settled(status):
                return
            if not deadline.allows(delay):
                raise WaitTimeoutError(f"Model {model_id} is still {status.current_step!r} after the time limit.")
            await sleep(delay)


def _is_closed(status: ModelStatus) -> bool:
    return status.current_step == "Closed"


def _is_open(status: ModelStatus) -> bool:
    return status.current_step not in ("Closed", "Closing")
