"""Whole clients behind a proxy and with a private CA: every kind of request, the log-in included."""

from __future__ import annotations

import asyncio
import inspect
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, Client, ConfigurationError, TransportError
from anaplan_sdk.emulator import Emulator
from stage.logins import certificate_options
from stage.observed import EXPORT, FILE, IMPORT, LIST_FILE, PROCESS, rows
from stage.support import options_for
from stage.wire.authority import Authority
from stage.wire.proxy import proxying
from stage.wire.server import serving

SECRET = "h1dden"
# Nobody listens there: what does not go through the proxy fails.
ELSEWHERE = "127.0.0.1:9"
# An address of documentation (RFC 5737), for proxies of the environment: those leave this computer itself alone.
FAR_AWAY = "192.0.2.1"
LOG_INS: dict[str, Callable[[], dict[str, Any]]] = {"password": dict, "certificate": certificate_options}


def steps(folder: Path) -> list[Callable[[Any], Any]]:
    """Calls that make requests of every kind: GET, POST, PUT and DELETE, with JSON and with content."""
    return [
        lambda client: client.get_current_user(),
        lambda client: client.upload_file(LIST_FILE, rows(20)),
        lambda client: client.upload_and_import(FILE, rows(20).encode(), PROCESS),
        lambda client: client.run_action(IMPORT),
        lambda client: client.export_and_download(EXPORT),
        lambda client: client.download_file(EXPORT, folder / "export.csv"),
        lambda client: client.delete_file(FILE),
        lambda client: client.alm.get_revisions(),
    ]


def journey_blocking(options: dict[str, Any], folder: Path) -> None:
    with Client(**options) as client:
        for step in steps(folder):
            step(client)


def journey_aio(options: dict[str, Any], folder: Path) -> None:
    async def journey() -> None:
        async with AsyncClient(**options) as client:
            for step in steps(folder):
                result = step(client)
                assert inspect.isawaitable(result)
                await result

    asyncio.run(journey())


JOURNEYS = pytest.mark.parametrize("journey", [journey_aio, journey_blocking], ids=["aio", "blocking"])
Journey = Callable[[dict[str, Any], Path], None]


def given(url: str, monkeypatch: pytest.MonkeyPatch, source: str) -> dict[str, Any]:
    """Name a proxy in an argument or in the environment; the argument, if it is one."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    if source == "argument":
        return {"proxy": url}
    monkeypatch.setenv(source, url)
    return {}


def elsewhere(scheme: str, address: str = ELSEWHERE) -> dict[str, str]:
    return dict.fromkeys(("api_url", "auth_url", "oauth_url"), f"{scheme}://{address}")


def methods(emulator: Emulator) -> set[str]:
    return {request.method for request in emulator.requests}


@JOURNEYS
@pytest.mark.parametrize("log_in", LOG_INS)
def test_everything_goes_through_the_proxy(
    journey: Journey, log_in: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Emulator() as emulator, serving(proxying("me", SECRET, emulator.url[7:])) as proxy:
        named = given(f"http://me:{SECRET}@{proxy.address}", monkeypatch, "argument")
        options = options_for(emulator, log_out_on_close=True, **LOG_INS[log_in]() | elsewhere("http") | named)
        journey(options, tmp_path)
        assert methods(emulator) == {"GET", "POST", "PUT", "DELETE"}
        assert len(proxy.requests) == len(emulator.requests)
        assert emulator.requests[0].path == "/token/authenticate"
        assert emulator.requests[-1].path == "/token/logout"
        assert not any("proxy-authorization" in request.headers for request in emulator.requests)
    assert (tmp_path / "export.csv").read_text() == rows(20)


@JOURNEYS
@pytest.mark.parametrize("log_in", LOG_INS)
@pytest.mark.parametrize("source", ["argument", "HTTPS_PROXY"])
def test_everything_goes_through_a_tunnel_that_only_a_private_ca_vouches_for(
    journey: Journey, log_in: str, source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, authority: Authority
) -> None:
    with Emulator(ssl_context=authority.serving(FAR_AWAY)) as emulator:
        with serving(proxying("me", SECRET, emulator.url[8:])) as proxy:
            named = given(f"http://me:{SECRET}@{proxy.address}", monkeypatch, source)
            where = elsewhere("https", FAR_AWAY) | {"ssl_context": authority.trusting, "log_out_on_close": True}
            journey(options_for(emulator, **LOG_INS[log_in]() | where | named), tmp_path)
            assert {(request.method, request.target) for request in proxy.requests} == {("CONNECT", f"{FAR_AWAY}:443")}
        assert methods(emulator) == {"GET", "POST", "PUT", "DELETE"}
        assert emulator.requests[-1].path == "/token/logout"


@JOURNEYS
def test_a_private_ca_has_to_be_trusted(journey: Journey, tmp_path: Path, authority: Authority) -> None:
    with Emulator(ssl_context=authority.serving()) as emulator:
        with pytest.raises(TransportError, match="certificate is not trusted") as caught:
            journey(options_for(emulator, password=SECRET), tmp_path)
        assert emulator.requests == []
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert "ssl_context=" in str(caught.value)


@JOURNEYS
def test_a_proxy_that_refuses_its_user_sees_no_password(
    journey: Journey, tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(ssl_context=authority.serving()) as emulator, serving(proxying("me", "other")) as proxy:
        named = given(f"http://me:{SECRET}@{proxy.address}", monkeypatch, "argument")
        with pytest.raises(TransportError, match="407") as caught:
            journey(options_for(emulator, ssl_context=authority.trusting, **named), tmp_path)
        assert emulator.requests == []
        assert all(request.headers.keys().isdisjoint({"authorization"}) for request in proxy.requests)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_each_client_is_made_from_its_own_kind() -> None:
    with pytest.raises(ConfigurationError, match="of its own kind, Client, and not AsyncClient"):
        Client.from_existing(AsyncClient(token="t"))  # type: ignore[arg-type]


def test_a_call_without_an_asyncio_loop_says_so() -> None:
    call = AsyncClient(token="t", model_id="A1").list_files()
    with pytest.raises(ConfigurationError, match="needs a running asyncio event loop"):
        call.send(None)
