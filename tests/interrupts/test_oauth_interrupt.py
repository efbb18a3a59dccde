"""Ctrl-C ends a log-in that waits for a person, in both colours, and lets go of the token store."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_sdk.emulator import Emulator

GRANT = """
import asyncio, sys
from anaplan_sdk import AsyncClient, Client
from anaplan_sdk.auth import DeviceGrant, FileStore
url, directory = sys.argv[1:]
grant = DeviceGrant(client_id="d" * 32, show=lambda shown: print(shown.user_code, flush=True))
options = dict(auth=grant, api_url=url, auth_url=url, oauth_url=url, token_store=FileStore(directory))
"""
RUN = {
    "blocking": "Client(**options).list_workspaces()",
    "asyncio": "asyncio.run(AsyncClient(**options).list_workspaces())",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("colour", RUN)
def test_an_interrupt_ends_the_wait_for_a_person(emulator: Emulator, tmp_path: Path, colour: str) -> None:
    command = [sys.executable, "-c", GRANT + RUN[colour], emulator.url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        user_code = process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode != 0
    emulator.confirm_device(user_code)  # it was still waiting, far from the end of its fifteen minutes
    assert [received.path for received in emulator.requests].count("/oauth/device/code") == 1
