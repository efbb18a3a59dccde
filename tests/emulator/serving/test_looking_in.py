"""What users' tests may look at: requests, tasks and content; and the emulator that serves where no tenant is named."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from anaplan_sdk.emulator import Emulator, TaskScript, demo_tenant
from stage.calls.caller import EXPORT, HEADER, HISTORY_FILE, LIST_FILE, LIST_IMPORT, MODEL, PROCESS, WM, Caller

PRODUCTION = "2" * 32


def test_requests_by_method_and_path(emulator: Emulator, admin: Caller) -> None:
    admin.upload(LIST_FILE, b"a", b"b")
    assert [request.path[-1] for request in emulator.received("PUT", rf"/files/{LIST_FILE}/chunks/\d$")] == ["0", "1"]
    assert emulator.received() == emulator.received("*") == emulator.requests
    assert [request.path for request in emulator.received(path="^/token/")] == ["/token/authenticate"]
    assert emulator.received("DELETE") == []


def test_who_called_is_known_once_the_token_was_looked_at(emulator: Emulator, admin: Caller, user: Caller) -> None:
    for caller in (admin, user, Caller(emulator.url)):
        caller("GET", "/2/0/users/me")
    users = [request.user for request in emulator.received("GET", "/users/me$")]
    assert users == ["ada@example.com", "grace@example.com", None]


def test_tasks_of_all_families_in_the_order_of_their_starts(emulator: Emulator, admin: Caller, user: Caller) -> None:
    emulator.tenant.script_task(PROCESS, TaskScript(hang=True))
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(fail="The list is full"))
    exported = admin.start("exports", EXPORT)
    admin.finished(exported)
    revisions = {"sourceRevisionId": "none", "sourceModelId": "2" * 32, "targetRevisionId": "none"}
    assert admin("POST", f"{MODEL}/alm/summaryReportTasks", revisions).status == 201
    admin.finished(user.start("imports", LIST_IMPORT))
    admin.start("processes", PROCESS)
    tasks = emulator.tasks
    assert [(task.kind, task.object_id, task.user, task.successful) for task in tasks] == [
        ("exports", EXPORT, "ada@example.com", True),
        ("summaryReportTasks", "1" * 32, "ada@example.com", False),
        ("imports", LIST_IMPORT, "grace@example.com", False),
        ("processes", PROCESS, "ada@example.com", None),
    ]
    assert exported.endswith(tasks[0].id)
    assert {task.model_id for task in tasks} == {"1" * 32}
    assert [task.state for task in tasks[:3]] == ["COMPLETE"] * 3
    assert [task.ended_at is None for task in tasks] == [False, False, False, True]


def test_content_is_what_the_user_would_download(emulator: Emulator, admin: Caller, user: Caller) -> None:
    admin.upload(LIST_FILE, HEADER.encode(), b"T1,,,,,\n")
    assert emulator.content(LIST_FILE) == HEADER.encode() + b"T1,,,,,\n"
    assert emulator.content(int(LIST_FILE), user="grace@example.com") == HEADER.encode()
    assert emulator.content(LIST_FILE, model_id=PRODUCTION) == HEADER.encode()
    assert emulator.content(HISTORY_FILE) == user("GET", f"{WM}/files/{HISTORY_FILE}").body
    assert emulator.content(EXPORT) == b""
    admin.finished(admin.start("exports", EXPORT))
    assert emulator.content(EXPORT).decode() == HEADER


def test_an_incomplete_upload_is_no_content(emulator: Emulator, admin: Caller) -> None:
    admin("POST", f"{WM}/files/{LIST_FILE}", {"chunkCount": 2})
    admin("PUT", f"{WM}/files/{LIST_FILE}/chunks/0", b"half")
    assert emulator.content(LIST_FILE) == b""


@pytest.mark.parametrize("arguments", [{"file_id": 1}, {"file_id": LIST_FILE, "user": "nobody@example.com"}])
def test_content_of_what_is_not_there(emulator: Emulator, arguments: dict[str, str]) -> None:
    with pytest.raises(LookupError, match=r"no file 1\.|no user with the e-mail"):
        emulator.content(**arguments)


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Some of no consequence, none of a tenant."""
    for name in [name for name in os.environ if name.startswith("ANAPLAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ANAPLAN_REGION", "eu1")
    return ours()


def ours() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("ANAPLAN_")}


def test_without_credentials_it_is_an_emulator(variables: dict[str, str]) -> None:
    tenant = demo_tenant()
    given = Emulator.unless_configured(tenant)
    with suppress(KeyError), given as emulator:
        assert emulator is not None
        assert emulator.tenant is tenant
        assert ours() == emulator.environment
        raise KeyError
    assert ours() == variables


@pytest.mark.parametrize("name", ["ANAPLAN_USER_EMAIL", "ANAPLAN_CERTIFICATE", "ANAPLAN_TOKEN"])
def test_with_credentials_it_is_the_tenant(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, " ")
    with Emulator.unless_configured() as emulator:
        assert emulator is not None
    monkeypatch.setenv(name, "given")
    with Emulator.unless_configured() as emulator:
        assert emulator is None
        assert ours() == variables | {name: "given"}
