"""Filters of users, as values."""

from __future__ import annotations

import json
from typing import NoReturn

import attrs

from anaplan_sdk._core.scim.checks import some_text
from anaplan_sdk.errors import ConfigurationError

# The attributes that Anaplan can filter by.
FILTERABLE = ("id", "externalId", "userName", "name.familyName", "name.givenName", "active")


@attrs.frozen
class Filter:
    """A condition on users, made with ``field``; ``&`` and ``|`` combine two of them into a new one.

    ``expression`` is what is sent. SCIM has no negation here: use ``!=``, or ``~field("active")``.
    """

    expression: str

    def __and__(self, other: Filter) -> Filter:
        return self._with("and", other)

    def __or__(self, other: Filter) -> Filter:
        return self._with("or", other)

    def _with(self, word: str, other: Filter) -> Filter:
        if not isinstance(other, Filter):
            raise TypeError(f"A Filter can be combined with another Filter only, not with {type(other).__name__}.")
        return Filter(f"({self.expression}) {word} ({other.expression})")

    def __bool__(self) -> NoReturn:
        raise TypeError("A Filter is neither true nor false. Combine filters with & and |, each in parentheses.")


@attrs.frozen(eq=False)
class FilterAttribute:
    """An attribute of users that Anaplan can filter by. Comparing it with a value makes a ``Filter``."""

    name: str

    def is_present(self) -> Filter:
        """Users that have a value for it."""
        return Filter(f"{self.name} pr")

    def __eq__(self, value: object) -> Filter:  # type: ignore[override]
        return self._compared("eq", value)

    def __ne__(self, value: object) -> Filter:  # type: ignore[override]
        return self._compared("ne", value)

    def __gt__(self, value: str) -> Filter:
        return self._compared("gt", value)

    def __ge__(self, value: str) -> Filter:
        return self._compared("ge", value)

    def __lt__(self, value: str) -> Filter:
        return self._compared("lt", value)

    def __le__(self, value: str) -> Filter:
        return self._compared("le", value)

    def __invert__(self) -> Filter:
        if self.name != "active":
            raise ConfigurationError(f"~ is for 'active' only: Anaplan's filters have no negation of {self.name!r}.")
        return self._compared("eq", False)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"field({self.name!r}) is no condition: compare it, or use is_present().")

    def _compared(self, operator: str, value: object) -> Filter:
        if self.name == "active":
            if not isinstance(value, bool) or operator not in ("eq", "ne"):
                raise ConfigurationError(f"'active' can be compared by == and != with True or False, not {value!r}.")
        elif not isinstance(value, str):
            raise ConfigurationError(f"{self.name!r} is compared with text, not {value!r}. See also is_present().")
        return Filter(f"{self.name} {operator} {json.dumps(value, ensure_ascii=False)}")


def field(name: str) -> FilterAttribute:
    """An attribute to filter users by, as in ``field("userName") == "ada@example.com"``.

    Args:
        name: ``id``, ``externalId``, ``userName``, ``name.familyName``, ``name.givenName`` or ``active``.

    Raises:
        ConfigurationError: Anaplan cannot filter by this attribute.
    """
    if name not in FILTERABLE:
        raise ConfigurationError(f"Anaplan cannot filter users by {name!r}, only by {', '.join(FILTERABLE)}.")
    return FilterAttribute(name)


def expression_of(where: Filter | str | None) -> str | None:
    """The expression of a filter, which may also be given as text."""
    if isinstance(where, Filter):
        return where.expression
    if where is None or (isinstance(where, str) and where.strip()):
        return where
    raise ConfigurationError(
        f'where must be a filter, such as field("userName") == "ada@example.com", or its text, not {where!r}.'
    )


def by_user_name(user_name: str) -> Filter:
    """The user of a name, as it is written and in lower case: whether Anaplan compares case is not documented."""
    as_given = field("userName") == some_text(user_name, "user_name")
    lower = user_name.lower()
    return as_given if lower == user_name else as_given | (field("userName") == lower)
