# Source of both colours: scripts/codegen.py emits this file twice.
"""What calls are about: a session, and for most of them a workspace and a model."""

from __future__ import annotations

from typing import TypeVar

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.http.deadline import NEVER, Deadline
from anaplan_sdk.errors import ConfigurationError

from .engine.session import Session

ScopeT = TypeVar("ScopeT", bound="Scope")


class Family:
    """Calls that share a session; the base of the namespaces of a client, such as ``client.alm``."""

    def __init__(self, session: Session) -> None:
        self._session = session


class Scope(Family):
    """Calls about a workspace or a model."""

    def __init__(self, session: Session, workspace_id: str | None, model_id: str | None) -> None:
        super().__init__(session)
        self._workspace_id = workspace_id and segment(workspace_id, "workspace_id")
        self._model_id = model_id and segment(model_id, "model_id")
        self._at = ModelPath(self._model_id, self._workspace_id) if self._model_id else None

    def _as(self, calls: type[ScopeT]) -> ScopeT:
        """Other calls about the same workspace and model, for what needs those of several kinds."""
        return calls(self._session, self._workspace_id, self._model_id)

    @property
    def workspace_id(self) -> str | None:
        """The workspace as it was given; if it was not, it is looked up from the model when needed."""
        return self._workspace_id

    @property
    def model_id(self) -> str | None:
        """The model that model-specific calls are about."""
        return self._model_id

    def _model(self) -> ModelPath:
        """The model, for everything that needs no workspace."""
        if self._at is None:
            raise ConfigurationError(
                "This call is about a model and the client has no model_id: pass model_id=…, set ANAPLAN_MODEL_ID, or "
                "make a client of the model with from_existing(client, model_id=…)."
            )
        return self._at

    async def _model_in_workspace(self, deadline: Deadline = NEVER) -> ModelPath:
        """The model with its workspace, which is asked for once where it was not given."""
        at = self._model()
        if at.workspace_id is not None:
            return at
        known = self._session.workspaces.get(at.model_id)
        if known is None:
            found = (await self._session.one(bulk.model(at.model_id), deadline)).current_workspace_id
            if not found:
                raise ConfigurationError(
                    f"Anaplan does not say which workspace model {at.model_id} is in: pass workspace_id=…."
                )
            self._session.workspaces.put(at.model_id, known := found)
            deadline.check(f"finding the workspace of model {at.model_id}")
        return ModelPath(at.model_id, known)

    def _workspace(self, workspace_id: str | None) -> str:
        chosen = workspace_id or self._workspace_id
        if not chosen:
            raise ConfigurationError(
                "This call is about a workspace: pass workspace_id=…, or set ANAPLAN_WORKSPACE_ID."
            )
        return chosen
