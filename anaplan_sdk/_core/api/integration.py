"""The Integration API: the service that Bulk and ALM belong to, and how its models are addressed."""

from __future__ import annotations

import attrs

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import Service

API = Service("api", "/2/0")


@attrs.frozen
class ModelPath:
    """A model, addressed with its workspace (``full``) or alone (``short``).

    Most of what lives under a model answers under both; uploads, tasks and dumps are documented under the
    full path only, opening, closing and ALM exist under the short one only (facts of the Integration and ALM APIs).
    """

    model_id: str
    workspace_id: str | None = None
    short: str = attrs.field(init=False, eq=False, repr=False)
    _full: str | None = attrs.field(init=False, eq=False, repr=False, default=None)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "short", model_path(self.model_id))
        if self.workspace_id is not None:
            object.__setattr__(self, "_full", workspace_path(self.workspace_id) + self.short)

    @property
    def full(self) -> str:
        assert self._full is not None
        return self._full


def workspace_path(workspace_id: str) -> str:
    return f"/workspaces/{segment(workspace_id, 'workspace_id')}"


def model_path(model_id: str) -> str:
    return f"/models/{segment(model_id, 'model_id')}"
