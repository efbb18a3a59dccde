"""The authentication service (facts §1)."""

from __future__ import annotations

import re
import time

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import Answer, Caller

GUID = re.compile(r"[0-9a-f]{32}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_log_in_is_201_with_a_string_for_a_status(emulator: Emulator) -> None:
    answer = Caller(emulator.url).log_in("ada@example.com", emulator.environment["ANAPLAN_PASSWORD"])
    assert answer.status == 201
    assert answer.json["status"] == "SUCCESS"
    assert answer.json["statusMessage"] == "Login successful"
    assert answer.json["meta"] == {"validationUrl": f"{emulator.url}/token/validate"}
    token = answer.json["tokenInfo"]
    assert set(token) == {"expiresAt", "tokenId", "tokenValue", "refreshTokenId"}
    assert UUID.fullmatch(token["tokenId"])
    assert UUID.fullmatch(token["refreshTokenId"])


def test_a_token_lives_35_minutes_in_epoch_milliseconds(emulator: Emulator) -> None:
    answer = Caller(emulator.url).log_in("ada@example.com", emulator.environment["ANAPLAN_PASSWORD"])
    seconds = answer.json["tokenInfo"]["expiresAt"] / 1_000 - time.time()
    assert seconds == pytest.approx(2_100, abs=60)


@pytest.mark.parametrize(
    ("email", "password"), [("ada@example.com", "wrong"), ("nobody@example.com", "emulator-password")]
)
def test_wrong_credentials_are_refused(emulator: Emulator, email: str, password: str) -> None:
    answer = Caller(emulator.url).log_in(email, password)
    assert answer.status == 401
    assert answer.json == {"status": "FAILURE_BAD_CREDENTIAL", "statusMessage": "incorrect credentials"}


def test_a_user_without_a_password_cannot_use_one(emulator: Emulator) -> None:
    emulator.tenant.administrator.password = None
    assert Caller(emulator.url).log_in("ada@example.com", "").status == 401


def test_refresh_returns_the_same_value_with_a_later_expiry(emulator: Emulator, admin: Caller) -> None:
    before = admin("GET", "/token/validate").json["tokenInfo"]
    emulator.tenant.options.token_seconds = 4_000
    answer = admin("POST", "/token/refresh")
    assert answer.status == 200
    assert answer.json["statusMessage"] == "Token refreshed"
    assert answer.json["tokenInfo"]["tokenValue"] == admin.token
    assert answer.json["tokenInfo"]["tokenId"] == before["tokenId"]
    assert answer.json["tokenInfo"]["expiresAt"] > before["expiresAt"]


def test_refresh_can_return_another_value_that_replaces_the_first(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.refresh_keeps_token = False
    value = admin("POST", "/token/refresh").json["tokenInfo"]["tokenValue"]
    assert value != admin.token
    assert admin("GET", "/2/0/users/me").status == 401
    assert Caller(emulator.url, value)("GET", "/2/0/users/me").status == 200


def test_validate_tells_who_and_until_when_but_not_the_token(emulator: Emulator, admin: Caller) -> None:
    answer = admin("GET", "/token/validate")
    assert answer.status == 200
    assert answer.json["statusMessage"] == "Token validated"
    assert answer.json["userInfo"]["userId"] == "ada@example.com"
    assert GUID.fullmatch(answer.json["userInfo"]["userGuid"])
    assert GUID.fullmatch(answer.json["userInfo"]["customerGuid"])
    assert set(answer.json["tokenInfo"]) == {"expiresAt", "tokenId"}


def test_logout_is_204_and_takes_effect_at_once(admin: Caller) -> None:
    answer = admin("POST", "/token/logout")
    assert (answer.status, answer.body) == (204, b"")
    assert admin("GET", "/token/validate").status == 401
    assert admin("POST", "/token/refresh").status == 401
    assert admin("GET", "/2/0/users/me").status == 401
    assert admin("POST", "/token/logout").status == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/token/validate", 400),
        ("POST", "/token/refresh", 400),
        ("POST", "/token/logout", 401),
        ("POST", "/token/authenticate", 401),
    ],
)
@pytest.mark.parametrize("scheme", ["Bearer", "Token"])
def test_other_schemes_are_refused(
    emulator: Emulator, admin: Caller, method: str, path: str, status: int, scheme: str
) -> None:
    headers = {"Authorization": f"{scheme} {admin.token}"}
    answer = Caller(emulator.url)(method, path, headers=headers)
    assert answer.status == status
    assert answer.json["status"] == "FAILURE_BAD_HEADER"


def test_an_expired_token_is_refused_with_a_string_for_a_status(emulator: Emulator, admin: Caller) -> None:
    emulator.expire_tokens()
    answer = admin("POST", "/token/refresh")
    assert answer.status == 401
    assert isinstance(answer.json["status"], str)


def test_a_token_expires_by_itself(emulator: Emulator) -> None:
    emulator.tenant.options.token_seconds = 0
    assert Caller.logged_in(emulator)("GET", "/2/0/users/me").status == 401


@pytest.mark.parametrize("scheme", ["AnaplanAuthToken", "Bearer"])
def test_the_api_takes_either_scheme(emulator: Emulator, admin: Caller, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {admin.token}"}
    assert Caller(emulator.url)("GET", "/2/0/users/me", headers=headers).status == 200


@pytest.mark.parametrize("header", [None, "AnaplanAuthToken nonsense", "Basic YTpi"])
def test_the_api_refuses_everything_else(emulator: Emulator, header: str | None) -> None:
    answer: Answer = Caller(emulator.url)("GET", "/2/0/users/me", headers={"Authorization": header} if header else {})
    assert answer.status == 401
    assert answer.json["status"] == {"code": 401, "message": "Unauthorized"}
