"""Authorization codes: the URL, the way back, the exchange; for web applications and at a terminal."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

from anaplan_sdk._core.flow import Once
from anaplan_sdk._core.login.oauth.code import AuthorizationCodeGrant, AuthorizationRequest
from anaplan_sdk._core.login.token import Token
from anaplan_sdk.errors import AuthenticationError, ConfigurationError, OAuthError, TransportError
from stage.conversation import LOST, NOW, UNREACHABLE, Conversation, refusal, token_answer

APP = "https://us1a.app.example.com"
CALLBACK = "https://planning.example.com/callback"
HELD = Token("access", NOW, scheme="Bearer", refresh_token="v1.held")


@attrs.define
class Person:
    """Sits at the terminal: reads what is shown, and pastes a redirect with this query and the right state."""

    query: str = "code=c0de"
    shown: list[AuthorizationRequest] = attrs.field(factory=list[AuthorizationRequest])

    def read(self, request: AuthorizationRequest) -> None:
        self.shown.append(request)

    def paste(self, question: str) -> str:
        assert question
        return f" {CALLBACK}?{self.query}&state={self.shown[-1].state}\n"


def grant(anaplan: Conversation, person: Person | None = None) -> AuthorizationCodeGrant:
    person = person or Person()
    return AuthorizationCodeGrant(
        client_id="c1",
        client_secret="s3cret",
        redirect_uri=CALLBACK,
        oauth_url=APP,
        clock=anaplan.clock,
        show=person.read,
        prompt=person.paste,
    )


def test_every_authorization_request_has_a_state_of_its_own() -> None:
    mine = grant(Conversation())
    first, second = mine.authorization_request(), mine.authorization_request()
    assert parse_qs(urlsplit(first.url).query)["state"] == [first.state]
    assert len(first.state) >= 32
    assert first.state != second.state
    assert first.state not in repr(first)


def test_a_code_is_exchanged_once() -> None:
    anaplan = Conversation([token_answer(refresh_token="v1.next")])
    mine = grant(anaplan)
    request = mine.authorization_request()
    login = mine.from_redirect(f"{CALLBACK}?code=c0de&state={request.state}", state=request.state)
    assert anaplan.perform(login.log_in()).refresh_token == "v1.next"
    assert isinstance(anaplan.sent[0], Once)
    assert anaplan.forms == [
        {
            "grant_type": "authorization_code",
            "client_id": "c1",
            "client_secret": "s3cret",
            "code": "c0de",
            "redirect_uri": CALLBACK,
        }
    ]
    with pytest.raises(AuthenticationError, match=r"no unused code.*authorization_request\(\)"):
        anaplan.perform(login.log_in())


def test_another_log_ins_redirect_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(AuthenticationError, match="its state differs"):
        grant(Conversation()).from_redirect(f"{CALLBACK}?code=c0de&state=other", state="mine")


@pytest.mark.parametrize(("answer", "left"), [(LOST, 1), (UNREACHABLE, 2)])
def test_a_code_is_sent_again_only_if_it_never_arrived(answer: TransportError, left: int) -> None:
    anaplan = Conversation([answer, token_answer()])
    login = grant(anaplan).from_code("c0de")
    with pytest.raises((AuthenticationError, TransportError)):
        anaplan.perform(login.log_in())
    if left == 2:
        assert anaplan.perform(login.log_in()).value == "access"
    else:
        with pytest.raises(AuthenticationError, match="no unused code"):
            anaplan.perform(login.log_in())
    assert len(anaplan.sent) == left


def test_a_web_application_renews_without_the_person() -> None:
    anaplan = Conversation([token_answer("next"), refusal("invalid_grant")])
    login = grant(anaplan).from_code("c0de")
    assert anaplan.perform(login.renew(HELD)).value == "next"
    with pytest.raises(OAuthError, match="log in again"):
        anaplan.perform(login.renew(HELD))


def test_a_terminal_shows_the_url_and_takes_the_address() -> None:
    person, anaplan = Person(), Conversation([token_answer()])
    assert anaplan.perform(grant(anaplan, person).log_in()).value == "access"
    assert anaplan.forms[0]["code"] == "c0de"
    assert person.shown[0].url in str(person.shown[0])


def test_a_terminal_asks_again_when_the_refresh_token_is_refused() -> None:
    person, anaplan = Person(), Conversation([refusal("invalid_grant"), token_answer("next")])
    assert anaplan.perform(grant(anaplan, person).renew(HELD)).value == "next"
    assert len(person.shown) == 1


def test_a_terminal_does_not_ask_for_what_asking_cannot_mend() -> None:
    person, anaplan = Person(), Conversation([refusal("unauthorized_client")])
    with pytest.raises(OAuthError, match="each need their own"):
        anaplan.perform(grant(anaplan, person).renew(HELD))
    assert person.shown == []


def test_where_nobody_is_there_says_so() -> None:
    def absent(_: str) -> str:
        raise EOFError

    anaplan = Conversation()
    with pytest.raises(AuthenticationError, match="There is no input"):
        anaplan.perform(attrs.evolve(grant(anaplan), prompt=absent).log_in())


def test_stored_tokens_of_users_are_kept_apart() -> None:
    anaplan = Conversation()
    mine = grant(anaplan)
    logins = [mine, mine.from_code("c0de", user="ada"), mine.returning("bob"), mine.at("https://ignored.example.com")]
    keys = [anaplan.perform(login.store_key()) for login in logins]
    assert len(set(keys)) == 3
    assert keys[0] == keys[3]
    assert anaplan.perform(mine.returning("ada").store_key()) == keys[1]
    with pytest.raises(ConfigurationError, match="give user="):
        anaplan.perform(mine.from_code("c0de").store_key())


def test_no_repr_shows_a_secret() -> None:
    mine = grant(Conversation())
    shown = f"{mine!r} {mine.from_code('c0de')!r}"
    assert not [secret for secret in ("s3cret", "c0de") if secret in shown]
