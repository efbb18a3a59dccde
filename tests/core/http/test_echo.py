"""Secrets that come back are hidden, however they are written, and nothing else is."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from urllib.parse import quote, quote_plus, urlencode

import pytest

from anaplan_sdk._core.http.echo import hide, secrets_of, without_echo
from anaplan_sdk._core.http.messages import Request, Response

TOKEN = 'q0Zr+/"=='
WRITTEN = {
    "as it is": TOKEN,
    "JSON": json.dumps(TOKEN),
    "JSON of PHP": json.dumps(TOKEN).replace("/", "\\/"),
    "HTML": html.escape(TOKEN),
    "URL": quote(TOKEN),
    "URL, all of it": quote(TOKEN, safe=""),
    "form": quote_plus(TOKEN),
}
JSON = {"Accept": "application/json"}


def signed(**headers: str) -> Request:
    return Request("GET", "https://api.example/2/0/users/me", {**JSON, "Authorization": f"Bearer {TOKEN}", **headers})


@pytest.mark.parametrize("written", WRITTEN)
def test_a_token_is_found_however_it_is_written(written: str) -> None:
    shown = hide(f"upstream saw {WRITTEN[written]} and failed", [TOKEN])
    assert "q0Zr" not in shown
    assert "(hidden)" in shown
    assert shown.startswith("upstream saw ")
    assert shown.endswith(" and failed")


def test_what_is_too_short_to_be_a_secret_hides_no_words() -> None:
    assert hide("a gateway", ["a", "", "way"]) == "a gateway"


def test_a_password_is_known_in_all_its_forms() -> None:
    basic = b64encode(b"ada@example.com:Pa55:word").decode()
    request = Request("POST", "https://auth.example/", {"Authorization": f"Basic {basic}"})
    assert set(secrets_of(request)) == {f"Basic {basic}", basic, "Pa55:word"}


def test_a_header_of_ones_own_is_hidden_as_it_is() -> None:
    assert set(secrets_of(Request("GET", "https://x/", {"Authorization": "Basic no-base64"}))) >= {"no-base64"}


def test_what_an_exchange_of_oauth_sends() -> None:
    fields = {"grant_type": "refresh_token", "client_id": "c" * 32, "client_secret": "s3cr+t", "refresh_token": "v1.R"}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    request = Request("POST", "https://app.example/", kind, urlencode(fields).encode())
    assert set(secrets_of(request)) - {""} == {"s3cr+t", "v1.R"}


def test_the_proof_of_a_certificate() -> None:
    headers = {"Authorization": "CACertificate MIIC", "Content-Type": "application/json"}
    body = json.dumps({"encodedData": "ZGF0YQ==", "encodedSignedData": "c2ln", "encodedDataFormat": "v2"}).encode()
    assert {"ZGF0YQ==", "c2ln"} < set(secrets_of(Request("POST", "https://auth.example/", headers, body)))


def test_the_content_of_an_upload_is_not_looked_at() -> None:
    headers = {"Authorization": "Bearer t0ken", "Content-Type": "application/json"}
    assert set(secrets_of(Request("PUT", "https://api.example/", headers, b"not JSON"))) == {"Bearer t0ken", "t0ken"}


def test_a_success_is_left_as_it_is() -> None:
    answer = Response(200, {"content-type": "application/json"}, json.dumps({"tokenValue": TOKEN}).encode())
    assert without_echo(signed(), answer) is answer
    content = Response(200, {}, f"a cell,{TOKEN}".encode())
    assert without_echo(signed(Accept="*/*"), content) is content


@pytest.mark.parametrize(
    "answer",
    [
        Response(502, {}, b"\xff " + TOKEN.encode()),
        Response(302, {}, TOKEN.encode()),
        Response(200, {"content-type": "text/html"}, html.escape(TOKEN).encode()),
        Response(200, {"content-type": "text/plain"}, f"debug: {TOKEN}".encode()),
    ],
)
def test_a_failure_or_a_text_in_place_of_json_is_not(answer: Response) -> None:
    assert b"q0Zr" not in without_echo(signed(), answer).body
    assert without_echo(signed(), answer).status == answer.status


def test_nothing_to_hide_costs_no_copy() -> None:
    answer = Response(500, {}, b"\xff\xfe nothing of yours")
    assert without_echo(signed(), answer) is answer


def test_the_secret_of_a_proxy_is_hidden_as_well() -> None:
    assert without_echo(signed(), Response(502, {}, b"me:h1dden"), ["h1dden"]).body == b"me:(hidden)"
