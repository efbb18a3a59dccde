"""Single values in JSON, as Anaplan writes them: tolerant of form, strict about kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from types import NoneType
from typing import Any, TypeAlias, cast, get_args

from anaplan_sdk.models.tasks import DetailValues

Hook: TypeAlias = Callable[[Any, Any], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JSON_TYPES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "other text",
    int: "a number",
    float: "a number",
    bool: "true or false",
}


def mismatch(expected: str, value: object) -> str:
    """What is wrong with *value*, for the error; it says nothing of its content."""
    return f"should be {expected}, not {_JSON_TYPES.get(type(value), 'null')}"


def _text(value: Any, _: Any) -> str:
    if type(value) is str:
        return value
    if value is None:  # in a list, where its place counts
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    raise TypeError(mismatch("text", value))


def _number(value: Any, kind: type[int | float]) -> int | float:
    if type(value) is kind:
        return value
    try:
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(mismatch("a number", value)) from None


def _optional_number(value: Any, _: Any) -> int | float | None:
    # Anaplan writes some numbers as text, and some that are absent as empty text.
    return None if value == "" else _number(value, int)


def _number_or_text(value: Any, _: Any) -> int | str | None:
    text = _text(value, str)
    return int(text) if text.isdecimal() else text or None


def _object_or_text(value: Any, _: Any) -> Mapping[str, object] | str | None:
    return value if isinstance(value, dict | str) and value != "" else None


def _flag(value: Any, _: Any) -> bool:
    if type(value) is bool:
        return value
    raise TypeError(mismatch("true or false", value))


def _optional_flag(value: Any, kind: Any) -> bool:
    # Some services write them as text.
    texts = {"true": True, "false": False}
    return texts[value.lower()] if type(value) is str and value.lower() in texts else _flag(value, kind)


def a_time(value: Any, _: Any) -> datetime | None:
    """Epoch milliseconds or any ISO 8601; a time that cannot be read is no reason to fail."""
    try:
        if type(value) is str and not value.isdecimal():
            time = datetime.fromisoformat(value)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        return _EPOCH + timedelta(milliseconds=float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def a_date(value: Any, _: Any) -> date | None:
    """An ISO 8601 date; one that cannot be read, or is empty, is no reason to fail."""
    try:
        return date.fromisoformat(value[:10]) if type(value) is str else None
    except ValueError:
        return None


def detail_values(value: Any, _: Any) -> DetailValues:
    """Anaplan writes them as key, value, key, value and so on; a last key may lack its value."""
    if not isinstance(value, list):
        return {}
    texts = [item if item is None else str(item) for item in cast("Iterable[Any]", value)]
    return {key: item for key, item in zip_longest(texts[::2], texts[1::2]) if key is not None}


# The classes of the interpreter, also where a test has put others in their place (freezegun does, with subclasses).
_DATETIME = next(kind for kind in datetime.__mro__ if kind.__module__ == "datetime")
_DATE = next(kind for kind in date.__mro__ if kind.__module__ == "datetime")


def is_time(kind: Any) -> bool:
    """Whether values of a type are times that may be absent."""
    return _may_be_absent(kind, _DATETIME)


def is_date(kind: Any) -> bool:
    """Whether values of a type are dates that may be absent."""
    return _may_be_absent(kind, _DATE) and not is_time(kind)


def _may_be_absent(kind: Any, of: type) -> bool:
    kinds = [each for each in get_args(kind) if each is not NoneType]
    return bool(kinds) and all(isinstance(each, type) and issubclass(each, of) for each in kinds)


HOOKS: dict[Any, Hook] = {
    str: _text,
    str | None: _text,
    int: _number,
    int | None: _optional_number,
    int | str | None: _number_or_text,
    Mapping[str, object] | str | None: _object_or_text,
    float: _number,
    bool: _flag,
    bool | None: _optional_flag,
    datetime | None: a_time,
}

# What hooks take as it is: values of these classes need no call.
AS_THEY_ARE: dict[Any, type] = {
    str: str,
    str | None: str,
    int: int,
    int | None: int,
    float: float,
    bool: bool,
    bool | None: bool,
}
