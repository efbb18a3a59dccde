"""Ids: which kind of object one names, and that it cannot change a path."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias
from urllib.parse import quote

from anaplan_sdk.errors import ConfigurationError

Kind: TypeAlias = Literal["imports", "exports", "actions", "processes"]

# The first three of twelve digits tell the kind, a convention that all samples follow.
_KIND_OF_PREFIX: dict[str, Kind] = {"112": "imports", "116": "exports", "117": "actions", "118": "processes"}
_NUMERIC_ID = re.compile(r"\d{12}")
# Wider than any id seen, and nothing in it has a meaning in a path. A dot alone would, hence the look-ahead.
_SEGMENT = re.compile(r"(?!\.+\Z)[A-Za-z0-9._~-]{1,128}")
# Surrogates stand for bytes that are not UTF-8, and cannot be sent.
_FILE_NAME = re.compile(r"(?!\.+\Z)[^\x00-\x1f\x7f-\x9f/\\\ud800-\udfff]{1,255}")


def segment(value: int | str, what: str) -> str:
    """*value* as one segment of a path; anything that could mean more than that is refused."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _SEGMENT.fullmatch(text):
        raise ConfigurationError(f"{what}: {value!r} is not an id: letters, digits, '-', '_' and '.' are allowed.")
    return text


def file_segment(file_id: int | str) -> str:
    """A file id, or the name of a file that is to be created, as one segment of a path."""
    text = str(file_id) if isinstance(file_id, int) and not isinstance(file_id, bool) else file_id
    if not isinstance(text, str) or not _FILE_NAME.fullmatch(text):
        raise ConfigurationError(
            f"file_id: {file_id!r} is neither an id nor a file name: slashes and control characters are not allowed."
        )
    return quote(text, safe="")


def kind_of(action_id: int | str) -> Kind:
    """Which of the four runnable kinds *action_id* is."""
    text = segment(action_id, "action_id")
    kind = _KIND_OF_PREFIX.get(text[:3])
    if kind is None or not _NUMERIC_ID.fullmatch(text):
        raise ConfigurationError(
            f"action_id: {action_id!r} cannot be run. Runnable ids have twelve digits and begin with 112 (imports), "
            "116 (exports), 117 (actions) or 118 (processes)."
        )
    return kind
