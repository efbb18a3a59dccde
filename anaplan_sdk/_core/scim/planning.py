"""The least operations that bring a user from what it is to what it shall be."""

from __future__ import annotations

import attrs

from anaplan_sdk._core.scim.operations import (
    Operation,
    Replace,
    add_workspaces,
    distinct_ids,
    remove_all_workspaces,
    set_active,
    set_workspaces,
)
from anaplan_sdk.models import ScimUser


@attrs.frozen
class DesiredUser:
    """How a user shall look, for ``plan_user``. What is None stays as it is; no workspaces are ``()``."""

    given_name: str | None = None
    family_name: str | None = None
    external_id: str | None = None
    active: bool | None = None
    workspace_ids: tuple[str, ...] | None = attrs.field(default=None, converter=attrs.converters.optional(distinct_ids))


def plan_user(current: ScimUser, wanted: DesiredUser) -> list[Operation]:
    """The least operations after which ``current`` looks as ``wanted``, for ``scim.update_user``; none if it does.

    Workspaces are only added where none has to go, so that those that others give at the same time stay.

    Args:
        current: The user as it was read.
        wanted: How it shall look; what is None there stays.
    """
    texts = (
        ("name.givenName", current.name.given_name, wanted.given_name),
        ("name.familyName", current.name.family_name, wanted.family_name),
        ("externalId", current.external_id or "", wanted.external_id),
    )
    plan: list[Operation] = [Replace(path, new) for path, old, new in texts if new is not None and new != old]
    if wanted.active is not None and wanted.active is not current.active:
        plan.append(set_active(wanted.active))
    return plan if wanted.workspace_ids is None else plan + _workspaces(current.workspace_ids, wanted.workspace_ids)


def _workspaces(current: tuple[str, ...], wanted: tuple[str, ...]) -> list[Operation]:
    has = {each.lower() for each in current}
    missing = [each for each in wanted if each.lower() not in has]
    if has <= {each.lower() for each in wanted}:
        return [add_workspaces(missing)] if missing else []
    return [set_workspaces(wanted) if wanted else remove_all_workspaces()]
