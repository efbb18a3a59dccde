"""Bodies that are nearly right are refused, whatever is wrong with them, and break nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from anaplan_sdk.emulator.world.cloudworks.demo import CONNECTION_ID, EXPORT_ID, FLOW_ID, IMPORT_ID
from stage.calls.caller import Caller

CLOUDWORKS, SCIM, EXCEPTIONS = "/cloudworks/2/0", "/scim/1/0/v2", "/admin/1/0/permissions/exception-users"
WORKSPACE, GRACE = "A" * 32, "8a1b2c3d4e5f60718293a4b5c6d70002"
ZONE = {"name": "Z", "storageAccountName": "a", "containerName": "planning", "sasToken": "t", "authMethod": "SAS-based"}
JOB = {
    "type": "AzureBlobToAnaplan",
    "sources": [{"type": "AzureBlob", "connectionId": CONNECTION_ID, "file": "x"}],
    "targets": [{"type": "Anaplan", "actionId": "112000000000", "fileId": "113000000000"}],
}
INTEGRATION = {"name": "N", "version": "2.0", "workspaceId": WORKSPACE, "modelId": "1" * 32, "jobs": [JOB]}
SCHEDULE = {"name": "n", "type": "daily", "time": "01:30", "startDate": "2027-03-05", "timezone": "UTC"}
RULES = {"config": [{"type": "success", "users": [GRACE]}]}
STEPS = [
    {"type": "Integration", "referrer": IMPORT_ID, "exceptionBehavior": [{"type": "failure", "strategy": "stop"}]},
    {"type": "Integration", "referrer": EXPORT_ID},
]
USER = {
    **{"id": GRACE, "userName": "e@example.com", "name": {"familyName": "N", "givenName": "E"}, "active": True},
    **{"externalId": "x", "displayName": "y", "entitlements": [{"value": WORKSPACE, "type": "WORKSPACE"}]},
}
OPERATIONS = [
    {"op": "replace", "path": "active", "value": False},
    {"op": "add", "path": "entitlements", "value": [{"value": WORKSPACE, "type": "WORKSPACE"}]},
]
GOOD: list[tuple[str, str, Any]] = [
    ("POST", f"{CLOUDWORKS}/integrations/connections", {"type": "AzureBlob", "body": ZONE}),
    ("PUT", f"{CLOUDWORKS}/integrations/connections/{CONNECTION_ID}", ZONE),
    ("PATCH", f"{CLOUDWORKS}/integrations/connections/{CONNECTION_ID}", {"name": "Z"}),
    ("POST", f"{CLOUDWORKS}/integrations", INTEGRATION),
    ("PUT", f"{CLOUDWORKS}/integrations/{EXPORT_ID}", {**INTEGRATION, "processId": "118000000000"}),
    ("POST", f"{CLOUDWORKS}/integrations/{IMPORT_ID}/schedule", {"integrationId": IMPORT_ID, "schedule": SCHEDULE}),
    (
        "POST",
        f"{CLOUDWORKS}/integrations/notification",
        {"integrationIds": [IMPORT_ID], "channels": ["email"], "notifications": RULES},
    ),
    (
        "POST",
        f"{CLOUDWORKS}/integrationflows",
        {"name": "F", "version": "2.0", "type": "IntegrationFlow", "steps": STEPS},
    ),
    ("POST", f"{CLOUDWORKS}/integrationflows/{FLOW_ID}/run", {"stepsToRun": [IMPORT_ID]}),
    ("POST", "/audit/api/1/events/search", {"from": 1, "to": 2, "interval": 3}),
    ("POST", f"{SCIM}/Users", USER),
    ("PUT", f"{SCIM}/Users/{GRACE}", USER),
    ("PATCH", f"{SCIM}/Users/{GRACE}", {"Operations": OPERATIONS}),
    ("POST", f"{EXCEPTIONS}/search", {"userGuid": GRACE}),
    ("PATCH", f"{EXCEPTIONS}/users/{GRACE}", {"op": "assign", "workspaceGuid": WORKSPACE}),
]
ODD: list[Any] = [
    *(None, True, -1, 1.5, 10**30, "", "x" * 100, "é", [], {}, [None], [[]], [1], {"a": 1}, {"type": None}),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a body with every key in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(inner):
        yield value, key
        yield from places(each)


@pytest.mark.parametrize(("method", "path", "good"), GOOD, ids=[f"{one[0]} {one[1]}" for one in GOOD])
def test_a_body_with_something_odd_in_it(admin: Caller, method: str, path: str, good: Any) -> None:
    choose = random.Random(path)
    for _ in range(60):
        body = json.loads(json.dumps(good))
        container, key = choose.choice(list(places(body)))
        container[key] = choose.choice(ODD)
        answer = admin(method, path, body)
        assert answer.status < 500, (body, answer.body)
    lists = ("integrations", "integrations/connections", "integrationflows")
    for listed in (*(f"{CLOUDWORKS}/{one}" for one in lists), f"{SCIM}/Users", "/audit/api/1/events", "/2/0/users"):
        assert admin("GET", listed).status == 200
