"""Envelopes, routes and what is masked (facts §4.2 to §4.4, §4.9)."""

from __future__ import annotations

import re

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import MODEL, WM, WORKSPACE, Caller

LISTS = ("files", "imports", "exports", "actions", "processes")


def mask(emulator: Emulator) -> None:
    """Give the ordinary user the role NO ACCESS in the development model."""
    grace = emulator.tenant.user_with_email("grace@example.com")
    assert grace is not None
    emulator.tenant.models["1" * 32].no_access.add(grace.id)


def test_success_has_an_object_for_a_status(admin: Caller) -> None:
    body = admin("GET", "/2/0/users/me").json
    assert body["status"] == {"code": 200, "message": "Success"}
    assert body["meta"]["schema"].endswith("/2/0/objects/user")


def test_schemas_of_model_objects_have_a_double_slash(emulator: Emulator, admin: Caller) -> None:
    schema = admin("GET", f"{WM}/imports").json["meta"]["schema"]
    assert schema == f"{emulator.url}//2/0/models/{'1' * 32}/objects/import"


@pytest.mark.parametrize("path", ["/2/0/nothing", f"{WM}/nothing", "/2/0/models/ABC/imports", "/nothing"])
def test_unknown_routes_and_unknown_objects_look_the_same(admin: Caller, path: str) -> None:
    answer = admin("GET", path)
    assert answer.status == 404
    assert answer.json["status"] == {"code": 404, "message": "Not Found"}
    assert answer.json["path"] == path
    assert set(answer.json) == {"status", "path", "timestamp"}


def test_timestamps_of_errors_have_nanoseconds(admin: Caller) -> None:
    timestamp = admin("GET", "/2/0/nothing").json["timestamp"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", timestamp)


@pytest.mark.parametrize(("method", "path"), [("GET", WM), ("DELETE", "/2/0/users/me"), ("PUT", f"{WM}/imports")])
def test_a_wrong_method_is_405_in_the_error_envelope(admin: Caller, method: str, path: str) -> None:
    answer = admin(method, path)
    assert answer.status == 405
    assert answer.json["status"]["code"] == 405
    assert answer.json["path"] == path


@pytest.mark.parametrize(
    "path",
    [*LISTS, "status", "imports/112000000000", "files/113000000040/chunks", "exports/116000000000/tasks"],
)
def test_models_are_reached_with_and_without_their_workspace(admin: Caller, path: str) -> None:
    direct, through_workspace = admin("GET", f"{MODEL}/{path}"), admin("GET", f"{WM}/{path}")
    assert direct.status == through_workspace.status == 200
    assert direct.json.keys() == through_workspace.json.keys()


def test_a_wrong_workspace_is_not_found(admin: Caller) -> None:
    assert admin("GET", f"/2/0/workspaces/{'B' * 32}/models/{'1' * 32}/imports").status == 404


@pytest.mark.parametrize("path", [f"{MODEL}/imports/", f"{WM}/files/", "/2/0/workspaces/", "/2/0/models/"])
def test_a_slash_at_the_end_changes_nothing(admin: Caller, path: str) -> None:
    assert admin("GET", path).status == 200


def test_ids_are_case_sensitive(admin: Caller) -> None:
    assert admin("GET", WORKSPACE.lower()).status == 404


@pytest.mark.parametrize(
    "path",
    [*LISTS, "status", "imports/112000000000", "files/113000000040", "files/113000000040/chunks/0"],
)
def test_a_model_without_a_role_is_masked(emulator: Emulator, user: Caller, path: str) -> None:
    assert user("GET", f"{WM}/{path}").status == 200
    mask(emulator)
    assert user("GET", f"{WM}/{path}").status == 404


def test_a_masked_model_still_shows_itself_and_its_empty_task_lists(
    emulator: Emulator, admin: Caller, user: Caller
) -> None:
    admin.run("actions", "117000000000")
    mask(emulator)
    assert user("GET", MODEL).json["model"]["name"] == "Sales Planning Development"
    assert len(user("GET", f"{WORKSPACE}/models").json["models"]) == 2
    answer = user("GET", f"{WM}/actions/117000000000/tasks")
    assert answer.status == 200
    assert "tasks" not in answer.json


def test_archived_models_are_listed_but_closed_to_calls(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models["1" * 32].active_state = "ARCHIVED"
    assert admin("GET", MODEL).json["model"]["activeState"] == "ARCHIVED"
    answer = admin("GET", f"{WM}/imports")
    assert answer.status == 422
    assert answer.json["status"]["message"] == "Model is Archived"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (None, "The request body is null. To continue, change the format to a non-empty state."),
        (b"{", "The request body is not valid JSON"),
        (b"[]", "The request body is not valid JSON"),
        (b"\xff", "The request body is not valid JSON"),
        (b"[" * 100_000, "The request body is not valid JSON"),
    ],
)
def test_bodies_must_be_json_objects(admin: Caller, body: bytes | None, message: str) -> None:
    answer = admin("POST", f"{WM}/imports/112000000000/tasks", body)
    assert answer.status == 400
    assert answer.json["status"]["message"].startswith(message)


def test_bodies_of_an_unknown_charset_are_refused(admin: Caller) -> None:
    headers = {"Content-Type": "application/json; charset=klingon"}
    assert admin("POST", f"{WM}/imports/112000000000/tasks", b"{}", headers=headers).status == 400
