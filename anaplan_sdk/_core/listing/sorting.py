"""Parameters that many calls share: the ``sort`` of listings, and days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from anaplan_sdk.errors import ConfigurationError

Sort: TypeAlias = str | Sequence[str]

_FIELD = re.compile(r"([+-]?)([A-Za-z][A-Za-z0-9_]*)")


def sort_parameter(sort: Sort | None, *, signed: bool = True) -> str | None:
    """``"name"``, ``"-last_login_date"`` or several of them, as Anaplan reads it: ``+name,-lastLoginDate``.

    A plus is mandatory for users, workspaces and models, allowed for what a model holds, and unknown for revisions.
    """
    if sort is None:
        return None
    if not isinstance(sort, str | list | tuple):
        raise ConfigurationError(f"sort must be a field name, or a list of several, not {type(sort).__name__}.")
    fields = [_field(field) for field in ([sort] if isinstance(sort, str) else sort)]
    return ",".join(field if signed else field.removeprefix("+") for field in fields) or None


def _field(text: object) -> str:
    found = _FIELD.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ConfigurationError(f"sort: {text!r} is not a field name with an optional '-' for descending order.")
    sign, name = found.groups()
    return (sign or "+") + re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def day(value: date | str | None, what: str) -> str | None:
    """A date as Anaplan reads it, YYYY-MM-DD."""
    if value is None:
        return None
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).strftime("%Y-%m-%d")
    except (ValueError, TypeError):
        raise ConfigurationError(f"{what}: {value!r} is not a date such as 2026-03-09.") from None
