# Source of both colours: scripts/codegen.py emits this file twice.
"""Every OAuth grant logs in, renews and fails the same way in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

from anaplan_sdk import AsyncClient, AuthenticationError, OAuthError, WaitTimeoutError
from anaplan_sdk.auth import (
    AuthorizationCodeGrant,
    AuthorizationRequest,
    DeviceAuthorization,
    DeviceGrant,
    RefreshTokenGrant,
)
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.auth.oauth_grants import GRANTS, Grant
from stage.support import options_for

CODE_CLIENT: dict[str, Any] = {
    "client_id": "c" * 32,
    "client_secret": "emulator-client-secret",
    "redirect_uri": "https://planning.example.com/callback",
}
DEVICE = "d" * 32


def client_with(emulator: Emulator, auth: Any, **changes: Any) -> AsyncClient:
    return AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth, **changes))


def device_grant(emulator: Emulator, show: Callable[[DeviceAuthorization], None] | None = None) -> DeviceGrant:
    """One whose person confirms at once, or does what *show* does."""
    emulator.tenant.options.device_poll_seconds = 0.01

    def confirm(authorization: DeviceAuthorization) -> None:
        emulator.confirm_device(authorization.user_code)

    return DeviceGrant(client_id=DEVICE, show=show or confirm)


def refresh_token(emulator: Emulator) -> str:
    """One of a device, as another program may have got it."""
    grant = Grant(emulator.tenant.oauth_clients[DEVICE], emulator.tenant.administrator, "offline_access")
    return emulator.state(GRANTS).add_refresh_token(grant)


def exchanges(emulator: Emulator) -> int:
    return [received.path for received in emulator.requests].count("/oauth/token")


async def test_a_terminal_logs_in_with_a_code(emulator: Emulator) -> None:
    shown: list[AuthorizationRequest] = []
    grant = AuthorizationCodeGrant(
        **CODE_CLIENT, show=shown.append, prompt=lambda _: emulator.authorize(shown[-1].url, "grace@example.com")
    )
    async with client_with(emulator, grant) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
        emulator.expire_tokens()
        assert len(await anaplan.list_workspaces()) == 1
    assert len(shown) == 1
    assert exchanges(emulator) == 2
    assert {received.user for received in emulator.requests} == {None, "grace@example.com"}


async def test_a_web_application_logs_in_with_a_redirect(emulator: Emulator) -> None:
    grant = AuthorizationCodeGrant(**CODE_CLIENT, oauth_url=emulator.url)
    request = grant.authorization_request()
    redirect = emulator.authorize(request.url)
    assert parse_qs(urlsplit(redirect).query)["state"] == [request.state]
    async with client_with(emulator, grant.from_redirect(redirect, state=request.state)) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
        emulator.expire_tokens()
        emulator.revoke_grants()
        with pytest.raises(OAuthError, match="invalid_grant"):
            await anaplan.list_workspaces()


async def test_a_denied_log_in_is_told_before_anything_is_sent(emulator: Emulator) -> None:
    grant = AuthorizationCodeGrant(**CODE_CLIENT, oauth_url=emulator.url)
    request = grant.authorization_request()
    with pytest.raises(OAuthError, match="access_denied"):
        grant.from_redirect(emulator.authorize(request.url, deny=True), state=request.state)
    assert exchanges(emulator) == 0


async def test_a_device_waits_for_a_person(emulator: Emulator) -> None:
    async with client_with(emulator, device_grant(emulator)) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
    paths = [received.path for received in emulator.requests]
    assert paths == ["/oauth/device/code", "/oauth/token", "/2/0/workspaces"]
    assert emulator.requests[-1].headers["authorization"] == "Bearer"


async def test_a_device_that_is_denied_says_so(emulator: Emulator) -> None:
    grant = device_grant(emulator, show=lambda shown: emulator.confirm_device(shown.user_code, deny=True))
    async with client_with(emulator, grant) as anaplan:
        with pytest.raises(OAuthError, match="access_denied"):
            await anaplan.list_workspaces()


async def test_a_device_polls_until_it_is_confirmed(emulator: Emulator) -> None:
    polls: list[DeviceAuthorization] = []
    emulator.inject(Fault(method="POST", path="/oauth/token", status=403, body='{"error": "authorization_pending"}'))
    emulator.inject(Fault(method="POST", path="/oauth/token", status=429, body='{"error": "authorization_pending"}'))

    def confirm(shown: DeviceAuthorization) -> None:
        polls.append(shown)
        emulator.confirm_device(shown.user_code)

    async with client_with(emulator, device_grant(emulator, show=confirm)) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
    assert len(polls) == 1
    assert exchanges(emulator) == 3


async def test_a_refresh_token_from_elsewhere_logs_in_and_rotates(emulator: Emulator) -> None:
    auth = RefreshTokenGrant(client_id=DEVICE, refresh_token=refresh_token(emulator))
    async with client_with(emulator, auth) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
        for _ in range(2):
            emulator.expire_tokens()
            assert len(await anaplan.list_workspaces()) == 1
    assert exchanges(emulator) == 3


async def test_one_that_does_not_rotate_survives_a_lost_answer(emulator: Emulator) -> None:
    emulator.tenant.oauth_clients[DEVICE].rotatable = False
    emulator.inject(Fault(method="POST", path="/oauth/token", drop="after"))
    auth = RefreshTokenGrant(client_id=DEVICE, refresh_token=refresh_token(emulator), rotatable=False)
    async with client_with(emulator, auth) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
    assert exchanges(emulator) == 2


@pytest.mark.parametrize("fault", [Fault(drop="after"), Fault(drop="midway"), Fault(status=502, handle=True)])
async def test_one_that_rotates_is_not_repeated_after_a_lost_answer(emulator: Emulator, fault: Fault) -> None:
    emulator.inject(
        Fault(method="POST", path="/oauth/token", drop=fault.drop, status=fault.status, handle=fault.handle)
    )
    auth = RefreshTokenGrant(client_id=DEVICE, refresh_token=refresh_token(emulator))
    async with client_with(emulator, auth) as anaplan:
        for _ in range(2):
            with pytest.raises(AuthenticationError, match="log in again"):
                await anaplan.list_workspaces()
    assert exchanges(emulator) == 1


async def test_an_answer_without_an_end_is_used_until_it_is_refused(emulator: Emulator) -> None:
    body = '{"access_token": "unknown", "token_type": "Bearer"}'
    emulator.inject(Fault(method="POST", path="/oauth/token", status=200, body=body))
    auth = RefreshTokenGrant(client_id=DEVICE, refresh_token=refresh_token(emulator))
    async with client_with(emulator, auth) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
    assert exchanges(emulator) == 2


async def test_a_client_with_the_wrong_secret_is_told(emulator: Emulator) -> None:
    grant = attrs.evolve(AuthorizationCodeGrant(**CODE_CLIENT), client_secret="wr0ng")
    async with client_with(emulator, grant.from_code("c0de")) as anaplan:
        with pytest.raises(OAuthError, match="client_id and client_secret do not fit") as caught:
            await anaplan.list_workspaces()
    assert not [secret for secret in ("wr0ng", "c0de") if secret in str(caught.value)]


async def test_what_was_never_sent_is_not_used_up(emulator: Emulator) -> None:
    grant = RefreshTokenGrant(client_id=DEVICE, refresh_token=refresh_token(emulator), oauth_url=emulator.url)
    code = AuthorizationCodeGrant(**CODE_CLIENT, oauth_url=emulator.url)
    request = code.authorization_request()
    for auth in (grant, code.from_redirect(emulator.authorize(request.url), state=request.state)):
        async with client_with(emulator, auth) as client:
            before = exchanges(emulator)
            with pytest.raises(WaitTimeoutError):
                await client.wait_for_task(116000000000, "F" * 32, timeout=0)
            assert exchanges(emulator) == before
            await client.get_current_user()


async def test_one_code_is_sent_once_for_all_clients(emulator: Emulator) -> None:
    grant = AuthorizationCodeGrant(**CODE_CLIENT)
    url = AuthorizationCodeGrant(**CODE_CLIENT, oauth_url=emulator.url).authorization_request()
    login = grant.from_redirect(emulator.authorize(url.url), state=url.state)
    async with client_with(emulator, login) as first, client_with(emulator, login) as second:
        await first.get_current_user()
        with pytest.raises(AuthenticationError, match="no unused code"):
            await second.get_current_user()
    assert exchanges(emulator) == 1
