# Source of both colours: scripts/codegen.py emits this file twice.
"""Runs of all four kinds: started, waited for, looked at, cancelled, judged."""

from __future__ import annotations

import json
import warnings
from functools import partial
from typing import Any

import pytest

from anaplan_sdk import (
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    RejectedRowsError,
    RejectedRowsWarning,
    TaskCancelledError,
    TaskFailedError,
    TaskTimeoutError,
    TransferError,
    WaitTimeoutError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.observed import (
    ACTION,
    EXPORT,
    FILE,
    HEADER,
    IMPORT,
    LIST_FILE,
    LIST_IMPORT,
    PROCESS,
    Clock,
    OnArrival,
    rows,
    starts,
    tasks,
)

TASK = "/tasks/[0-9A-F]{32}$"
# Two rows that are loaded, one whose number is none, and one that repeats a key.
MIXED = HEADER + "T1,A,B,Jan 26,1,1.5\nT2,A,B,Jan 26,2,2.5\nT3,A,B,Jan 26,three,3.5\nT1,A,B,Jan 26,4,4.5\n"


async def load_list(client: AsyncClient, content: str) -> None:
    await client.upload_and_import(LIST_FILE, content, LIST_IMPORT, on_rejects="ignore")


async def test_all_four_kinds_run(client: AsyncClient, emulator: Emulator) -> None:
    await client.upload_file(LIST_FILE, rows(20))
    loaded = await client.run_action(LIST_IMPORT)
    assert (loaded.successful, loaded.task_state, loaded.progress) == (True, "COMPLETE", 1.0)
    assert (loaded.rows.total, loaded.rows.successful, loaded.rows.failed) == (20, 20, 0)
    process = await client.upload_and_import(FILE, rows(20), PROCESS)
    assert [(step.object_id, step.rows.successful) for step in process.steps] == [(LIST_IMPORT, 20), (IMPORT, 20)]
    assert (await client.export_and_download(EXPORT)).decode() == rows(20)
    deleted = await client.run_action(str(ACTION))
    assert deleted.successful
    assert deleted.steps == ()
    assert (await client.export_and_download(EXPORT)).decode() == HEADER
    assert starts(emulator) == len(tasks(emulator)) == 5


async def test_without_waiting_the_task_is_returned_as_it_starts(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    task = await client.run_action(EXPORT, wait_for_completion=False)
    assert (task.id, task.ended, task.successful, task.result) == (tasks(emulator)[0], False, False, None)
    assert not (await client.get_task_status(EXPORT, task.id)).ended
    assert [listed.id for listed in await client.list_tasks(EXPORT)] == [task.id]
    emulator.tenant.release_tasks()
    assert (await client.wait_for_task(EXPORT, task.id)).successful
    again = await client.upload_and_import(LIST_FILE, rows(3), LIST_IMPORT, wait_for_completion=False)
    assert (await client.wait_for_task(LIST_IMPORT, again.id)).rows.successful == 3


async def test_tasks_are_listed_oldest_first_under_their_own_action_only(client: AsyncClient) -> None:
    first = await client.run_action(EXPORT)
    second = await client.run_action(EXPORT)
    assert [task.id for task in await client.list_tasks(EXPORT)] == [first.id, second.id]
    assert await client.list_tasks(ACTION) == []
    with pytest.raises(NotFoundError):
        await client.get_task_status(ACTION, first.id)


async def test_a_task_is_polled_until_it_ends(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(polls=4))
    task = await client.run_action(EXPORT)
    assert task.successful
    assert len(emulator.received("GET", f"/tasks/{task.id}$")) >= 5


async def test_a_deadline_leaves_the_task_to_be_waited_for_later(
    client: AsyncClient, emulator: Emulator, clock: Clock
) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.inject(OnArrival("GET", TASK, clock.put_forward))
    with pytest.raises(TaskTimeoutError, match=rf"wait_for_task\({EXPORT}, '[0-9A-F]{{32}}'\)") as caught:
        await client.run_action(EXPORT, timeout=60)
    assert isinstance(caught.value, WaitTimeoutError | TimeoutError)
    assert caught.value.cancelled is None
    task_id = caught.value.task.id
    assert [task_id] == tasks(emulator)
    assert (caught.value.action_id, caught.value.task.ended) == (EXPORT, False)
    assert caught.value.resume == f"wait_for_task({EXPORT}, '{caught.value.task.id}')"
    with pytest.raises(TaskTimeoutError):
        await client.wait_for_task(EXPORT, task_id, timeout=0)
    emulator.tenant.release_tasks()
    assert (await client.wait_for_task(EXPORT, task_id, timeout=60)).successful
    assert (await client.wait_for_task(EXPORT, task_id, timeout=0)).successful


async def test_nothing_is_started_when_the_time_is_over(client: AsyncClient, emulator: Emulator, clock: Clock) -> None:
    emulator.inject(OnArrival("GET", "/tasks$", clock.put_forward))
    with pytest.raises(WaitTimeoutError, match=f"listing the tasks of export {EXPORT}; it was not started"):
        await client.run_action(EXPORT, timeout=60)
    assert starts(emulator) == 0


@pytest.mark.parametrize("path", [TASK, "/chunks$"])
async def test_a_deadline_covers_export_and_download(
    client: AsyncClient, emulator: Emulator, clock: Clock, path: str
) -> None:
    await load_list(client, rows(3))
    emulator.tenant.script_task(EXPORT, TaskScript(polls=2))
    emulator.inject(OnArrival("GET", path, clock.put_forward))
    with pytest.raises(WaitTimeoutError):
        await client.export_and_download(EXPORT, timeout=60)


@pytest.mark.parametrize("timeout", [-1, float("nan")], ids=repr)
async def test_impossible_time_limits_start_nothing(client: AsyncClient, emulator: Emulator, timeout: float) -> None:
    with pytest.raises(ConfigurationError, match="timeout must be zero or more"):
        await client.run_action(EXPORT, timeout=timeout)
    assert emulator.requests == []


async def test_a_failure_says_what_anaplan_said(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(fail="The saved view is gone."))
    with pytest.raises(TaskFailedError, match=f"of export {EXPORT} failed: The saved view is gone") as caught:
        await client.export_and_download(EXPORT)
    task = caught.value.task
    assert (task.task_state, task.current_step, task.successful) == ("COMPLETE", "Failed.", False)
    assert emulator.received("GET", "/chunks") == []


async def test_a_failed_step_is_named_and_what_ran_stays(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(fail="No mapping."))
    await client.upload_file(LIST_FILE, rows(5))
    with pytest.raises(TaskFailedError, match=r"failed in Sales from Sales.csv: .*No mapping") as caught:
        await client.run_action(PROCESS)
    steps = caught.value.task.result.nested_results if caught.value.task.result else ()
    assert [step.successful for step in steps] == [True, False]
    model = emulator.tenant.models[str(client.model_id)]
    assert len(next(iter(model.lists.values())).items) == 5


async def test_a_task_that_was_cancelled_elsewhere_is_an_error(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(cancel=True))
    with pytest.raises(TaskCancelledError, match=f"of export {EXPORT} was cancelled") as caught:
        await client.run_action(EXPORT)
    assert caught.value.task.task_state == "CANCELLED"
    emulator.tenant.script_task(PROCESS, TaskScript(cancel=True))
    with pytest.raises(TaskCancelledError, match="Steps that had ended stay applied"):
        await client.run_action(PROCESS)


async def test_an_end_without_a_result_is_no_success(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(omit_result=True))
    with pytest.raises(TaskFailedError, match="ended without a result: it is not known whether it did anything"):
        await client.run_action(EXPORT)


@pytest.mark.parametrize("state", ["CANCELLING", "PAUSED_FOR_LUNCH", "NOT_STARTED"])
async def test_states_that_are_not_final_are_waited_out(client: AsyncClient, emulator: Emulator, state: str) -> None:
    body = json.dumps({"task": {"taskId": "0", "taskState": state}})
    emulator.inject(Fault("GET", "/tasks/[0-9A-F]{32}$", status=200, body=body, times=3))
    assert (await client.run_action(EXPORT)).successful


async def test_a_task_can_be_cancelled(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    task = await client.run_action(EXPORT, wait_for_completion=False)
    asked = await client.cancel_task(EXPORT, task.id)
    assert asked.task_state in ("CANCELLING", "CANCELLED")
    with pytest.raises(TaskCancelledError, match=f"cancelled by {emulator.tenant.administrator.id}"):
        await client.wait_for_task(EXPORT, task.id)
    done = await client.run_action(EXPORT)
    assert (await client.cancel_task(EXPORT, done.id)).task_state == "COMPLETE"


async def test_a_task_is_cancelled_when_the_time_is_over(client: AsyncClient, emulator: Emulator, clock: Clock) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.inject(OnArrival("GET", TASK, clock.put_forward))
    with pytest.raises(TaskTimeoutError, match=r"Task [0-9A-F]{32} was cancelled") as caught:
        await client.run_action(EXPORT, timeout=60, cancel_on_abort=True)
    assert caught.value.cancelled is True
    assert (await client.get_task_status(EXPORT, caught.value.task.id)).task_state == "CANCELLED"


async def test_a_cancellation_that_fails_does_not_hide_the_deadline(
    client: AsyncClient, emulator: Emulator, clock: Clock
) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.inject(OnArrival("GET", TASK, clock.put_forward))
    emulator.inject(Fault("DELETE", "/tasks/", status=500, times=None))
    with pytest.raises(TaskTimeoutError, match="did not confirm it in time") as caught:
        await client.run_action(EXPORT, timeout=60, cancel_on_abort=True)
    assert caught.value.cancelled is False


async def test_an_import_says_what_became_of_its_rows(client: AsyncClient) -> None:
    await load_list(client, MIXED)
    with pytest.warns(RejectedRowsWarning, match=r"1 failed, 1 with warnings, 0 ignored of 4") as caught:
        task = await client.upload_and_import(FILE, MIXED, IMPORT)
    assert (task.rows.total, task.rows.successful, task.rows.failed, task.rows.warned) == (4, 2, 1, 1)
    assert f"get_rejected_rows({IMPORT}, '{task.id}')" in str(caught[0].message)


async def test_the_warning_points_at_the_caller(client: AsyncClient) -> None:
    await load_list(client, MIXED)
    await client.upload_file(FILE, MIXED)
    for call in (partial(client.run_action, IMPORT), partial(client.upload_and_import, FILE, MIXED, IMPORT)):
        with pytest.warns(RejectedRowsWarning) as caught:
            await call()
        assert caught[0].filename == __file__


async def test_rejected_rows_can_be_ignored_or_an_error(client: AsyncClient) -> None:
    await load_list(client, MIXED)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (await client.upload_and_import(FILE, MIXED, IMPORT, on_rejects="ignore")).rows.failed == 1
        with pytest.raises(RejectedRowsError, match="succeeded, but rejected rows: 1 failed") as caught:
            await client.upload_and_import(FILE, MIXED, IMPORT, on_rejects="raise")
    assert caught.value.task.successful
    assert len(await client.get_rejected_rows(IMPORT, caught.value.task)) == 2


async def test_a_file_without_rows_imports_nothing_and_succeeds(client: AsyncClient) -> None:
    task = await client.upload_and_import(LIST_FILE, HEADER, LIST_IMPORT)
    assert (task.successful, task.rows.total) == (True, 0)


async def test_parameters_reach_anaplan(client: AsyncClient, emulator: Emulator) -> None:
    mapping = [{"entityType": "Version", "entityName": "Budget", "importId": str(IMPORT)}]
    connector = [{"sourceIdOrType": "S3", "parameterId": "key", "value": "1"}]
    await client.run_action(PROCESS)
    await client.run_action(
        PROCESS, locale_name="de_DE", mapping_parameters=mapping, connector_parameters=tuple(connector)
    )
    first, second = (request.json for request in emulator.received("POST", "/tasks$"))
    assert first == {"localeName": "en_US"}
    assert second == {"localeName": "de_DE", "mappingParameters": mapping, "connectorParameters": connector}
    assert next(iter(second)) == "localeName"


@pytest.mark.parametrize(
    "action_id", [0, 113000000000, 115000000000, 12000000000, "Load Sales", "1/2", None, True], ids=repr
)
async def test_what_cannot_be_run_is_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, action_id: Any
) -> None:
    with pytest.raises(ConfigurationError, match="action_id"):
        await client.run_action(action_id)
    assert emulator.requests == []


async def test_the_wrong_kind_of_action_is_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator
) -> None:
    misspelt: Any = "warning"
    for call in (
        lambda: client.upload_and_import(FILE, rows(1), EXPORT),
        lambda: client.export_and_download(IMPORT),
        lambda: client.get_optimizer_log(PROCESS, "0" * 32),
        lambda: client.upload_and_import(FILE, rows(1), IMPORT, on_rejects=misspelt),
        lambda: client.run_action(IMPORT, on_rejects=misspelt),
        lambda: client.wait_for_task(IMPORT, "0" * 32, on_rejects=misspelt),
    ):
        with pytest.raises(ConfigurationError):
            await call()
    assert emulator.requests == []


async def test_an_action_that_does_not_exist_is_an_error(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(NotFoundError):
        await client.run_action(112999999999)
    assert starts(emulator) == 1


async def test_a_failed_poll_tells_the_task_that_goes_on(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/tasks/[0-9A-F]{32}$", status=404, times=None))
    with pytest.raises(NotFoundError) as caught:
        await client.run_action(EXPORT)
    assert f"wait_for_task({EXPORT}, '{tasks(emulator)[0]}')" in caught.value.__notes__[0]


async def test_an_upload_that_fails_starts_nothing(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(TransferError):
        await client.upload_and_import(FILE, "", IMPORT)
    assert starts(emulator) == 0
