"""What all calls of Application Lifecycle Management ask for: the role, a model that is not archived, a plain body."""

from __future__ import annotations

from collections.abc import Collection

from ..serving.call import Call
from ..serving.envelope import ApiError, not_found, unrecognized
from ..world.model import Model

ARCHIVED = "ARCHIVED"
LOCKED = "LOCKED"
PRODUCTION = "PRODUCTION"


def administered_model(call: Call, model_id: str | None = None, *, denial: int = 403) -> Model:
    """The model of the path, or that with the id.

    404 where the caller does not see into it, ``denial`` where the caller does not administer its workspace.
    """
    model = call.tenant.models.get(call.id("model") if model_id is None else model_id)
    if model is None or not call.tenant.opens(model, call.user):
        raise not_found()
    if not call.administers(model):
        raise ApiError(denial)
    return model


def active_model(call: Call, model_id: str | None = None, *, denial: int = 403) -> Model:
    """The same as ``administered_model``; 422 where it is archived."""
    model = administered_model(call, model_id, denial=denial)
    if model.active_state == ARCHIVED:
        raise ApiError(422, "Model is Archived")
    return model


async def text_fields(call: Call, allowed: Collection[str]) -> dict[str, str]:
    """The body, which may have these properties only, all of them texts. Blank ones count as missing."""
    body = await call.json()
    for name, value in body.items():
        if name not in allowed:
            raise unrecognized(name)
        if not isinstance(value, str | None):
            raise ApiError(400, f"The value of '{name}' must be a string.")
    return {name: value for name, value in body.items() if value and not value.isspace()}
