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
    short: str = attrs.field(
        default=attrs.Factory(lambda self: model_path(self.model_id), takes_self=True),
        init=False,
        eq=False,
        repr=False,
    )
    _workspace: str | None = attrs.field(
        default=attrs.Factory(
            lambda self: None if self.workspace_id is None else workspace_path(self.workspace_id), takes_self=True
        ),
        init=False,
        eq=False,
        repr=False,
    )

    @property
    def full(self) -> str:
        assert self._workspace is not None
        return self._workspace + self.short


def workspace_path(workspace_id: str) -> str:
    return f"/workspaces/{segment(workspace_id, 'workspace_id')}"


def model_path(model_id: str) -> str:
    return f"/models/{segment(model_id, 'model_id')}"
