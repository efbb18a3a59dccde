"""What a person does: the pages of the OAuth service, and the control surface in their place."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import Caller
from stage.calls.oauth_calls import (
    DEVICE,
    DEVICE_CODE,
    FORM,
    JSON,
    authorization,
    exchange,
    exchange_code,
    poll,
    query_of,
    refused,
)


def test_authorize_sends_the_browser_to_the_log_in_page(nobody: Caller) -> None:
    answer = nobody("GET", f"/auth/authorize{authorization()}")
    assert answer.status == 302
    page = nobody("GET", answer.headers["location"])
    assert (page.status, page.headers["content-type"].partition(";")[0]) == (200, "text/html")


@pytest.mark.parametrize("path", ["/auth/authorize", "/auth/prelogin"])
@pytest.mark.parametrize("missing", ["response_type", "client_id", "redirect_uri"])
def test_a_missing_parameter_is_refused(nobody: Caller, path: str, missing: str) -> None:
    refused(nobody("GET", path + authorization(**{missing: None})), 400, "invalid_request")


def test_only_registered_clients_and_addresses_are_served(nobody: Caller) -> None:
    refused(nobody("GET", f"/auth/authorize{authorization(client_id=DEVICE)}"), 403, "unauthorized_client")
    refused(nobody("GET", f"/auth/authorize{authorization(client_id='f' * 32)}"), 403, "unauthorized_client")
    elsewhere = authorization(redirect_uri="https://elsewhere.example.com/")
    refused(nobody("GET", f"/auth/authorize{elsewhere}"), 403, "invalid_request")


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_a_person_can_log_in_with_the_page(nobody: Caller, decision: str) -> None:
    page = nobody("GET", f"/auth/prelogin{authorization()}").body.decode()
    action = re.search(r'action="([^"]+)"', page)
    assert action
    form = {"email": "ada@example.com", "password": "emulator-password", "decision": decision}
    answer = nobody("POST", unescape(action[1]), urlencode(form).encode(), headers=FORM)
    assert answer.status == 302
    query = query_of(answer.headers["location"])
    assert query["state"] == "st&te"
    assert ("code" in query, query.get("error")) == (
        (True, None) if decision == "approve" else (False, "access_denied")
    )


def test_a_wrong_password_gets_no_code(nobody: Caller) -> None:
    form = urlencode({"email": "ada@example.com", "password": "wrong"}).encode()
    assert nobody("POST", f"/auth/login{authorization()}", form, headers=FORM).status == 401


def test_a_person_can_confirm_a_code_with_the_page(nobody: Caller) -> None:
    codes = nobody("POST", "/oauth/device/code", {"client_id": DEVICE}, headers=JSON).json
    page = urlsplit(codes["verification_uri_complete"])
    assert codes["user_code"] in nobody("GET", f"{page.path}?{page.query}").body.decode()
    form = {"email": "ada@example.com", "password": "emulator-password", "user_code": codes["user_code"].lower()}
    assert nobody("POST", page.path, urlencode(form).encode(), headers=FORM).status == 200
    poll = {"grant_type": DEVICE_CODE, "client_id": DEVICE, "device_code": codes["device_code"]}
    assert exchange(nobody, **poll).status == 200


@pytest.mark.parametrize(("change", "status"), [({"password": "wrong"}, 401), ({"user_code": "XXXX-XXXX"}, 404)])
def test_the_page_refuses_what_does_not_fit(nobody: Caller, change: dict[str, str], status: int) -> None:
    codes = nobody("POST", "/oauth/device/code", {"client_id": DEVICE}, headers=JSON).json
    form = {"email": "ada@example.com", "password": "emulator-password", "user_code": codes["user_code"], **change}
    assert nobody("POST", "/activate", urlencode(form).encode(), headers=FORM).status == status


# --- the control surface ------------------------------------------------------------------------------------


def test_another_process_can_play_the_person(emulator: Emulator, nobody: Caller, device: Any) -> None:
    url = f"{emulator.url}/auth/authorize{authorization()}"
    answer = nobody("POST", "/emulator/oauth/authorize", {"url": url, "email": "grace@example.com"})
    code = query_of(answer.json["redirect_url"])["code"]
    token = exchange_code(nobody, code).json["access_token"]
    assert Caller(emulator.url, token)("GET", "/2/0/users/me").json["user"]["email"] == "grace@example.com"
    denied = nobody("POST", "/emulator/oauth/authorize", {"url": url, "deny": True}).json["redirect_url"]
    assert query_of(denied)["error"] == "access_denied"
    assert nobody("POST", "/emulator/oauth/device", {"user_code": device["user_code"]}).status == 204
    assert poll(nobody, device).status == 200
    assert nobody("POST", "/emulator/oauth/revoke").status == 204


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("authorize", {}, 400),
        ("authorize", {"url": "https://nowhere.example.com/"}, 400),
        ("authorize", {"url": "x", "eMail": "y"}, 400),
        ("device", {"user_code": "XXXX-XXXX"}, 404),
        ("device", {"user_code": "XXXX-XXXX", "email": "nobody@example.com"}, 404),
    ],
)
def test_a_person_who_errs_is_told(nobody: Caller, path: str, body: dict[str, str], status: int) -> None:
    assert nobody("POST", f"/emulator/oauth/{path}", body).status == status


def test_who_logs_in_must_exist(emulator: Emulator) -> None:
    with pytest.raises(LookupError, match="nobody@example.com"):
        emulator.confirm_device("XXXX-XXXX", "nobody@example.com")


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/device/code", "/auth/login", "/activate"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"y"),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/x-www-form-urlencoded; charset=none-such", b"a=b"),
    ],
)
def test_a_body_that_is_no_form_is_refused(nobody: Caller, path: str, kind: str, body: bytes) -> None:
    answer = nobody("POST", path, body, headers={"Content-Type": kind})
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
