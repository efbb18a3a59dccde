"""Refresh tokens: exchanged once, rotated or kept, and never silently lost."""

from __future__ import annotations

import attrs
import pytest

from anaplan_sdk._core.flow import Once
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.oauth.grant import RefreshTokenGrant
from anaplan_sdk._core.login.token import Token
from anaplan_sdk.errors import (
    AnaplanError,
    AuthenticationError,
    ConfigurationError,
    OAuthError,
    TransportError,
    UnexpectedResponseError,
)
from stage.conversation import LOST, NOW, UNREACHABLE, Conversation, json_answer, refusal, token_answer

APP = "https://us1a.app.example.com"
HELD = Token("access", NOW, received_at=NOW - 2_100, scheme="Bearer", refresh_token="v1.held")


def grant(anaplan: Conversation, *, rotatable: bool = True) -> RefreshTokenGrant:
    return RefreshTokenGrant(
        client_id="c1", refresh_token="v1.first", oauth_url=f"{APP}/", rotatable=rotatable, clock=anaplan.clock
    )


def test_logging_in_exchanges_the_token_that_was_given() -> None:
    anaplan = Conversation([token_answer(refresh_token="v1.second")])
    token = anaplan.perform(grant(anaplan).log_in())
    assert (token.header, token.refresh_token) == ("Bearer access", "v1.second")
    assert anaplan.forms == [{"grant_type": "refresh_token", "client_id": "c1", "refresh_token": "v1.first"}]


def test_renewing_exchanges_the_newest_token() -> None:
    anaplan = Conversation([token_answer("next", refresh_token="v1.third")])
    assert anaplan.perform(grant(anaplan).renew(HELD)).refresh_token == "v1.third"
    assert anaplan.forms[0]["refresh_token"] == "v1.held"


def test_one_that_does_not_rotate_stays_and_may_be_repeated() -> None:
    anaplan = Conversation([token_answer("next")])
    token = anaplan.perform(grant(anaplan, rotatable=False).renew(HELD))
    assert (token.value, token.refresh_token) == ("next", "v1.held")
    assert isinstance(anaplan.sent[0], Request)


def test_one_that_rotates_is_sent_once_only() -> None:
    anaplan = Conversation([token_answer("next", refresh_token="v1.third")])
    anaplan.perform(grant(anaplan).renew(HELD))
    assert isinstance(anaplan.sent[0], Once)


@pytest.mark.parametrize(
    ("answer", "text"), [(LOST, "was lost"), (Response(502, {}, b"<html>"), "was 502"), (refusal("x", 500), "was 500")]
)
def test_an_exchange_without_an_answer_is_never_repeated(answer: Response | TransportError, text: str) -> None:
    anaplan = Conversation([answer])
    mine = grant(anaplan)
    with pytest.raises(AuthenticationError, match=rf"exchange of a refresh token {text}\. .*log in again"):
        anaplan.perform(mine.renew(HELD))
    with pytest.raises(AuthenticationError, match="log in again"):
        anaplan.perform(mine.renew(HELD))
    assert len(anaplan.sent) == 1


def test_an_exchange_that_was_cancelled_is_not_repeated_either() -> None:
    anaplan = Conversation()
    mine = grant(anaplan)
    flow = mine.renew(HELD)
    assert isinstance(next(flow), Once)
    flow.close()
    with pytest.raises(AuthenticationError, match="log in again"):
        anaplan.perform(mine.renew(HELD))


def test_an_answer_that_makes_no_sense_counts_as_none() -> None:
    anaplan = Conversation([json_answer()])
    mine = grant(anaplan)
    with pytest.raises(UnexpectedResponseError):
        anaplan.perform(mine.renew(HELD))
    with pytest.raises(AuthenticationError, match="log in again"):
        anaplan.perform(mine.renew(HELD))


@pytest.mark.parametrize("answer", [UNREACHABLE, Response(429, {}, b""), refusal("temporarily_unavailable", 400)])
def test_what_anaplan_did_not_act_on_may_be_tried_later(answer: Response | TransportError) -> None:
    anaplan = Conversation([answer, token_answer("next", refresh_token="v1.third")])
    mine = grant(anaplan)
    with pytest.raises(AnaplanError):
        anaplan.perform(mine.renew(HELD))
    assert anaplan.perform(mine.renew(HELD)).value == "next"
    assert [form["refresh_token"] for form in anaplan.forms] == ["v1.held", "v1.held"]


def test_an_unanswered_exchange_that_need_not_be_the_only_one_comes_through() -> None:
    anaplan = Conversation([LOST, token_answer("next")])
    mine = grant(anaplan, rotatable=False)
    with pytest.raises(TransportError):
        anaplan.perform(mine.renew(HELD))
    assert anaplan.perform(mine.renew(HELD)).value == "next"


def test_a_refused_refresh_token_says_to_log_in_again() -> None:
    anaplan = Conversation([refusal("invalid_grant")])
    with pytest.raises(OAuthError, match=r"refuses the refresh token: invalid_grant\. .*log in again"):
        anaplan.perform(grant(anaplan).renew(HELD))


def test_a_token_that_cannot_be_renewed_is_replaced_by_a_new_log_in() -> None:
    anaplan = Conversation([token_answer("new")])
    assert anaplan.perform(grant(anaplan).renew(attrs.evolve(HELD, refresh_token=None))).value == "new"
    assert anaplan.forms[0]["refresh_token"] == "v1.first"


def test_logging_out_sends_nothing() -> None:
    anaplan = Conversation()
    anaplan.perform(grant(anaplan).log_out(HELD))
    assert anaplan.sent == []


def test_the_service_comes_from_the_client_unless_it_is_given() -> None:
    anaplan = Conversation()
    homeless = attrs.evolve(grant(anaplan), oauth_url=None)
    with pytest.raises(ConfigurationError, match="give oauth_url="):
        anaplan.perform(homeless.log_in())
    assert homeless.at("https://eu3.app.example.com").oauth_url == "https://eu3.app.example.com"
    assert grant(anaplan).at("https://eu3.app.example.com").oauth_url == f"{APP}/"


def test_stored_tokens_belong_to_service_client_and_first_token() -> None:
    anaplan = Conversation()
    mine = grant(anaplan)
    others = [
        attrs.evolve(mine, oauth_url="https://eu3.app.example.com"),
        attrs.evolve(mine, client_id="c2"),
        attrs.evolve(mine, refresh_token="v1.other"),
    ]
    keys = {anaplan.perform(one.store_key()) for one in (mine, *others)}
    assert len(keys) == 4
    assert "v1." not in "".join(keys)


def test_no_repr_shows_a_secret() -> None:
    mine = attrs.evolve(grant(Conversation()), client_secret="s3cret")
    assert not [secret for secret in ("v1.first", "s3cret") if secret in repr(mine)]
    assert "v1.held" not in repr(HELD)
