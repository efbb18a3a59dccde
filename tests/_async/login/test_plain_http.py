# Source of both colours: scripts/codegen.py emits this file twice.
"""Without TLS nothing is sent to another computer, by whichever way it would get there."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, ConfigurationError
from anaplan_sdk.auth import DeviceGrant, FileStore, Flow, RefreshTokenGrant, Request, Step, Token
from anaplan_sdk.emulator import Emulator
from stage.support import options_for

# An address of documentation (RFC 5737), where nobody is.
ELSEWHERE = "http://192.0.2.1"
NOBODY: dict[str, Any] = {"user_email": None, "password": None}


@pytest.mark.parametrize("name", ["api_url", "auth_url", "oauth_url"])
async def test_a_client_is_not_even_made(emulator: Emulator, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: http:// would send passwords"):
        AsyncClient(**options_for(emulator, **{name: ELSEWHERE}))
    monkeypatch.setenv(f"ANAPLAN_{name.upper()}", ELSEWHERE)
    with pytest.raises(ConfigurationError, match=f"{name}: http:// would send passwords"):
        AsyncClient(**options_for(emulator, **{name: None}))
    monkeypatch.setenv("ANAPLAN_ALLOW_PLAIN_HTTP", "1")
    async with AsyncClient(**options_for(emulator, **{name: None})):
        pass
    assert emulator.requests == []


@pytest.mark.parametrize(
    "grant",
    [
        DeviceGrant(client_id="d" * 32, oauth_url=ELSEWHERE),
        RefreshTokenGrant(client_id="d" * 32, refresh_token="r", oauth_url=ELSEWHERE),
    ],
)
async def test_a_grant_with_an_address_of_its_own(emulator: Emulator, grant: Any) -> None:
    for more in ({}, {"token_store": FileStore("unused")}):
        with pytest.raises(ConfigurationError, match="oauth_url of .*Grant is http://"):
            AsyncClient(**options_for(emulator, **NOBODY, auth=grant, **more))


async def test_a_proxy_elsewhere_would_read_what_is_for_this_computer(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, proxy=f"{ELSEWHERE}:3128")) as client:
        with pytest.raises(ConfigurationError, match=r"in clear text to 192.0.2.1:3128\. Nothing was sent"):
            await client.get_current_user()
    assert emulator.requests == []


class Own:
    """A log-in at a service of one's own."""

    def log_in(self) -> Flow:
        yield Request("POST", f"{ELSEWHERE}/login", {"Authorization": "Basic c2VjcmV0"})
        return Token("never")

    def renew(self, token: Token) -> Flow:
        return self.log_in()

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        yield from ()


async def test_credentials_of_ones_own_are_held_to_it(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **NOBODY, auth=Own())) as client:
        with pytest.raises(ConfigurationError, match="in clear text to 192.0.2.1:80"):
            await client.get_current_user()


@pytest.mark.parametrize("value", [1, "yes", None])
async def test_a_setting_that_is_neither_yes_nor_no(emulator: Emulator, value: Any) -> None:
    with pytest.raises(ConfigurationError, match="allow_plain_http must be True or False"):
        AsyncClient(**{**options_for(emulator), "allow_plain_http": value})
