"""Formats of line items and properties: how the API describes them, and which values they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

FORMATS = ("NUMBER", "BOOLEAN", "TEXT", "NONE", "DATE", "LIST", "TIME PERIOD")
PERIOD_TYPES = {
    "YEAR": ("Year", 0),
    "HALF_YEAR": ("Half-Year", 1),
    "QUARTER": ("Quarter", 2),
    "MONTH": ("Month", 3),
    "WEEK": ("Week", 4),
    "DAY": ("Day", 5),
}

FormatDetails: TypeAlias = dict[str, Any]

_NUMBER: FormatDetails = {
    "dataType": "NUMBER",
    "minimumSignificantDigits": 4,
    "decimalPlaces": -1,
    "negativeNumberNotation": "MINUS_SIGN",
    "unitsType": "NONE",
    "unitsDisplayType": "NONE",
    "zeroFormat": "ZERO",
    "comparisonIncrease": "GOOD",
    "groupingSeparator": "COMMA",
    "decimalSeparator": "FULL_STOP",
}


def format_metadata(
    format: str, entity_id: str | None, period_type: str, format_details: FormatDetails
) -> FormatDetails:
    """A format as the API describes it; ``format_details`` has the last word."""
    usual: FormatDetails
    match format:
        case "NUMBER":
            usual = dict(_NUMBER)
        case "LIST":
            usual = {
                "dataType": "ENTITY",
                "hierarchyEntityLongId": entity_id,
                "selectiveAccessApplied": False,
                "showAll": True,
                "entityFormatFilter": None,
            }
        case "TIME PERIOD":
            label, index = PERIOD_TYPES.get(period_type, (period_type, 0))
            period = {"entityId": period_type, "entityLabel": label, "entityIndex": index}
            usual = {"dataType": "TIME_ENTITY", "periodType": period}
        case "TEXT":
            usual = {"dataType": "TEXT", "textType": "GENERAL"}
        case _:
            usual = {"dataType": format}
    return usual | format_details


class ValueRefusedError(ValueError):
    """A value that a format does not take."""


def is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# What imports take, by format; blank cells are accepted by all.
CHECKS: dict[str, Callable[[str], object]] = {
    "NUMBER": re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*").fullmatch,
    "BOOLEAN": re.compile(r"true|false|0|1", re.IGNORECASE).fullmatch,
    "DATE": _DATE.fullmatch,
}
_WRITTEN_CHECKS: dict[str, Callable[[str], object]] = CHECKS | {
    "BOOLEAN": re.compile(r"true|false", re.IGNORECASE).fullmatch,
    "DATE": is_date,
    "NONE": lambda text: False,
}


def written_text(format: str, value: object) -> str:
    """The text of a value that was written over the API, for formats that need nothing else to be checked.

    Raises:
        ValueRefusedError: The format does not take the value.
    """
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif value is None or isinstance(value, list | dict):
        raise ValueRefusedError(f"wrong value for {format.lower()}")
    else:
        text = str(value)
    check = _WRITTEN_CHECKS.get(format)
    if check is not None and text and not check(text):
        raise ValueRefusedError(f"wrong value for {format.lower()}")
    return text.lower() if format == "BOOLEAN" else text


_BOOLEANS = {"0": "false", "1": "true"}


def boolean_text(stored: str) -> str:
    """A boolean as views show it, however an import wrote it."""
    return _BOOLEANS.get(stored) or stored.lower()
