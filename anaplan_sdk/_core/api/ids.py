"""Ids: which kind of object one names, and that it cannot change a path."""

from __future__ import annotations

import re
from enum import Enum
from operator import index
from typing import Literal, SupportsIndex, TypeAlias
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


def plain(value: object) -> object:
    """An id as text: of a number of any library, of a member of an enumeration, or of a kind of text."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return value  # to be refused
    return str(index(value))


def as_id(value: int | str) -> int | str:
    """An id in one of the two forms that the rest compares and shows; anything else is refused where it is used."""
    text = plain(value)
    return text if isinstance(text, str) and not isinstance(value, int) else value


def is_segment(text: str) -> bool:
    """Whether a text can be an id in a path."""
    return _SEGMENT.fullmatch(text) is not None


def segment(value: int | str, what: str) -> str:
    """*value* as one segment of a path; anything that could mean more than that is refused."""
    text = plain(value)
    if not isinstance(text, str) or not is_segment(text):
        raise ConfigurationError(f"{what}: {value!r} is not an id: letters, digits, '-', '_' and '.' are allowed.")
    return text


def file_segment(file_id: int | str) -> str:
    """A file id, or the name of a file that is to be created, as one segment of a path."""
    text = plain(file_id)
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
