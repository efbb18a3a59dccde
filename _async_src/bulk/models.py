# Source of both colours: scripts/codegen.py emits this file twice.
"""Models of the tenant: what there is, what it does at the moment, opening, closing and deleting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.sorting import Sort
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import ConfigurationError, WaitTimeoutError
from anaplan_sdk.models import DeletionResult, Model, ModelStatus

from ..scope import Scope


class Models(Scope):
    """Models of the tenant; the client's own where none is named."""

    async def list_models(
        self,
        *,
        workspace_id: str | None = None,
        search: str | None = None,
        sort: Sort | None = None,
        details: bool = False,
        timeout: float | None = None,
    ) -> list[Model]:
        """The models of the user's default tenant, or of one workspace; archived ones included.

        ``search`` finds names and ids as in ``list_workspaces``, for Tenant Administrators only: Anaplan ignores it
        for others and gives every model. ``sort`` takes ``name`` or ``active_state``. Neither is possible for the
        models of one workspace (ConfigurationError). ``details`` asks for the memory usage in bytes.
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
        """Delete closed models of a workspace for good. Needs its Workspace Administrator.

        Anaplan reports success also where some or all were not deleted: look at ``failures`` of the result. After a
        lost answer (TransportError) list the models to see what is gone.
        """
        if isinstance(model_ids, str | bytes) or not isinstance(model_ids, Sequence) or not model_ids:
            raise ConfigurationError("model_ids must be a list of at least one model id.")
        endpoint = bulk.delete_models(self._workspace(workspace_id), model_ids)
        return await self._session.one(endpoint, Deadline.after(timeout))

    async def get_model_status(self, model_id: str | None = None, *, timeout: float | None = None) -> ModelStatus:
        """What the model does at the moment: open, closed, or busy with what and for whom."""
        endpoint = bulk.model_status(model_id or self._model().model_id)
        return await self._session.one(endpoint, Deadline.after(timeout))

    async def wake_model(
        self, model_id: str | None = None, *, wait_for_completion: bool = True, timeout: float | None = None
    ) -> None:
        """Open a closed model, and wait until it is. Needs its Workspace Administrator.

        Ordinary calls wake a model too; the first one is slow then. ``timeout`` in seconds, None for no limit.
        """
        deadline = Deadline.after(timeout)
        chosen = model_id or self._model().model_id
        await self._session.one(bulk.open_model(chosen), deadline)
        if wait_for_completion:
            await self._settle(chosen, _is_open, deadline)

    async def close_model(
        self, model_id: str | None = None, *, wait_for_completion: bool = True, timeout: float | None = None
    ) -> None:
        """Close an open model, and wait until it is. Needs its Workspace Administrator.

        Everybody who works in the model is put out without a warning. ``timeout`` in seconds, None for no limit.
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
