"""Every example runs as a user would run it: in a process of its own, on an emulator, in both colours."""

from __future__ import annotations

import csv
import email
import io
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from shutil import copy
from socketserver import StreamRequestHandler, ThreadingTCPServer
from textwrap import dedent
from threading import Thread

import pytest

from anaplan_sdk import Client
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.programs import COLOURS, EXAMPLES, run
from stage.snippets import ROOT, snippets
from stage.support import options_for

PROCESS, EXPORT = 118000000000, 116000000000

HEADER = "Code,Product,Region,Period,Units,Revenue\n"
GOOD = HEADER + "T1,Kettle,North,01/26,3,7.5\n"


class SmtpSession(StreamRequestHandler):
    """As much of RFC 5321 as it takes to receive a message."""

    def handle(self) -> None:
        mailbox = self.server
        assert isinstance(mailbox, Mailbox)
        self.wfile.write(b"220 mailbox\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 up to a full stop\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                mailbox.take(b"".join(line.removeprefix(b".") for line in lines))
            self.wfile.write(mailbox.replies.get(verb, b"250 fine\r\n"))
            if verb == b"QUIT":
                break


class Mailbox(ThreadingTCPServer):
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SmtpSession)
        self.messages: list[EmailMessage] = []
        self.replies = {b"QUIT": b"221 bye\r\n"}

    def take(self, content: bytes) -> None:
        self.messages.append(email.message_from_bytes(content, EmailMessage, policy=default))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("ANAPLAN_", "SMTP_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def models(emulator: Emulator) -> list[str]:
    """The arguments that promote its first model to its second."""
    source, target = emulator.tenant.models
    return ["--source", source, "--target", target]


def exported(emulator: Emulator) -> list[list[str]]:
    """The rows of the module that the examples load."""
    with Client(**options_for(emulator)) as anaplan:
        return list(csv.reader(io.StringIO(anaplan.export_and_download(EXPORT).decode(), newline="")))


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("load_and_export.py", "What came back is what went in."),
        ("polars_frames.py", "2,000 rows came back, as they went in."),
        ("pandas_frames.py", "What came back is what went in."),
        ("database_to_anaplan.py", "Sales from Sales.csv: 2,000 rows: 2,000 loaded, 0 rejected"),
    ],
)
def test_rows_arrive_in_both_colours(script: str, says: str) -> None:
    with ThreadPoolExecutor() as threads:  # each takes a second, mostly to start
        for done in threads.map(lambda colour: run(script, "--rows", 2_000, *colour), COLOURS):
            assert done.returncode == 0, done.stderr
            assert says in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["load_and_export.py", "--rows", 10],
        ["polars_frames.py", "--rows", 10],
        ["pandas_frames.py", "--rows", 10, "--async"],
        ["database_to_anaplan.py", "--rows", 10, "--async"],
        ["rejected_rows.py"],
    ],
    ids=lambda command: command[0],
)
def test_an_import_that_fails_is_told_and_ends_with_1(emulator: Emulator, command: list[str]) -> None:
    emulator.tenant.script_task(PROCESS, TaskScript(fail="The list is full"))
    done = run(*command, on=emulator)
    assert done.returncode == 1
    assert "The list is full" in done.stderr


def test_a_table_arrives_as_it_is(emulator: Emulator) -> None:
    rows = [
        ("00042", 'Kettle, 1.5 l, "steel"', None, "01/26", 3, 7.5),
        ("00043", "two\nlines and\ra return", "Île-de-France", "02/26", None, -0.5),
    ]
    with closing(sqlite3.connect("sales.db")) as connection, connection:
        connection.execute("CREATE TABLE sales (code, product, region, period, units, revenue)")
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?)", rows)
    done = run("database_to_anaplan.py", "sales.db", "--async", on=emulator)
    assert done.returncode == 0, done.stderr
    assert exported(emulator)[1:] == [["" if cell is None else str(cell) for cell in row] for row in rows]


def test_a_query_without_rows_loads_nothing(emulator: Emulator) -> None:
    done = run("database_to_anaplan.py", "--rows", 0, on=emulator)
    assert done.returncode == 1
    assert "is empty; nothing was uploaded" in done.stderr
    assert not any(request.path.endswith("/tasks") for request in emulator.requests)


def test_a_database_that_is_missing_is_told_and_not_made() -> None:
    done = run("database_to_anaplan.py", "missing.db")
    assert done.returncode == 1
    assert "Not loaded: unable to open database file" in done.stderr
    assert not Path("missing.db").exists()


def test_rejected_rows_are_written_and_mailed(mailbox: Mailbox) -> None:
    address = ["--smtp", "127.0.0.1", "--port", mailbox.server_address[1], "--to", "ada@example.com"]
    done = run("rejected_rows.py", "--async", *address)
    assert done.returncode == 3, done.stderr
    (message,) = mailbox.messages
    assert (message["Subject"], message["To"]) == ("Anaplan rejected 3 rows", "ada@example.com")
    text, attachment = message.iter_parts()
    assert "line 3: 'several' is not a valid NUMBER for Units" in text.get_content()
    assert attachment.get_filename() == "rejected.csv"
    assert attachment.get_payload(decode=True) == Path("rejected.csv").read_bytes()


def test_without_a_mail_server_the_mail_is_printed() -> None:
    Path("sales.csv").write_text(GOOD + "T2,Toaster,South,01/26,several,20\n")
    Path("rejected.csv").write_text("last night's, for all to read")
    done = run("rejected_rows.py", "sales.csv")
    assert done.returncode == 3, done.stderr
    assert "Subject: Anaplan rejected 1 rows" in done.stdout
    with Path("rejected.csv").open(newline="", encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["Import"], row["Line"], row["Product"]) == ("Sales from Sales.csv", "3", "Toaster")
    if os.name == "posix":
        assert Path("rejected.csv").stat().st_mode & 0o777 == 0o600


def test_a_load_without_rejected_rows_sends_no_mail(mailbox: Mailbox) -> None:
    Path("sales.csv").write_text(GOOD)
    done = run("rejected_rows.py", "sales.csv", "--smtp", "127.0.0.1", "--port", mailbox.server_address[1])
    assert done.returncode == 0, done.stderr
    assert mailbox.messages == []
    assert not Path("rejected.csv").exists()


def test_a_mail_that_is_refused_leaves_the_file(mailbox: Mailbox) -> None:
    mailbox.replies[b"RCPT"] = b"550 no such person\r\n"
    done = run("rejected_rows.py", "--smtp", "127.0.0.1", "--port", mailbox.server_address[1])
    assert done.returncode == 1
    assert "no such person" in done.stderr
    assert "See rejected.csv" in done.stderr
    assert Path("rejected.csv").exists()


@pytest.mark.parametrize("colour", COLOURS)
def test_an_integration_runs_and_its_rejected_rows_are_fetched(emulator: Emulator, colour: list[str]) -> None:
    done = run("run_integration.py", *colour, on=emulator)
    assert (done.returncode, done.stdout.endswith(": Success\n")) == (0, True), done.stderr
    objects = emulator.tenant.cloudworks.stores["planning"].objects
    objects["in/transactions.csv"] = b"Code,Product\nB1,x\nB2,x,too many\n"
    done = run("run_integration.py", *colour, on=emulator)
    assert done.returncode == 3, done.stderr
    assert Path("rejected/112000000000.csv").read_text().splitlines()[1].startswith("E,B2,")
    objects.clear()
    done = run("run_integration.py", *colour, on=emulator)
    assert done.returncode == 1
    assert "Unable to read" in done.stderr


PEOPLE = "email,given_name,family_name,active,workspaces\n"


def scim_users(emulator: Emulator) -> dict[str, tuple[bool | None, tuple[str, ...]]]:
    """Who can log in, and who is in which workspaces."""
    with Client(**options_for(emulator)) as anaplan:
        return {user.user_name: (user.active, user.workspace_ids) for user in anaplan.scim.list_users()}


@pytest.mark.parametrize("colour", COLOURS, ids=["blocking", "async"])
def test_people_join_and_leave_when_it_is_said(emulator: Emulator, colour: list[str]) -> None:
    before = scim_users(emulator)
    planned = run("joiners_and_leavers.py", *colour, on=emulator)
    assert (planned.returncode, planned.stderr) == (3, "")
    assert planned.stdout.splitlines() == [
        "alan@example.com: create",
        "grace@example.com: replace active",
        "2 users to change. --apply does it.",
    ]
    assert scim_users(emulator) == before
    done = run("joiners_and_leavers.py", "--apply", *colour, on=emulator)
    assert done.returncode == 0, done.stderr
    workspace = next(iter(emulator.tenant.workspaces))
    after = {"alan@example.com": (True, (workspace,)), "grace@example.com": (False, before["grace@example.com"][1])}
    assert scim_users(emulator) == {**before, **after}
    assert run("joiners_and_leavers.py", *colour, on=emulator).stdout == "0 users to change. --apply does it.\n"


def test_only_those_of_a_domain_leave_by_not_being_in_the_file(emulator: Emulator) -> None:
    Path("people.csv").write_text(PEOPLE)
    assert run("joiners_and_leavers.py", "people.csv", on=emulator).returncode == 0
    assert run("joiners_and_leavers.py", "people.csv", "--domain", "example.org", on=emulator).returncode == 0
    left = run("joiners_and_leavers.py", "people.csv", "--domain", "example.com", "--apply", on=emulator)
    assert left.returncode == 0, left.stderr
    active = {name: active for name, (active, _) in scim_users(emulator).items()}
    assert active["ada@example.com"]  # who runs it
    assert not active["grace@example.com"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("", "more than 0 users would be deactivated"),
        ("eve@example.com,Eve,Ray,maybe,\n", "active is 'maybe', neither yes nor no"),
        ("eve@example.com,Eve,Ray,yes,Nowhere\n", "there is no workspace Nowhere"),
        ("eve@example.com,Eve,Ray,yes,\nEve@example.com,Eve,Ray,no,\n", "more than one row of eve@example.com"),
    ],
)
def test_a_file_that_cannot_be_right_changes_nothing(emulator: Emulator, rows: str, says: str) -> None:
    before = scim_users(emulator)
    Path("people.csv").write_text(PEOPLE + rows)
    options = ["--domain", "example.com", "--at-most", 0, "--apply"]
    done = run("joiners_and_leavers.py", "people.csv", *options, on=emulator)
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing was changed: ")
    assert says in done.stderr
    assert scim_users(emulator) == before


def test_one_user_who_fails_does_not_keep_the_others(emulator: Emulator) -> None:
    emulator.inject(Fault(method="POST", path="/Users$", status=400))
    done = run("joiners_and_leavers.py", "--apply", on=emulator)
    assert done.returncode == 1
    assert "alan@example.com failed: POST /scim/1/0/v2/Users: 400" in done.stderr
    assert "1 of 2 users changed." in done.stdout
    assert scim_users(emulator)["grace@example.com"][0] is False


def test_a_deployment_ends_with_0_and_the_next_with_3(emulator: Emulator) -> None:
    done = run("deploy.py", *models(emulator), "--async", on=emulator)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("## Deployed\n\n| | created | modified | deleted |\n")
    assert Path("changes.tsv").stat().st_size
    again = run("deploy.py", *models(emulator), on=emulator)
    assert (again.returncode, again.stdout.splitlines()[0]) == (3, "## Nothing to deploy")


def test_a_deployment_that_is_refused_ends_with_1(emulator: Emulator) -> None:
    emulator.inject(Fault(method="POST", path="/alm/syncTasks$", status=403))
    done = run("deploy.py", *models(emulator), on=emulator)
    assert done.returncode == 1
    assert done.stdout.startswith("## Not deployed\n\nPOST ")


def test_the_workflow_of_the_guide(emulator: Emulator, tmp_path: Path) -> None:
    (workflow,) = (found for found in snippets(ROOT / "docs/guides/examples.md") if found.language == "yaml")
    step = re.search(r"run: \|\n((?: {10}.*\n)+)", workflow.code)
    assert step
    copy(EXAMPLES / "deploy.py", tmp_path)
    development, production = emulator.tenant.models
    environment = {
        **os.environ,
        **emulator.environment,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": "summary.md",
        "DEVELOPMENT": development,
        "PRODUCTION": production,
    }
    for summary in ("## Deployed", "## Nothing to deploy"):
        subprocess.run(["bash", "-e", "-c", dedent(step[1])], env=environment, check=True, timeout=60)
        assert summary in Path("summary.md").read_text("utf-8")
    environment["ANAPLAN_PASSWORD"] = "wrong"
    failed = subprocess.run(["bash", "-e", "-c", dedent(step[1])], env=environment, timeout=60)
    assert failed.returncode == 1


def test_on_a_tenant_the_models_must_be_named(emulator: Emulator) -> None:
    done = run("deploy.py", "--source", "1" * 32, on=emulator)
    assert done.returncode == 2
    assert "required: --target" in done.stderr
