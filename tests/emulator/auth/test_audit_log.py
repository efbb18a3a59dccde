"""What log-ins, runs and uploads leave in the audit log, and passwords where single sign-on is required."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator, Workspace
from stage.calls.caller import Caller

MODEL = f"/2/0/models/{'1' * 32}"
ADA, GRACE = "8a1b2c3d4e5f60718293a4b5c6d70001", "8a1b2c3d4e5f60718293a4b5c6d70002"


def noted(emulator: Emulator) -> list[tuple[str, str, bool]]:
    return [(event.code, event.user_id, event.success) for event in emulator.tenant.audit.events()]


def test_log_ins_and_log_outs_are_noted(emulator: Emulator, nobody: Caller) -> None:
    nobody.log_in("grace@example.com", "wrong")
    nobody.log_in("stranger@example.com", "wrong")
    grace = Caller.logged_in(emulator, "grace@example.com")
    grace("POST", "/token/logout")
    assert noted(emulator) == [
        ("USR-9", GRACE, False),
        ("USR-9", "", False),
        ("USR-8", GRACE, True),
        ("USR-10", GRACE, True),
    ]
    first, *_, last = emulator.tenant.audit.events()
    assert first.ip_address == "127.0.0.1"
    assert last.object_id == GRACE
    assert last.id == first.id + 3


@pytest.mark.parametrize(
    ("kind", "object_id", "code"),
    [
        ("imports", "112000000000", "USR-20"),
        ("exports", "116000000000", "USR-36"),
        ("processes", "118000000000", "USR-41"),
    ],
)
def test_runs_are_noted(emulator: Emulator, admin: Caller, kind: str, object_id: str, code: str) -> None:
    assert admin("POST", f"{MODEL}/{kind}/{object_id}/tasks", {"localeName": "en_US"}).status == 200
    event = emulator.tenant.audit.events()[-1]
    assert (event.code, event.user_id, event.object_id) == (code, ADA, "1" * 32)
    assert isinstance(event.attributes, dict)
    assert event.attributes["actionId"] == object_id


def test_uploads_are_noted(emulator: Emulator, admin: Caller) -> None:
    assert admin("POST", f"{MODEL}/files/113000000000", {"chunkCount": 1}).status == 200
    event = emulator.tenant.audit.events()[-1]
    assert (event.user_id, event.object_id) == (ADA, "113000000000")


def test_single_sign_on_leaves_passwords_to_exception_users(emulator: Emulator, nobody: Caller) -> None:
    (workspace,) = emulator.tenant.workspaces.values()
    password = emulator.environment["ANAPLAN_PASSWORD"]
    workspace.single_sign_on = True
    workspace.exception_users.add(ADA)
    assert nobody.log_in("ada@example.com", password).status == 201
    assert nobody.log_in("grace@example.com", password).status == 401
    emulator.tenant.add_workspace(Workspace("B" * 32, "Without", members={GRACE}))
    assert nobody.log_in("grace@example.com", password).status == 201
