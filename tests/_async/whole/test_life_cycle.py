# Source of both colours: scripts/codegen.py emits this file twice.
"""The end of a client, what it shows of itself, and settings that it refuses."""

from __future__ import annotations

import base64
import copy
import logging
import pickle
import traceback
from typing import Any

import pytest

from anaplan_sdk import AnaplanError, AsyncClient, ClientClosedError, ConfigurationError
from anaplan_sdk.emulator import Emulator, Fault
from stage.logins import certificate_options
from stage.support import options_for


async def test_close_is_idempotent_and_final(emulator: Emulator) -> None:
    client = AsyncClient(**options_for(emulator))
    other = AsyncClient.from_existing(client)
    await client.list_files()
    await client.close()
    await client.close()
    before = len(emulator.requests)
    model = client.transactional
    ours = (client.list_files, other.list_files, client.get_current_user, client.alm.get_revisions, model.list_modules)
    for call in ours:
        with pytest.raises(ClientClosedError, match="Make a new one"):
            await call()
    await other.close()
    assert len(emulator.requests) == before


async def test_a_client_that_is_closed_before_it_was_used(emulator: Emulator) -> None:
    client = AsyncClient(**options_for(emulator))
    await client.close()
    with pytest.raises(ClientClosedError):
        await client.get_current_user()
    assert emulator.requests == []


async def test_a_subclass_stays_one(emulator: Emulator) -> None:
    class OwnClient(AsyncClient):
        pass

    async with OwnClient(**options_for(emulator)) as client:
        assert type(client) is OwnClient
        assert type(OwnClient.from_existing(client)) is OwnClient
        assert repr(client).startswith("OwnClient(workspace_id='AAAA")


# --- secrets ----------------------------------------------------------------------------------------------------------

PASSWORD = "pa55word-of-ada"

FAILURES: list[dict[str, Any]] = [
    {"path": "/token/", "status": 401},
    {"path": "/token/", "status": 200, "body": '{"tokenInfo":'},
    {"path": "/token/", "drop": "before"},
    {"path": "/2/0/", "drop": "midway"},
    {"path": "/2/0/", "status": 401},
    {"path": "/2/0/", "status": 500},
]


@pytest.mark.parametrize("fault", FAILURES)
async def test_no_secret_is_shown(emulator: Emulator, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]) -> None:
    emulator.tenant.administrator.password = PASSWORD
    caplog.set_level(logging.DEBUG)
    async with AsyncClient(**options_for(emulator, password=PASSWORD)) as client:
        await client.get_current_user()
        token = (await client._session._tokens.current()).value
        emulator.expire_tokens()
        emulator.inject(Fault(times=None, **fault))
        with pytest.raises(AnaplanError) as caught:
            await client.get_current_user()
    shown = [str(caught.value), repr(caught.value), repr(client), caplog.text, str(pickle.dumps(caught.value))]
    shown += [report for error in (caught.value, *caught.value.earlier) for report in crash_reports(error)]
    secrets = [PASSWORD, token, base64.b64encode(f"ada@example.com:{PASSWORD}".encode()).decode()]
    assert [text for secret in secrets for text in shown if secret in text] == []


def crash_reports(error: BaseException) -> list[str]:
    """What a crash reporter shows of our frames: code and the values of variables."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    chain = [report, report.__cause__, report.__context__]
    stacks = [frame for one in chain if one for frame in one.stack if "/tests/" not in frame.filename]
    return [f"{frame.line} {frame.locals}" for frame in stacks] + [str(one) for one in chain]


async def test_settings_and_credentials_show_no_secret(emulator: Emulator) -> None:
    proxy = f"http://user:{PASSWORD}@127.0.0.1:1"
    options: dict[str, Any] = options_for(emulator, password=PASSWORD, proxy=proxy)
    async with AsyncClient(**options) as client:
        session = client._session
        for part in (client, session.settings, session._tokens._credentials, vars(session), vars(session._tokens)):
            assert PASSWORD not in repr(part)
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(client)


async def test_errors_survive_copies_and_pickles(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/users/me", status=503, times=None))
    with pytest.raises(AnaplanError) as caught:
        await client.get_current_user()
    for other in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert type(other) is type(caught.value)
        assert str(other) == str(caught.value)
        assert len(other.earlier) == 3


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "named", "values"),
    [
        ("page_size", "page_size", [0, 5_001, -1, 1.5, True, "10"]),
        ("concurrency", "concurrency", [0, 65, True]),
        ("upload_chunk_size", "chunk_size", [0, 50_000_001]),
        ("read_timeout", "read_timeout", [0, -1, float("nan"), float("inf"), "10", True]),
        ("connect_timeout", "connect_timeout", [0, -1, float("nan")]),
        ("compression", "compression", [0, 10, "best"]),
        ("certificate_payload", "payload version", ["v3"]),
        ("region", "region", ["mars"]),
        (
            "api_url",
            "api_url",
            ["api.anaplan.com", "ftp://x", "https://", "https://u:p@x", "https://x?y", "https://x:99999"],
        ),
        ("auth_url", "auth_url", ["https://x#y", "https://x y", "https://[::1", "https://x:port", "https://x\n"]),
        ("proxy", "proxy=", ["socks5://x", "http://x:port"]),
    ],
)
async def test_settings_out_of_range_are_refused_at_once(setting: str, named: str, values: list[Any]) -> None:
    login = certificate_options() if setting == "certificate_payload" else {"token": "x"}
    for value in values:
        with pytest.raises(ConfigurationError) as caught:
            AsyncClient(**login, **{setting: value})
        assert named in str(caught.value)
