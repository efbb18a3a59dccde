# Source of both colours: scripts/codegen.py emits this file twice.
"""With a token store, one log-in serves every client that shares it; without harm where something goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import (
    AnaplanError,
    AsyncClient,
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    OAuthError,
    TokenStoreError,
)
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.auth import (
    AuthorizationCodeGrant,
    DeviceAuthorization,
    DeviceGrant,
    FileStore,
    Flow,
    MemoryStore,
    ReadFile,
    RefreshTokenGrant,
    Step,
    Token,
    TokenStore,
)
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.auth.oauth_grants import GRANTS
from anaplan_sdk.emulator.auth.tokens import TOKENS
from stage.certificates import KeyPair
from stage.logins import certificate_options
from stage.support import options_for

DEVICE = "d" * 32


def log_ins(emulator: Emulator) -> int:
    return [received.path for received in emulator.requests].count("/token/authenticate")


def device_grant(emulator: Emulator, shown: list[DeviceAuthorization]) -> dict[str, Any]:
    emulator.tenant.options.device_poll_seconds = 0.01

    def confirm(authorization: DeviceAuthorization) -> None:
        shown.append(authorization)
        emulator.confirm_device(authorization.user_code)

    return {"user_email": None, "password": None, "auth": DeviceGrant(client_id=DEVICE, show=confirm)}


async def test_a_second_client_takes_the_token_of_the_first(emulator: Emulator, tmp_path: Path) -> None:
    for _ in range(3):
        async with AsyncClient(**options_for(emulator, token_store=FileStore(tmp_path))) as anaplan:
            assert len(await anaplan.list_workspaces()) == 1
    assert log_ins(emulator) == 1


async def test_a_token_that_was_revoked_is_replaced_for_all(emulator: Emulator) -> None:
    store = MemoryStore()
    async with (
        AsyncClient(**options_for(emulator, token_store=store)) as first,
        AsyncClient(**options_for(emulator, token_store=store)) as second,
    ):
        await first.list_workspaces()
        await second.list_workspaces()
        emulator.expire_tokens()
        await first.list_workspaces()
        await second.list_workspaces()
    assert log_ins(emulator) == 2


async def test_users_and_services_do_not_get_each_others_tokens(emulator: Emulator) -> None:
    store = MemoryStore()
    grace = {"user_email": "grace@example.com"}
    elsewhere = {"auth_url": emulator.url.replace("127.0.0.1", "localhost")}
    for changes in ({}, grace, elsewhere, {}, grace, elsewhere):
        async with AsyncClient(**options_for(emulator, token_store=store, **changes)) as anaplan:
            await anaplan.list_workspaces()
    assert log_ins(emulator) == 3
    assert {received.user for received in emulator.requests} == {None, "ada@example.com", "grace@example.com"}


async def test_logging_out_leaves_nothing_in_the_store(emulator: Emulator, tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    async with AsyncClient(**options_for(emulator, token_store=store, log_out_on_close=True)) as anaplan:
        await anaplan.list_workspaces()
    assert list(tmp_path.glob("*.json")) == []


async def test_a_device_log_in_outlives_its_process(emulator: Emulator, tmp_path: Path) -> None:
    shown: list[DeviceAuthorization] = []
    for _ in range(3):
        options = options_for(emulator, token_store=FileStore(tmp_path), **device_grant(emulator, shown))
        async with AsyncClient(**options) as anaplan:
            await anaplan.list_workspaces()
            emulator.expire_tokens()
            await anaplan.list_workspaces()
    assert len(shown) == 1


async def test_a_rotated_token_is_in_the_store_before_it_is_used(emulator: Emulator, tmp_path: Path) -> None:
    shown: list[DeviceAuthorization] = []
    store = FileStore(tmp_path)
    options = options_for(emulator, token_store=store, **device_grant(emulator, shown))
    async with AsyncClient(**options) as anaplan:
        await anaplan.list_workspaces()
        (entry,) = tmp_path.glob("*.json")
        before = entry.read_text()
        emulator.expire_tokens()
        emulator.inject(Fault(method="GET", path="/workspaces", status=404, skip=1))
        with pytest.raises(NotFoundError):
            await anaplan.list_workspaces()
        assert entry.read_text() != before
    async with AsyncClient(**options) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
    assert len(shown) == 1


async def test_a_lost_rotation_is_not_tried_by_the_next_client_either(emulator: Emulator, tmp_path: Path) -> None:
    shown: list[DeviceAuthorization] = []
    options = options_for(emulator, token_store=FileStore(tmp_path), **device_grant(emulator, shown))
    async with AsyncClient(**options) as anaplan:
        await anaplan.list_workspaces()
        emulator.expire_tokens()
        emulator.inject(Fault(method="POST", path="/oauth/token", drop="after"))
        with pytest.raises(AuthenticationError, match="log in again"):
            await anaplan.list_workspaces()
    async with AsyncClient(**options) as anaplan:
        assert len(await anaplan.list_workspaces()) == 1
    assert len(shown) == 2


async def test_a_web_applications_user_comes_back_without_a_browser(emulator: Emulator) -> None:
    store = MemoryStore()
    grant = AuthorizationCodeGrant(
        client_id="c" * 32,
        client_secret="emulator-client-secret",
        redirect_uri="https://planning.example.com/callback",
        oauth_url=emulator.url,
    )
    request = grant.authorization_request()
    redirect = emulator.authorize(request.url, "grace@example.com")
    login = grant.from_redirect(redirect, state=request.state, user="grace")
    for auth in (login, grant.returning("grace")):
        options = options_for(emulator, user_email=None, password=None, auth=auth, token_store=store)
        async with AsyncClient(**options) as anaplan:
            assert len(await anaplan.list_workspaces()) == 1
            emulator.expire_tokens()
            assert len(await anaplan.list_workspaces()) == 1
    stranger = options_for(emulator, user_email=None, password=None, auth=grant.returning("ada"), token_store=store)
    async with AsyncClient(**stranger) as anaplan:
        with pytest.raises(AuthenticationError, match="Nobody is logged in"):
            await anaplan.list_workspaces()


async def test_a_refresh_token_that_was_rotated_before_is_found_in_the_store(emulator: Emulator) -> None:
    store = MemoryStore()
    shown: list[DeviceAuthorization] = []
    async with AsyncClient(**options_for(emulator, token_store=store, **device_grant(emulator, shown))) as anaplan:
        await anaplan.list_workspaces()
    (value,) = emulator.state(GRANTS).refresh_tokens
    auth = RefreshTokenGrant(client_id=DEVICE, refresh_token=value)
    for _ in range(2):  # the second begins with a token that the first has used up
        emulator.expire_tokens()
        options = options_for(emulator, user_email=None, password=None, auth=auth, token_store=store)
        async with AsyncClient(**options) as anaplan:
            await anaplan.list_workspaces()
    async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as anaplan:
        with pytest.raises(OAuthError, match="invalid_grant"):
            await anaplan.list_workspaces()


async def test_a_store_full_of_nonsense_only_costs_a_log_in(
    emulator: Emulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = FileStore(tmp_path)
    async with AsyncClient(**options_for(emulator, token_store=store)) as anaplan:
        await anaplan.list_workspaces()
    (entry,) = tmp_path.glob("*.json")
    entry.write_bytes(b'{"format": 1, "value": "t0ken with blanks"}')
    with caplog.at_level(logging.WARNING, "anaplan_sdk"):
        async with AsyncClient(**options_for(emulator, token_store=store)) as anaplan:
            assert len(await anaplan.list_workspaces()) == 1
    assert "logging in anew" in caplog.text
    assert "t0ken" not in caplog.text


async def test_a_store_that_cannot_be_written_is_an_error(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with AsyncClient(**options_for(emulator, token_store=FileStore(tmp_path / "file" / "tokens"))) as anaplan:
        with pytest.raises(TokenStoreError, match="cannot be read"):
            await anaplan.list_workspaces()


def test_a_token_that_nobody_can_renew_needs_no_store(emulator: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="StaticToken has no store_key"):
        AsyncClient(**options_for(emulator, user_email=None, password=None, token="x", token_store=MemoryStore()))


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

    def store_key(self) -> Generator[Step, Any, str]:
        yield from ()
        return f"mounted {self.path}"


@pytest.mark.parametrize("store", [None, MemoryStore()])
async def test_credentials_of_ones_own(emulator: Emulator, tmp_path: Path, store: MemoryStore | None) -> None:
    path = tmp_path / "token"
    issue = emulator.state(TOKENS).issue
    path.write_text(issue(emulator.tenant.administrator, 60).value)
    options = options_for(emulator, user_email=None, password=None, auth=MountedToken(path), token_store=store)
    async with AsyncClient(**options) as anaplan:
        await anaplan.list_workspaces()
        emulator.expire_tokens()
        path.write_text(issue(emulator.tenant.administrator, 60).value)
        assert len(await anaplan.list_workspaces()) == 1


@pytest.mark.parametrize("kind", ["memory", "file"])
async def test_a_wrong_password_is_refused_although_there_is_a_token(
    emulator: Emulator, tmp_path: Path, kind: str
) -> None:
    store: TokenStore = MemoryStore() if kind == "memory" else FileStore(tmp_path / "tokens")
    async with AsyncClient(**options_for(emulator, token_store=store)) as ada:
        await ada.get_current_user()
    async with AsyncClient(**options_for(emulator, token_store=store, password="totally wrong")) as stranger:
        with pytest.raises(AuthenticationError):
            await stranger.get_current_user()
        assert not (await stranger.check()).ok
    async with AsyncClient(**options_for(emulator, token_store=store)) as again:
        await again.get_current_user()
    assert log_ins(emulator) == 3  # Ada once; the stranger's password twice


async def test_a_certificate_without_its_key_is_refused_although_there_is_a_token(emulator: Emulator) -> None:
    store = MemoryStore()
    async with AsyncClient(**options_for(emulator, token_store=store, **certificate_options())) as ada:
        await ada.get_current_user()
    for key in (None, KeyPair.rsa("eve@example.com").private()):
        options = options_for(emulator, token_store=store, **certificate_options(private_key=key))
        async with AsyncClient(**options) as stranger:
            with pytest.raises(AnaplanError, match="key"):
                await stranger.get_current_user()


async def test_only_a_refusal_of_the_refresh_token_deletes_it(emulator: Emulator) -> None:
    emulator.tenant.options.token_seconds = 0.3
    store, shown = MemoryStore(), list[DeviceAuthorization]()
    options = options_for(emulator, **device_grant(emulator, shown), token_store=store)
    async with AsyncClient(**options) as client:
        await client.get_current_user()
        await sleep(0.4)
        emulator.inject(Fault("POST", "/oauth/token", status=401, body="<html>", content_type="text/html"))
        with pytest.raises(AuthenticationError):
            await client.get_current_user()
        assert len(store._entries) == 1
        await client.get_current_user()
    assert len(shown) == 1


async def test_a_new_log_in_goes_before_the_one_in_the_store(emulator: Emulator) -> None:
    grant = AuthorizationCodeGrant(
        client_id="c" * 32,
        client_secret="emulator-client-secret",
        redirect_uri="https://planning.example.com/callback",
        oauth_url=emulator.url,
    )
    store, values = MemoryStore(), list[str]()
    for _ in range(2):
        request = grant.authorization_request()
        login = grant.from_redirect(emulator.authorize(request.url), state=request.state, user="ada")
        options = options_for(emulator, user_email=None, password=None, auth=login, token_store=store)
        async with AsyncClient(**options) as client:
            await client.get_current_user()
        values.extend(store._entries.values())
    assert len(set(values)) == 2
    assert [request.path for request in emulator.requests].count("/oauth/token") == 2
