"""Syncs (facts §11.7)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator, TaskScript, structure
from stage.calls.alm_calls import (
    DEVELOPMENT,
    DEVELOPMENT_ID,
    FIRST,
    KINDS,
    PAIR,
    PRODUCTION,
    PRODUCTION_ID,
    SECOND,
    create,
    finish,
    mask,
    message,
    revision_ids,
    start,
)
from stage.calls.caller import EXPORT, WORKSPACE, Caller

SYNCS = f"{PRODUCTION}/alm/syncTasks"
REGIONS, SALES_CHANNELS, COST_CENTERS = "101000000001", "101000000002", "101000000003"
DRIVERS = "102000000001"
GROWTH = "206000100001"


def test_a_start_names_the_task_and_where_to_find_it(emulator: Emulator, admin: Caller) -> None:
    answer = admin("POST", SYNCS, PAIR)
    assert answer.status == 201
    assert answer.json["meta"]["schema"].endswith("/2/0/objects/taskWithUrl")
    assert answer.json["status"] == {"code": 201, "message": "Created"}
    task = answer.json["task"]
    assert set(task) == {"taskId", "taskUrl", "taskState", "creationTime"}
    assert task["taskState"] == "IN_PROGRESS"
    assert task["taskUrl"] == answer.headers["location"] == f"{emulator.url}{SYNCS}/{task['taskId']}"


def test_a_sync_brings_the_structure_and_the_revision(emulator: Emulator, admin: Caller) -> None:
    third = create(admin)
    task = finish(admin, "syncTasks", sourceRevisionId=third)
    assert task["currentStep"] == "Complete."
    assert task["result"] == {"successful": True, "sourceRevisionId": third, "targetRevisionId": FIRST}
    models = emulator.tenant.models
    assert structure(models[PRODUCTION_ID]) == structure(models[DEVELOPMENT_ID])
    assert revision_ids(admin("GET", f"{PRODUCTION}/alm/latestRevision")) == [third]


def test_a_sync_may_leave_later_revisions_for_the_next_one(emulator: Emulator, admin: Caller) -> None:
    third = create(admin)
    assert finish(admin, "syncTasks")["result"]["successful"]
    assert revision_ids(admin("GET", f"{PRODUCTION}/alm/syncableRevisions?sourceModelId={DEVELOPMENT_ID}")) == [third]
    assert finish(admin, "syncTasks", sourceRevisionId=third, targetRevisionId=SECOND)["result"]["successful"]


def test_data_stays_where_the_structure_does(emulator: Emulator, admin: Caller) -> None:
    model = emulator.tenant.models[PRODUCTION_ID]
    items, growth = dict(model.lists[REGIONS].items), list(model.modules[DRIVERS].cells[GROWTH])
    assert growth
    finish(admin, "syncTasks")
    assert model.lists[REGIONS].items == items
    assert model.modules[DRIVERS].cells == {GROWTH: growth}
    assert SALES_CHANNELS not in model.lists


def test_uploaded_files_stay(emulator: Emulator, admin: Caller) -> None:
    path = f"{WORKSPACE}/models/{PRODUCTION_ID}/files/Local.csv"
    file_id = admin("POST", path, {"chunkCount": 1}).json["file"]["id"]
    assert finish(admin, "syncTasks")["result"]["successful"]
    assert file_id in emulator.tenant.models[PRODUCTION_ID].files


def test_revisions_are_copies(emulator: Emulator, admin: Caller) -> None:
    finish(admin, "syncTasks")
    before = structure(emulator.tenant.models[PRODUCTION_ID])
    source = emulator.tenant.models[DEVELOPMENT_ID]
    source.processes["118000000000"].step_ids.reverse()
    source.modules[DRIVERS].line_items[0].name = "Growth"
    assert structure(emulator.tenant.models[PRODUCTION_ID]) == before


@pytest.mark.parametrize("left_out", sorted(PAIR))
def test_all_three_fields_are_mandatory(admin: Caller, left_out: str) -> None:
    for kind in KINDS:
        body = {name: value for name, value in PAIR.items() if name != left_out}
        answer = admin("POST", f"{PRODUCTION}/alm/{kind}", body)
        expected = "Expected mandatory fields 'sourceRevisionId', 'sourceModelId' and 'targetRevisionId'"
        assert (answer.status, message(answer)) == (400, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_other_fields_and_types_are_refused(admin: Caller, kind: str) -> None:
    answer = admin("POST", f"{PRODUCTION}/alm/{kind}", {**PAIR, "comment": "c"})
    assert answer.status == 400
    assert message(answer).startswith("Identified an unrecognized 'comment'. Amend")
    assert admin("POST", f"{PRODUCTION}/alm/{kind}", {**PAIR, "sourceRevisionId": 7}).status == 400


def test_a_target_revision_that_is_not_the_latest_fails_the_task(admin: Caller) -> None:
    third = create(admin)
    finish(admin, "syncTasks")
    task = finish(admin, "syncTasks", sourceRevisionId=third)
    assert (task["taskState"], task["currentStep"]) == ("COMPLETE", "Failed.")
    assert task["result"]["successful"] is False
    assert task["result"]["error"]["title"] == "Model Synchronization Failed"
    assert "latest revision" in task["result"]["error"]["messageText"]


@pytest.mark.parametrize("revision_id", ["F" * 32, FIRST])
def test_a_revision_that_does_not_exist_or_is_not_newer_fails_the_task(
    emulator: Emulator, admin: Caller, revision_id: str
) -> None:
    before = structure(emulator.tenant.models[PRODUCTION_ID])
    result = finish(admin, "syncTasks", sourceRevisionId=revision_id)["result"]
    assert (result["successful"], result["sourceRevisionId"]) == (False, revision_id)
    assert set(result["error"]) == {"title", "messageText", "subtitle"}
    assert structure(emulator.tenant.models[PRODUCTION_ID]) == before


def test_a_target_that_was_changed_is_incompatible_unless_changes_are_overwritten(
    emulator: Emulator, admin: Caller
) -> None:
    emulator.tenant.models[PRODUCTION_ID].change_structure()
    result = finish(admin, "syncTasks")["result"]
    assert result["error"]["messageText"] == "The target and source revisions are incompatible"
    emulator.tenant.options.sync_overwrites_changes = True
    assert finish(admin, "syncTasks")["result"]["successful"]


def test_a_locked_target_is_refused(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models[PRODUCTION_ID].active_state = "LOCKED"
    answer = admin("POST", SYNCS, PAIR)
    assert answer.status == 400
    assert "Locked" in message(answer)


@pytest.mark.parametrize("model_id", [DEVELOPMENT_ID, PRODUCTION_ID])
@pytest.mark.parametrize("kind", KINDS)
def test_archived_models_are_refused(emulator: Emulator, admin: Caller, kind: str, model_id: str) -> None:
    emulator.tenant.models[model_id].active_state = "ARCHIVED"
    answer = admin("POST", f"{PRODUCTION}/alm/{kind}", PAIR)
    assert (answer.status, message(answer)) == (422, "Model is Archived")


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_that_the_caller_does_not_see_is_not_found(emulator: Emulator, admin: Caller, kind: str) -> None:
    assert admin("POST", f"{PRODUCTION}/alm/{kind}", {**PAIR, "sourceModelId": "F" * 32}).status == 404
    mask(emulator, DEVELOPMENT_ID)
    assert admin("POST", f"{PRODUCTION}/alm/{kind}", PAIR).status == 404


def test_syncs_are_for_administrators(admin: Caller, user: Caller) -> None:
    task = start(admin, "syncTasks")
    for answer in (user("POST", SYNCS, PAIR), user("GET", SYNCS), user("GET", task)):
        assert (answer.status, message(answer)) == (403, "Forbidden")


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_has_no_result_while_it_runs(emulator: Emulator, admin: Caller, kind: str) -> None:
    emulator.tenant.script_task(f"{PRODUCTION_ID}/{kind}", TaskScript(hang=True))
    task = start(admin, kind)
    running = admin("GET", task).json
    assert running["meta"]["schema"].endswith("/2/0/objects/syncTask")
    assert set(running["task"]) == {"taskId", "taskState", "creationTime", "currentStep"}
    assert running["task"]["taskState"] == "IN_PROGRESS"
    emulator.tenant.release_tasks()
    assert admin.finished(task)["result"]["successful"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_follows_its_script(emulator: Emulator, admin: Caller, kind: str) -> None:
    scripts = [
        TaskScript(fail="Workspace would grow"),
        TaskScript(cancel=True),
        TaskScript(polls=2, omit_result=True),
    ]
    for script in scripts:
        emulator.tenant.script_task(f"{PRODUCTION_ID}/{kind}", script)
    failed, cancelled = finish(admin, kind), finish(admin, kind)
    assert failed["result"]["error"]["messageText"] == "Workspace would grow"
    assert cancelled["taskState"] == "CANCELLED"
    assert "result" not in cancelled
    task = start(admin, kind)
    states = [admin("GET", task).json["task"]["taskState"] for _ in range(2)]
    assert states == ["IN_PROGRESS", "IN_PROGRESS"]
    done = admin.finished(task)
    assert done["currentStep"] == "Complete."
    assert "result" not in done


def test_the_list_has_no_key_when_empty_and_never_pages(admin: Caller) -> None:
    body = admin("GET", SYNCS).json
    assert "tasks" not in body
    assert "paging" not in body["meta"]
    first = finish(admin, "syncTasks")["taskId"]
    second = finish(admin, "syncTasks")["taskId"]
    body = admin("GET", SYNCS).json
    assert "paging" not in body["meta"]
    assert [task["taskId"] for task in body["tasks"]] == [second, first]
    assert all(set(task) == {"taskId", "taskState", "creationTime"} for task in body["tasks"])


def test_the_list_forgets_what_ended_two_days_ago_but_not_what_runs(emulator: Emulator, admin: Caller) -> None:
    finish(admin, "syncTasks")
    emulator.tenant.script_task(f"{PRODUCTION_ID}/syncTasks", TaskScript(hang=True))
    running = start(admin, "syncTasks")
    emulator.tenant.options.retention_seconds = 0.0
    assert [task["taskId"] for task in admin("GET", SYNCS).json["tasks"]] == [running.rpartition("/")[2]]


def test_a_new_sync_may_be_listed_late(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.task_listing_delay = 60.0
    finish(admin, "syncTasks")
    assert "tasks" not in admin("GET", SYNCS).json
    emulator.tenant.options.task_listing_delay = 0.0
    assert len(admin("GET", SYNCS).json["tasks"]) == 1


def test_the_lists_of_two_models_are_apart(admin: Caller) -> None:
    task = finish(admin, "syncTasks")
    assert "tasks" not in admin("GET", f"{DEVELOPMENT}/alm/syncTasks").json
    assert admin("GET", f"{DEVELOPMENT}/alm/syncTasks/{task['taskId']}").status == 404


def test_ids_of_the_three_kinds_are_not_interchangeable(admin: Caller) -> None:
    for kind in KINDS:
        task_id = start(admin, kind).rpartition("/")[2]
        found = [other for other in KINDS if admin("GET", f"{PRODUCTION}/alm/{other}/{task_id}").status == 200]
        assert found == [kind]


def test_a_sync_waits_for_the_other_tasks_of_its_target(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    export = f"{WORKSPACE}/models/{PRODUCTION_ID}/exports/{EXPORT}/tasks"
    export += f"/{admin('POST', export, {'localeName': 'en_US'}).json['task']['taskId']}"
    admin.when(export, lambda state: state == "IN_PROGRESS")
    sync = start(admin, "syncTasks")
    assert admin("GET", sync).json["task"]["taskState"] == "NOT_STARTED"
    emulator.tenant.release_tasks()
    assert admin.finished(sync)["result"]["successful"]


def test_a_target_that_is_locked_meanwhile_fails_the_task(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(f"{PRODUCTION_ID}/syncTasks", TaskScript(hang=True))
    sync = start(admin, "syncTasks")
    emulator.tenant.models[PRODUCTION_ID].active_state = "LOCKED"
    emulator.tenant.release_tasks()
    assert admin.finished(sync)["result"]["error"]["messageText"] == "The target model is locked."


def test_a_module_over_another_list_loses_its_cells(emulator: Emulator, admin: Caller) -> None:
    finish(admin, "syncTasks")
    emulator.tenant.models[DEVELOPMENT_ID].modules[DRIVERS].list_id = COST_CENTERS
    third = create(admin)
    assert emulator.tenant.models[PRODUCTION_ID].modules[DRIVERS].cells
    assert finish(admin, "syncTasks", sourceRevisionId=third, targetRevisionId=SECOND)["result"]["successful"]
    assert emulator.tenant.models[PRODUCTION_ID].modules[DRIVERS].cells == {}


def test_a_task_that_breaks_ends_all_the_same(emulator: Emulator, admin: Caller) -> None:
    revision = emulator.tenant.history.find(DEVELOPMENT_ID, SECOND)
    assert revision is not None
    revision.structure.clear()
    assert finish(admin, "syncTasks")["result"]["error"]["messageText"] == "An unexpected error occurred."


def test_a_model_tells_that_it_is_being_synchronized(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(f"{PRODUCTION_ID}/syncTasks", TaskScript(hang=True))
    sync = start(admin, "syncTasks")
    admin.when(sync, lambda state: state == "IN_PROGRESS")
    status = admin("GET", f"{PRODUCTION}/status").json["requestStatus"]
    assert (status["taskId"], status["currentStep"]) == (f"{sync.rpartition('/')[2]}-11", "Processing")
    assert admin("GET", f"{PRODUCTION}?modelDetails=true").json["model"]["modelTransactionRunning"] is True
    emulator.tenant.release_tasks()
    admin.finished(sync)
    assert admin("GET", f"{PRODUCTION}/status").json["requestStatus"]["currentStep"] == "Open"


def test_a_model_that_is_being_synchronized_is_busy(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.when_busy = "conflict"
    emulator.tenant.script_task(f"{PRODUCTION_ID}/syncTasks", TaskScript(hang=True))
    sync = start(admin, "syncTasks")
    admin.when(sync, lambda state: state == "IN_PROGRESS")
    tasks = f"{PRODUCTION}/exports/{EXPORT}/tasks"
    assert admin("POST", tasks, {"localeName": "en_US"}).status == 409
    emulator.tenant.release_tasks()
    admin.finished(sync)
    assert admin("POST", tasks, {"localeName": "en_US"}).status == 200
