# Source of both colours: scripts/codegen.py emits this file twice.
"""Ways to log in, and which of them is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import (
    AnaplanError,
    AsyncClient,
    AuthenticationError,
    ConfigurationError,
    InvalidPrivateKeyError,
    NotFoundError,
    TransportError,
    UnexpectedResponseError,
)
from anaplan_sdk._core.login.basic import Token
from anaplan_sdk.emulator import Emulator, Fault
from stage.logins import MountedToken, ada, certificate_options
from stage.observed import calls, log_ins
from stage.support import options_for

from ..side_by_side import side_by_side


async def who(emulator: Emulator, **changes: Any) -> str | None:
    async with AsyncClient(**options_for(emulator, **changes)) as client:
        return (await client.get_current_user()).email


async def refused(emulator: Emulator, **changes: Any) -> AnaplanError:
    with pytest.raises(AnaplanError) as caught:
        await who(emulator, **changes)
    return caught.value


async def test_nothing_is_sent_before_the_first_call(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator)):
        pass
    assert emulator.requests == []


async def test_email_and_password(emulator: Emulator) -> None:
    assert await who(emulator, user_email="grace@example.com") == "grace@example.com"


async def test_a_wrong_password(emulator: Emulator) -> None:
    error = await refused(emulator, password="not-the-password")
    assert isinstance(error, AuthenticationError)
    assert error.status == 401
    assert "refuses the e-mail and password of ada@example.com: 401 (incorrect credentials)" in str(error)
    assert "not-the-password" not in str(error)
    assert log_ins(emulator) == 1
    assert calls(emulator) == 0


async def test_certificate_and_key_as_content(emulator: Emulator) -> None:
    assert await who(emulator, **certificate_options()) == "ada@example.com"
    assert log_ins(emulator) == 1


async def test_certificate_and_encrypted_key_as_paths(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    given = certificate_options(private_key=ada().private(b"open sesame"))
    (tmp_path / "ada.pem").write_bytes(given["certificate"])
    (tmp_path / "ada.key").write_bytes(given["private_key"])
    paths = {"certificate": "~/ada.pem", "private_key": tmp_path / "ada.key"}
    assert await who(emulator, **given | paths, private_key_password="open sesame") == "ada@example.com"
    error = await refused(emulator, **given | paths, private_key_password="sesame")
    assert isinstance(error, InvalidPrivateKeyError)
    assert log_ins(emulator) == 1


async def test_a_path_that_does_not_exist(emulator: Emulator, tmp_path: Path) -> None:
    error = await refused(emulator, **certificate_options(certificate=tmp_path / "ada.pem"))
    assert isinstance(error, ConfigurationError)
    assert str(tmp_path / "ada.pem") in str(error)
    assert emulator.requests == []


async def test_a_service_that_takes_only_the_first_payload_version(emulator: Emulator) -> None:
    emulator.tenant.options.certificate_version = "v1"
    async with AsyncClient(**options_for(emulator, **certificate_options())) as client:
        await client.get_current_user()
        assert log_ins(emulator) == 2  # v2, then v1
        emulator.expire_tokens()
        await client.get_current_user()
    assert log_ins(emulator) == 3  # v1 at once


async def test_a_pinned_payload_version_has_no_alternative(emulator: Emulator) -> None:
    emulator.tenant.options.certificate_version = "v2"
    error = await refused(emulator, **certificate_options(certificate_payload="v1"))
    assert isinstance(error, AuthenticationError)
    assert "payload v1 with 401" in str(error)
    assert log_ins(emulator) == 1


async def test_a_token_made_elsewhere(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        token = await client._session._tokens.current()
        for text in (token.value, f"Bearer {token.value}"):
            assert await who(emulator, user_email=None, password=None, token=text) == "ada@example.com"
    assert log_ins(emulator) == 1


async def test_a_token_that_is_refused(emulator: Emulator) -> None:
    error = await refused(emulator, user_email=None, password=None, token="stale")
    assert isinstance(error, AuthenticationError)
    assert "It cannot be renewed" in str(error)
    assert "stale" not in str(error)
    assert len(emulator.requests) == 1


async def test_credentials_of_the_users_own(emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "token"
    async with AsyncClient(**options_for(emulator)) as other:
        path.write_text((await other._session._tokens.current()).value)
        auth = MountedToken(path)
        async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as client:
            await client.get_current_user()
            emulator.expire_tokens()
            await other.get_current_user()
            path.write_text((await other._session._tokens.current()).value)
            assert (await client.get_current_user()).email == "ada@example.com"


async def test_a_file_with_the_same_refused_token_is_read_once_for_all_callers(
    emulator: Emulator, tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text("stale")
    auth = MountedToken(path)
    async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as client:
        outcomes = await side_by_side(client.get_current_user, 10)
        assert {type(outcome) for outcome in outcomes} == {AuthenticationError}
        assert "even after a new log-in" in str(outcomes[0])


class Careless:
    """Credentials as somebody in a hurry writes them."""

    def __init__(self, result: object) -> None:
        self.result = result

    def log_in(self) -> Any:
        yield from ()
        return self.result

    def renew(self, token: Token) -> Any:
        yield "a step"

    def log_out(self, token: Token) -> Any:
        return None


@pytest.mark.parametrize(
    ("auth", "problem"),
    [
        (Careless("a token"), "must return a Token, and this one returned a str"),
        (Careless(Token("x")), "yielded a str, which is not a step"),
        (object(), "log_in, renew and log_out"),
        (Careless, "log_in, renew and log_out"),
    ],
)
async def test_mistakes_in_credentials_of_the_users_own(emulator: Emulator, auth: object, problem: str) -> None:
    error = await refused(emulator, user_email=None, password=None, auth=auth)
    assert isinstance(error, ConfigurationError)
    assert problem in str(error)


async def test_methods_that_are_no_generators(emulator: Emulator) -> None:
    auth = Careless(Token("x"))
    auth.log_in = lambda: Token("x")  # type: ignore[method-assign]
    error = await refused(emulator, user_email=None, password=None, auth=auth)
    assert "must be generators" in str(error)


# --- arguments and environment ----------------------------------------------------------------------------------------


async def test_everything_from_the_environment(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    async with AsyncClient() as client:
        assert (await client.get_current_user()).email == "ada@example.com"
        assert await client.list_files() != []
        assert client.workspace_id == emulator.environment["ANAPLAN_WORKSPACE_ID"]


async def test_arguments_are_not_mixed_with_the_environment(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANAPLAN_TOKEN", "never used")
    monkeypatch.setenv("ANAPLAN_PASSWORD", "nor this")
    assert await who(emulator) == "ada@example.com"
    error = await refused(emulator, password=None)
    assert isinstance(error, ConfigurationError)
    assert "user_email was given without password" in str(error)


async def test_no_credentials(emulator: Emulator) -> None:
    error = await refused(emulator, user_email=None, password=None)
    assert isinstance(error, ConfigurationError)
    assert isinstance(error, ValueError)
    assert "ANAPLAN_USER_EMAIL" in str(error)
    assert emulator.requests == []


# --- a service that fails ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [Fault(status=503), Fault(status=429), Fault(drop="before"), Fault(drop="after"), Fault(drop="midway")]
)
async def test_a_log_in_is_repeated(emulator: Emulator, fault: Fault) -> None:
    fault.path = "/token/authenticate"
    emulator.inject(fault)
    assert await who(emulator) == "ada@example.com"
    assert log_ins(emulator) == 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=200, content_type="text/html"), UnexpectedResponseError),
        (Fault(status=200, body=""), UnexpectedResponseError),
        (Fault(status=201, body='{"tokenInfo":{"tokenVal'), UnexpectedResponseError),
        (Fault(status=404), NotFoundError),
        (Fault(drop="before"), TransportError),
    ],
)
async def test_a_log_in_that_cannot_be_understood(emulator: Emulator, fault: Fault, kind: type[AnaplanError]) -> None:
    fault.path, fault.times = "/token/authenticate", None
    emulator.inject(fault)
    error = await refused(emulator)
    assert type(error) is kind
    assert "/token/authenticate" in str(error)


async def test_a_redirected_log_in_takes_no_password_along(emulator: Emulator) -> None:
    with Emulator() as elsewhere:
        location = {"Location": f"{elsewhere.url}/token/authenticate"}
        emulator.inject(Fault(path="/token/authenticate", status=307, headers=location))
        assert isinstance(await refused(emulator), UnexpectedResponseError)
        assert elsewhere.requests == []
    assert len(emulator.received()) == 1
