"""An emulator that runs for weeks keeps what a service would keep, and no more."""

from __future__ import annotations

import time

import pytest

from anaplan_sdk.emulator import Emulator, OAuthClient, User
from anaplan_sdk.emulator.alm.state import Reports
from anaplan_sdk.emulator.auth.oauth_grants import Grant, Grants
from anaplan_sdk.emulator.auth.tokens import Tokens, UsedPayloads
from anaplan_sdk.emulator.serving.service import SERVICE
from stage.calls.caller import LIST_FILE, LIST_IMPORT, MODULE_FILE, PROCESS, WM, Caller

USER = User("ada@example.com", "Ada", "Li")


class Now:
    """A clock that is put forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = time.time()
        monkeypatch.setattr("time.time", lambda: self.seconds)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    return Now(monkeypatch)


def test_tokens_are_forgotten_when_they_expire(now: Now) -> None:
    tokens = Tokens()
    for _ in range(100):
        tokens.issue(USER, 60)
    now.seconds += 61
    last = tokens.issue(USER, 60)
    assert tokens.find(last.value) is last
    assert len(tokens._tokens) == 1


def test_there_are_so_many_tokens_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anaplan_sdk.emulator.auth.tokens.MOST_TOKENS", 10)
    tokens = Tokens()
    issued = [tokens.issue(USER, 60) for _ in range(15)]
    assert [token for token in issued if tokens.find(token.value)] == issued[5:]


def test_payloads_are_remembered_as_long_as_they_would_be_accepted(now: Now) -> None:
    used = UsedPayloads()
    assert used.use(b"payload", 600)
    now.seconds += 599
    assert not used.use(b"payload", 600)
    now.seconds += 2
    assert used.use(b"another", 600)
    assert len(used._digests) == 1


def test_grants_are_forgotten_when_they_expire(now: Now) -> None:
    grants, client = Grants(), OAuthClient("d" * 32, "device", refresh_seconds=60)
    grant = Grant(client, USER, "offline_access")
    for _ in range(2):
        for _ in range(10):
            grants.add_code(grant, "https://planning.example.com", 60)
            grants.add_device(client, "", seconds=60, interval=5)
            grants.add_refresh_token(grant)
        now.seconds += 7_200
    counts = [len(kept) for kept in (grants.codes, grants.devices, grants.refresh_tokens)]
    assert counts == [10, 10, 10]


def test_reports_are_forgotten_when_nobody_can_read_them(now: Now) -> None:
    reports = Reports()
    for number in range(10):
        reports.keep(("comparison", "m", "t", str(number)), "content", retention_seconds=60)
    now.seconds += 61
    reports.keep(("comparison", "m", "t", "last"), "content", retention_seconds=60)
    assert len(reports._reports) == 1


def test_tasks_are_forgotten_some_time_after_their_end(emulator: Emulator, admin: Caller) -> None:
    task = admin.start("imports", LIST_IMPORT)
    admin.finished(task)
    emulator.tenant.options.task_retention_seconds = 0
    assert admin("GET", task).status == 404
    assert "tasks" not in admin("GET", f"{WM}/imports/{LIST_IMPORT}/tasks").json
    emulator.tenant.options.task_retention_seconds = 172_800
    assert admin("GET", task).status == 404


def test_so_many_tasks_are_remembered_and_all_that_run(
    emulator: Emulator, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anaplan_sdk.emulator.runs.runner.MOST_TASKS", 3)
    ended = [admin.start("imports", LIST_IMPORT) for _ in range(3)]
    for task in ended:
        admin.finished(task)
    emulator.tenant.options.task_seconds = 60
    running = [admin.start("imports", LIST_IMPORT) for _ in range(5)]
    assert [admin("GET", task).status for task in (*ended, *running)] == [404] * 3 + [200] * 5


def test_the_logs_of_optimizer_runs_go_with_their_tasks(emulator: Emulator, admin: Caller) -> None:
    task = admin.start("actions", "117000000001")
    admin.finished(task)
    model = emulator.tenant.models["1" * 32]
    assert len(model.solution_logs) == 1
    emulator.tenant.options.task_retention_seconds = 0
    admin.start("processes", PROCESS)
    assert len(model.solution_logs) == 0


def test_content_that_nobody_asks_for_is_freed(emulator: Emulator, admin: Caller) -> None:
    admin.upload(LIST_FILE, b"content")
    storage = emulator.state(SERVICE).storage
    directory = storage.new_path().parent
    assert b"content" in [path.read_bytes() for path in directory.iterdir()]
    emulator.tenant.options.retention_seconds = 0
    admin("POST", f"{WM}/files/{MODULE_FILE}", {"chunkCount": 1})
    assert b"content" not in [path.read_bytes() for path in directory.iterdir()]


def test_of_large_bodies_only_the_request_is_remembered(emulator: Emulator, admin: Caller) -> None:
    admin("POST", f"{WM}/imports/{LIST_IMPORT}/tasks", {"localeName": "en_US", "note": "x" * 200_000})
    assert emulator.requests[-1].json is None
    admin("POST", f"{WM}/imports/{LIST_IMPORT}/tasks", {"localeName": "en_US"})
    assert emulator.requests[-1].json == {"localeName": "en_US"}
