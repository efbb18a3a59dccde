"""Answers of CloudWorks as its description draws them."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, TaskScript, User
from anaplan_sdk.emulator.world.cloudworks.demo import (
    CONNECTION_ID,
    CONTAINER,
    EXPORT_ID,
    FLOW_ID,
    IMPORT_ID,
    PROCESS_ID,
)
from anaplan_sdk.emulator.world.cloudworks.state import CloudIntegration
from stage.calls.caller import Answer, Caller

ROOT = "/cloudworks/2/0"
INTEGRATIONS, FLOWS = f"{ROOT}/integrations", f"{ROOT}/integrationflows"
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
RUN = {"startDate", "endDate", "success", "message", "executionErrorCode", "triggerSource"}
DATED = {"createdBy", "creationDate", "modificationDate", "modifiedBy"}
SUCCESS = {"status": {"code": 200, "message": "Success"}}
AZURE = {
    "name": "Zone",
    "storageAccountName": "a",
    "containerName": CONTAINER,
    "sasToken": "t",
    "authMethod": "SAS-based",
}


def finished(admin: Caller, run_id: str) -> dict[str, Any]:
    for _ in range(1_000):
        run: dict[str, Any] = admin("GET", f"{INTEGRATIONS}/run/{run_id}").json["run"]
        if run["endDate"] is not None:
            return run
        time.sleep(0.01)
    raise AssertionError("the run does not end")


def run(admin: Caller, integration_id: str = IMPORT_ID) -> dict[str, Any]:
    answer = admin("POST", f"{INTEGRATIONS}/{integration_id}/run")
    assert (answer.status, answer.json.keys()) == (200, {"status", "run", "meta"})
    return finished(admin, answer.json["run"]["id"])


def refused(answer: Answer, status: int, message: str) -> None:
    assert (answer.status, answer.json["status"]["message"]) == (status, message)
    assert answer.json.keys() == {"status", "path", "timestamp"}


def test_connections_are_told_without_secrets(admin: Caller) -> None:
    answer = admin("GET", f"{INTEGRATIONS}/connections").json
    (connection,) = answer["connections"]
    assert connection.keys() == DATED | {
        *("connectionId", "connectionType", "body", "status", "integrationErrorCode", "workspaceId", "authMethod")
    }
    assert connection["body"].keys() == {"name", "storageAccountName", "containerName", "authMethod"}
    assert answer["meta"]["paging"] == {"currentPageSize": 1, "totalSize": 1, "offset": 0}


def test_what_is_made_is_named_in_an_object(admin: Caller) -> None:
    made = admin("POST", f"{INTEGRATIONS}/connections", {"type": "AzureBlob", "body": AZURE}).json
    assert made == {**SUCCESS, "connections": {"connectionId": made["connections"]["connectionId"]}}


@pytest.mark.parametrize("key", ["authMethod", "auth_method"])
def test_an_update_of_azure_needs_the_way_to_log_in(admin: Caller, key: str) -> None:
    path = f"{INTEGRATIONS}/connections/{CONNECTION_ID}"
    bare = {name: value for name, value in AZURE.items() if name != "authMethod"}
    refused(admin("PUT", path, bare), 400, "Invalid request body")
    refused(admin("PUT", path, {"type": "AzureBlob", "body": AZURE}), 400, "Invalid request body")
    refused(admin("PATCH", path, {"body": AZURE}), 400, "Invalid request body")
    assert admin("PUT", path, {**bare, key: "SAS-based"}).json == SUCCESS
    assert admin("PATCH", path, {"name": "Zone 2"}).json == SUCCESS


def test_lists_have_25_rows_and_250_at_the_most(admin: Caller, emulator: Emulator) -> None:
    for number in range(300):
        emulator.tenant.cloudworks.add_integration(
            CloudIntegration(name=f"P{number}", workspace_id="A" * 32, model_id="1" * 32, process_id="118000000000")
        )
    sizes = [
        len(admin("GET", f"{INTEGRATIONS}{query}").json["integrations"]) for query in ("", "?limit=5000", "?offset=300")
    ]
    assert sizes == [25, 250, 3]
    meta = admin("GET", INTEGRATIONS).json["meta"]
    assert (meta["tenantCurrentCount"], meta["tenantMaxAllowed"]) == (304, 500)


def test_one_integration_and_a_list_of_them_differ(admin: Caller) -> None:
    run(admin)
    listed = {each["integrationId"]: each for each in admin("GET", INTEGRATIONS).json["integrations"]}
    common = DATED | {"integrationId", "name", "workspaceId", "modelId", "nuxVisible", "notificationId"}
    assert listed[IMPORT_ID].keys() == common | {"integrationType", "latestRun"}
    assert listed[PROCESS_ID].keys() == common | {"integrationType", "processId"}
    assert listed[IMPORT_ID]["latestRun"].keys() == RUN | {"triggeredBy"}
    one = admin("GET", f"{INTEGRATIONS}/{IMPORT_ID}").json["integration"]
    assert one.keys() == common | {"latestRun", "version", "jobs"}
    assert one["jobs"][0]["sources"][0].keys() >= {"connectionName", "isConnectionDeleted", "bucketName"}
    assert ISO.fullmatch(one["creationDate"])


def test_a_run_by_itself_and_in_a_history(admin: Caller) -> None:
    found = run(admin)
    assert found.keys() == RUN | DATED | {"id", "integrationId", "traceId", "flowGroupId"}
    history = admin("GET", f"{INTEGRATIONS}/runs/{IMPORT_ID}").json["history_of_runs"]
    assert history["totalRuns"] == 1
    (record,) = history["runs"]
    assert record.keys() == RUN | {"id", "triggeredBy", "lastRun", "traceId"}
    assert isinstance(record["lastRun"], int)
    assert record["lastRun"] < 10_000_000_000
    assert admin("GET", f"{INTEGRATIONS}/runerror/{found['id']}").json["runs"] == {}
    refused(
        admin("GET", f"{INTEGRATIONS}/run/{found['id']}/dumps"), 404, "Your integration run was successful / no errors"
    )
    assert "runs" not in admin("GET", f"{INTEGRATIONS}/runs/{EXPORT_ID}").json["history_of_runs"]


def test_a_run_that_rejects_rows(admin: Caller, emulator: Emulator) -> None:
    content = b"Code,Product\nB1,x\nB2,x,y,z\n"
    emulator.tenant.cloudworks.stores[CONTAINER].objects["in/transactions.csv"] = content
    found = run(admin)
    assert (found["executionErrorCode"], found["success"]) == (38, True)
    errors = admin("GET", f"{INTEGRATIONS}/runerror/{found['id']}").json["runs"]
    assert errors.keys() == DATED | {"id", "taskId", "errorMessages"}
    (error,) = errors["errorMessages"]
    assert error.keys() == {"actionId", "actionName", "failureDumpGenerated", "errorMessage"}
    dump = admin("GET", f"{INTEGRATIONS}/run/{found['id']}/dumps")
    assert dump.body.splitlines()[1].startswith(b"E,B2")


def test_a_run_that_fails_ends_unsuccessfully(admin: Caller, emulator: Emulator) -> None:
    emulator.tenant.script_task("112000000000", TaskScript(fail="No list."))
    found = run(admin)
    assert (found["success"], found["message"]) == (False, "Import failed")


def test_a_run_under_way_has_no_end(admin: Caller, emulator: Emulator) -> None:
    emulator.tenant.script_task("112000000000", TaskScript(hang=True))
    run_id = admin("POST", f"{INTEGRATIONS}/{IMPORT_ID}/run").json["run"]["id"]
    seen = admin("GET", f"{INTEGRATIONS}/run/{run_id}").json["run"]
    assert (seen["endDate"], seen["success"]) == (None, False)
    refused(admin("POST", f"{INTEGRATIONS}/{IMPORT_ID}/run"), 409, "Integration is already running")
    refused(admin("DELETE", f"{INTEGRATIONS}/{IMPORT_ID}"), 409, "Integration is already running")
    refused(
        admin("POST", f"{INTEGRATIONS}/{EXPORT_ID}/cancel"), 409, f"Integration {EXPORT_ID} is not in running state"
    )


def test_a_flow_by_itself_and_in_a_list(admin: Caller) -> None:
    (listed,) = admin("GET", FLOWS).json["integrationFlows"]
    assert listed.keys() == DATED | {"id", "name", "stepsCount", "nuxVisible", "notificationId"}
    flow = admin("GET", f"{FLOWS}/{FLOW_ID}").json["integrationFlow"]
    assert flow.keys() == listed.keys() | {"version", "steps"}
    step = flow["steps"][0]
    assert step["type"] == "Import"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00", step["createdDate"])


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"steps": [{"type": "Integration", "referrer": IMPORT_ID}]}, 400, "has to have at least two enabled steps."),
        ({"steps": [{"type": "Import", "referrer": IMPORT_ID}]}, 400, "Invalid request body"),
        ({"steps": [{"type": "Integration", "referrer": "0" * 32}]}, 404, "Resource not found"),
    ],
)
def test_flows_that_are_refused(admin: Caller, body: Any, status: int, message: str) -> None:
    answer = admin("POST", FLOWS, {"name": "F", "version": "2.0", "type": "IntegrationFlow", **body})
    assert answer.status == status
    assert message in answer.json["status"]["message"]


def test_a_schedule_must_name_its_integration(admin: Caller) -> None:
    path = f"{INTEGRATIONS}/{IMPORT_ID}/schedule"
    schedule = {"name": "n", "type": "daily", "time": "01:30", "startDate": "2027-03-05", "timezone": "Europe/Berlin"}
    refused(admin("PUT", path, {"schedule": schedule}), 400, "Invalid value for integration_id")
    assert admin("POST", path, {"integrationId": IMPORT_ID, "schedule": schedule}).status == 200
    refused(
        admin("POST", path, {"integrationId": IMPORT_ID, "schedule": schedule}),
        400,
        "Only a single schedule is supported per integration",
    )
    assert admin("POST", f"{path}/status/disabled").json == SUCCESS
    refused(admin("PUT", path, {"integrationId": IMPORT_ID, "schedule": {"type": "daily"}}), 400, "Invalid Schedule")


def test_notifications_are_nested(admin: Caller) -> None:
    one = admin("GET", f"{INTEGRATIONS}/{IMPORT_ID}").json["integration"]["notificationId"]
    found = admin("GET", f"{INTEGRATIONS}/notification/{one}").json["notifications"]
    assert found.keys() == {"notificationId", "integrationIds", "channels", "notifications"}
    assert found["notifications"] == {"config": []}


@pytest.mark.parametrize(
    "path", ["/integrations/anaplanModels/1", "/integrations/run/1/dump", "/nothing", f"/integrations/{IMPORT_ID}/dump"]
)
def test_paths_without_a_route_are_pages(admin: Caller, path: str) -> None:
    answer = admin("GET", f"{ROOT}{path}")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_it_answers_under_both_roots_and_to_both_schemes(admin: Caller, nobody: Caller) -> None:
    assert admin("GET", "/2/0/integrations").json["integrations"]
    bearer = {"Authorization": f"Bearer {admin.token}"}
    assert nobody("GET", INTEGRATIONS, headers=bearer).status == 200
    assert nobody("GET", INTEGRATIONS).status == 401


def test_a_restricted_user_sees_the_integrations_of_their_workspaces(emulator: Emulator, user: Caller) -> None:
    refused(user("GET", INTEGRATIONS), 403, "Not Permitted")
    refused(user("DELETE", f"{INTEGRATIONS}/{IMPORT_ID}/schedule"), 452, "Tenant not entitled")
    grace = emulator.tenant.user_with_email("grace@example.com")
    assert isinstance(grace, User)
    grace.roles.add("RESTRICTED_INTEGRATION_USER")
    assert len(user("GET", INTEGRATIONS).json["integrations"]) == 3
    for workspace in emulator.tenant.workspaces.values():
        workspace.members.discard(grace.id)
    assert user("GET", INTEGRATIONS).json["integrations"] == []
    refused(user("GET", f"{INTEGRATIONS}/{IMPORT_ID}"), 404, "Resource not found")


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"version": "1.0"}, 400, "This API version is not supported for this request"),
        ({"name": "Load transactions"}, 400, "Duplicate resource name not allowed"),
        ({"workspaceId": "B" * 32}, 400, "User does not have access to workspace"),
        ({"modelId": "B" * 32}, 400, "User does not have access to model"),
        ({"jobs": []}, 400, "Invalid request body"),
        ({"extra": 1}, 400, "Invalid request body"),
        (
            {"processId": "118000000077"},
            400,
            "Action(s) you included, 118000000077 are not defined in your Anaplan model",
        ),
    ],
)
def test_integrations_that_are_refused(admin: Caller, changes: Any, status: int, message: str) -> None:
    jobs = admin("GET", f"{INTEGRATIONS}/{IMPORT_ID}").json["integration"]["jobs"]
    body = {"name": "N", "version": "2.0", "workspaceId": "A" * 32, "modelId": "1" * 32, "jobs": jobs}
    refused(admin("POST", INTEGRATIONS, {**body, **changes}), status, message)
    two = admin("POST", INTEGRATIONS, {**body, "jobs": jobs * 2})
    refused(two, 409, "Only a single job is supported by import/export integration")


def test_what_happens_is_in_the_audit_log(emulator: Emulator, admin: Caller) -> None:
    admin("POST", f"{INTEGRATIONS}/connections", {"type": "AzureBlob", "body": AZURE})
    run(admin)
    codes = [event.code for event in emulator.tenant.audit.events()]
    assert codes == ["USR-8", "INT-01", "INT-06"]
