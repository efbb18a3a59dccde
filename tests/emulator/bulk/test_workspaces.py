"""Users, workspaces and models (facts §5)."""

from __future__ import annotations

import re

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import MODEL, WM, WORKSPACE, Answer, Caller

# With an offset without a colon, which strict parsers refuse.
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
STATUS_KEYS = {
    "tooltip",
    "progress",
    "currentStep",
    "exportTaskType",
    "creationTime",
    "taskId",
    "peakMemoryUsageEstimate",
    "peakMemoryUsageTime",
}


def delete(caller: Caller, *model_ids: str) -> Answer:
    return caller("POST", f"{WORKSPACE}/bulkDeleteModels", {"modelIdsToDelete": list(model_ids)})


def current_step(caller: Caller) -> str:
    step: str = caller("GET", f"{MODEL}/status").json["requestStatus"]["currentStep"]
    return step


def test_the_current_user(admin: Caller) -> None:
    row = admin("GET", "/2/0/users/me").json["user"]
    assert row["email"] == "ada@example.com"
    assert DATE.fullmatch(row["lastLoginDate"])
    assert admin("GET", f"/2/0/users/{row['id']}").json["user"] == row


def test_users_who_never_logged_in_have_no_date(admin: Caller) -> None:
    ada, grace = admin("GET", "/2/0/users").json["users"]
    assert "lastLoginDate" in ada
    assert "lastLoginDate" not in grace


def test_workspaces_tell_their_size_only_when_asked(admin: Caller) -> None:
    (plain,) = admin("GET", "/2/0/workspaces").json["workspaces"]
    (detailed,) = admin("GET", "/2/0/workspaces?tenantDetails=true").json["workspaces"]
    assert set(plain) == {"id", "name", "active"}
    assert set(detailed) == {"id", "name", "active", "sizeAllowance", "currentSize"}


def test_the_current_size_may_be_left_out(admin: Caller, emulator: Emulator) -> None:
    emulator.tenant.options.workspace_current_size = False
    (detailed,) = admin("GET", "/2/0/workspaces?tenantDetails=true").json["workspaces"]
    assert "currentSize" not in detailed


def test_a_workspace_is_not_found_by_others_than_its_administrators(admin: Caller, user: Caller) -> None:
    assert admin("GET", WORKSPACE).json["workspace"]["id"] == "A" * 32
    assert len(user("GET", "/2/0/workspaces").json["workspaces"]) == 1
    assert user("GET", WORKSPACE).status == 404


@pytest.mark.parametrize("path", ["admins", "visitors"])
def test_administrators_and_visitors_are_500_for_others_than_tenant_admins(
    admin: Caller, user: Caller, path: str
) -> None:
    assert admin("GET", f"{WORKSPACE}/{path}").status == 200
    assert user("GET", f"{WORKSPACE}/{path}").status == 500


def test_models_tell_details_only_when_asked(admin: Caller) -> None:
    plain = admin("GET", "/2/0/models").json["models"][0]
    detailed = admin("GET", "/2/0/models?modelDetails=true").json["models"][0]
    assert set(plain) == {
        "id",
        "name",
        "activeState",
        "currentWorkspaceId",
        "currentWorkspaceName",
        "modelUrl",
        "categoryValues",
    }
    assert DATE.fullmatch(detailed["lastModified"])
    assert {"memoryUsage", "lastSavedSerialNumber", "isoCreationDate"} <= set(detailed)
    assert "modelTransactionRunning" not in detailed


def test_one_model_tells_whether_it_is_busy(admin: Caller) -> None:
    model = admin("GET", f"{MODEL}?modelDetails=true").json["model"]
    assert model["modelTransactionRunning"] is False


def test_models_of_workspaces_of_others_are_not_shown(emulator: Emulator, user: Caller) -> None:
    emulator.tenant.workspaces["A" * 32].members.clear()
    assert "models" not in user("GET", "/2/0/models").json
    assert user("GET", MODEL).status == 404
    assert user("GET", f"{WORKSPACE}/models").status == 404


def test_the_status_of_a_model_is_bare_with_all_keys(admin: Caller) -> None:
    body = admin("GET", f"{WM}/status").json
    assert set(body) == {"requestStatus"}
    assert set(body["requestStatus"]) == STATUS_KEYS
    assert body["requestStatus"]["progress"] == -1.0
    assert body["requestStatus"]["taskId"] is None


def test_closing_and_opening_take_a_while(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.load_seconds = 30
    answer = admin("POST", f"{MODEL}/close", b"")
    assert (answer.status, answer.body) == (204, b"")
    assert current_step(admin) == "Closing"
    emulator.tenant.models["1" * 32].loading.done_at = 0
    assert current_step(admin) == "Closed"
    answer = admin("POST", f"{MODEL}/open", b"")
    assert (answer.status, answer.body) == (202, b"")
    assert current_step(admin) == "Closed"
    emulator.tenant.models["1" * 32].loading.done_at = 0
    assert current_step(admin) == "Open"


def test_calls_wake_a_closed_model(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.load_seconds = 0
    admin("POST", f"{MODEL}/close", b"")
    assert current_step(admin) == "Closed"
    assert admin("GET", f"{WM}/imports").status == 200
    assert current_step(admin) == "Open"


@pytest.mark.parametrize("action", ["open", "close"])
def test_opening_and_closing_need_the_role(user: Caller, action: str) -> None:
    assert user("POST", f"{MODEL}/{action}", b"").status == 403


def test_opening_and_closing_exist_without_the_workspace_only(admin: Caller) -> None:
    assert admin("POST", f"{WM}/close", b"").status == 404


def test_deletion_succeeds_even_where_nothing_is_deleted(emulator: Emulator, admin: Caller) -> None:
    answer = delete(admin, "F" * 32, "1" * 32)
    assert answer.status == 200
    assert answer.json["modelsDeleted"] == 0
    assert answer.json["bulkDeleteModelsFailures"] == [
        {"modelId": "F" * 32, "message": "Model ID does not exist."},
        {"modelId": "1" * 32, "message": "Model is open. Please close the model before trying again."},
    ]
    assert "1" * 32 in emulator.tenant.models


def test_closed_models_can_be_deleted(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.load_seconds = 0
    admin("POST", f"{MODEL}/close", b"")
    body = delete(admin, "1" * 32).json
    assert body["modelsDeleted"] == 1
    assert "bulkDeleteModelsFailures" not in body
    assert list(emulator.tenant.models) == ["2" * 32]


def test_archived_models_can_be_deleted(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models["1" * 32].active_state = "ARCHIVED"
    assert delete(admin, "1" * 32).json["modelsDeleted"] == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"modelIds": ["1"]},
            "Identified an unrecognized 'modelIds'. Amend the content so it only contains applicable fields.",
        ),
        (
            {"modelIdsToDelete": []},
            "Expected mandatory field 'modelIdsToDelete' to be present and not empty.",
        ),
        ({}, "Expected mandatory field 'modelIdsToDelete' to be present and not empty."),
    ],
)
def test_deletion_checks_its_body(admin: Caller, body: object, message: str) -> None:
    answer = admin("POST", f"{WORKSPACE}/bulkDeleteModels", body)
    assert answer.status == 400
    assert answer.json["status"]["message"] == message


def test_deletion_needs_the_role(user: Caller) -> None:
    assert delete(user, "1" * 32).status == 404
