"""Log-ins: what they send, what they make of the answers, and that they show no secret."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Generator
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from anaplan_sdk._core.flow import Credentials, Flow, ReadFile, Step
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.basic import BasicLogin, StaticToken
from anaplan_sdk._core.login.token import Token
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    RateLimitedError,
    TransportError,
    UnexpectedResponseError,
)

if TYPE_CHECKING:
    from core.conftest import Perform

AUTH = "https://auth.example.com"
NOW = 1_785_000_000.0
LIFE = 2_100.0  # 35 minutes
BAD_CREDENTIAL = b'{"status":"FAILURE_BAD_CREDENTIAL","statusMessage":"incorrect credentials"}'


def token_answer(value: str = "t0ken", end: float = NOW + LIFE, *, status: int = 201) -> Response:
    body = {"status": "SUCCESS", "tokenInfo": {"tokenValue": value, "expiresAt": end * 1000}}
    return Response(status, {"date": formatdate(NOW, usegmt=True)}, json.dumps(body).encode())


@attrs.define
class Service:
    """Stands for the authentication service: gives its answers in order, and keeps what it was asked."""

    answers: list[Response]
    requests: list[Request] = attrs.field(factory=list[Request])

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answers.pop(0)

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url}" for request in self.requests]


def basic() -> BasicLogin:
    return BasicLogin("ada@example.com", "pä:ss", AUTH, clock=lambda: NOW)


# --- a token at hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "header"),
    [
        ("abc+/=", "AnaplanAuthToken abc+/="),
        (" abc ", "AnaplanAuthToken abc"),
        ("AnaplanAuthToken abc", "AnaplanAuthToken abc"),
        ("anaplanauthtoken  abc", "AnaplanAuthToken abc"),
        ("Bearer abc", "Bearer abc"),
    ],
)
def test_a_static_token_is_used_as_it_is(value: str, header: str, perform: Perform) -> None:
    assert perform(StaticToken(value).log_in()).header == header


@pytest.mark.parametrize("value", ["", "  ", "Bearer ", "abc\n", "a b", "AnaplanAuthToken a\tb"])
def test_a_static_token_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="The token is empty, or holds a blank"):
        StaticToken(value)


def test_a_static_token_cannot_be_renewed_and_says_so(perform: Perform) -> None:
    static = StaticToken("t0ken")
    with pytest.raises(AuthenticationError, match=r"It cannot be renewed\. Give a new one") as caught:
        perform(static.renew(perform(static.log_in())))
    assert "t0ken" not in f"{caught.value} {static!r}"


def test_a_static_token_is_not_logged_out(perform: Perform) -> None:
    static = StaticToken("t0ken")
    perform(static.log_out(perform(static.log_in())))


# --- e-mail and password ------------------------------------------------------------------------------------


def test_basic_sends_the_credentials_and_no_body(perform: Perform) -> None:
    service = Service([token_answer()])
    assert perform(basic().log_in(), service).value == "t0ken"
    assert service.asked == [f"POST {AUTH}/token/authenticate"]
    scheme, _, credentials = service.requests[0].headers["Authorization"].partition(" ")
    assert (scheme, b64decode(credentials).decode()) == ("Basic", "ada@example.com:pä:ss")
    assert service.requests[0].body is None


@pytest.mark.parametrize(
    ("email", "password", "problem"),
    [
        ("", "p", "user_email is empty"),
        ("ada@example.com", " ", "password is empty"),
        ("ada@example.com", "secret\n", "password holds a line break or another control character"),
        ("ada@exa\x00mple.com", "p", "user_email holds a line break or another control character"),
        ("ada:lovelace", "p", "user_email holds a colon"),
    ],
)
def test_basic_refuses_what_cannot_be_right(email: str, password: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem) as caught:
        BasicLogin(email, password, AUTH)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, BAD_CREDENTIAL, "401 (incorrect credentials)"),
        (400, b'{"status":"FAILURE_BAD_HEADER","statusMessage":"Invalid header."}', "400 (Invalid header)"),
        (403, b'{"status":{"code":403,"message":"Forbidden"}}', "403 (Forbidden)"),
        (401, b"<html>no</html>", "401. Check"),
        (401, b"", "401. Check"),
    ],
)
def test_refused_credentials_say_what_to_check(status: int, body: bytes, said: str, perform: Perform) -> None:
    lost = TransportError("reset", maybe_received=True)
    with pytest.raises(AuthenticationError) as caught:
        perform(basic().log_in(), lambda _: Response(status, {}, body, earlier=(lost,)))
    assert caught.value.status == status
    assert caught.value.earlier == (lost,)
    assert f"refuses the e-mail and password of ada@example.com: {said}" in str(caught.value)
    assert "exception user" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error", "text"),
    [
        (302, UnexpectedResponseError, "auth_url"),
        (404, NotFoundError, "check auth_url and region"),
        (429, RateLimitedError, "Too many requests"),
        (503, ApiError, "503"),
    ],
)
def test_other_failures_are_no_refusal(status: int, error: type[AnaplanError], text: str, perform: Perform) -> None:
    lost = TransportError("reset", maybe_received=True)
    with pytest.raises(error, match=text) as caught:
        perform(basic().log_in(), lambda _: Response(status, {}, b"<html></html>", earlier=(lost,)))
    assert caught.value.earlier == (lost,)
    assert getattr(caught.value, "status", status) == status


def test_a_failed_transport_comes_through(perform: Perform) -> None:
    failure = TransportError("no route", maybe_received=False)

    def unreachable(_: Request) -> Response:
        raise failure

    with pytest.raises(TransportError) as caught:
        perform(basic().log_in(), unreachable)
    assert caught.value is failure


def test_nothing_shows_the_password(perform: Perform) -> None:
    service = Service([Response(401, {}, BAD_CREDENTIAL)])
    with pytest.raises(AuthenticationError) as caught:
        perform(basic().log_in(), service)
    shown = f"{caught.value!r} {basic()!r} {service.requests!r}"
    assert "pä:ss" not in shown
    assert b64encode("ada@example.com:pä:ss".encode()).decode() not in shown


# --- renewing and logging out -------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["t0ken", "another"])
def test_a_valid_token_is_refreshed_and_the_answer_believed(value: str, perform: Perform) -> None:
    service = Service([token_answer(value, NOW + 4_000, status=200)])
    renewed = perform(basic().renew(Token("t0ken", NOW + 100, received_at=NOW - 2_000)), service)
    assert renewed == Token(value, NOW + 4_000, received_at=NOW)
    assert service.asked == [f"POST {AUTH}/token/refresh"]
    assert service.requests[0].headers["Authorization"] == "AnaplanAuthToken t0ken"


@pytest.mark.parametrize("refusal", [400, 401, 403, 404, 500])
def test_what_cannot_be_refreshed_is_logged_in_anew(refusal: int, perform: Perform) -> None:
    service = Service([Response(refusal, {}, b""), token_answer("another")])
    assert perform(basic().renew(Token("t0ken", NOW + 100)), service).value == "another"
    assert service.asked == [f"POST {AUTH}/token/refresh", f"POST {AUTH}/token/authenticate"]


def test_an_expired_token_is_not_refreshed(perform: Perform) -> None:
    service = Service([token_answer("another")])
    assert perform(basic().renew(Token("t0ken", NOW)), service).value == "another"
    assert service.asked == [f"POST {AUTH}/token/authenticate"]


@pytest.mark.parametrize("status", [204, 200, 401])
def test_a_token_is_logged_out_once_or_was_before(status: int, perform: Perform) -> None:
    service = Service([Response(status, {}, b"")])
    perform(basic().log_out(Token("t0ken")), service)
    assert service.asked == [f"POST {AUTH}/token/logout"]
    assert service.requests[0].headers["Authorization"] == "AnaplanAuthToken t0ken"


def test_a_log_out_that_fails_says_so(perform: Perform) -> None:
    with pytest.raises(ApiError, match="POST /token/logout: 500"):
        perform(basic().log_out(Token("t0ken")), lambda _: Response(500, {}, b""))


# --- credentials of one's own -------------------------------------------------------------------------------


class MountedToken:
    """Credentials as a user may write them: a token that something else keeps fresh in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def log_in(self) -> Flow:
        content = yield ReadFile(self.path)
        return Token(content.decode().strip())

    def renew(self, token: Token) -> Flow:
        return (yield from self.log_in())

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        yield from ()


def test_credentials_can_be_ones_own(perform: Perform, tmp_path: Path) -> None:
    path = tmp_path / "token"
    mine: Credentials = MountedToken(path)
    path.write_text("first\n")
    token = perform(mine.log_in())
    path.write_text("second\n")
    assert (token.value, perform(mine.renew(token)).value) == ("first", "second")
    perform(mine.log_out(token))


def test_a_log_in_without_certificate_loads_no_cryptography() -> None:
    program = (
        "import sys; from anaplan_sdk._core.login.basic import BasicLogin, CertificateLogin;"
        "next(BasicLogin('ada@example.com', 'p', 'https://a').log_in());"
        "CertificateLogin('ada.pem', 'ada.key', None, 'https://a');"
        "sys.exit('cryptography' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
