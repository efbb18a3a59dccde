"""Cancellations, the time limits of asyncio and Ctrl-C come through the frames of HTTP libraries, which hold tokens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, Client
from anaplan_sdk.emulator import Emulator, Fault
from stage.logins import ada, certificate_options
from stage.observed import FILE, OnArrival, tokens
from stage.secrecy import reported
from stage.support import options_for

Call = Callable[[Any], Any]
# Where the call is when it is given up, and the call.
MOMENTS: dict[str, tuple[str, Call]] = {
    "logging in": ("/token/authenticate$", lambda client: client.list_workspaces()),
    "listing": ("/workspaces$", lambda client: client.list_workspaces()),
    "uploading": ("/chunks/", lambda client: client.upload_file(FILE, b"A,B\n1,2\n" * 1_000)),
}
WAYS: dict[str, Callable[[], dict[str, Any]]] = {"password": dict, "certificate": certificate_options}


def secrets_of(emulator: Emulator) -> list[str]:
    environment = emulator.environment
    password = environment["ANAPLAN_PASSWORD"]
    basic = b64encode(f"{environment['ANAPLAN_USER_EMAIL']}:{password}".encode()).decode()
    key = ada().private().decode().splitlines()[3]
    return [password, basic, key, *tokens(emulator)]


def assert_hidden(emulator: Emulator, error: BaseException) -> None:
    shown = reported(error, but=__file__)
    assert [secret for secret in secrets_of(emulator) if secret in shown] == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_limit_of_asyncio(emulator: Emulator, moment: str, way: str) -> None:
    path, call = MOMENTS[moment]
    emulator.inject(Fault(path=path, times=None, delay=30))
    async with AsyncClient(**options_for(emulator, **WAYS[way]())) as client:
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.3):
                await call(client)
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)
    assert_hidden(emulator, caught.value)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_task_that_is_cancelled(emulator: Emulator, moment: str, way: str) -> None:
    path, call = MOMENTS[moment]
    arrived = asyncio.Event()
    loop = asyncio.get_running_loop()
    emulator.inject(OnArrival("*", path, lambda: loop.call_soon_threadsafe(arrived.set)))
    emulator.inject(Fault(path=path, times=None, delay=30))
    errors: list[BaseException] = []

    async def calling(client: AsyncClient) -> None:
        try:
            await call(client)
        except BaseException as error:
            errors.append(error)
            raise

    async with AsyncClient(**options_for(emulator, **WAYS[way]())) as client:
        task: asyncio.Task[None] = asyncio.create_task(calling(client))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert_hidden(emulator, errors[0])


def run_blocking(options: dict[str, Any], call: Call) -> None:
    with Client(**options) as client:
        call(client)


def run_aio(options: dict[str, Any], call: Call) -> None:
    async def calling() -> None:
        async with AsyncClient(**options) as client:
            result: Awaitable[object] = call(client)
            await result

    asyncio.run(calling())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("run", [run_blocking, run_aio])
def test_ctrl_c(emulator: Emulator, run: Callable[[dict[str, Any], Call], None], moment: str, way: str) -> None:
    path, call = MOMENTS[moment]
    signals = iter([signal.SIGINT])

    def press() -> None:
        for number in signals:
            os.kill(os.getpid(), number)

    emulator.inject(OnArrival("*", path, press))
    emulator.inject(Fault(path=path, times=None, delay=2))
    with pytest.raises(KeyboardInterrupt) as caught:
        run(options_for(emulator, **WAYS[way]()), call)
    assert_hidden(emulator, caught.value)
