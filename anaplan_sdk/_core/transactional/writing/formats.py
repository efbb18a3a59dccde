"""Values of cells and of properties as JSON, checked against the format of what they are written to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from json.encoder import encode_basestring_ascii
from math import isfinite, nan
from typing import SupportsFloat, TypeAlias

# What makes JSON of one value, or raises UnfitError.
Encode: TypeAlias = Callable[[object], str]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class UnfitError(Exception):
    """A value, or a row, that cannot be written as it is; of a value, the text goes on from what it was written to.

    ``key`` is the line item that it is about, where a row names one.
    """

    key: object = None


def _of(value: object) -> str:
    """A value as it stands in messages."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _refuse_nothing(value: object) -> None:
    missing = isinstance(value, float) and value != value  # as frames have it in columns of any kind
    if value is None or missing or type(value).__name__ in ("NAType", "NaTType"):
        raise UnfitError(f"takes no {value}: leave it out of the row, which leaves the cell as it is")


def number(value: object) -> str:
    """A number of any library, or text such as ``"12.5"``, which keeps its digits."""
    if isinstance(value, str):
        if _NUMBER.fullmatch(value) is None:
            raise UnfitError(f"takes numbers, with a point for decimals, and not {_of(value)}")
        return encode_basestring_ascii(value)
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        _refuse_nothing(value)
        raise UnfitError(f"takes numbers, and not {_of(value)}")
    if isinstance(value, int):
        return int.__repr__(value)
    text = str(value)  # of a Decimal, for example, which keeps its digits
    if not isinstance(value, float) and _JSON_NUMBER.fullmatch(text):
        return text
    converted = _as_float(value)
    if not isfinite(converted):
        raise UnfitError(f"takes numbers, and {value} is none: leave it out of the row")
    return float.__repr__(converted)


def _as_float(value: SupportsFloat) -> float:
    try:
        return float(value)
    except (ValueError, OverflowError):  # a signaling NaN
        return nan


def boolean(value: object) -> str:
    """True or false, also as text."""
    if type(value).__name__ in ("bool", "bool_"):
        return "true" if value else "false"
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower()
    _refuse_nothing(value)
    raise UnfitError(f"takes True and False, and not {_of(value)}")


def day(value: object) -> str:
    """A date, or text such as ``"2026-03-09"``; empty text clears the cell."""
    if isinstance(value, datetime) and value == value and value.time() == time():
        return f'"{value.date().isoformat()}"'
    if isinstance(value, date) and not isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    if isinstance(value, str) and (value == "" or _is_day(value)):
        return f'"{value}"'
    _refuse_nothing(value)
    raise UnfitError(f'takes dates, as datetime.date or "YYYY-MM-DD", and not {_of(value)}')


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def text(value: object) -> str:
    """Text, and nothing else: numbers have several texts, and the SDK does not choose one."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    _refuse_nothing(value)
    raise UnfitError(f"takes text, and not {_of(value)}: pass str(…)")


def item(value: object) -> str:
    """The name of an item; empty text clears the cell."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f'"{value}"'
    _refuse_nothing(value)
    raise UnfitError(f"takes the name of an item, and not {_of(value)}")


def period(value: object) -> str:
    """The label of a period; empty text clears the cell."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    _refuse_nothing(value)
    raise UnfitError(f'takes the label of a period, such as "Jan 26", and not {_of(value)}')


def anything(value: object) -> str:
    """A value of a format that is not known here, which Anaplan judges."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, date):
        return day(value)
    return boolean(value) if type(value).__name__ in ("bool", "bool_") else number(value)


_ENCODERS: dict[str, Encode] = {
    "NUMBER": number,
    "BOOLEAN": boolean,
    "TEXT": text,
    "DATE": day,
    "LIST": item,
    "ENTITY": item,
    "TIME PERIOD": period,
    "TIME_ENTITY": period,
}
# What a column of values of one class needs, without a look at each.
_QUICK: dict[tuple[Encode, type], Encode] = {
    (number, int): int.__repr__,
    (number, float): float.__repr__,
    (text, str): encode_basestring_ascii,  # type: ignore[dict-item]
    (item, str): encode_basestring_ascii,  # type: ignore[dict-item]
    (period, str): encode_basestring_ascii,  # type: ignore[dict-item]
    (boolean, bool): boolean,
}


def encoder(data_type: str | None) -> Encode:
    """What writes values of a data type, or of the word for a format."""
    return _ENCODERS.get((data_type or "").upper(), anything)


def column(encode: Encode, values: Sequence[object]) -> list[str] | None:
    """All *values* of one class at once; None where they have to be looked at one by one."""
    kinds = set(map(type, values))
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    quick = _QUICK.get((encode, kind))
    if quick is None or (kind is float and not all(map(isfinite, values))):  # type: ignore[arg-type]
        return None
    return list(map(quick, values))


def compact(value: object) -> str:
    """JSON without blanks, in ASCII, so that its length is that of its bytes."""
    return json.dumps(value, separators=(",", ":"))


def interleaved(columns: Sequence[list[str]]) -> list[str]:
    """The texts of each row, joined."""
    return columns[0] if len(columns) == 1 else list(map(",".join, zip(*columns, strict=True)))
