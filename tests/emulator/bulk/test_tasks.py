"""Tasks: how they are started, listed, watched and cancelled (facts §7.5 and §8)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, TaskScript
from stage.calls.caller import DELETION, EXPORT, LIST_IMPORT, MODEL, MODULE_IMPORT, PROCESS, WM, Caller

TASKS = f"{WM}/imports/{LIST_IMPORT}/tasks"
BODY = {"localeName": "en_US"}


def is_running(state: str) -> bool:
    return state == "IN_PROGRESS"


def test_a_start_is_200_and_wraps_the_id(admin: Caller) -> None:
    answer = admin("POST", TASKS, BODY)
    assert answer.status == 200
    assert answer.json["meta"]["schema"].endswith(f"//2/0/models/{'1' * 32}/objects/task")
    task = answer.json["task"]
    assert re.fullmatch(r"[0-9A-F]{32}", task["taskId"])
    assert task["taskState"] == "NOT_STARTED"


def test_a_tenant_can_answer_with_a_bare_id(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.bare_task_id = True
    body = admin("POST", TASKS, BODY).json
    assert "task" not in body
    assert admin("GET", f"{TASKS}/{body['taskId']}").status == 200


@pytest.mark.parametrize("body", [None, b"nonsense", {}, {"localeName": ""}])
def test_a_start_needs_a_locale(admin: Caller, body: object) -> None:
    assert admin("POST", TASKS, body).status == 400
    assert "tasks" not in admin("GET", TASKS).json


def test_unknown_properties_of_a_start_are_tolerated(admin: Caller) -> None:
    mapping = {"mappingParameters": [{"entityType": "Version", "entityName": "Budget"}], "id": LIST_IMPORT}
    assert admin("POST", TASKS, BODY | mapping).status == 200


@pytest.mark.parametrize(
    ("kind", "object_id"),
    [
        ("imports", "112999999999"),
        ("actions", LIST_IMPORT),
        ("imports", DELETION),
        ("actions", "117000000002"),
    ],
    ids=["unknown", "import as action", "action as import", "dashboard"],
)
def test_what_cannot_be_run_under_this_kind_is_not_found(admin: Caller, kind: str, object_id: str) -> None:
    assert admin("POST", f"{WM}/{kind}/{object_id}/tasks", BODY).status == 404


def test_every_start_is_a_run(admin: Caller) -> None:
    first, second = admin.start("imports", LIST_IMPORT), admin.start("imports", LIST_IMPORT)
    assert first != second
    assert len(admin("GET", TASKS).json["tasks"]) == 2


def test_a_finished_import(admin: Caller) -> None:
    admin.upload("113000000000", b"Code,Product,Region,Period,Units,Revenue\nA,,,,,\n\nB,,,,,\nA,,,,,\n,,,,,\n")
    task = admin.run("imports", LIST_IMPORT)
    assert task["type"] == "taskInformation"
    assert (task["taskState"], task["progress"], task["currentStep"]) == ("COMPLETE", 1.0, "Complete.")
    result = task["result"]
    assert (result["objectId"], result["successful"]) == (LIST_IMPORT, True)
    assert result["failureDumpAvailable"] is True
    (detail,) = result["details"]
    assert detail["type"] == "hierarchyRowsProcessed"
    assert detail["localMessageText"] == "Transactions: 2 (2/0) rows successful, 1 ignored "
    assert all(isinstance(value, str) for value in detail["values"])
    values = dict(zip(detail["values"][::2], detail["values"][1::2], strict=True))
    assert values == {
        "hierarchyName": "Transactions",
        "successRowCount": "2",
        "successCreateCount": "2",
        "successUpdateCount": "0",
        "warningsRowCount": "1",
        "warningsCreateCount": "0",
        "warningsUpdateCount": "1",
        "failedCount": "1",
        "ignoredCount": "1",
        "totalRowCount": "5",
        "totalCreateCount": "2",
        "totalUpdateCount": "1",
        "invalidCount": "0",
        "createdCount": "2",
        "updatedCount": "1",
        "renamedCount": "0",
    }


def test_a_failure_is_complete_with_an_unsuccessful_result(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(fail="The model is full."))
    task = admin.run("imports", LIST_IMPORT)
    assert (task["taskState"], task["currentStep"]) == ("COMPLETE", "Failed.")
    assert task["result"]["successful"] is False
    assert task["result"]["details"][0]["localMessageText"] == "The model is full."
    assert admin.run("imports", LIST_IMPORT)["result"]["successful"]


def test_results_come_at_the_end_only(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    task = admin.start("imports", LIST_IMPORT)
    assert "result" not in admin.when(task, is_running)
    emulator.tenant.release_tasks()
    assert admin.finished(task)["result"]["successful"]


def test_a_result_can_be_missing(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(omit_result=True))
    task = admin.run("imports", LIST_IMPORT)
    assert task["taskState"] == "COMPLETE"
    assert "result" not in task


def test_a_task_can_take_its_time(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(seconds=0.1))
    task = admin.start("imports", LIST_IMPORT)
    assert 0 <= admin.when(task, is_running)["progress"] < 1
    assert admin.finished(task)["progress"] == 1


def test_a_task_can_take_a_number_of_polls(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(polls=3))
    task = admin.start("imports", LIST_IMPORT)
    states = [admin("GET", task).json["task"]["taskState"] for _ in range(3)]
    assert "COMPLETE" not in states
    assert admin.finished(task)["taskState"] == "COMPLETE"


def test_scripts_serve_in_order_and_as_often_as_they_say(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(int(LIST_IMPORT), TaskScript(fail="one", times=2))
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(fail="two", times=None))
    messages = [admin.run("imports", LIST_IMPORT)["result"]["details"][0]["localMessageText"] for _ in range(4)]
    assert messages == ["one", "one", "two", "two"]


def test_tasks_of_a_model_wait_for_one_another(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    first, second = admin.start("imports", LIST_IMPORT), admin.start("actions", DELETION)
    admin.when(first, is_running)
    assert admin("GET", second).json["task"]["taskState"] == "NOT_STARTED"
    emulator.tenant.release_tasks()
    assert admin.finished(second)["taskState"] == "COMPLETE"
    assert admin("GET", first).json["task"]["taskState"] == "COMPLETE"


def test_an_action_deleted_while_its_task_waits_fails_the_task(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    admin.when(admin.start("imports", LIST_IMPORT), is_running)
    waiting = admin.start("actions", DELETION)
    del emulator.tenant.models["1" * 32].actions[DELETION]
    emulator.tenant.release_tasks()
    assert admin.finished(waiting)["currentStep"] == "Failed."


def test_tasks_of_other_models_do_not_wait(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    admin.when(admin.start("imports", LIST_IMPORT), is_running)
    tasks = f"{WM.replace('1' * 32, '2' * 32)}/imports/{LIST_IMPORT}/tasks"
    task_id = admin("POST", tasks, BODY).json["task"]["taskId"]
    assert admin.finished(f"{tasks}/{task_id}")["taskState"] == "COMPLETE"


def test_a_busy_model_can_refuse_instead(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.when_busy = "conflict"
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    task = admin.start("imports", LIST_IMPORT)
    answer = admin("POST", TASKS, BODY)
    assert answer.status == 409
    assert answer.json["status"]["code"] == 409
    emulator.tenant.release_tasks()
    admin.finished(task)
    assert admin("POST", TASKS, BODY).status == 200


def test_the_model_tells_what_it_is_doing(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    task = admin.start("imports", LIST_IMPORT)
    admin.when(task, is_running)
    status = admin("GET", f"{WM}/status").json["requestStatus"]
    assert status["taskId"] == f"{task.rpartition('/')[2]}-11"
    assert status["currentStep"] == "Processing Transactions from Transactions.csv"
    assert "Ada Li" in status["tooltip"]
    assert 0 <= status["progress"] <= 1
    assert admin("GET", f"{MODEL}?modelDetails=true").json["model"]["modelTransactionRunning"] is True


def test_a_list_tells_three_things_and_not_who(admin: Caller, user: Caller) -> None:
    tasks = {admin.start("imports", LIST_IMPORT), user.start("imports", LIST_IMPORT)}
    rows = admin("GET", TASKS).json["tasks"]
    assert {f"{TASKS}/{row['taskId']}" for row in rows} == tasks
    assert all(set(row) == {"taskId", "taskState", "creationTime"} for row in rows)


def test_a_list_without_tasks_is_200_without_the_key(admin: Caller) -> None:
    for object_id in (LIST_IMPORT, "112999999999"):
        answer = admin("GET", f"{WM}/imports/{object_id}/tasks")
        assert answer.status == 200
        assert "tasks" not in answer.json


def test_a_list_can_be_sorted_by_date(admin: Caller) -> None:
    for _ in range(3):
        admin.run("imports", LIST_IMPORT)

    def times(sort: str) -> list[int]:
        return [row["creationTime"] for row in admin("GET", f"{TASKS}?sort={sort}").json["tasks"]]

    assert times("-creationDate") == sorted(times("creationDate"), reverse=True)
    assert len(admin("GET", f"{TASKS}?sort=-creationDate&limit=2").json["tasks"]) == 2


def test_new_tasks_can_be_late_in_the_list(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.task_listing_delay = 60
    task = admin.start("imports", LIST_IMPORT)
    assert "tasks" not in admin("GET", TASKS).json
    assert admin("GET", task).status == 200
    emulator.tenant.options.task_listing_delay = 0
    assert len(admin("GET", TASKS).json["tasks"]) == 1


def test_a_task_is_found_under_its_parent_only(admin: Caller) -> None:
    task_id = admin.start("processes", PROCESS).rpartition("/")[2]
    assert admin("GET", f"{TASKS}/{task_id}").status == 404
    assert admin("GET", f"{TASKS}/{'F' * 32}").status == 404
    assert "tasks" not in admin("GET", TASKS).json


def test_a_waiting_task_is_cancelled_at_once(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    first, second = admin.start("imports", LIST_IMPORT), admin.start("imports", LIST_IMPORT)
    answer = admin("DELETE", second)
    assert answer.status == 200
    assert answer.json["task"]["taskState"] == "CANCELLED"
    emulator.tenant.release_tasks()
    assert admin.finished(first)["taskState"] == "COMPLETE"
    assert admin("GET", second).json["task"]["taskState"] == "CANCELLED"


def test_a_running_task_is_cancelling_before_it_is_cancelled(emulator: Emulator, admin: Caller) -> None:
    admin.upload("113000000000", b"Code,Product,Region,Period,Units,Revenue\nA,,,,,\n")
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(hang=True))
    task = admin.start("imports", LIST_IMPORT)
    admin.when(task, is_running)
    answer = admin("DELETE", task)
    assert answer.status == 200
    assert answer.json["task"]["taskState"] == "CANCELLING"
    finished = admin.finished(task)
    assert finished["taskState"] == "CANCELLED"
    assert "result" not in finished
    assert emulator.tenant.models["1" * 32].lists["101000000000"].items == {}


def test_a_late_cancellation_changes_nothing(admin: Caller) -> None:
    task = admin.start("imports", LIST_IMPORT)
    admin.finished(task)
    answer = admin("DELETE", task)
    assert answer.status == 200
    assert answer.json["task"]["taskState"] == "COMPLETE"
    assert admin("DELETE", f"{TASKS}/{'F' * 32}").status == 404


def test_a_task_can_be_cancelled_by_somebody_else(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(cancel=True))
    task = admin.run("imports", LIST_IMPORT)
    assert task["taskState"] == "CANCELLED"
    assert "result" not in task


def steps(result: Any) -> list[tuple[str, bool]]:
    return [(step["objectId"], step["successful"]) for step in result["nestedResults"]]


def test_a_process_has_a_result_for_each_step(admin: Caller) -> None:
    result = admin.load("A,Tea,Zürich,2026-01,1,2\n")["result"]
    assert (result["objectId"], result["successful"]) == (PROCESS, True)
    assert steps(result) == [(LIST_IMPORT, True), (MODULE_IMPORT, True)]
    assert "startTime" not in result["nestedResults"][0]


def test_steps_have_times_when_asked(admin: Caller) -> None:
    task = admin.start("processes", PROCESS)
    admin.finished(task)
    result = admin("GET", f"{task}?includeProcessDetails=true").json["task"]["result"]
    assert all({"startTime", "duration"} <= set(step) for step in result["nestedResults"])


def test_a_process_stops_at_the_step_that_fails(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(LIST_IMPORT, TaskScript(fail="No."))
    task = admin.run("processes", PROCESS)
    assert task["currentStep"] == "Failed."
    assert task["result"]["successful"] is False
    assert steps(task["result"]) == [(LIST_IMPORT, False)]


def test_what_a_process_did_before_it_was_cancelled_stays(emulator: Emulator, admin: Caller) -> None:
    admin.upload("113000000000", b"Code,Product,Region,Period,Units,Revenue\nA,,,,,\n")
    emulator.tenant.script_task(MODULE_IMPORT, TaskScript(hang=True))
    task = admin.start("processes", PROCESS)
    items = emulator.tenant.models["1" * 32].lists["101000000000"].items
    admin.when(task, lambda _: "A" in items)
    admin("DELETE", task)
    assert admin.finished(task)["taskState"] == "CANCELLED"
    assert list(items) == ["A"]


def test_a_deletion_deletes(emulator: Emulator, admin: Caller) -> None:
    admin.load("A,Tea,Zürich,2026-01,1,2\n")
    result = admin.run("actions", DELETION)["result"]
    assert result["successful"]
    assert result["failureDumpAvailable"] is False
    model = emulator.tenant.models["1" * 32]
    assert model.lists["101000000000"].items == {}
    assert model.modules["102000000000"].cells == {}


def test_the_result_of_an_export(admin: Caller) -> None:
    result = admin.run("exports", EXPORT)["result"]
    assert result["failureDumpAvailable"] is False
    assert result["details"][0]["type"] == "exportSucceeded"
