"""OAuth on the wire: what is sent, and what is made of every kind of answer."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.oauth.messages import (
    answered,
    authorization_url,
    code_from,
    device_code_request,
    token_from,
    token_request,
)
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    AuthenticationError,
    NotFoundError,
    OAuthError,
    TransportError,
    UnexpectedResponseError,
)
from stage.conversation import NOW, json_answer, refusal, token_answer

APP = "https://us1a.app.example.com"
CALLBACK = "https://planning.example.com/callback?tenant=7"
REQUEST = Request("POST", f"{APP}/oauth/token")


@pytest.mark.parametrize("service", [APP, "http://127.0.0.1:8080"])
def test_an_authorization_url_carries_every_parameter(service: str) -> None:
    url = authorization_url(service, "c1", CALLBACK, "openid offline_access", "st&te")
    assert url.startswith(f"{service}/auth/authorize?")
    assert dict(parse_qsl(urlsplit(url).query)) == {
        "response_type": "code",
        "client_id": "c1",
        "redirect_uri": CALLBACK,
        "scope": "openid offline_access",
        "state": "st&te",
    }


@pytest.mark.parametrize("secret", [None, "s+/="])
def test_a_token_request_is_a_form(secret: str | None) -> None:
    request = token_request(APP, "refresh_token", client_id="c1", client_secret=secret, refresh_token="v1.a+b/=&")
    assert (request.method, request.url) == ("POST", f"{APP}/oauth/token")
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    expected = {"grant_type": "refresh_token", "client_id": "c1", "refresh_token": "v1.a+b/=&"}
    assert dict(parse_qsl(bytes(request.body or b"").decode())) == expected | (
        {"client_secret": secret} if secret else {}
    )


def test_a_device_code_request_names_client_and_scope() -> None:
    request = device_code_request(APP, "d1", "openid email")
    assert (request.method, request.url) == ("POST", f"{APP}/oauth/device/code")
    assert dict(parse_qsl(bytes(request.body or b"").decode())) == {"client_id": "d1", "scope": "openid email"}


# --- the redirect -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_redirect_brings_the_code(scheme: str) -> None:
    assert code_from(f"{scheme}://planning.example.com/callback?tenant=7&code=a%2Bb&state=s1", "s1") == "a+b"


@pytest.mark.parametrize(
    ("query", "state", "text"),
    [
        ("code=secret-code&state=other", "s1", "its state differs"),
        ("code=secret-code", "s1", "its state differs"),
        ("code=secret-code&state=", "", "No state was kept"),
        ("state=s1", "s1", "holds no code"),
    ],
)
def test_a_redirect_that_is_no_answer_is_refused(query: str, state: str, text: str) -> None:
    with pytest.raises(AuthenticationError, match=text) as caught:
        code_from(f"{CALLBACK}&{query}", state)
    assert "secret-code" not in str(caught.value)


def test_a_denied_log_in_names_the_error() -> None:
    with pytest.raises(OAuthError, match=r"refuses the log-in: access_denied \(User did not\)\. .* denied") as caught:
        code_from(f"{CALLBACK}&error=access_denied&error_description=User+did+not.&state=s1", "s1")
    assert (caught.value.error, caught.value.description, caught.value.status) == (
        "access_denied",
        "User did not",
        None,
    )


# --- answers ------------------------------------------------------------------------------------------------


def test_a_token_is_a_bearer_that_lives_in_seconds_of_the_servers_clock() -> None:
    response = token_answer("access", refresh_token="v1.next")
    dated = Response(200, {"date": "Sat, 25 Jul 2026 17:21:00 GMT"}, response.body)
    token = token_from("the code", REQUEST, dated, NOW)
    assert token.header == "Bearer access"
    assert token.refresh_token == "v1.next"
    assert token.server_ahead == 60
    assert token.remaining(NOW) == 2_100


@pytest.mark.parametrize("expires_in", [None, "soon", -1, 0, True, [], "Infinity"])
def test_without_a_usable_life_the_end_is_not_known(expires_in: object) -> None:
    token = token_from("the code", REQUEST, token_answer(expires_in=expires_in), NOW)
    assert token.expires_at is None


@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500])
def test_an_oauth_error_decides_whatever_the_status(status: int) -> None:
    with pytest.raises(OAuthError) as caught:
        answered("the refresh token", REQUEST, refusal("invalid_grant", status, "Unknown or invalid refresh token."))
    assert str(caught.value) == (
        "Anaplan refuses the refresh token: invalid_grant (Unknown or invalid refresh token). "
        "It has expired, was used before, was revoked, or belongs to another client: log in again."
    )
    assert (caught.value.error, caught.value.status) == ("invalid_grant", status)


def test_an_unknown_error_still_says_what_to_do() -> None:
    with pytest.raises(OAuthError, match=r"teapot\. Check client_id and how it is registered"):
        answered("the log-in", REQUEST, refusal("teapot"))


@pytest.mark.parametrize(
    ("response", "error", "text"),
    [
        (Response(401, {}, b""), AuthenticationError, "Check client_id, client_secret and oauth_url"),
        (Response(404, {}, b"<html>"), NotFoundError, "check oauth_url and region"),
        (Response(302, {}, b""), UnexpectedResponseError, "redirect"),
        (Response(503, {}, b"<html>"), ApiError, "503"),
        (Response(400, {}, b"[1]"), ApiError, "400"),
    ],
)
def test_other_failures_are_told_apart(response: Response, error: type[AnaplanError], text: str) -> None:
    lost = TransportError("reset", maybe_received=True)
    with pytest.raises(error, match=text) as caught:
        answered("the log-in", REQUEST, Response(response.status, {}, response.body, earlier=(lost,)))
    assert not isinstance(caught.value, OAuthError)
    assert caught.value.earlier == (lost,)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"null", b"[]", b"{}", b'{"access_token": 1}', b'{"access_token": "a b"}']
)
def test_a_success_without_a_token_is_not_believed(body: bytes) -> None:
    with pytest.raises(UnexpectedResponseError, match="without a usable access_token") as caught:
        token_from("the code", REQUEST, Response(200, {}, body), NOW)
    assert caught.value.json_path == "$.access_token"
    assert caught.value.body == ""


def test_no_error_shows_what_was_sent_or_given() -> None:
    request = token_request(APP, "authorization_code", client_id="c1", client_secret="s3cret", code="c0de")
    with pytest.raises(OAuthError) as caught:
        token_from("the code", request, json_answer(403, error="invalid_grant", access_token="t0ken"), NOW)
    shown = f"{caught.value!r} {request!r}"
    assert not [secret for secret in ("s3cret", "c0de", "t0ken") if secret in shown]
