# Source of both colours: scripts/codegen.py emits this file twice.
"""However a log-in or a call fails, no word of the error and no frame of the SDK holds a secret."""

from __future__ import annotations

import json
import pickle
from base64 import b64encode
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from anaplan_sdk import AnaplanError, AsyncClient, AuthenticationError, ConfigurationError, TokenStoreError
from anaplan_sdk.auth import (
    AuthorizationCodeGrant,
    Compute,
    DeviceGrant,
    FileStore,
    Flow,
    MemoryStore,
    RefreshTokenGrant,
    Step,
    Token,
)
from anaplan_sdk.emulator import Emulator, Fault
from stage.certificates import KeyPair
from stage.logins import ada, certificate_options
from stage.observed import tokens
from stage.secrecy import frames, reported
from stage.support import options_for

PASSWORD = "Pa55word-of-nobody"
BASIC = b64encode(f"ada@example.com:{PASSWORD}".encode()).decode()
CODE_CLIENT: dict[str, Any] = {"client_id": "c" * 32, "redirect_uri": "https://planning.example.com/callback"}
NOBODY: dict[str, Any] = {"user_email": None, "password": None}


def key_line(pem: bytes) -> str:
    return pem.decode().splitlines()[3]


def damaged(pem: bytes) -> bytes:
    first, line, *others = pem.splitlines()
    return b"\n".join([first, b"AAAA" + line[4:], *others])


def other_kind() -> bytes:
    return KeyPair(ec.generate_private_key(ec.SECP256R1()), "ada@example.com").private()


def by_certificate(key: bytes, **more: Any) -> tuple[dict[str, Any], list[str]]:
    return certificate_options(private_key=key, **more), [key_line(key), *more.values()]


def by_grant(grant: Any, *secrets: str) -> tuple[dict[str, Any], list[str]]:
    return {**NOBODY, "auth": grant}, list(secrets)


def by_code() -> tuple[dict[str, Any], list[str]]:
    secret = "a-client-secret"
    grant = AuthorizationCodeGrant(**CODE_CLIENT, client_secret=secret)
    return by_grant(grant.from_code("CODE-of-a-browser"), "CODE-of-a-browser", secret)


# What is given, and what must not be seen of it.
REFUSED: dict[str, Callable[[], tuple[dict[str, Any], list[str]]]] = {
    "password": lambda: ({"password": PASSWORD}, [PASSWORD, BASIC]),
    "token": lambda: ({**NOBODY, "token": "TOKEN-that-is-stale"}, ["TOKEN-that-is-stale"]),
    "wrong key": lambda: by_certificate(KeyPair.rsa("bob@example.com").private()),
    "key of another kind": lambda: by_certificate(other_kind()),
    "damaged key": lambda: by_certificate(damaged(ada().private())),
    "key password": lambda: by_certificate(ada().private(b"right"), private_key_password=PASSWORD),
    "unregistered certificate": lambda: (
        {**certificate_options(), "certificate_payload": "v1"},
        [key_line(ada().private())],
    ),
    "refresh token": lambda: by_grant(RefreshTokenGrant(client_id="d" * 32, refresh_token="v1.STALE"), "v1.STALE"),
    "code": by_code,
}


async def failure(client: AsyncClient) -> BaseException:
    with pytest.raises(AnaplanError) as caught:
        await client.list_workspaces()
    return caught.value


@pytest.mark.parametrize("way", REFUSED)
async def test_a_log_in_that_is_refused(emulator: Emulator, way: str) -> None:
    emulator.tenant.options.certificate_version = "v2"
    given, secrets = REFUSED[way]()
    async with AsyncClient(**options_for(emulator, **given)) as client:
        error = await failure(client)
    shown = reported(error, but=__file__)
    assert [secret for secret in secrets if secret in shown] == []
    assert not any(secret.encode() in pickle.dumps(error) for secret in secrets)


@pytest.mark.parametrize("way", REFUSED)
@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 500}, {"status": 200, "body": "[]"}])
async def test_a_log_in_that_breaks(emulator: Emulator, way: str, fault: dict[str, Any]) -> None:
    emulator.inject(Fault(times=None, **fault))
    given, secrets = REFUSED[way]()
    async with AsyncClient(**options_for(emulator, **given)) as client:
        shown = reported(await failure(client), but=__file__)
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("way", REFUSED)
async def test_a_log_in_that_nobody_answers(emulator: Emulator, way: str) -> None:
    given, secrets = REFUSED[way]()
    nowhere = dict.fromkeys(("api_url", "auth_url", "oauth_url"), "http://127.0.0.1:9")
    async with AsyncClient(**options_for(emulator, **given, **nowhere)) as client:
        shown = reported(await failure(client), but=__file__)
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("way", REFUSED)
async def test_a_time_limit(emulator: Emulator, way: str) -> None:
    emulator.inject(Fault(times=None, delay=30))
    given, secrets = REFUSED[way]()
    async with AsyncClient(**options_for(emulator, read_timeout=1, **given)) as client:
        with pytest.raises(AnaplanError) as caught:
            await client.list_workspaces(timeout=0.2)
        shown = reported(caught.value, but=__file__)
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("way", REFUSED)
@pytest.mark.parametrize("place", ["arguments", "environment"])
async def test_a_setting_that_is_refused(
    emulator: Emulator, way: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, secrets = REFUSED[way]()
    given = options_for(emulator, page_size=0, **given)
    if place == "environment":
        for name in given.keys() & {"user_email", "password", "token", "private_key", "private_key_password"}:
            value = given.pop(name)
            monkeypatch.setenv(f"ANAPLAN_{name.upper()}", value.decode() if isinstance(value, bytes) else value)
        if "certificate" in given:
            monkeypatch.setenv("ANAPLAN_CERTIFICATE", given.pop("certificate").decode())
    with pytest.raises(ConfigurationError, match="page_size") as caught:
        AsyncClient(**given)
    shown = reported(caught.value, but=__file__)
    assert [secret for secret in secrets if secret in shown] == []


async def test_a_value_that_no_header_can_carry(emulator: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="line break") as caught:
        AsyncClient(**options_for(emulator, **NOBODY, token=f"{PASSWORD}\nX"))
    assert PASSWORD not in reported(caught.value, but=__file__)


async def test_a_redirect_of_another_log_in() -> None:
    grant = AuthorizationCodeGrant(**CODE_CLIENT, client_secret="s", oauth_url="https://app.example.com")
    with pytest.raises(AuthenticationError, match="state differs") as caught:
        grant.from_redirect("https://planning.example.com/callback?code=CODE-of-mine&state=other", state="THE-STATE")
    shown = reported(caught.value, but=__file__)
    assert "CODE-of-mine" not in shown
    assert "THE-STATE" not in shown


class Full(MemoryStore):
    """Keeps nothing. Its own frame holds the entry, and is the business of those who wrote it."""

    def save(self, key: str, entry: str) -> None:
        raise TokenStoreError("The disk is full.")


async def test_a_token_that_cannot_be_saved(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the store wants its directory")
    for store in (Full(), FileStore(tmp_path / "store")):
        async with AsyncClient(**options_for(emulator, token_store=store)) as client:
            with pytest.raises(TokenStoreError) as caught:
                await client.list_workspaces()
        shown = reported(caught.value, but=__file__)
        assert [token for token in tokens(emulator) if token in shown] == []
        assert emulator.environment["ANAPLAN_PASSWORD"] not in shown


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": "{"}, {"drop": "midway"}, {"status": 404}])
async def test_a_call_that_fails(client: AsyncClient, emulator: Emulator, fault: dict[str, Any]) -> None:
    await client.get_current_user()
    emulator.inject(Fault(path="/users/me", times=None, **fault))
    with pytest.raises(AnaplanError) as caught:
        await client.get_current_user()
    shown = reported(caught.value, but=__file__)
    assert [token for token in tokens(emulator) if token in shown] == []


class Own:
    """Credentials of a user's own, with a bug."""

    def log_in(self) -> Flow:
        clue = yield Compute(lambda: "what I need to find it")
        raise LookupError(f"a bug of mine, at {clue[:4]}")

    def renew(self, token: Token) -> Flow:
        return self.log_in()

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        yield from ()


async def test_the_programs_own_frames_are_left_alone(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **NOBODY, auth=Own())) as client:
        with pytest.raises(LookupError) as caught:
            await client.list_workspaces()
    names = [frame.f_code.co_name for frame in frames(caught.value)]
    assert "_perform" in names, "files, lines and functions are still shown"
    assert [frame.f_locals["clue"] for frame in frames(caught.value) if "clue" in frame.f_locals] == [
        "what I need to find it"
    ]


async def test_what_was_handled_before_the_call_is_left_alone(emulator: Emulator) -> None:
    error: BaseException | None = None
    before: BaseException | None = None
    try:
        json.loads("no JSON")  # whose frames are those of a library
    except ValueError as handled:
        before = handled
        async with AsyncClient(**options_for(emulator, password=PASSWORD)) as client:
            error = await failure(client)
    assert before is not None
    assert any(frame.f_locals.get("s") == "no JSON" for frame in frames(before))
    assert error is not None
    assert PASSWORD not in reported(error, but=__file__)


@pytest.mark.parametrize(
    "given",
    [
        RefreshTokenGrant(client_id="d" * 32, refresh_token="v1.SECRET"),
        AuthorizationCodeGrant(**CODE_CLIENT, client_secret="v1.SECRET"),
        AuthorizationCodeGrant(**CODE_CLIENT, client_secret="v1.SECRET").from_code("v1.SECRET"),
        DeviceGrant(client_id="d" * 32),
        Token("v1.SECRET"),
        MemoryStore(),
    ],
    ids=lambda given: type(given).__name__,
)
async def test_what_holds_secrets_is_neither_pickled_nor_shown(given: Any) -> None:
    with pytest.raises(TypeError, match="holds secrets, and cannot be pickled"):
        pickle.dumps(given)
    assert "v1.SECRET" not in f"{given!r} {given} {given!s:>99}"


async def test_the_ways_to_log_in_of_a_client_are_not_pickled(emulator: Emulator) -> None:
    for way in ("password", "token", "key password"):
        given, secrets = REFUSED[way]()
        async with AsyncClient(**options_for(emulator, token_store=None, **given)) as client:
            credentials = client._session.credentials
        with pytest.raises(TypeError, match="holds secrets"):
            pickle.dumps(credentials)
        assert not any(secret in repr(credentials) for secret in secrets)
