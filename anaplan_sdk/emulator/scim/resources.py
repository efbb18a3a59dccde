"""A user as SCIM shows and takes it: names, entitlements in three forms, and where it is found."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from ..serving.call import Call
from ..serving.envelope import origin
from ..serving.listing import Row
from ..serving.service import note
from ..world.tenant import User, Workspace
from .answers import PREFIX, ScimError

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
MOST_WORKSPACES = 50


def resource(call: Call, user: User) -> Row:
    """A user; what there is none of is left out."""
    row: Row = {
        "schemas": [SCHEMA],
        "id": user.id,
        "externalId": user.external_id,
        "userName": user.email,
        "active": user.active,
        "displayName": user.shown_name,
        "name": {"familyName": user.last_name, "givenName": user.first_name, "formatted": user.shown_name},
        "emails": [{"value": user.email, "type": "work", "primary": True}],
        "meta": {
            "resourceType": "User",
            "created": _timestamp(user.created_at),
            "lastModified": _timestamp(user.modified_at),
            "location": location(call, user),
        },
    }
    if workspaces := workspaces_of(call, user):
        row["entitlements"] = _entitlements(workspaces)
    return row


def location(call: Call, user: User) -> str:
    return f"{origin(call.request)}{PREFIX}/Users/{user.id}"


def workspaces_of(call: Call, user: User) -> list[Workspace]:
    """The workspaces that a user is in, those that they visit left out."""
    return [each for each in call.tenant.workspaces.values() if user.id in each.members | each.administrators]


def is_internal(call: Call, user: User) -> bool:
    """Whether a user is of this tenant, and does not only visit it."""
    visits = any(user.id in each.visitors for each in call.tenant.workspaces.values())
    return not visits or bool(workspaces_of(call, user))


def _entitlements(workspaces: list[Workspace]) -> list[Row]:
    """The same workspaces one by one, as ids, and as names."""
    ids = ",".join(each.id for each in workspaces)
    names = ",".join(f'"{each.name}"' for each in workspaces)
    single: list[Row] = [{"value": each.id, "display": each.name, "type": "WORKSPACE"} for each in workspaces]
    single[0]["primary"] = True
    return [*single, {"value": ids, "type": "WORKSPACE_IDS"}, {"value": names, "type": "WORKSPACE_NAMES"}]


def workspace_ids(call: Call, entitlements: object) -> list[str]:
    """The workspaces that entitlements of any form name."""
    if not isinstance(entitlements, list):
        raise ScimError(400, "entitlements must be an array", "invalidValue")
    found: dict[str, None] = {}
    for each in entitlements:
        if not isinstance(each, dict) or not isinstance(each.get("value"), str):
            raise ScimError(400, "An entitlement needs a value", "invalidValue")
        found |= dict.fromkeys(_named(call, each))
    return _known(call, found)


def _named(call: Call, entitlement: Mapping[str, Any]) -> Iterable[str]:
    kind, value = entitlement.get("type"), str(entitlement["value"])
    if kind == "WORKSPACE":
        return [value]
    if kind == "WORKSPACE_IDS":
        return [part.strip() for part in value.split(",")]
    if kind == "WORKSPACE_NAMES":
        names = [part.strip().strip('"') for part in value.split(",")]
        return [each.id for each in call.tenant.workspaces.values() if each.name in names]
    raise ScimError(400, f"The type {kind} of an entitlement is not supported", "invalidValue")


def _known(call: Call, ids: Iterable[str]) -> list[str]:
    unknown = [each for each in ids if each not in call.tenant.workspaces]
    if unknown and call.tenant.options.scim_unknown_workspace == "refuse":
        raise ScimError(400, f"Workspace {unknown[0]} not found", "invalidValue")
    known = [each for each in ids if each not in unknown]
    if len(known) > MOST_WORKSPACES:
        raise ScimError(400, f"At most {MOST_WORKSPACES} workspaces can be assigned at once", "tooMany")
    return known


def entitle(call: Call, user: User, ids: Iterable[str]) -> bool:
    """Put a user into exactly these workspaces, and note what changes; False where that fails half way."""
    options, wanted = call.tenant.options, set(ids)
    if options.scim_entitlements_fail > 0:
        options.scim_entitlements_fail -= 1
        return False
    for workspace in call.tenant.workspaces.values():
        is_in = user.id in workspace.members | workspace.administrators
        if workspace.id in wanted and not is_in:
            workspace.members.add(user.id)
            _note(call, user, "USR-21", "User added to workspace", workspace)
        elif workspace.id not in wanted and is_in:
            workspace.members.discard(user.id)
            workspace.administrators.discard(user.id)
            _note(call, user, "USR-22", "User removed from workspace", workspace)
    return True


def _note(call: Call, user: User, code: str, message: str, workspace: Workspace) -> None:
    note(call.request, call.user, code, message, object_id=user.id, attributes={"workspaceId": workspace.id})


def set_active(call: Call, user: User, value: object) -> None:
    """Let a user log in, or not any more; some clients send text."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if not isinstance(value, bool):
        raise ScimError(400, "active must be a boolean", "invalidValue")
    if user.active != value:
        user.active = value
        code, message = ("USR-3", "User enabled") if value else ("USR-4", "User disabled")
        note(call.request, call.user, code, message, object_id=user.id)


def set_text(user: User, name: str, value: object) -> None:
    """Set one of the texts that may be changed."""
    if not isinstance(value, str) or (name != "external_id" and not value.strip()):
        raise ScimError(400, "A text is missing or empty", "invalidValue")
    setattr(user, name, value)


def touch(call: Call, user: User) -> None:
    """Note that a user was changed."""
    user.modified_at = time.time()
    note(call.request, call.user, "USR-5", "User updated", object_id=user.id)


def _timestamp(seconds: float) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds % 1 * 1_000):03d}+00:00"
