"""Looking items up: what is asked, and how answers without order or misses are matched back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.api.transactional import LINE_ITEMS, TIME, USERS, VERSIONS
from anaplan_sdk._core.transactional.lookup import (
    CHUNK,
    check_codes,
    check_listable,
    matched,
    questions,
    texts,
)
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import DimensionItem, ItemLookup

NORTH, SOUTH = DimensionItem("1", "North", "N-01"), DimensionItem("2", "South")
OTHER_NORTH = DimensionItem("3", "NORTH", "N-02")


def test_texts_are_taken_from_anything_that_yields_them_each_once() -> None:
    assert texts(iter(["b", "a", "b", 7]), "names") == ("b", "a", "7")
    assert texts((), "names") == ()


@pytest.mark.parametrize("wrong", ["North", b"N-01", 7, None])
def test_one_text_is_no_list_of_texts(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="names must be a list of texts, not "):
        texts(wrong, "names")


@pytest.mark.parametrize("wrong", [None, 1.5, True, b"x", NORTH])
def test_what_is_no_text(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="codes: .* is no text"):
        texts(["a", wrong], "codes")


def test_time_and_versions_have_no_codes() -> None:
    for dimension in (TIME, VERSIONS, int(TIME)):
        check_codes(dimension, ())
        with pytest.raises(ConfigurationError, match="no codes"):
            check_codes(dimension, ["a"])
    check_codes(USERS, ["a"])


def test_what_is_listed() -> None:
    for dimension in (LINE_ITEMS, TIME, int(VERSIONS)):
        with pytest.raises(ConfigurationError, match="Use list_line_items, list_line_item_dimension_items"):
            check_listable(dimension)
    for listed in (USERS, 101000000203, "109000000004", "114000000002"):
        check_listable(listed)


def test_what_is_not_asked_for_is_left_out() -> None:
    assert list(questions((), ())) == []
    assert list(questions(["", " "], [])) == []
    assert list(questions(["a", "A"], [])) == [{"names": ["a", "A"]}]
    assert list(questions([], ["c"])) == [{"codes": ["c"]}]
    assert list(questions(["a"], ["c", "d"])) == [{"names": ["a"], "codes": ["c", "d"]}]


@given(st.integers(0, 3 * CHUNK), st.integers(0, 2 * CHUNK))
def test_everything_is_asked_for_once_and_never_too_much(names: int, codes: int) -> None:
    asked = list(questions(map(str, range(names)), map(str, range(codes))))
    assert [name for question in asked for name in question.get("names", ())] == [str(name) for name in range(names)]
    assert sum(len(question.get("codes", ())) for question in asked) == codes
    assert all(0 < len(values) <= CHUNK for question in asked for values in question.values())
    assert all(asked)


def test_answers_are_matched_in_any_case_and_any_order() -> None:
    found = matched(("north", "West", "SOUTH"), ("n-02", "x"), [OTHER_NORTH, SOUTH, NORTH, NORTH])
    assert found == ItemLookup(
        by_name={"north": (OTHER_NORTH, NORTH), "SOUTH": (SOUTH,)},
        by_code={"n-02": (OTHER_NORTH,)},
        missing_names=("West",),
        missing_codes=("x",),
        items=(OTHER_NORTH, SOUTH, NORTH),
    )


def test_an_item_without_code_is_no_match_for_an_empty_one() -> None:
    assert matched((), ("",), [SOUTH]).missing_codes == ("",)


def test_nothing_asked_is_nothing_found() -> None:
    assert matched((), (), ()) == ItemLookup()
