"""Who may do what, which methods there are, and models that are held (facts of the Transactional API, §1)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, Fault, Model, TaskScript, User
from stage.calls.alm_calls import mask
from stage.calls.caller import DELETION, LIST_IMPORT, MODEL, WM, WORKSPACE, Answer, Caller
from stage.calls.transactional_calls import (
    BY_REGION,
    LINE_ITEMS,
    MODEL_ID,
    PRICE,
    REGIONS,
    SALES,
    VERSIONS,
    add_sales,
)

READS = (
    "/modules",
    f"/modules/{SALES}/lineItems",
    f"/modules/{SALES}/views",
    "/lineItems",
    f"/lineItems/{PRICE}/dimensions",
    f"/lineItems/{PRICE}/dimensions/{VERSIONS}/items",
    "/views",
    f"/views/{BY_REGION}",
    f"/views/{BY_REGION}/data",
    f"/views/{BY_REGION}/dimensions/{LINE_ITEMS}/items",
    f"/dimensions/{REGIONS}/items",
    "/lists",
    f"/lists/{REGIONS}",
    f"/lists/{REGIONS}/items",
    f"/lists/{REGIONS}/preview",
    "/dashboards",
)
ITEMS = f"{MODEL}/lists/{REGIONS}/items"
ADD = f"{ITEMS}?action=add"


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_sales(emulator)


@pytest.mark.parametrize("path", READS)
def test_any_role_in_the_model_suffices_to_read_by_either_path(user: Caller, path: str) -> None:
    short, long = user("GET", MODEL + path), user("GET", WM + path)
    assert short.status == long.status == 200
    # Links to further pages lead along the same path.
    assert short.body == long.body.replace(WORKSPACE.encode(), b"/2/0")


@pytest.mark.parametrize("path", READS)
def test_without_a_role_in_the_model_nothing_is_found(
    emulator: Emulator, user: Caller, nobody: Caller, path: str
) -> None:
    assert nobody("GET", MODEL + path).status == 401
    mask(emulator, MODEL_ID, "grace@example.com")
    assert user("GET", MODEL + path).status == 404


@pytest.mark.parametrize("path", [path for path in READS if any(id_ in path for id_ in (SALES, PRICE, BY_REGION))])
def test_a_module_without_read_access_is_not_found(emulator: Emulator, user: Caller, model: Model, path: str) -> None:
    grace = emulator.tenant.user_with_email("grace@example.com")
    assert grace is not None
    model.modules[SALES].no_access.add(grace.id)
    assert user("GET", MODEL + path).status == 404
    assert user("POST", f"{MODEL}/modules/{SALES}/data", [{"value": 1}]).status == 404
    for listing in ("/modules", "/lineItems", "/views"):
        assert SALES not in user("GET", MODEL + listing).body.decode()


def test_another_workspace_leads_nowhere(admin: Caller) -> None:
    assert admin("GET", f"/2/0/workspaces/{'B' * 32}/models/{MODEL_ID}/modules").status == 404


def test_users_write_and_look_up(user: Caller) -> None:
    assert user("POST", ADD, {"items": [{"name": "East"}]}).status == 200
    assert user("POST", f"{MODEL}/dimensions/{REGIONS}/items", {"names": ["East"]}).json["items"][0]["name"] == "East"
    assert user("POST", f"{MODEL}/modules/{SALES}/data", [{"lineItemName": "Price", "value": 1}]).status == 200
    assert user("POST", f"{MODEL}/lists/{REGIONS}/readRequests").status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/modules/{SALES}/data"),
        ("GET", "/modelCalendar/fiscalYear"),
        ("POST", "/lists"),
        ("POST", "/modules"),
    ],
)
def test_methods_that_are_not_offered(admin: Caller, method: str, path: str) -> None:
    assert admin(method, MODEL + path, {} if method == "POST" else None).status == 405
    assert admin(method, WM + path, {} if method == "POST" else None).status == 405


@pytest.mark.parametrize(("state", "status"), [("ARCHIVED", 422), ("MAINTENANCE", 424)])
def test_models_that_are_not_to_be_had(admin: Caller, model: Model, state: str, status: int) -> None:
    model.active_state = state
    assert admin("GET", f"{MODEL}/modules").status == status
    assert admin("POST", ADD, {"items": [{"name": "x"}]}).status == status


def test_a_locked_model_is_read_and_not_written(admin: Caller, model: Model) -> None:
    model.active_state = "LOCKED"
    assert admin("GET", f"{MODEL}/modules").status == 200
    assert admin("POST", f"{MODEL}/dimensions/{REGIONS}/items", {"names": ["x"]}).status == 200
    for method, path, body in writes():
        assert admin(method, path, body).status == 423


def writes() -> list[tuple[str, str, Any]]:
    item = {"items": [{"name": "North"}]}
    return [
        ("POST", ADD, item),
        ("PUT", ITEMS, item),
        ("POST", f"{ITEMS}?action=delete", item),
        ("POST", f"{MODEL}/lists/{REGIONS}/resetIndex", None),
        ("POST", f"{MODEL}/modules/{SALES}/data", [{"value": 1}]),
        ("PUT", f"{MODEL}/currentPeriod", {"date": ""}),
        ("PUT", f"{MODEL}/modelCalendar/fiscalYear", {"year": "FY26"}),
    ]


def step(caller: Caller) -> str:
    text: str = caller("GET", f"{MODEL}/status").json["requestStatus"]["currentStep"]
    return text


def test_calls_wait_for_the_task_that_holds_the_model(emulator: Emulator, admin: Caller, model: Model) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    task = admin.start("imports", LIST_IMPORT)
    admin.when(task, lambda state: state == "IN_PROGRESS")
    with ThreadPoolExecutor() as threads:
        reading = threads.submit(admin, "GET", f"{MODEL}/modules")
        writing = threads.submit(admin, "POST", ADD, {"items": [{"name": "East"}]})
        while len(emulator.received(path="/modules$|/lists/")) < 2:
            time.sleep(0.005)
        assert step(admin) == "Processing Transactions from Transactions.csv"
        assert not reading.done()
        assert not writing.done()
        assert "East" not in model.lists[REGIONS].items
        emulator.tenant.release_tasks()
        assert reading.result().status == writing.result().status == 200
    assert "East" in model.lists[REGIONS].items


def test_a_write_holds_the_model(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.write_seconds = 60
    with ThreadPoolExecutor() as threads:
        writing = threads.submit(admin, "POST", ADD, {"items": [{"name": "East"}]})
        while step(admin) != "Updating":
            assert not writing.done()
        assert admin("GET", f"{MODEL}?modelDetails=true").json["model"]["modelTransactionRunning"] is True
        task = admin.start("actions", DELETION)
        assert admin("GET", task).json["task"]["taskState"] == "NOT_STARTED"
        emulator.tenant.options.write_seconds = 0
        assert admin.finished(task)["result"]["successful"]
        assert writing.result().status == 200
    assert step(admin) == "Open"


@pytest.mark.parametrize("status", [410, 423, 424, 429, 502, 503])
def test_faults_strike_here_too(emulator: Emulator, admin: Caller, model: Model, status: int) -> None:
    emulator.inject(Fault(path="/lists/", status=status, retry_after=1))
    refused = admin("POST", ADD, {"items": [{"name": "East"}]})
    assert (refused.status, refused.headers["retry-after"]) == (status, "1")
    assert "East" not in model.lists[REGIONS].items
    assert admin("POST", ADD, {"items": [{"name": "East"}]}).status == 200


def test_pages_may_break_off(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.read_polls = 0
    made = admin("POST", f"{MODEL}/lists/{REGIONS}/readRequests").json["listReadRequest"]
    read = f"{MODEL}/lists/{REGIONS}/readRequests/{made['requestId']}"
    admin("GET", read)
    emulator.inject(Fault(path="/pages/0$", drop="midway"))
    with pytest.raises(Exception, match="IncompleteRead"):
        admin("GET", f"{read}/pages/0")
    assert admin("GET", f"{read}/pages/0").status == 200


def test_what_was_written_is_remembered_with_the_request(emulator: Emulator, admin: Caller) -> None:
    body = [{"lineItemName": "Price", "value": 1}]
    admin("POST", f"{MODEL}/modules/{SALES}/data", body)
    assert emulator.received("POST", "/data$")[0].json == body


def people(caller: Caller, kind: str) -> Answer:
    return caller("GET", f"{WORKSPACE}/{kind}")


def test_administrators_and_visitors_have_no_id(emulator: Emulator, admin: Caller, user: Caller) -> None:
    assert people(admin, "admins").json["admins"] == [
        {
            "firstName": "Ada",
            "lastName": "Li",
            "email": "ada@example.com",
            "active": True,
            "otherWorkspaces": [],
        }
    ]
    assert people(admin, "visitors").json["visitors"] == []
    grace = emulator.tenant.user_with_email("grace@example.com")
    assert grace is not None
    emulator.tenant.workspaces["A" * 32].visitors.add(grace.id)
    assert [row["email"] for row in people(admin, "visitors").json["visitors"]] == ["grace@example.com"]
    assert people(user, "admins").status == people(user, "visitors").status == 500


def test_twenty_people_come_without_a_limit(emulator: Emulator, admin: Caller) -> None:
    for number in range(25):
        user = emulator.tenant.add_user(User(f"admin{number}@example.com", "Admin", str(number)))
        emulator.tenant.workspaces["A" * 32].administrators.add(user.id)
    assert len(people(admin, "admins").json["admins"]) == 20
    assert len(people(admin, "admins?limit=100").json["admins"]) == 26


@pytest.mark.parametrize(("path", "key"), [("/users", "users"), ("/users/me", "user")])
def test_users_of_the_tenant(user: Caller, path: str, key: str) -> None:
    assert key in user("GET", f"/2/0{path}").json
