"""The line items of a model, with all that Anaplan says about each."""

from __future__ import annotations

import json
from typing import Any

_NUMBER = {
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
_LISTS = [{"name": "Products", "id": "101000000203"}, {"name": "Regions", "id": "101000000204"}]
_PER_MODULE = 25


def line_items(count: int) -> bytes:
    """So many of them in one answer, as Anaplan gives them: it does not cut them into pages by itself."""
    return json.dumps({"items": [_line_item(number) for number in range(count)]}).encode()


def _line_item(number: int) -> dict[str, Any]:
    module = number // _PER_MODULE
    row = {
        "moduleId": str(102_000_000_000 + module),
        "moduleName": f"REV{module:04} Prices",
        "id": str(206_000_000_000 + number),
        "name": f"List price {number}",
        **dict.fromkeys(("isSummary", "startOfSection", "broughtForward", "useSwitchover", "breakback"), False),
        "cellCount": 480 + number,
        "version": {"name": "All", "id": "16000000000"},
        "appliesTo": _LISTS,
        "referencedBy": [{"name": f"Revenue {number}", "id": str(206_000_000_001 + number)}],
        "format": "NUMBER",
        "formatMetadata": _NUMBER,
        "summary": "Sum",
        "timeScale": "Month",
        "timeRange": "Model Calendar",
        "formulaScope": "All Versions",
        "style": "Normal",
        "notes": "",
    }
    return row | {"formula": f"Units {number} * Price"} if number % 2 else row
