"""The emulator as a server: how it starts and stops, and its command line."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
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
from anaplan_sdk.emulator.__main__ import _fault_command, _parser
from anaplan_sdk.emulator.content.directory import MARK
from codegen import ROOT
from stage.calls.caller import LIST_FILE, LIST_IMPORT, WM, Caller
from stage.support import complaints

SERVICES = ("API", "AUTH", "OAUTH", "AUDIT", "SCIM", "ADMIN", "CLOUDWORKS")


def test_the_environment_leads_to_the_demo_tenant(emulator: Emulator) -> None:
    assert emulator.environment == {
        **{f"ANAPLAN_{service}_URL": emulator.url for service in SERVICES},
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


def test_a_server_that_runs_for_long_remembers_the_last_requests(
    emulator: Emulator, nobody: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anaplan_sdk.emulator.serving.service._REMEMBERED", 20)
    for number in range(50):
        nobody("GET", f"/2/0/models/{number}")
    assert 18 <= len(emulator.requests) <= 20
    assert emulator.requests[-1].path == "/2/0/models/49"


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


def content_of(directory: Path) -> list[bytes]:
    return [path.read_bytes() for path in directory.iterdir() if path.name != MARK]


def test_what_was_uploaded_goes_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tenant = demo_tenant()
    with Emulator(tenant) as emulator:
        Caller.logged_in(emulator).upload(LIST_FILE, b"private")
        (directory,) = tmp_path.iterdir()
        assert content_of(directory) == [b"private"]
    assert list(tmp_path.iterdir()) == []
    with Emulator(tenant) as emulator:
        assert Caller.logged_in(emulator)("GET", f"{WM}/files/{LIST_FILE}").body.startswith(b"Code,")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_what_a_killed_emulator_leaves_behind_goes_with_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Emulator() as living, command_line("--json", TMPDIR=str(tmp_path)) as process:
        Caller.logged_in(living).upload(LIST_FILE, b"private")
        [kept] = tmp_path.iterdir()
        assert process.stdout is not None
        process.stdout.readline()
        [left_behind] = set(tmp_path.iterdir()) - {kept}
        process.kill()
        process.communicate(timeout=20)
        long_ago = time.time() - 86_400
        for directory in tmp_path.iterdir():
            os.utime(directory, (long_ago, long_ago))
        with Emulator():
            assert not left_behind.exists()
            assert content_of(kept) == [b"private"]


STOPPED_WHILE_BUSY = """
import socket
from stage.calls.caller import LIST_FILE, LIST_IMPORT, MODULE_FILE, WM, Caller
from anaplan_sdk.emulator import Emulator, Fault

with Emulator(task_seconds=60) as emulator:
    caller = Caller.logged_in(emulator)
    caller.upload(LIST_FILE, bytes(30_000_000))
    caller.upload(MODULE_FILE, b"")
    caller.when(caller.start("imports", LIST_IMPORT), lambda state: state == "IN_PROGRESS")
    host, port = emulator.url.removeprefix("http://").split(":")
    head = f"HTTP/1.1\\r\\nHost: {host}\\r\\nAuthorization: AnaplanAuthToken {caller.token}\\r\\n"
    requests = [
        f"GET {WM}/files/{LIST_FILE} {head}\\r\\n".encode(),
        f"PUT {WM}/files/{MODULE_FILE}/chunks/0 {head}Content-Length: 9000000\\r\\n\\r\\n".encode() + bytes(3_000_000),
        f"GET /2/0/users/me {head}\\r\\n".encode(),
    ]
    emulator.inject(Fault(path="/users/me", delay=60))
    connections = [socket.create_connection((host, int(port))) for _ in requests]
    for connection, request in zip(connections, requests):
        connection.sendall(request)
    # Half a download is on its way, which nobody reads any further.
    assert connections[0].recv(1)
for connection in connections:
    connection.close()
"""


def test_it_stops_without_a_trace_while_callers_are_busy(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONDEVMODE": "1", "PYTHONPATH": str(ROOT / "tests"), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-W", "error", "-c", STOPPED_WHILE_BUSY]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, complaints(done.stderr)) == (0, "", [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors can be counted on Linux only")
def test_threads_and_descriptors_do_not_pile_up() -> None:
    def count() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    for _ in range(10):
        with Emulator() as one, Emulator() as two:
            Caller.logged_in(one).run("imports", LIST_IMPORT)
            Caller.logged_in(two)("GET", "/2/0/users/me")
    assert count() == before


def test_the_environment_names_a_model_only_where_there_is_one() -> None:
    tenant = Tenant()
    with pytest.raises(LookupError, match="administrator"):
        _ = Emulator(tenant).environment
    ada = tenant.add_user(User("ada@example.com", "Ada", "Li", "secret"))
    tenant.add_workspace(Workspace("b" * 32, "Planning", administrators={ada.id}))
    environment = Emulator(tenant).environment
    assert environment["ANAPLAN_WORKSPACE_ID"] == "b" * 32
    assert "ANAPLAN_MODEL_ID" not in environment


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


def command_line(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "anaplan_sdk.emulator", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONDEVMODE": "1"} | environment,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_command_line_serves_until_it_is_stopped(name: str) -> None:
    with command_line("--json") as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        assert set(facts) == {"url", "environment", "workspace_id", "models"}
        assert facts["models"] == {"development": "1" * 32, "production": "2" * 32}
        environment = facts["environment"]
        caller = Caller(facts["url"])
        answer = caller.log_in(environment["ANAPLAN_USER_EMAIL"], environment["ANAPLAN_PASSWORD"])
        assert answer.status == 201
        process.send_signal(signal.Signals[name])
        rest, errors = process.communicate(timeout=20)
        assert (process.returncode, rest, complaints(errors)) == (0, "", [])


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
    assert "emulator-client-secret  redirect https://planning.example.com/callback" in text
    assert "d" * 32 + "  for devices" in text


def test_the_fault_that_the_command_line_prints_can_be_run_as_it_is(emulator: Emulator, admin: Caller) -> None:
    command, url, with_header, header, with_body, body = shlex.split(_fault_command(emulator.url))
    assert (command, with_header, with_body) == ("curl", "-H", "-d")
    headers = dict([header.split(": ")])
    assert admin("POST", url.removeprefix(emulator.url), body.encode(), headers=headers).status == 201
    assert [admin("PUT", f"{WM}/files/{LIST_FILE}/chunks/0", b"").status for _ in range(3)] == [503, 503, 404]


def test_the_command_line_says_in_one_line_why_it_cannot_serve() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with command_line("--port", str(port)) as process:
            printed, errors = process.communicate(timeout=20)
    assert (process.returncode, printed) == (1, "")
    (complaint,) = complaints(errors)
    assert complaint.startswith(f"The emulator cannot serve at 127.0.0.1:{port}: ")


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        _parser().parse_args([f"--port={port}"])
    assert stopped.value.code == 2
    assert f"a port is a number from 0 to 65535, not {port!r}" in capsys.readouterr().err
