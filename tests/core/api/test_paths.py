"""Ids, sort orders and queries: what may become part of a URL, and how."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.ids import file_segment, kind_of, segment
from anaplan_sdk._core.api.service import ModelPath, with_query
from anaplan_sdk._core.http.messages import Request
from anaplan_sdk._core.listing.sorting import sort_parameter
from anaplan_sdk.errors import ConfigurationError

AT = ModelPath("M", "W")


@pytest.mark.parametrize("good", [113000000000, "116000000000", "8a9b0c1d", "A-B_c.d~e", "a" * 128])
def test_ids(good: int | str) -> None:
    assert segment(good, "id") == str(good)


@given(st.text(max_size=20))
def test_an_id_is_one_segment_of_a_path_or_refused(text: str) -> None:
    try:
        path = bulk.import_definition(AT, text).address
    except ConfigurationError:
        return
    assert urlsplit(f"https://api.example{path}").path == f"/2/0/models/M/imports/{text}"
    assert text.strip(".") != ""


@given(st.text(max_size=20))
def test_a_file_name_is_one_segment_of_a_path_or_refused(text: str) -> None:
    try:
        path = bulk.delete_file(AT, text).address
    except ConfigurationError:
        return
    *_, last = path.split("/")
    assert unquote(last) == text
    assert path.isascii()
    assert path.count("/") == bulk.delete_file(AT, "x").address.count("/")
    assert urlsplit(f"https://api.example{path}").path == path


@pytest.mark.parametrize("wrong", ["", ".", "..", "a/b", "a\\b", "a\nb", "\x85", "\udc80", "x" * 256, True, None, b"x"])
def test_what_is_neither_a_file_id_nor_a_name(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"file_id: .* is neither an id nor a file name"):
        file_segment(wrong)


def test_file_names_are_quoted() -> None:
    assert file_segment("Ümsätze 2026%2F.csv") == "%C3%9Cms%C3%A4tze%202026%252F.csv"


def test_kinds_of_runnable_ids() -> None:
    kinds: dict[int | str, str] = {112000000000: "imports", "116000000000": "exports", 117999999999: "actions"}
    kinds["118000000001"] = "processes"
    assert {action_id: kind_of(action_id) for action_id in kinds} == kinds
    for wrong in (113000000000, "11200000000", "1120000000000", "112abcdefghi", "name", "١١٢٠٠٠٠٠٠٠٠٠", -112000000000):
        with pytest.raises(ConfigurationError, match="action_id"):
            kind_of(wrong)


def test_model_paths() -> None:
    assert (AT.short, AT.full) == ("/models/M", "/workspaces/W/models/M")
    with pytest.raises(ConfigurationError, match="model_id"):
        assert ModelPath("../M").short
    with pytest.raises(ConfigurationError, match="workspace_id"):
        assert ModelPath("M", "a/b").full


def test_queries() -> None:
    assert with_query("/x") == "/x"
    assert with_query("/x", s=None) == "/x"
    assert with_query("/x", sort="+name,-id", s="a b&c=d%", details=True, limit=7) == (
        "/x?sort=%2Bname%2C-id&s=a%20b%26c%3Dd%25&details=true&limit=7"
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_search_arrives_as_it_was_given(text: str) -> None:
    path = with_query("/x", s=text)
    assert parse_qsl(urlsplit(path).query, keep_blank_values=True) == [("s", text)]


@pytest.mark.parametrize(
    ("sort", "signed", "unsigned"),
    [
        (None, None, None),
        ([], None, None),
        ("name", "+name", "name"),
        (" -last_login_date ", "-lastLoginDate", "-lastLoginDate"),
        (["+name", "-id"], "+name,-id", "name,-id"),
        (("sizeAllowance",), "+sizeAllowance", "sizeAllowance"),
    ],
)
def test_sort_orders(sort: Any, signed: str | None, unsigned: str | None) -> None:
    assert sort_parameter(sort) == signed
    assert sort_parameter(sort, signed=False) == unsigned


@pytest.mark.parametrize("wrong", ["", "-", "name,id", "name desc", "--name", "na&me", ["name", ""], "näme"])
def test_what_is_no_sort_order(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"sort: .* is not a field name"):
        sort_parameter(wrong)


def test_a_request_shows_neither_query_nor_headers_nor_body() -> None:
    request = Request(
        "GET", "https://user:secret@api.example/2/0/models?s=secret", {"Authorization": "secret"}, b"secret"
    )
    assert repr(request) == "Request(method='GET', url=https://api.example/2/0/models, read_timeout=None)"
    assert request.path == "/2/0/models"
    assert request.with_header("Accept", "*/*").headers == {"Authorization": "secret", "Accept": "*/*"}
