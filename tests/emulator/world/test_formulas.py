"""Arithmetic formulas by themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from anaplan_sdk.emulator.world.planning.cells.formulas import FormulaError, compiled, names_in


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-a + 10", 8),
        ("a / 0", 0),
        ("10 - 2 - 3", 5),
        ("'two words' * .5", 2),
        ("a*a", 4),
    ],
)
def test_formulas_are_arithmetic(formula: str, value: int) -> None:
    numbers = {"a": [Decimal(2)], "two words": [Decimal(4)]}
    assert list(compiled(formula)(lambda name: numbers[name], 1)) == [Decimal(value)]


@pytest.mark.parametrize("formula", ["", "1 +", "(1", "1 2", "IF a THEN b", "a ? b", "'a"])
def test_other_formulas_are_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        compiled(formula)


def test_names_are_found_in_formulas() -> None:
    assert names_in("'List Price' * Units - Units") == ["List Price", "Units", "Units"]
    assert names_in("?") == []
