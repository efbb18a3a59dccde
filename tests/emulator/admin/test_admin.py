"""Administration and exception users as they answer."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import Answer, Caller

EXPORT, IMPORT = "/admin/1/0/users/export", "/admin/1/0/users/import"
EXCEPTIONS = "/admin/1/0/permissions/exception-users"
WORKSPACE, ADA, GRACE = "A" * 32, "8a1b2c3d4e5f60718293a4b5c6d70001", "8a1b2c3d4e5f60718293a4b5c6d70002"
HEADER = "username,first_name,last_name,licenses\n"


def put(admin: Caller, text: str, name: str = "file") -> Answer:
    body = (
        f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="u.csv"\r\nContent-Type: text/csv\r\n\r\n'
        f"{text}\r\n--b--\r\n"
    ).encode()
    return admin("PUT", IMPORT, body, headers={"Content-Type": "multipart/form-data; boundary=b"})


def test_an_export_is_a_csv_of_ten_users_where_no_limit_is_given(admin: Caller, emulator: Emulator) -> None:
    rows = "".join(f'u{number}@example.com,U,{number},"Professional,Enterprise"\n' for number in range(20))
    put(admin, HEADER + rows)
    answer = admin("GET", EXPORT)
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.body.splitlines()) == 11
    page = admin("GET", f"{EXPORT}?Limit=2&Offset=20").body.decode()
    assert (
        page
        == f'{HEADER}u18@example.com,U,18,"Professional,Enterprise"\nu19@example.com,U,19,"Professional,Enterprise"\n'
    )
    emulator.tenant.options.admin_export_default = "all"
    emulator.tenant.options.admin_export_header = False
    assert len(admin("GET", EXPORT).body.splitlines()) == 23
    assert not admin("GET", f"{EXPORT}?Limit=5&Offset=22").body.strip()
    assert admin("GET", f"{EXPORT}?Limit=x").status == 400


def test_an_import_creates_updates_and_tells_lines(admin: Caller, emulator: Emulator) -> None:
    rows = "ada@example.com,Ada,Lee,Enterprise\nx@example.com,X,Y,Platinum\neve@example.com,Eve,Ng,Professional\n"
    answer = put(admin, HEADER + rows)
    assert answer.status == 207
    assert answer.json == {"accepted": 3, "created": 1, "updated": 1, "errors": {"2": "License not found"}}
    assert emulator.tenant.users[ADA].last_name == "Lee"
    assert emulator.tenant.user_with_email("eve@example.com") is not None
    assert [event.code for event in emulator.tenant.audit.events()] == ["USR-8", "USR-5", "USR-1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Missing headers in CSV file"),
        ("a,b\n", "Missing headers in CSV file"),
        (HEADER, "CSV must contain at least one data row."),
        (HEADER + "a@b,A,B,P\n" * 501, "Maximum number of rows allowed is 500."),
        (HEADER + "a@b,A\n", "Error in row number 1."),
        (HEADER + "a@b,A,,P\n", "Empty cell in row number 1."),
        (HEADER + "a@b,A,B,P\nA@b,A,B,P\n", "Duplicate email address in row number 2."),
    ],
)
def test_files_that_are_refused(admin: Caller, text: str, message: str) -> None:
    answer = put(admin, text)
    assert (answer.status, answer.json["errorCode"]) == (400, "INVALID_PAYLOAD")
    assert message in answer.json["errorMessage"]


def test_a_body_that_is_no_form_is_refused(admin: Caller) -> None:
    assert put(admin, HEADER, name="users").json["errorCode"] == "INVALID_PAYLOAD"
    assert admin("PUT", IMPORT, HEADER.encode(), headers={"Content-Type": "text/csv"}).status == 400


@pytest.mark.parametrize(
    ("status", "code"), [(500, "INTERNAL_SERVER_ERROR"), (401, "ACCESS_CONTROL_DENIED"), (403, "FORBIDDEN")]
)
def test_a_missing_role(emulator: Emulator, user: Caller, status: Any, code: str) -> None:
    emulator.tenant.options.admin_denial = status
    answer = user("GET", EXPORT)
    assert (answer.status, answer.json["errorCode"]) == (status, code)


def test_schemes(admin: Caller, nobody: Caller) -> None:
    bearer = {"Authorization": f"Bearer {admin.token}"}
    answer = nobody("GET", EXPORT, headers=bearer)
    assert (answer.status, answer.body, answer.headers["www-authenticate"]) == (401, b"", "Bearer")
    answer = nobody("POST", f"{EXCEPTIONS}/search", {"userGuid": ADA}, headers=bearer)
    assert (answer.status, answer.json["status"]) == (400, "FAILURE_BAD_HEADER")
    invalid = {"Authorization": "AnaplanAuthToken x"}
    answer = nobody("POST", f"{EXCEPTIONS}/search", {"userGuid": ADA}, headers=invalid)
    assert (answer.status, answer.json["status"]) == (401, "FAILURE_INVALID_TOKEN")


def test_exception_users(admin: Caller, emulator: Emulator) -> None:
    emulator.tenant.workspaces[WORKSPACE].single_sign_on = True
    answer = admin("PATCH", f"{EXCEPTIONS}/users/{GRACE}", {"op": "assign", "workspaceGuid": WORKSPACE})
    assert (answer.status, answer.body) == (204, b"")
    grace = {"userGuid": GRACE, "email": "grace@example.com"}
    row = {"workspaceGuid": WORKSPACE, "workspaceName": "Sales Planning", "users": [grace]}
    for criterion in ({"workspaceGuid": WORKSPACE}, {"userGuid": GRACE}):
        assert admin("POST", f"{EXCEPTIONS}/search", criterion).json == {"response": [row]}
    admin("PATCH", f"{EXCEPTIONS}/users/{GRACE}", {"op": "unassign", "workspaceGuid": WORKSPACE})
    assert admin("POST", f"{EXCEPTIONS}/search", {"userGuid": GRACE}).json == {"response": []}


@pytest.mark.parametrize(
    ("path", "body", "status", "word"),
    [
        (f"/users/{GRACE}", {"op": "grant", "workspaceGuid": WORKSPACE}, 400, "FAILURE_BAD_REQUEST"),
        (f"/users/{GRACE}", {"op": "assign"}, 400, "FAILURE_BAD_REQUEST"),
        (f"/users/{GRACE}", {"op": "assign", "workspaceGuid": WORKSPACE}, 400, "FAILURE_BAD_REQUEST"),
        (f"/users/{GRACE}", {"op": "assign", "workspaceGuid": "B" * 32}, 404, "FAILURE_NOT_FOUND"),
        ("/users/x", {"op": "assign", "workspaceGuid": WORKSPACE}, 404, "FAILURE_NOT_FOUND"),
        (f"/users/{ADA}", {"op": "assign", "workspaceGuid": WORKSPACE}, 403, "FAILURE_GENERIC"),
        ("/search", {}, 400, "FAILURE_BAD_REQUEST"),
        ("/search", {"userGuid": GRACE, "workspaceGuid": WORKSPACE}, 400, "FAILURE_BAD_REQUEST"),
        ("/search", {"userGuid": "x"}, 404, "FAILURE_NOT_FOUND"),
        ("/nothing", {}, 404, "FAILURE_NOT_FOUND"),
    ],
)
def test_refusals(admin: Caller, path: str, body: Any, status: int, word: str) -> None:
    answer = admin("PATCH" if "users" in path else "POST", EXCEPTIONS + path, body)
    assert (answer.status, answer.json["status"]) == (status, word)
    assert answer.json["statusMessage"]


def test_the_body_is_looked_at_before_the_role(user: Caller) -> None:
    assert user("PATCH", f"{EXCEPTIONS}/users/{ADA}", {}).status == 400
    denied = user("PATCH", f"{EXCEPTIONS}/users/{ADA}", {"op": "assign", "workspaceGuid": WORKSPACE})
    assert (denied.status, denied.json["status"]) == (403, "FAILURE_UNAUTHORIZED_USER_ACTION")
