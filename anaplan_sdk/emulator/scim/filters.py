"""Filters: ``attribute op value``, joined by ``and`` and ``or``, in parentheses; no ``not`` and no brackets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from ..world.tenant import User
from .answers import ScimError

Test: TypeAlias = Callable[[User], bool]

_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<mark>[()])|(?P<word>[^\s()"]+))')
_ATTRIBUTES: dict[str, Callable[[User], Any]] = {
    "id": lambda user: user.id.casefold(),
    "externalid": lambda user: user.external_id.casefold(),
    "username": lambda user: user.email.casefold(),
    "name.familyname": lambda user: user.last_name,
    "name.givenname": lambda user: user.first_name,
    "active": lambda user: user.active,
}
# Compared without regard to case.
_IN_ANY_CASE = {"id", "externalid", "username"}
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want,
    "ne": lambda have, want: have != want,
    "gt": lambda have, want: have > want,
    "ge": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "le": lambda have, want: have <= want,
}


def invalid_filter() -> ScimError:
    detail = (
        "The specified filter syntax was invalid, or the specified attribute and filter comparison combination is not "
        "supported"
    )
    return ScimError(400, detail, "invalidValue")


def matcher(text: str) -> Test:
    """What a filter keeps."""
    reading = _Reading(text)
    test = reading.either()
    if reading.next is not None:
        raise invalid_filter()
    return test


class _Reading:
    """A filter read from left to right; ``and`` binds more tightly than ``or``."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._depth = 0
        self.next = next(self._tokens, None)

    def either(self) -> Test:
        tests = [self._both()]
        while self._takes("or"):
            tests.append(self._both())
        return lambda user: any(test(user) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes("and"):
            tests.append(self._one())
        return lambda user: all(test(user) for test in tests)

    def _one(self) -> Test:
        if not self._takes("("):
            return self._comparison()
        self._depth += 1
        if self._depth > 50:
            raise invalid_filter()
        test = self.either()
        if not self._takes(")"):
            raise invalid_filter()
        self._depth -= 1
        return test

    def _comparison(self) -> Test:
        name, operator = self._word().lower(), self._word().lower()
        get = _ATTRIBUTES.get(name)
        if get is None:
            raise invalid_filter()
        if operator == "pr":
            return lambda user: bool(get(user)) or get(user) is False
        compare, value = _OPERATORS.get(operator), _value(self._word(), name)
        if compare is None or (name == "active" and operator not in ("eq", "ne")):
            raise invalid_filter()
        return lambda user: compare(get(user), value)

    def _word(self) -> str:
        word = self.next
        if word is None:
            raise invalid_filter()
        self.next = next(self._tokens, None)
        return word

    def _takes(self, word: str) -> bool:
        if self.next is None or self.next.lower() != word:
            return False
        self._word()
        return True


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            raise invalid_filter()
        yield str(found[0]).strip()
        position = found.end()


def _value(word: str, name: str) -> Any:
    if name == "active":
        if word.lower() not in ("true", "false"):
            raise invalid_filter()
        return word.lower() == "true"
    try:
        value = json.loads(word) if word.startswith('"') else None
    except ValueError:
        value = None
    if not isinstance(value, str):
        raise invalid_filter()
    return value.casefold() if name in _IN_ANY_CASE else value
