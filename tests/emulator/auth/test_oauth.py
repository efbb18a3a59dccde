"""The OAuth service: codes, refresh tokens, devices, access tokens (facts §2)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from anaplan_sdk.emulator import Emulator, OAuthClient
from stage.calls.caller import Caller
from stage.calls.oauth_calls import (
    CALLBACK,
    CLIENT,
    DEVICE,
    FORM,
    JSON,
    SECRET,
    exchange,
    exchange_code,
    new_code,
    poll,
    refresh,
    refused,
    tokens,
)

# --- codes --------------------------------------------------------------------------------------------------


def test_a_code_gives_tokens(emulator: Emulator, nobody: Caller) -> None:
    answer = tokens(emulator, nobody)
    assert set(answer) == {"access_token", "id_token", "refresh_token", "scope", "expires_in", "token_type"}
    assert answer["scope"] == "openid email offline_access"
    assert (answer["expires_in"], answer["token_type"]) == (2_100, "Bearer")


def test_the_scope_decides_about_the_other_tokens(emulator: Emulator, nobody: Caller) -> None:
    answer = exchange_code(nobody, new_code(emulator, scope="email")).json
    assert not {"id_token", "refresh_token"} & answer.keys()


def test_a_form_is_as_good_as_json(emulator: Emulator, nobody: Caller) -> None:
    parameters = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "code": new_code(emulator),
        "redirect_uri": CALLBACK,
    }
    assert nobody("POST", "/oauth/token", urlencode(parameters).encode(), headers=FORM).status == 200


def test_a_code_is_used_once(emulator: Emulator, nobody: Caller) -> None:
    code = new_code(emulator)
    assert exchange_code(nobody, code).status == 200
    refused(exchange_code(nobody, code), 403, "invalid_grant")


def test_a_code_expires(emulator: Emulator, nobody: Caller) -> None:
    emulator.tenant.options.authorization_code_seconds = 0
    refused(exchange_code(nobody, new_code(emulator)), 403, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "access_denied"),
        ({"client_id": "f" * 32}, 401, "access_denied"),
        ({"redirect_uri": f"{CALLBACK}/"}, 403, "invalid_grant"),
        ({"code": "nonsense"}, 403, "invalid_grant"),
        ({"code": ""}, 400, "invalid_request"),
    ],
)
def test_whatever_does_not_fit_a_code_is_refused(
    emulator: Emulator, nobody: Caller, changes: dict[str, str], status: int, error: str
) -> None:
    parameters = {"code": new_code(emulator), **changes}
    refused(exchange_code(nobody, **parameters), status, error)


def test_a_missing_grant_type_is_401(nobody: Caller) -> None:
    refused(exchange(nobody, client_id=CLIENT), 401, "invalid_request")


def test_other_grants_and_broken_bodies_are_refused(nobody: Caller) -> None:
    refused(exchange(nobody, grant_type="password", client_id=CLIENT), 403, "unauthorized_client")
    refused(nobody("POST", "/oauth/token", b"{", headers=JSON), 400, "invalid_request")


# --- refresh tokens -----------------------------------------------------------------------------------------


def test_a_rotatable_refresh_token_is_used_once(emulator: Emulator, nobody: Caller) -> None:
    first = tokens(emulator, nobody)["refresh_token"]
    answer = refresh(nobody, first)
    assert answer.status == 200
    assert answer.json["refresh_token"] != first
    refused(refresh(nobody, first), 403, "invalid_grant")
    assert refresh(nobody, answer.json["refresh_token"]).status == 200


def test_one_that_is_not_stays_good_and_is_not_repeated(emulator: Emulator, nobody: Caller) -> None:
    emulator.tenant.oauth_clients[CLIENT].rotatable = False
    first = tokens(emulator, nobody)["refresh_token"]
    assert "refresh_token" not in refresh(nobody, first).json
    assert refresh(nobody, first).status == 200


def test_a_refresh_token_belongs_to_its_client(emulator: Emulator, nobody: Caller) -> None:
    emulator.tenant.add_oauth_client(OAuthClient("e" * 32, "authorization_code", SECRET, [CALLBACK]))
    first = tokens(emulator, nobody)["refresh_token"]
    refused(refresh(nobody, first, client_id="e" * 32), 403, "invalid_grant")
    refused(refresh(nobody, first, client_secret="wrong"), 401, "access_denied")
    assert refresh(nobody, first).status == 200


def test_refresh_tokens_expire_and_can_be_revoked(emulator: Emulator, nobody: Caller) -> None:
    emulator.tenant.oauth_clients[CLIENT].refresh_seconds = 0
    refused(refresh(nobody, tokens(emulator, nobody)["refresh_token"]), 403, "invalid_grant")
    emulator.tenant.oauth_clients[CLIENT].refresh_seconds = 60
    kept = tokens(emulator, nobody)["refresh_token"]
    emulator.revoke_grants()
    refused(refresh(nobody, kept), 403, "invalid_grant")


def test_a_user_who_was_deactivated_gets_nothing(emulator: Emulator, nobody: Caller) -> None:
    kept = tokens(emulator, nobody)
    emulator.tenant.administrator.active = False
    refused(refresh(nobody, kept["refresh_token"]), 403, "invalid_grant")
    assert Caller(emulator.url, kept["access_token"])("GET", "/2/0/users/me").status == 401


# --- devices ------------------------------------------------------------------------------------------------


def test_a_device_gets_its_codes(nobody: Caller) -> None:
    answer = nobody("POST", "/oauth/device/code", urlencode({"client_id": DEVICE}).encode(), headers=FORM).json
    assert set(answer) == {
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    }
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", answer["user_code"])
    assert answer["verification_uri_complete"] == f"{answer['verification_uri']}?user_code={answer['user_code']}"
    assert (answer["expires_in"], answer["interval"]) == (900, 5)


def test_a_device_needs_a_client_of_its_own_kind(nobody: Caller) -> None:
    refused(nobody("POST", "/oauth/device/code", {}, headers=JSON), 400, "invalid_request")
    refused(nobody("POST", "/oauth/device/code", {"client_id": CLIENT}, headers=JSON), 403, "unauthorized_client")


@pytest.mark.parametrize("status", [403, 400])
def test_polls_are_pending_until_a_person_confirms(
    emulator: Emulator, nobody: Caller, device: Any, status: Any
) -> None:
    emulator.tenant.options.device_pending_status = status
    refused(poll(nobody, device), status, "authorization_pending")
    emulator.confirm_device(device["user_code"])
    answer = poll(nobody, device)
    assert (answer.status, answer.json["scope"]) == (200, "offline_access")
    refused(poll(nobody, device), 403, "invalid_grant")
    renewed = exchange(nobody, grant_type="refresh_token", client_id=DEVICE, refresh_token=answer.json["refresh_token"])
    assert renewed.status == 200


def test_a_denied_device_is_told(emulator: Emulator, nobody: Caller, device: Any) -> None:
    emulator.confirm_device(device["user_code"], deny=True)
    refused(poll(nobody, device), 403, "access_denied")


def test_a_device_that_polls_too_fast_is_told_to_slow_down(emulator: Emulator, nobody: Caller) -> None:
    device = nobody("POST", "/oauth/device/code", {"client_id": DEVICE}, headers=JSON).json
    refused(poll(nobody, device), 403, "authorization_pending")
    refused(poll(nobody, device), 403, "slow_down")


def test_a_device_code_expires(emulator: Emulator, nobody: Caller) -> None:
    emulator.tenant.options.device_code_seconds = 0
    device = nobody("POST", "/oauth/device/code", {"client_id": DEVICE}, headers=JSON).json
    refused(poll(nobody, device), 403, "expired_token")
    with pytest.raises(LookupError, match=device["user_code"]):
        emulator.confirm_device(device["user_code"])


def test_a_device_code_belongs_to_its_client(emulator: Emulator, nobody: Caller, device: Any) -> None:
    emulator.tenant.add_oauth_client(OAuthClient("e" * 32, "device"))
    refused(poll(nobody, device, client_id="e" * 32), 403, "invalid_grant")


# --- access tokens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["Bearer", "AnaplanAuthToken"])
def test_the_api_takes_an_access_token_with_either_scheme(emulator: Emulator, nobody: Caller, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {tokens(emulator, nobody)['access_token']}"}
    assert nobody("GET", "/2/0/users/me", headers=headers).json["user"]["email"] == "ada@example.com"
    emulator.expire_tokens()
    assert nobody("GET", "/2/0/users/me", headers=headers).status == 401


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/token/validate"), ("POST", "/token/refresh"), ("POST", "/token/logout")]
)
def test_the_authentication_service_does_not_know_it(
    emulator: Emulator, nobody: Caller, method: str, path: str
) -> None:
    mine = Caller(emulator.url, tokens(emulator, nobody)["access_token"])
    assert mine(method, path).status == 401
    assert mine("GET", "/2/0/users/me").status == 200
