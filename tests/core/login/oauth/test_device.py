"""The device grant: what is shown, when it polls, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk._core.flow import Once
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.oauth.device import DeviceAuthorization, DeviceGrant
from anaplan_sdk._core.login.token import Token
from anaplan_sdk.errors import AuthenticationError, OAuthError, TransportError, UnexpectedResponseError
from stage.conversation import LOST, NOW, Conversation, json_answer, refusal, token_answer

APP = "https://us1a.app.example.com"
CODES = json_answer(
    device_code="d3vice",
    user_code="7QKD-XWPL",
    verification_uri="https://iam.example.com/activate",
    verification_uri_complete="https://iam.example.com/activate?user_code=7QKD-XWPL",
    expires_in=900,
    interval=5,
)
PENDING, SLOW_DOWN = refusal("authorization_pending"), refusal("slow_down")


def log_in(anaplan: Conversation) -> tuple[Token, DeviceAuthorization]:
    shown: list[DeviceAuthorization] = []
    grant = DeviceGrant(client_id="d1", oauth_url=APP, clock=anaplan.clock, show=shown.append)
    token = anaplan.perform(grant.log_in())
    return token, shown[0]


def test_a_person_is_shown_where_to_go_and_the_log_in_waits_for_them() -> None:
    anaplan = Conversation([CODES, PENDING, PENDING, token_answer(refresh_token="v1.next")])
    token, shown = log_in(anaplan)
    assert (token.header, token.refresh_token) == ("Bearer access", "v1.next")
    assert anaplan.pauses == [5, 5, 5]
    assert anaplan.forms[0] == {"client_id": "d1", "scope": "openid email offline_access"}
    assert anaplan.forms[1] == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": "d1",
        "device_code": "d3vice",
    }
    assert str(shown) == (
        "Open https://iam.example.com/activate?user_code=7QKD-XWPL within 15 minutes, check the code 7QKD-XWPL, "
        "and log in to Anaplan."
    )
    assert "d3vice" not in f"{shown!r} {shown}"


def test_asking_for_codes_may_be_repeated_and_polls_are_sent_once() -> None:
    anaplan = Conversation([CODES, token_answer()])
    log_in(anaplan)
    codes, poll = anaplan.sent
    assert isinstance(codes, Request)
    assert isinstance(poll, Once)
    assert not poll.again


@pytest.mark.parametrize("status", [400, 403, 429])
def test_the_error_decides_and_not_the_status(status: int) -> None:
    anaplan = Conversation(
        [CODES, refusal("authorization_pending", status), refusal("slow_down", status), token_answer()]
    )
    log_in(anaplan)
    assert anaplan.pauses == [5, 5, 10]


def test_slow_down_adds_five_seconds_for_good() -> None:
    anaplan = Conversation([CODES, SLOW_DOWN, PENDING, SLOW_DOWN, token_answer()])
    log_in(anaplan)
    assert anaplan.pauses == [5, 10, 10, 15]


@pytest.mark.parametrize(
    ("error", "text"),
    [("expired_token", "Nobody confirmed"), ("access_denied", "denied"), ("invalid_grant", "used before")],
)
def test_other_errors_end_it(error: str, text: str) -> None:
    anaplan = Conversation([CODES, PENDING, refusal(error)])
    with pytest.raises(OAuthError, match=rf"refuses the device log-in: {error}\. .*{text}"):
        log_in(anaplan)
    assert anaplan.answers == []


def test_it_ends_with_the_code_even_if_anaplan_never_says_so() -> None:
    anaplan = Conversation([CODES, *[PENDING] * 200])
    with pytest.raises(AuthenticationError, match="Nobody confirmed the code 7QKD-XWPL in time"):
        log_in(anaplan)
    assert anaplan.time == NOW + 900


@pytest.mark.parametrize("answer", [LOST, Response(502, {}, b"<html>")])
def test_a_poll_without_an_answer_makes_it_more_patient(answer: Response | TransportError) -> None:
    anaplan = Conversation([CODES, answer, PENDING, token_answer()])
    log_in(anaplan)
    assert anaplan.pauses == [5, 10, 10]


@pytest.mark.parametrize("missing", ["device_code", "user_code", "verification_uri"])
def test_an_answer_without_codes_is_not_believed(missing: str) -> None:
    codes: dict[str, Any] = {"device_code": "d", "user_code": "u", "verification_uri": "https://v", missing: None}
    with pytest.raises(UnexpectedResponseError, match=f"without a usable {missing}"):
        log_in(Conversation([json_answer(**codes)]))


def test_only_what_is_required_suffices() -> None:
    codes = json_answer(device_code="d", user_code="7QKD", verification_uri="https://v.example.com")
    anaplan = Conversation([codes, token_answer()])
    _, shown = log_in(anaplan)
    assert str(shown) == "Open https://v.example.com within 15 minutes, enter 7QKD, and log in to Anaplan."
    assert anaplan.pauses == [5]


def test_a_client_of_another_kind_is_explained() -> None:
    with pytest.raises(OAuthError, match="authorization code and device each need their own"):
        log_in(Conversation([refusal("unauthorized_client")]))


def test_it_asks_again_when_the_refresh_token_is_refused() -> None:
    anaplan = Conversation([refusal("invalid_grant"), CODES, token_answer("next")])
    grant = DeviceGrant(client_id="d1", oauth_url=APP, clock=anaplan.clock, show=lambda _: None)
    held = Token("access", NOW, scheme="Bearer", refresh_token="v1.held")
    assert anaplan.perform(grant.renew(held)).value == "next"
