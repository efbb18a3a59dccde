"""Values are checked by the format of what they are written to, and keep their digits."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.transactional.writing.formats import UnfitError, column, compact, encoder


class Float32:
    """What a number of another library looks like."""

    def __float__(self) -> float:
        return 0.5

    def __repr__(self) -> str:
        return "Float32(0.5)"


class Text(str):
    """As numpy has it."""


class Whole(IntEnum):
    TWO = 2


class bool_:  # noqa: N801 (as numpy calls it)
    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "np.True_"


class NaTType:
    def __repr__(self) -> str:
        return "NaT"


FITTING: list[tuple[str, Any, Any]] = [
    ("NUMBER", 3, 3),
    ("NUMBER", -2.5, -2.5),
    ("NUMBER", 1e300, 1e300),
    ("NUMBER", Whole.TWO, 2),
    ("NUMBER", "12.50", "12.50"),
    ("NUMBER", "-.5e-3", "-.5e-3"),
    ("NUMBER", Float32(), 0.5),
    ("BOOLEAN", True, True),
    ("BOOLEAN", "False", False),
    ("BOOLEAN", bool_(), True),
    ("TEXT", "", ""),
    ("TEXT", 'a "quoted" \\ line\nend', 'a "quoted" \\ line\nend'),
    ("TEXT", Text("ä"), "ä"),
    ("DATE", date(2026, 3, 9), "2026-03-09"),
    ("DATE", datetime(2026, 3, 9), "2026-03-09"),
    ("DATE", "2026-03-09", "2026-03-09"),
    ("DATE", "", ""),
    ("LIST", "North", "North"),
    ("ENTITY", 2026, "2026"),
    ("TIME PERIOD", "Jan 26", "Jan 26"),
    ("time_entity", "", ""),
    ("SOMETHING NEW", "a", "a"),
    ("SOMETHING NEW", 1.5, 1.5),
    ("SOMETHING NEW", True, True),
    ("SOMETHING NEW", date(2026, 3, 9), "2026-03-09"),
]
UNFIT: list[tuple[str, Any, str]] = [
    ("NUMBER", True, "takes numbers, and not True"),
    ("NUMBER", None, "takes no None: leave it out of the row"),
    ("NUMBER", NaTType(), "takes no"),
    ("NUMBER", "", "takes numbers, with a point for decimals, and not ''"),
    ("NUMBER", "1,5", "takes numbers, with a point"),
    ("NUMBER", "NaN", "takes numbers, with a point"),
    ("NUMBER", " 1", "takes numbers, with a point"),
    ("NUMBER", math.nan, "takes numbers, and nan is none"),
    ("NUMBER", -math.inf, "takes numbers, and -inf is none"),
    ("NUMBER", Decimal("NaN"), "takes numbers, and NaN is none"),
    ("NUMBER", Decimal("sNaN"), "takes numbers, and sNaN is none"),
    ("NUMBER", Decimal("Infinity"), "takes numbers, and Infinity is none"),
    ("NUMBER", 1j, "takes numbers, and not 1j"),
    ("NUMBER", [1], r"takes numbers, and not \[1\]"),
    ("BOOLEAN", 1, "takes True and False, and not 1"),
    ("BOOLEAN", "yes", "takes True and False, and not 'yes'"),
    ("BOOLEAN", None, "takes no None"),
    ("TEXT", 5, r"takes text, and not 5: pass str\(…\)"),
    ("TEXT", b"a", "takes text, and not b'a'"),
    ("TEXT", None, "takes no None"),
    ("TEXT", math.nan, "takes no nan: leave it out of the row"),
    ("DATE", "09.03.2026", 'takes dates, as datetime.date or "YYYY-MM-DD"'),
    ("DATE", "2026-02-30", "takes dates"),
    ("DATE", "20260309", "takes dates"),
    ("DATE", datetime(2026, 3, 9, 12, tzinfo=UTC), "takes dates"),
    ("LIST", 1.5, "takes the name of an item"),
    ("LIST", True, "takes the name of an item"),
    ("TIME PERIOD", date(2026, 1, 1), 'takes the label of a period, such as "Jan 26"'),
    ("SOMETHING NEW", None, "takes no None"),
    ("TEXT", {"a": "b" * 100}, "and not {'a': 'b.*…: pass str"),
]


@pytest.mark.parametrize(("format", "value", "expected"), FITTING, ids=repr)
def test_a_value_that_fits_is_written_as_json(format: str, value: Any, expected: Any) -> None:
    assert json.loads(encoder(format)(value)) == expected


@pytest.mark.parametrize(("format", "value", "reason"), UNFIT, ids=repr)
def test_a_value_that_does_not_fit_is_refused_with_what_does(format: str, value: Any, reason: str) -> None:
    with pytest.raises(UnfitError, match=reason):
        encoder(format)(value)


@given(
    st.decimals(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)
def test_numbers_keep_their_digits(value: Decimal | int | float) -> None:
    text = encoder("NUMBER")(value)
    assert Decimal(text) == (Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    json.loads(text)


def test_a_number_that_is_no_decimal_becomes_one() -> None:
    assert encoder("NUMBER")(Fraction(1, 2)) == "0.5"


@pytest.mark.parametrize(("format", "value", "expected"), FITTING, ids=repr)
def test_a_column_is_written_as_its_values_are(format: str, value: Any, expected: Any) -> None:
    encode = encoder(format)
    quick = column(encode, [value] * 3)
    assert quick is None or quick == [encode(value)] * 3


@pytest.mark.parametrize("values", [[1.0, math.nan], [1, 1.0], [True, 1], ["1"], [Decimal(1)], [None]])
def test_a_column_that_needs_a_look_at_each_value_is_not_quick(values: list[Any]) -> None:
    assert column(encoder("NUMBER"), values) is None


def test_bodies_are_ascii_without_blanks() -> None:
    assert compact({"ä": [1, "b c"]}) == '{"\\u00e4":[1,"b c"]}'
