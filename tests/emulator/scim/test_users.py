"""SCIM as it answers: users, filters, patches, and what it refuses."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest

from anaplan_sdk.emulator import Emulator, User, Workspace
from stage.calls.caller import Answer, Caller

ROOT = "/scim/1/0/v2"
USERS = f"{ROOT}/Users"
ADA, GRACE = "8a1b2c3d4e5f60718293a4b5c6d70001", "8a1b2c3d4e5f60718293a4b5c6d70002"
FIRST, SECOND = "A" * 32, "B" * 32
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
EVE = {
    "schemas": [SCHEMA],
    "userName": "eve@example.com",
    "externalId": "e1",
    "active": True,
    "name": {"familyName": "Ng", "givenName": "Eve"},
    "entitlements": [{"value": FIRST, "type": "WORKSPACE"}],
}


@pytest.fixture(autouse=True)
def second(emulator: Emulator) -> Workspace:
    return emulator.tenant.add_workspace(Workspace(SECOND, "Finance"))


def found(admin: Caller, text: str) -> list[str]:
    answer = admin("GET", f"{USERS}?filter={quote(text)}")
    assert answer.status == 200, answer.body
    return [user["userName"] for user in answer.json["Resources"]]


def patch(admin: Caller, *operations: dict[str, Any], user: str = GRACE) -> Answer:
    schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
    return admin("PATCH", f"{USERS}/{user}", {"schemas": schemas, "Operations": list(operations)})


def refused(answer: Answer, status: int) -> None:
    assert answer.status == status
    assert answer.headers["content-type"].startswith("application/scim+json")
    assert answer.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json["status"] == str(status)
    assert answer.json["detail"]


def workspaces(answer: Answer) -> list[str]:
    entitlements = answer.json.get("entitlements", [])
    return [each["value"] for each in entitlements if each["type"] == "WORKSPACE"]


def test_a_user_has_entitlements_in_three_forms(admin: Caller, emulator: Emulator) -> None:
    emulator.tenant.workspaces[SECOND].members.add(GRACE)
    answer = admin("GET", f"{USERS}/{GRACE}")
    assert answer.json["id"] == GRACE
    assert answer.headers["location"] == answer.json["meta"]["location"]
    kinds = [each["type"] for each in answer.json["entitlements"]]
    assert kinds == ["WORKSPACE", "WORKSPACE", "WORKSPACE_IDS", "WORKSPACE_NAMES"]
    assert answer.json["entitlements"][2]["value"] == f"{FIRST},{SECOND}"
    assert answer.json["entitlements"][3]["value"] == '"Sales Planning","Finance"'


def test_pages_begin_at_1_and_have_50_rows_and_100_at_the_most(admin: Caller, emulator: Emulator) -> None:
    for number in range(150):
        emulator.tenant.add_user(User(f"u{number}@example.com", "U", str(number)))
    first = admin("GET", USERS).json
    assert (first["totalResults"], first["startIndex"], first["itemsPerPage"]) == (152, 1, 50)
    last = admin("GET", f"{USERS}?startIndex=101&count=100").json
    assert len(last["Resources"]) == 52
    refused(admin("GET", f"{USERS}?count=101"), 400)


def test_visitors_are_absent(admin: Caller, emulator: Emulator) -> None:
    guest = emulator.tenant.add_user(User("guest@example.com", "Guest", "G"))
    emulator.tenant.workspaces[FIRST].visitors.add(guest.id)
    assert found(admin, 'userName eq "guest@example.com"') == []
    refused(admin("GET", f"{USERS}/{guest.id}"), 404)


@pytest.mark.parametrize(
    ("text", "users"),
    [
        ('userName eq "GRACE@example.com"', ["grace"]),
        ('name.givenName eq "Ada"', ["ada"]),
        ('name.familyName ge "M"', ["grace"]),
        ('USERNAME NE "ada@example.com"', ["grace"]),
        ("active eq true", ["ada", "grace"]),
        ("active pr", ["ada", "grace"]),
        ("externalId pr", []),
        (f'id eq "{ADA.upper()}"', ["ada"]),
        ('name.givenName eq "Ada" or name.givenName eq "Grace" and active eq false', ["ada"]),
        ('(name.givenName eq "Ada" or name.givenName eq "Grace") and active eq true', ["ada", "grace"]),
        (r'name.givenName eq "A\"da"', []),
    ],
)
def test_filters(admin: Caller, text: str, users: list[str]) -> None:
    assert found(admin, text) == [f"{user}@example.com" for user in users]


@pytest.mark.parametrize(
    "text",
    [
        *('userName co "a"', 'userName sw "a"', 'displayName eq "a"', 'emails.value eq "a"', "not (active eq true)"),
        *('entitlements[type eq "WORKSPACE"]', "userName eq ada", 'userName eq "ada', "active", "active gt true", "("),
        *("(active eq true", "active eq true and", 'active eq "true"', "userName eq"),
    ],
)
def test_filters_that_are_refused(admin: Caller, text: str) -> None:
    answer = admin("GET", f"{USERS}?filter={quote(text)}")
    refused(answer, 400)
    assert answer.json["scimType"] == "invalidValue"
    assert answer.json["detail"].startswith("The specified filter syntax was invalid")


def test_who_is_created_exists_and_logs_in_once_they_have_a_password(admin: Caller, emulator: Emulator) -> None:
    answer = admin("POST", USERS, EVE)
    assert answer.status == 201
    assert answer.headers["location"].endswith(answer.json["id"])
    assert workspaces(answer) == [FIRST]
    users = admin("GET", "/2/0/users?limit=100").json["users"]
    assert answer.json["id"] in [user["id"] for user in users]
    eve = emulator.tenant.user_with_email("eve@example.com")
    assert eve is not None
    assert eve.password is None
    eve.password = "given"
    assert Caller(emulator.url).log_in("eve@example.com", "given").status == 201
    refused(admin("POST", USERS, EVE), 409)


@pytest.mark.parametrize(
    "changes",
    [
        {"userName": "eve"},
        {"name": {"familyName": "Ng"}},
        {"entitlements": [{"value": "C" * 32, "type": "WORKSPACE"}]},
        {"entitlements": [{"value": FIRST, "type": "GROUP"}]},
        {"entitlements": "all"},
        {"active": "perhaps"},
    ],
)
def test_users_that_cannot_be_created(admin: Caller, changes: dict[str, Any]) -> None:
    refused(admin("POST", USERS, {**EVE, **changes}), 400)


def test_a_replacement_without_entitlements_removes_them(admin: Caller, emulator: Emulator) -> None:
    whole = {"id": GRACE, "name": {"familyName": "Okoro", "givenName": "Grace"}}
    refused(admin("PUT", f"{USERS}/{GRACE}", {**whole, "id": ADA}), 400)
    answer = admin("PUT", f"{USERS}/{GRACE}", {**whole, "entitlements": [{"value": SECOND, "type": "WORKSPACE"}]})
    assert workspaces(answer) == [SECOND]
    answer = admin("PUT", f"{USERS}/{GRACE}", whole)
    assert "entitlements" not in answer.json
    assert GRACE not in emulator.tenant.workspaces[SECOND].members


def test_a_patch_does_its_operations_in_order(admin: Caller, emulator: Emulator) -> None:
    path = 'entitlements[type eq "WORKSPACE"]'
    add = {"op": "Add", "path": "entitlements", "value": [{"value": SECOND, "type": "WORKSPACE"}]}
    assert workspaces(patch(admin, add)) == [FIRST, SECOND]
    assert workspaces(patch(admin, {"op": "replace", "path": path, "value": add["value"]})) == [SECOND]
    assert workspaces(patch(admin, {"op": "remove", "path": path}, add)) == [SECOND]
    assert workspaces(patch(admin, {"op": "remove", "path": "entitlements"})) == []
    answer = patch(
        admin,
        {"op": "replace", "path": "name.familyName", "value": "Khan"},
        {"op": "replace", "path": "active", "value": False},
    )
    assert (answer.json["name"]["familyName"], answer.json["active"]) == ("Khan", False)
    assert Caller(emulator.url).log_in("grace@example.com", "emulator-password").status == 401


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "value": {"active": False}},
        {"op": "move", "path": "active", "value": False},
        {"op": "replace", "path": "displayName", "value": "G"},
        {"op": "remove", "path": "active"},
        {"op": "remove", "path": f'entitlements[value eq "{FIRST}"]'},
        {"op": "replace", "path": "active", "value": 1},
    ],
)
def test_operations_that_are_refused(admin: Caller, operation: dict[str, Any]) -> None:
    refused(patch(admin, operation), 400)


def test_workspaces_that_cannot_be_stored_leave_the_user_changed(admin: Caller, emulator: Emulator) -> None:
    emulator.tenant.options.scim_entitlements_fail = 2
    made = admin("POST", USERS, EVE)
    assert (made.status, workspaces(made)) == (207, [])
    changed = patch(
        admin,
        {"op": "replace", "path": "name.givenName", "value": "Gracia"},
        {"op": "remove", "path": "entitlements"},
    )
    assert (changed.status, changed.json["name"]["givenName"], workspaces(changed)) == (207, "Gracia", [FIRST])


def test_what_differs_between_tenants(admin: Caller, emulator: Emulator) -> None:
    options = emulator.tenant.options
    options.scim_create_status, options.scim_unknown_workspace = 200, "ignore"
    options.scim_omits_empty_resources = True
    unknown = {**EVE, "entitlements": [{"value": "C" * 32, "type": "WORKSPACE"}]}
    answer = admin("POST", USERS, unknown)
    assert (answer.status, workspaces(answer)) == (200, [])
    nobody = quote('userName eq "x"')
    assert "Resources" not in admin("GET", f"{USERS}?filter={nobody}").json


def test_users_cannot_be_deleted(admin: Caller) -> None:
    refused(admin("DELETE", f"{USERS}/{GRACE}"), 501)


def test_who_is_let_in(emulator: Emulator, user: Caller, nobody: Caller, admin: Caller) -> None:
    refused(user("GET", USERS), 403)
    refused(nobody("GET", USERS), 401)
    basic = base64.b64encode(b"ada@example.com:emulator-password").decode()
    for value in (f"Bearer {admin.token}", f"Basic {basic}"):
        assert nobody("GET", USERS, headers={"Authorization": value}).status == 200
    refused(nobody("GET", USERS, headers={"Authorization": "Basic ???"}), 401)
    refused(admin("GET", f"{ROOT}/users"), 404)


@pytest.mark.parametrize("name", ["ServiceProviderConfig", "ResourceTypes", "Schemas"])
def test_anybody_may_ask_what_is_supported(nobody: Caller, name: str) -> None:
    answer = nobody("GET", f"{ROOT}/{name}")
    assert answer.status == 200
    if name != "ServiceProviderConfig":
        assert (answer.json["totalResults"], answer.json["itemsPerPage"]) == (1, 10)


def test_changes_are_in_the_audit_log(emulator: Emulator, admin: Caller) -> None:
    made = admin("POST", USERS, EVE).json["id"]
    patch(
        admin, {"op": "replace", "path": "active", "value": False}, {"op": "remove", "path": "entitlements"}, user=made
    )
    codes = [event.code for event in emulator.tenant.audit.events()]
    assert codes == ["USR-8", "USR-1", "USR-21", "USR-4", "USR-22", "USR-5"]
