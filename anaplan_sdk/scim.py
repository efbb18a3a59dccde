"""What ``client.scim`` is asked for: filters that find users, operations that change them, and plans made of both."""

from __future__ import annotations

from anaplan_sdk._core.scim.filters import (
    Filter,
    FilterAttribute,
    field,
)
from anaplan_sdk._core.scim.operations import (
    Add,
    Operation,
    Remove,
    Replace,
    add_workspaces,
    remove_all_workspaces,
    rename,
    set_active,
    set_workspaces,
)
from anaplan_sdk._core.scim.planning import (
    DesiredUser,
    plan_user,
)

__all__ = [
    "Add",
    "DesiredUser",
    "Filter",
    "FilterAttribute",
    "Operation",
    "Remove",
    "Replace",
    "add_workspaces",
    "field",
    "plan_user",
    "remove_all_workspaces",
    "rename",
    "set_active",
    "set_workspaces",
]
