"""The emulator as a server: how it starts and stops, and its command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from anaplan_sdk.emulator import Emulator, Tenant, User, Workspace, demo_tenant
from emulator.caller import LIST_FILE, LIST_IMPORT, WM, Caller


def test_the_environment_leads_to_the_demo_tenant(emulator: Emulator) -> None:
    assert emulator.environment == {
        "ANAPLAN_API_URL": emulator.url,
        "ANAPLAN_AUTH_URL": emulator.url,
        "ANAPLAN_OAUTH_URL": emulator.url,
        "ANAPLAN_WORKSPACE_ID": "A" * 32,
        "ANAPLAN_MODEL_ID": "1" * 32,
        "ANAPLAN_USER_EMAIL": "ada@example.com",
        "ANAPLAN_PASSWORD": emulator.tenant.administrator.password,
    }


def test_many_serve_at_once_and_share_nothing() -> None:
    with Emulator() as one, Emulator() as two:
        first, second = Caller.logged_in(one), Caller.logged_in(two)
        assert one.url != two.url
        first.upload(LIST_FILE, b"content")
        assert second("GET", f"{WM}/files/{LIST_FILE}").body != b"content"
        assert Caller(two.url, first.token)("GET", "/2/0/users/me").status == 401


async def test_it_serves_asyncio_programs_too() -> None:
    async with (
        Emulator() as emulator,
        aiohttp.ClientSession() as session,
        session.get(f"{emulator.url}/2/0/users/me") as response,
    ):
        assert response.status == 401


async def test_a_blocked_loop_does_not_block_it() -> None:
    async with Emulator() as emulator:
        # This call blocks the loop of the test; the answer comes from the emulator's own thread.
        assert Caller.logged_in(emulator)("GET", "/2/0/users/me").status == 200


def test_a_tenant_can_be_given_and_stays(tmp_path: Path) -> None:
    tenant = Tenant()
    ada = tenant.add_user(User("ada@example.com", "Ada", "Li", "secret"))
    tenant.add_workspace(Workspace("b" * 32, "Planning", administrators={ada.id}))
    with Emulator(tenant) as emulator:
        body = Caller.logged_in(emulator)("GET", "/2/0/workspaces").json
        assert [row["id"] for row in body["workspaces"]] == ["b" * 32]
    with Emulator(tenant) as again:
        assert again.tenant is tenant
        assert Caller.logged_in(again)("GET", "/2/0/workspaces").status == 200


def test_what_was_uploaded_goes_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tenant = demo_tenant()
    with Emulator(tenant) as emulator:
        Caller.logged_in(emulator).upload(LIST_FILE, b"private")
        (directory,) = tmp_path.iterdir()
        assert [path.read_bytes() for path in directory.iterdir()] == [b"private"]
    assert list(tmp_path.iterdir()) == []
    with Emulator(tenant) as emulator:
        assert Caller.logged_in(emulator)("GET", f"{WM}/files/{LIST_FILE}").body.startswith(b"Code,")


def test_it_stops_while_tasks_run() -> None:
    with Emulator(task_seconds=60) as emulator:
        caller = Caller.logged_in(emulator)
        caller.when(caller.start("imports", LIST_IMPORT), lambda state: state == "IN_PROGRESS")


def test_latency_is_added_to_every_answer() -> None:
    with Emulator(latency=0.1) as emulator:
        started = time.monotonic()
        assert Caller(emulator.url)("GET", "/2/0/users/me").status == 401
        assert time.monotonic() - started > 0.09


def test_it_can_be_told_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(OSError, match="in use"), Emulator(port=port):
            pass
    with Emulator(port=port) as emulator:
        assert emulator.url == f"http://127.0.0.1:{port}"


def test_it_says_that_it_does_not_serve_yet() -> None:
    with pytest.raises(RuntimeError, match="does not serve yet"):
        Emulator().expire_tokens()


async def test_it_serves_https(tmp_path: Path) -> None:
    certificate = tmp_path / "server.pem"
    write_server_certificate(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=certificate)
    async with Emulator(ssl_context=context) as emulator, aiohttp.ClientSession() as session:
        assert emulator.url.startswith("https://")
        url = emulator.url.replace("127.0.0.1", "localhost")
        async with session.get(f"{url}/2/0/users/me", ssl=trust) as response:
            assert response.status == 401


def write_server_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    key_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(key_pem + certificate.public_bytes(Encoding.PEM))


def command_line(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "anaplan_sdk.emulator", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONDEVMODE": "1"},
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_line_serves_until_it_is_stopped(number: signal.Signals) -> None:
    with command_line("--json") as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        assert set(facts) == {"url", "environment", "workspace_id", "models"}
        assert facts["models"] == {"development": "1" * 32, "production": "2" * 32}
        environment = facts["environment"]
        caller = Caller(facts["url"])
        answer = caller.log_in(environment["ANAPLAN_USER_EMAIL"], environment["ANAPLAN_PASSWORD"])
        assert answer.status == 201
        process.send_signal(number)
        rest, errors = process.communicate(timeout=20)
        assert (process.returncode, rest, errors) == (0, "", "")


def test_the_command_line_prints_what_to_export() -> None:
    with command_line() as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not (line := process.stdout.readline()).startswith("export ANAPLAN_PASSWORD="):
            assert line, lines
            lines.append(line)
        process.terminate()
        process.communicate(timeout=20)
    text = "".join(lines)
    assert "Anaplan emulator at http://127.0.0.1:" in text
    assert f"export ANAPLAN_WORKSPACE_ID={'A' * 32}" in text
    assert "ada@example.com  password " in text
