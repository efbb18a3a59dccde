"""What somebody sends to the OAuth service, and with what the demo tenant's clients are registered."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import Answer, Caller

CLIENT, SECRET, DEVICE = "c" * 32, "emulator-client-secret", "d" * 32
CALLBACK = "https://planning.example.com/callback"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def authorization(**changes: str | None) -> str:
    query = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "scope": "openid profile email offline_access",
        "state": "st&te",
        **changes,
    }
    return "?" + urlencode({name: value for name, value in query.items() if value is not None})


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def new_code(emulator: Emulator, **changes: str | None) -> str:
    return query_of(emulator.authorize(f"{emulator.url}/auth/authorize{authorization(**changes)}"))["code"]


def exchange(nobody: Caller, **parameters: str) -> Answer:
    return nobody("POST", "/oauth/token", parameters, headers=JSON)


def exchange_code(nobody: Caller, code: str, **changes: str) -> Answer:
    parameters = {"client_id": CLIENT, "client_secret": SECRET, "code": code, "redirect_uri": CALLBACK, **changes}
    return exchange(nobody, grant_type="authorization_code", **parameters)


def refresh(nobody: Caller, refresh_token: str, **changes: str) -> Answer:
    parameters = {"client_id": CLIENT, "client_secret": SECRET, "refresh_token": refresh_token, **changes}
    return exchange(nobody, grant_type="refresh_token", **parameters)


def tokens(emulator: Emulator, nobody: Caller) -> Any:
    answer = exchange_code(nobody, new_code(emulator))
    assert answer.status == 200, answer
    return answer.json


def refused(answer: Answer, status: int, error: str) -> None:
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["error_description"]


def poll(nobody: Caller, device: Any, **changes: str) -> Answer:
    parameters = {"client_id": DEVICE, "device_code": device["device_code"], **changes}
    return exchange(nobody, grant_type=DEVICE_CODE, **parameters)
