"""Changes of single attributes of a user, as values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, cast

import attrs

from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models.scim import WORKSPACE

PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
# Of the server, for one request.
MAX_WORKSPACES = 50

ALL_WORKSPACES = f'entitlements[type eq "{WORKSPACE}"]'
# Made by Anaplan of the rest, or fixed at creation.
_READ_ONLY = ("id", "userName", "displayName", "name.formatted", "meta", "schemas")


def _path(_: object, __: object, path: str) -> None:
    if not isinstance(path, str) or not path.strip():
        raise ConfigurationError(f"path: every operation needs one, such as 'active'; this is {path!r}.")
    if path in _READ_ONLY:
        raise ConfigurationError(f"path: {path!r} cannot be changed.")
    condition = path.partition("[")[2].lower()
    if " and " in condition or " or " in condition:
        raise ConfigurationError(f"path: Anaplan takes a single condition in a path, and not {path!r}.")


def _value(_: object, __: object, value: object) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ConfigurationError(f"value: {type(value).__name__} cannot be sent as JSON.") from None


@attrs.frozen
class Operation:
    """A change of one attribute of a user: ``Replace``, ``Add`` or ``Remove``."""

    path: str = attrs.field(validator=_path)


@attrs.frozen
class Replace(Operation):
    """Set an attribute, such as ``Replace("name.familyName", "Khan")``."""

    value: object = attrs.field(validator=_value, hash=False)


@attrs.frozen
class Add(Operation):
    """Add to an attribute that has several values."""

    value: object = attrs.field(validator=_value, hash=False)


@attrs.frozen
class Remove(Operation):
    """Remove an attribute with all its values."""


def distinct_ids(workspace_ids: Iterable[str]) -> tuple[str, ...]:
    """Ids of workspaces, each once; anything else is refused."""
    if isinstance(workspace_ids, str) or not isinstance(workspace_ids, Iterable):
        raise ConfigurationError(f"workspace_ids must be a list of ids, not {workspace_ids!r}.")
    first: dict[str, str] = {}
    for each in workspace_ids:
        if not isinstance(each, str) or not (each.isascii() and each.isalnum()):
            raise ConfigurationError(f"workspace_ids: {each!r} is not the id of a workspace.")
        first.setdefault(each.lower(), each)
    return tuple(first.values())


def entitlements_of(workspace_ids: Iterable[str]) -> list[dict[str, str]]:
    """Workspaces in the form in which they are written."""
    return [{"value": each, "type": WORKSPACE} for each in distinct_ids(workspace_ids)]


def set_active(active: bool) -> Operation:
    """Let a user log in, or not."""
    if not isinstance(active, bool):
        raise ConfigurationError(f"active must be True or False, not {active!r}.")
    return Replace("active", active)


def add_workspaces(workspace_ids: Iterable[str]) -> Operation:
    """Give a user workspaces beside those that the user has."""
    if not (added := entitlements_of(workspace_ids)):
        raise ConfigurationError("workspace_ids: there is no workspace to add.")
    return Add("entitlements", added)


def set_workspaces(workspace_ids: Iterable[str]) -> Operation:
    """Give a user exactly these workspaces; an empty list takes all away."""
    exactly = entitlements_of(workspace_ids)
    return Replace(ALL_WORKSPACES, exactly) if exactly else remove_all_workspaces()


def remove_all_workspaces() -> Operation:
    """Take all workspaces away from a user."""
    return Remove("entitlements")


def rename(*, given_name: str | None = None, family_name: str | None = None) -> list[Operation]:
    """Change the names of a user that are given."""
    names = {"name.givenName": given_name, "name.familyName": family_name}
    return [Replace(path, name) for path, name in names.items() if name is not None]


def checked_operations(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The operations of one request, of which there must be some."""
    if isinstance(operations, Operation):
        raise ConfigurationError("operations must be a list: write [operation] for a single one.")
    if not isinstance(operations, Iterable) or isinstance(operations, str):
        raise ConfigurationError(f"operations must be a list of operations, not {operations!r}.")
    every = tuple(operations)
    for each in every:
        if not isinstance(each, Operation) or type(each) is Operation:
            raise ConfigurationError(f"operations: {each!r} is no Replace, Add or Remove.")
    if not every:
        raise ConfigurationError("operations: there is nothing to change.")
    return every


def in_requests(operations: Iterable[Operation]) -> list[tuple[Operation, ...]]:
    """Operations, in their order, in as many requests as their workspaces take; mostly in one."""
    requests: list[list[Operation]] = [[]]
    room = MAX_WORKSPACES
    for part in chain.from_iterable(map(_parts, operations)):
        size = _workspaces_in(part)
        if size > room:
            requests.append([])
            room = MAX_WORKSPACES
        requests[-1].append(part)
        room -= size
    return [tuple(request) for request in requests]


def _parts(operation: Operation) -> Iterator[Operation]:
    """An operation that has more workspaces than a request takes, as several that come to the same."""
    if not isinstance(operation, Add | Replace) or _workspaces_in(operation) <= MAX_WORKSPACES:
        yield operation
        return
    value = list(cast("Iterable[object]", operation.value))
    yield attrs.evolve(operation, value=value[:MAX_WORKSPACES])
    for start in range(MAX_WORKSPACES, len(value), MAX_WORKSPACES):
        yield Add("entitlements", value[start : start + MAX_WORKSPACES])


def _workspaces_in(operation: Operation) -> int:
    value = getattr(operation, "value", None)
    return len(value) if isinstance(value, list) and operation.path.startswith("entitlements") else 0


def patch_body(operations: Iterable[Operation]) -> dict[str, Any]:
    """Operations as they are sent."""
    return {"schemas": [PATCH_SCHEMA], "Operations": [_operation(each) for each in operations]}


def is_repeatable(operations: Iterable[Operation]) -> bool:
    """Whether it comes to the same when they are done twice: what sets, removes or entitles does."""
    return all(not isinstance(each, Add) or each.path.startswith("entitlements") for each in operations)


def _operation(operation: Operation) -> dict[str, Any]:
    value = {} if isinstance(operation, Remove) else {"value": getattr(operation, "value", None)}
    return {"op": type(operation).__name__.lower(), "path": operation.path, **value}
