"""A gateway that quotes requests in its error pages does not get their secrets into errors and logs."""

from __future__ import annotations

import asyncio
import json
import pickle
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.auth import RefreshTokenGrant
from stage.logins import certificate_options
from stage.support import QUICK_RETRY
from stage.wire.server import Connection, Received, Script, serving

TOKEN, PASSWORD, PROXY_PASSWORD = "TOKENVALUE+of/Ada==", "Pa55word & more", "h1dden-from-all"
FORGED = "failed\r\nERROR root: all is lost\x1b[2J "


@pytest.fixture
def no_noise() -> None:
    """The warnings about retries are what is looked at."""


def run_blocking(options: dict[str, Any]) -> None:
    with Client(**options) as client:
        client.get_current_user()


def run_aio(options: dict[str, Any]) -> None:
    async def run() -> None:
        async with AsyncClient(**options) as client:
            await client.get_current_user()

    asyncio.run(run())


COLOURS = pytest.mark.parametrize("run", [run_blocking, run_aio], ids=["blocking", "aio"])
Run = Callable[[dict[str, Any]], None]


def quoted(received: Received) -> str:
    return FORGED + json.dumps(dict(received.headers)) + received.body.decode("latin-1")


def envelope(received: Received) -> tuple[str, str]:
    return "application/json", json.dumps({"status": {"code": 500, "message": quoted(received)}})


def authentication_envelope(received: Received) -> tuple[str, str]:
    return "application/json", json.dumps({"status": "FAILURE_OTHER", "statusMessage": quoted(received)})


def oauth_error(received: Received) -> tuple[str, str]:
    return "application/json", json.dumps({"error": "server_error", "error_description": quoted(received)})


def page(received: Received) -> tuple[str, str]:
    return "text/html", f"<pre>{quoted(received)}</pre>"


def text(received: Received) -> tuple[str, str]:
    return "text/plain", quoted(received)


Quote = Callable[[Received], tuple[str, str]]
QUOTES = pytest.mark.parametrize("quote", [envelope, authentication_envelope, oauth_error, page, text])


def echoing(status: int, quote: Quote, *, logs_in: bool) -> Script:
    """A script that quotes each request, or all but the log-in."""

    def script(connection: Connection) -> None:
        while received := connection.receive():
            if logs_in and received.target.endswith("/token/authenticate"):
                info = {"tokenValue": TOKEN, "expiresAt": (time.time() + 2_000) * 1000}
                connection.answer(201, json.dumps({"status": "SUCCESS", "tokenInfo": info}).encode())
            else:
                kind, body = quote(received)
                connection.answer(status, body.encode("latin-1"), Content_Type=kind)

    return script


def told(error: AnaplanError) -> Iterator[str]:
    for link in (error, *error.earlier):
        yield str(link)
        yield from (str(value) for value in vars(link).values())
        yield repr(pickle.dumps(link))


def failing(run: Run, script: Script, *secrets: str, through: bool = False, **options: Any) -> str:
    """All that is told of a call that fails, once it is sure that none of it is a secret."""
    with serving(script) as server:
        where: dict[str, str] = {}
        where |= dict.fromkeys(("api_url", "auth_url", "oauth_url"), "http://127.0.0.1:9" if through else server.url)
        if through:
            where["proxy"] = f"http://me:{PROXY_PASSWORD}@{server.address}"
        with pytest.raises(AnaplanError) as caught:
            run({**where, "retry": QUICK_RETRY, **options})
    said = "\n".join(told(caught.value))
    for secret in secrets:
        assert secret not in said
        assert json.dumps(secret)[1:-1] not in said
    assert "\x1b" not in said
    assert "\n" not in str(caught.value)
    return said


@COLOURS
@QUOTES
@pytest.mark.parametrize("status", [200, 302, 400, 403, 500])
def test_the_token_of_a_call(run: Run, quote: Quote, status: int, caplog: pytest.LogCaptureFixture) -> None:
    failing(run, echoing(status, quote, logs_in=True), TOKEN, user_email="ada@example.com", password=PASSWORD)
    assert TOKEN not in caplog.text
    assert all("\n" not in record.getMessage() and "\x1b" not in record.getMessage() for record in caplog.records)


@COLOURS
@QUOTES
@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_the_password_of_a_log_in(run: Run, quote: Quote, status: int, caplog: pytest.LogCaptureFixture) -> None:
    failing(run, echoing(status, quote, logs_in=False), PASSWORD, user_email="ada@example.com", password=PASSWORD)
    assert PASSWORD not in caplog.text


@COLOURS
@QUOTES
@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_a_refresh_token(run: Run, quote: Quote, status: int, caplog: pytest.LogCaptureFixture) -> None:
    grant = RefreshTokenGrant(client_id="d" * 32, client_secret="cl1ent=secret", refresh_token="v1.REFRESH/+")
    failing(run, echoing(status, quote, logs_in=False), "v1.REFRESH/+", "cl1ent=secret", auth=grant)
    assert "v1.REFRESH" not in caplog.text


@COLOURS
@QUOTES
def test_the_proof_of_a_certificate(run: Run, quote: Quote) -> None:
    proofs: list[str] = []

    def remembering(received: Received) -> tuple[str, str]:
        proofs.append(json.loads(received.body)["encodedSignedData"])
        return quote(received)

    options = {name: value for name, value in certificate_options().items() if value is not None}
    said = failing(run, echoing(500, remembering, logs_in=False), **options)
    assert proofs
    assert not any(proof in said for proof in proofs)


@COLOURS
@QUOTES
@pytest.mark.parametrize("status", [400, 403, 502])
def test_the_password_of_a_proxy(run: Run, quote: Quote, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """It is told to the proxy alone, whose pages may quote it, encoded or not."""

    def with_password(received: Received) -> tuple[str, str]:
        kind, body = quote(received)
        return kind, body.replace("all is lost", f"all is lost, {PROXY_PASSWORD}")

    script = echoing(status, with_password, logs_in=False)
    failing(run, script, PROXY_PASSWORD, through=True, user_email="ada@example.com", password=PASSWORD)
    assert PROXY_PASSWORD not in caplog.text


@COLOURS
def test_the_words_with_which_a_proxy_refuses_a_tunnel(run: Run) -> None:
    def script(connection: Connection) -> None:
        connection.receive()
        connection.send(f"HTTP/1.1 407 not with {PROXY_PASSWORD}\x1b[2J\r\nContent-Length: 0\r\n\r\n".encode())

    with serving(script) as server:
        proxy = f"http://me:{PROXY_PASSWORD}@{server.address}"
        with pytest.raises(AnaplanError, match="407") as caught:
            run({"user_email": "ada@example.com", "password": PASSWORD, "proxy": proxy, "retry": QUICK_RETRY})
    for link in (caught.value, caught.value.__cause__):
        assert PROXY_PASSWORD not in str(link)
        assert "\x1b" not in str(link)
