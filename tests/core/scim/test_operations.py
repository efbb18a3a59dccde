"""Changes of users: how they are sent, which may be sent twice, and the least that it takes."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest

from anaplan_sdk import ConfigurationError
from anaplan_sdk._core.api import scim
from anaplan_sdk._core.scim.bodies import user_body
from anaplan_sdk._core.scim.operations import checked_operations, in_requests, is_repeatable, patch_body
from anaplan_sdk._core.scim.outcome import Workspaces, workspaces_after
from anaplan_sdk.models import Entitlement, ScimName, ScimUser
from anaplan_sdk.scim import (
    Add,
    DesiredUser,
    Operation,
    Remove,
    Replace,
    add_workspaces,
    plan_user,
    remove_all_workspaces,
    rename,
    set_active,
    set_workspaces,
)

EXACTLY = 'entitlements[type eq "WORKSPACE"]'


def ada(*workspaces: str, **changes: Any) -> ScimUser:
    fields: dict[str, Any] = {
        "external_id": "17",
        "active": True,
        "name": ScimName("Ada", "Li"),
        "entitlements": tuple(Entitlement(each, type="WORKSPACE") for each in workspaces),
    }
    return ScimUser("8a", "ada@example.com", **{**fields, **changes})


def test_operations_are_sent_in_order_with_a_capital_letter_in_their_key() -> None:
    operations = [set_active(False), add_workspaces(["a1", "a2"]), remove_all_workspaces(), *rename(family_name="Khan")]
    request = scim.update_user("8a", patch_body(operations), again=True).request("https://x")
    assert json.loads(bytes(request.body or b"")) == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "replace", "path": "active", "value": False},
            {
                "op": "add",
                "path": "entitlements",
                "value": [{"value": "a1", "type": "WORKSPACE"}, {"value": "a2", "type": "WORKSPACE"}],
            },
            {"op": "remove", "path": "entitlements"},
            {"op": "replace", "path": "name.familyName", "value": "Khan"},
        ],
    }
    assert (request.method, request.headers["Content-Type"]) == ("PATCH", "application/json")
    assert request.headers["Accept"] == "application/scim+json, application/json"


@pytest.mark.parametrize(
    ("operation", "repeated"),
    [
        (Replace("externalId", "17"), True),
        (Remove("externalId"), True),
        (add_workspaces(["a1"]), True),
        (Add("emails", [{"value": "ada@example.com"}]), False),
    ],
)
def test_only_additions_of_other_things_than_workspaces_are_never_repeated(
    operation: Operation, repeated: bool
) -> None:
    assert is_repeatable([set_active(True), operation]) is repeated


def test_the_ways_to_set_workspaces() -> None:
    assert set_workspaces(["a1", "A1", "a2"]) == Replace(
        EXACTLY, [{"value": "a1", "type": "WORKSPACE"}, {"value": "a2", "type": "WORKSPACE"}]
    )
    assert set_workspaces([]) == remove_all_workspaces() == Remove("entitlements")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Replace("", "x"),
        lambda: Remove(None),  # type: ignore[arg-type]
        lambda: Replace("userName", "x"),
        lambda: Replace("displayName", "x"),
        lambda: Remove('entitlements[type eq "WORKSPACE" and value eq "a1"]'),
        lambda: Replace("externalId", {1, 2}),
        lambda: Replace("externalId", float("nan")),
        lambda: set_active("true"),  # type: ignore[arg-type]
        lambda: add_workspaces([]),
        lambda: add_workspaces("a1"),
        lambda: add_workspaces(["a1,a2"]),
        lambda: set_workspaces([None]),  # type: ignore[list-item]
        lambda: DesiredUser(workspace_ids="a1"),
        lambda: checked_operations([]),
        lambda: checked_operations(set_active(True)),  # type: ignore[arg-type]
        lambda: checked_operations([{"op": "remove"}]),  # type: ignore[list-item]
        lambda: checked_operations([Operation("active")]),
        lambda: user_body("", "Ada", "Li", True),
        lambda: user_body("ada@example.com", "Ada", " ", True),
        lambda: user_body("ada@example.com", "Ada", "Li", 1),  # type: ignore[arg-type]
        lambda: user_body("ada@example.com", "Ada", "Li", True, emails="ada@example.com"),
    ],
    ids=count(),
)
def test_what_cannot_be_meant_is_refused(make: Any) -> None:
    with pytest.raises(ConfigurationError):
        make()


def test_a_user_is_sent_with_what_is_known() -> None:
    assert user_body("ada@example.com", "Ada", "Li", True) == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ada@example.com",
        "name": {"familyName": "Li", "givenName": "Ada"},
        "active": True,
    }
    more = user_body("a", "A", "L", False, display_name="A L", external_id="", emails=["a@x"], workspace_ids=["a1"])
    assert (more["active"], more["displayName"], more["externalId"]) == (False, "A L", "")
    assert more["emails"] == [{"value": "a@x", "type": "work"}]
    assert more["entitlements"] == [{"value": "a1", "type": "WORKSPACE"}]


@pytest.mark.parametrize(
    ("current", "wanted", "plan"),
    [
        (ada("a1"), DesiredUser(), []),
        (ada("a1"), DesiredUser("Ada", "Li", "17", True, ("A1",)), []),
        (ada(external_id=None), DesiredUser(external_id=""), []),
        (ada(), DesiredUser(family_name="Khan"), [Replace("name.familyName", "Khan")]),
        (ada(), DesiredUser("Eda", external_id="18"), [Replace("name.givenName", "Eda"), Replace("externalId", "18")]),
        (ada(), DesiredUser(active=False), [set_active(False)]),
        (ada(active=None), DesiredUser(active=True), [set_active(True)]),
        (ada("a1"), DesiredUser(workspace_ids=("a1", "a2", "a3")), [add_workspaces(["a2", "a3"])]),
        (ada("a1", "a2"), DesiredUser(workspace_ids=("a2", "a3")), [set_workspaces(["a2", "a3"])]),
        (ada("a1", "a2"), DesiredUser(workspace_ids=("a2",)), [set_workspaces(["a2"])]),
        (ada("a1"), DesiredUser(workspace_ids=()), [remove_all_workspaces()]),
        (ada(), DesiredUser(workspace_ids=()), []),
    ],
)
def test_a_plan_has_the_least_operations(current: ScimUser, wanted: DesiredUser, plan: list[Operation]) -> None:
    assert plan_user(current, wanted) == plan


def test_workspaces_are_counted_once_whatever_forms_they_come_in() -> None:
    joined = (Entitlement("a1, a2", type="WORKSPACE_IDS"), Entitlement('"One","Two"', type="WORKSPACE_NAMES"))
    assert ada(entitlements=(Entitlement("a1", type="WORKSPACE"), *joined)).workspace_ids == ("a1",)
    assert ada(entitlements=joined).workspace_ids == ("a1", "a2")
    assert ada().workspace_ids == ()


@pytest.mark.parametrize(
    ("operations", "after"),
    [
        ([set_active(True)], Workspaces()),
        ([add_workspaces(["a1"]), add_workspaces(["a2"])], Workspaces(("a1", "a2"))),
        ([add_workspaces(["a1"]), set_workspaces(["a2"])], Workspaces(("a2",), exact=True)),
        ([remove_all_workspaces(), add_workspaces(["a1"])], Workspaces(("a1",), exact=True)),
        ([Remove('entitlements[value eq "a1"]')], Workspaces()),
    ],
)
def test_what_operations_say_of_the_workspaces_afterwards(operations: list[Operation], after: Workspaces) -> None:
    assert workspaces_after(operations) == after


def test_operations_are_one_request_as_long_as_their_workspaces_fit() -> None:
    ids = [f"w{number}" for number in range(120)]
    several = [set_active(True), add_workspaces(ids[:30]), add_workspaces(ids[30:50]), *rename(family_name="Khan")]
    assert in_requests(several) == [tuple(several)]
    assert in_requests([set_active(True), set_workspaces(ids), remove_all_workspaces()]) == [
        (set_active(True), set_workspaces(ids[:50])),
        (add_workspaces(ids[50:100]),),
        (add_workspaces(ids[100:]), remove_all_workspaces()),
    ]
    assert in_requests([add_workspaces(ids[:40]), set_workspaces(ids[:20])]) == [
        (add_workspaces(ids[:40]),),
        (set_workspaces(ids[:20]),),
    ]
