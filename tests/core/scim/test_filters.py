"""Filters of users: how they are written, and what is refused before it is sent."""

from __future__ import annotations

import copy
import pickle
from itertools import count
from typing import Any

import pytest

from anaplan_sdk import ConfigurationError
from anaplan_sdk._core.api import scim
from anaplan_sdk._core.scim.filters import by_user_name, expression_of
from anaplan_sdk.scim import Filter, field

ADA, ACTIVE = field("userName") == "ada@example.com", field("active") == True  # noqa: E712


@pytest.mark.parametrize(
    ("written", "expression"),
    [
        (ADA, 'userName eq "ada@example.com"'),
        (field("id") != "8a", 'id ne "8a"'),
        (field("externalId") > "a", 'externalId gt "a"'),
        (field("name.givenName") >= "T", 'name.givenName ge "T"'),
        (field("name.familyName") < "T", 'name.familyName lt "T"'),
        (field("name.familyName") <= "Łukasz", 'name.familyName le "Łukasz"'),
        (field("externalId").is_present(), "externalId pr"),
        (ACTIVE, "active eq true"),
        (field("active") != True, "active ne true"),  # noqa: E712
        (~field("active"), "active eq false"),
        (field("userName") == 'a" or active eq "\\', 'userName eq "a\\" or active eq \\"\\\\"'),
        (field("userName") == "a\nb", 'userName eq "a\\nb"'),
    ],
)
def test_a_comparison_is_written_as_anaplan_reads_it(written: Filter, expression: str) -> None:
    assert written.expression == expression


def test_combinations_have_parentheses_and_leave_their_parts_alone() -> None:
    both = ADA & ACTIVE
    assert both.expression == '(userName eq "ada@example.com") and (active eq true)'
    assert (both | ~field("active")).expression == f"({both.expression}) or (active eq false)"
    assert (ADA.expression, ACTIVE.expression) == ('userName eq "ada@example.com"', "active eq true")


def test_filters_are_values() -> None:
    again = field("userName") == "ada@example.com"
    assert again == ADA
    assert len({ADA, again, ACTIVE}) == 2
    assert pickle.loads(pickle.dumps(ADA)) == copy.copy(ADA) == ADA


@pytest.mark.parametrize(
    "name", ["displayName", "name.formatted", "emails.value", "entitlements.value", "username", ""]
)
def test_attributes_that_cannot_be_filtered_by_are_refused_with_those_that_can(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"only by id, externalId, userName, name.familyName, .*, active\."):
        field(name)


@pytest.mark.parametrize(
    "compare",
    [
        lambda: field("active") == "true",
        lambda: field("active") == 1,
        lambda: field("active") > True,  # type: ignore[operator]
        lambda: field("userName") == True,  # noqa: E712
        lambda: field("userName") == None,  # noqa: E711
        lambda: field("id") != 17,
        lambda: ~field("userName"),
    ],
    ids=count(),
)
def test_values_of_the_wrong_kind_and_other_negations_are_refused(compare: Any) -> None:
    with pytest.raises(ConfigurationError, match="compared|negation"):
        compare()


def test_python_s_own_and_or_and_chains_are_refused_instead_of_losing_a_condition() -> None:
    with pytest.raises(TypeError, match="Combine filters with & and |"):
        bool(ADA and ACTIVE)
    with pytest.raises(TypeError, match="Combine filters with & and |"):
        bool("a" < field("id") < "b")
    with pytest.raises(TypeError, match="compare it, or use is_present"):
        bool(field("active"))
    with pytest.raises(TypeError, match="with another Filter only, not with FilterAttribute"):
        ADA & field("active")  # type: ignore[operator]


def test_the_text_of_a_filter_will_do_and_nothing_else() -> None:
    assert expression_of("active eq true") == expression_of(ACTIVE) == "active eq true"
    assert expression_of(None) is None
    for wrong in ("", "  ", field("active"), {"userName": "ada"}):
        with pytest.raises(ConfigurationError, match="where must be a filter"):
            expression_of(wrong)  # type: ignore[arg-type]


def test_a_filter_is_percent_encoded() -> None:
    target = scim.users((field("userName") == "a+b@example.com").expression).endpoint.target
    assert target == "/scim/1/0/v2/Users?filter=userName%20eq%20%22a%2Bb%40example.com%22"


def test_a_name_is_looked_for_as_it_is_written_and_in_lower_case() -> None:
    assert by_user_name("ada@x.com").expression == 'userName eq "ada@x.com"'
    assert by_user_name("Ada@x.com").expression == '(userName eq "Ada@x.com") or (userName eq "ada@x.com")'
    with pytest.raises(ConfigurationError, match="user_name must be a text"):
        by_user_name(" ")
