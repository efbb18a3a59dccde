"""Models that are locked, offline or in maintenance (facts §4.4, §11.1)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import DELETION, EXPORT, LIST_FILE, LIST_IMPORT, MODEL, PROCESS, WM, Caller

RUN = {"localeName": "en_US"}


@pytest.fixture
def locked(emulator: Emulator) -> Emulator:
    emulator.tenant.models["1" * 32].active_state = "LOCKED"
    return emulator


@pytest.mark.parametrize(
    ("kind", "object_id"), [("imports", LIST_IMPORT), ("actions", DELETION), ("processes", PROCESS)]
)
def test_a_locked_model_takes_no_data(locked: Emulator, admin: Caller, kind: str, object_id: str) -> None:
    tasks = f"{WM}/{kind}/{object_id}/tasks"
    answer = admin("POST", tasks, RUN)
    assert (answer.status, answer.json["status"]["message"]) == (423, "Model is Locked")
    assert "tasks" not in admin("GET", tasks).json
    locked.tenant.options.locked_start = 200
    task = admin.run(kind, object_id)
    assert (task["currentStep"], task["result"]["successful"]) == ("Failed.", False)
    assert "The model is locked." in str(task["result"])


def test_a_locked_model_can_be_read(locked: Emulator, admin: Caller) -> None:
    locked.tenant.models["1" * 32].processes[PROCESS].step_ids = [EXPORT]
    assert admin.run("exports", EXPORT)["result"]["successful"]
    assert admin.run("processes", PROCESS)["result"]["successful"]
    assert admin("GET", f"{WM}/files/{EXPORT}").status == 200
    admin.upload(LIST_FILE, b"content")  # this is no data of the model yet


def test_an_offline_model_lets_administrators_in_only(emulator: Emulator, admin: Caller, user: Caller) -> None:
    assert admin("PUT", f"{MODEL}/onlineStatus", {"status": "offline"}).status == 204
    statuses = [
        [caller("GET", f"{MODEL}/{part}").status for part in ("files", "imports", "status")] for caller in (admin, user)
    ]
    assert statuses == [[200] * 3, [424] * 3]
    assert user("POST", f"{WM}/imports/{LIST_IMPORT}/tasks", RUN).status == 424
    assert user("GET", MODEL).status == 200
    emulator.tenant.options.offline_keeps_users_out = False
    assert user("GET", f"{MODEL}/files").status == 200


@pytest.mark.parametrize("state", ["MAINTENANCE", "PRODUCTION_MAINTENANCE"])
def test_nobody_gets_into_a_model_in_maintenance(emulator: Emulator, admin: Caller, state: str) -> None:
    emulator.tenant.models["1" * 32].active_state = state
    answer = admin("GET", f"{MODEL}/files")
    assert (answer.status, answer.json["status"]["message"]) == (424, "")
    assert admin("GET", MODEL).json["model"]["activeState"] == state
