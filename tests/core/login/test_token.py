"""Tokens: how long they last, and what is made of an answer that should bring one."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import Any

import pytest

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.token import Token
from anaplan_sdk._core.login.token_service import token_from
from anaplan_sdk.errors import ConfigurationError, UnexpectedResponseError

NOW = 1_785_000_000.0
LIFE = 2_100.0  # 35 minutes
REQUEST = Request("POST", "https://auth.example.com/token/authenticate")


def answer(
    value: Any = "t0ken", expires_at: Any = (NOW + LIFE) * 1000, *, status: int = 201, date: str | None = None
) -> Response:
    info = {"expiresAt": expires_at, "tokenId": "3b1f6c2e", "tokenValue": value, "refreshToken": "announced"}
    body = {"status": "SUCCESS", "statusMessage": "Login successful", "tokenInfo": info}
    return Response(status, {"date": formatdate(NOW, usegmt=True) if date is None else date}, json.dumps(body).encode())


# --- lifetimes -------------------------------------------------------------------------------------------------


def test_a_token_is_due_five_minutes_before_its_end() -> None:
    token = Token("t", NOW + LIFE, received_at=NOW)
    assert token.remaining(NOW + 100) == LIFE - 100
    assert not token.due(NOW + LIFE - 301)
    assert token.due(NOW + LIFE - 300)
    assert not token.expired(NOW + LIFE - 1)
    assert token.expired(NOW + LIFE)


def test_a_short_token_is_due_when_a_fifth_of_its_life_is_left() -> None:
    token = Token("t", NOW + 100, received_at=NOW)
    assert not token.due(NOW + 79)
    assert token.due(NOW + 80)


@pytest.mark.parametrize("ahead", [-7_200.0, 7_200.0])
def test_a_wrong_local_clock_does_not_change_the_lifetime(ahead: float) -> None:
    local = NOW - ahead
    token = token_from(REQUEST, answer(), local)
    assert token.remaining(local) == LIFE
    assert not token.due(local + LIFE - 301)
    assert token.due(local + LIFE - 300)


def test_a_token_without_a_known_end_is_never_due() -> None:
    token = Token("t")
    assert not token.due()
    assert not token.expired()


def test_the_clock_is_read_where_no_moment_is_given() -> None:
    assert Token("t", expires_at=1.0, received_at=0.0).expired()


def test_a_token_shows_its_header_and_hides_its_value() -> None:
    assert Token("t0ken").header == "AnaplanAuthToken t0ken"
    assert Token("t0ken", scheme="Bearer").header == "Bearer t0ken"
    assert "t0ken" not in f"{Token('t0ken')} {Token('t0ken')!r}"


@pytest.mark.parametrize("value", ["", " ", "a b", "a\nb", "a\r\nX-Injected: 1", "t\x00", "tokén"])
def test_a_value_that_no_header_can_hold_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="The token is empty, or holds a blank"):
        Token(value)


# --- answers with a token -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_success_may_bring_a_token(status: int) -> None:
    token = token_from(REQUEST, answer(status=status), NOW)
    assert token == Token("t0ken", NOW + LIFE, received_at=NOW)


@pytest.mark.parametrize(
    "milliseconds",
    [1_785_000_900_123, 1_785_000_900_123.0, "1785000900123"],
    ids=["whole", "fraction", "text"],
)
def test_the_end_may_be_a_number_or_text(milliseconds: Any) -> None:
    assert token_from(REQUEST, answer(expires_at=milliseconds), NOW).expires_at == 1_785_000_900.123


@pytest.mark.parametrize("end", [None, True, "soon", {}, float("nan"), 10**400, "1e999", 0, (NOW - 1) * 1000])
def test_an_end_that_cannot_be_is_not_known(end: Any) -> None:
    assert token_from(REQUEST, answer(expires_at=end), NOW).expires_at is None


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_without_a_date_the_local_clock_is_believed(date: str) -> None:
    token = token_from(REQUEST, answer(date=date), NOW + 9)
    assert (token.server_ahead, token.remaining(NOW + 9)) == (0, LIFE - 9)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome to the hotel's network</html>",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"tokenInfo":[]}',
        b'{"tokenInfo":{"value":"t0ken"}}',
        b'{"tokenInfo":{"tokenValue":""}}',
        b'{"tokenInfo":{"tokenValue":7}}',
        b'{"tokenInfo":{"tokenValue":"t0ken\\r\\nX-Injected: 1"}}',
    ],
)
def test_a_success_without_a_usable_token_is_unexpected(body: bytes) -> None:
    with pytest.raises(UnexpectedResponseError, match="status 200 without a usable token") as caught:
        token_from(REQUEST, Response(200, {}, body), NOW)
    assert caught.value.json_path == "$.tokenInfo.tokenValue"
    assert "t0ken" not in f"{caught.value} {caught.value.body}"
