"""Arithmetic formulas: numbers, names of line items or versions, + - * / and brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, DecimalException
from itertools import repeat
from typing import TypeAlias

Numbers: TypeAlias = Sequence[Decimal]
Values: TypeAlias = Callable[[str], Numbers]
"""From a name to its numbers, one for each cell that is calculated."""
Calculation: TypeAlias = Callable[[Values, int], Numbers]
"""From the values of names and the number of cells to the numbers of the formula."""

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+\.?\d*|\.\d+)|'(?P<quoted>[^']+)'|(?P<name>[^\W\d]\w*)|(?P<sign>[-+*/()]))")
ZERO = Decimal(0)


class FormulaError(ValueError):
    """A formula that the emulator cannot calculate."""


def names_in(formula: str) -> list[str]:
    """The names that a formula uses; none where it cannot be read."""
    try:
        return [text for kind, text in _tokens(formula) if kind == "name"]
    except FormulaError:
        return []


def _tokens(formula: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, end = 0, len(formula.rstrip())
    while position < end:
        match = _TOKEN.match(formula, position)
        if match is None:
            raise FormulaError(f"The formula {formula!r} cannot be read from {formula[position:]!r} on.")
        kind = match.lastgroup or ""
        found.append(("name" if kind == "quoted" else kind, match[kind]))
        position = match.end()
    return found


def compiled(formula: str) -> Calculation:
    """A formula ready to be calculated.

    Raises:
        FormulaError: It is not arithmetic.
    """
    reader = _Reader(formula)
    calculation = reader.sum()
    if reader.tokens:
        raise FormulaError(f"The formula {formula!r} goes on where it should end.")
    return calculation


class _Reader:
    """Reads a formula from left to right."""

    def __init__(self, formula: str) -> None:
        self._formula = formula
        self.tokens = _tokens(formula)[::-1]

    def _take(self, *signs: str) -> str | None:
        if self.tokens and self.tokens[-1][0] == "sign" and self.tokens[-1][1] in signs:
            return self.tokens.pop()[1]
        return None

    def sum(self) -> Calculation:
        left = self._product()
        while sign := self._take("+", "-"):
            left = _combined(sign, left, self._product())
        return left

    def _product(self) -> Calculation:
        left = self._factor()
        while sign := self._take("*", "/"):
            left = _combined(sign, left, self._factor())
        return left

    def _factor(self) -> Calculation:
        if self._take("-"):
            return _combined("-", _constant(ZERO), self._factor())
        if self._take("("):
            inner = self.sum()
            if not self._take(")"):
                raise FormulaError(f"A bracket of the formula {self._formula!r} is not closed.")
            return inner
        kind, text = self.tokens.pop() if self.tokens else ("", "")
        match kind:
            case "number":
                return _constant(Decimal(text))
            case "name":
                return _named(text)
            case _:
                raise FormulaError(f"The formula {self._formula!r} lacks a value.")


def _constant(value: Decimal) -> Calculation:
    return lambda values, count: list(repeat(value, count))


def _named(name: str) -> Calculation:
    return lambda values, count: values(name)


def _combined(sign: str, left: Calculation, right: Calculation) -> Calculation:
    operation = _OPERATIONS[sign]

    def calculate(values: Values, count: int) -> Numbers:
        return [operation(a, b) for a, b in zip(left(values, count), right(values, count), strict=True)]

    return calculate


def _quotient(a: Decimal, b: Decimal) -> Decimal:
    try:
        return a / b
    except DecimalException:  # by zero
        return ZERO


_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
}
