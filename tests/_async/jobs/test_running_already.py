# Source of both colours: scripts/codegen.py emits this file twice.
"""A run of the same action is under way: another is started, it is joined, or the call refuses."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import AsyncClient, ConfigurationError, TaskFailedError, TaskRunningError, TaskTimeoutError
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.observed import EXPORT, FILE, IMPORT, LIST_FILE, LIST_IMPORT, rows, starts

# So many looks see it under way.
FOR_A_WHILE: dict[str, Any] = {"polls": 12}
UNTIL_RELEASED: dict[str, Any] = {"hang": True}


async def begin(client: AsyncClient, emulator: Emulator, action_id: int = LIST_IMPORT, **script: Any) -> str:
    """The id of a task that is under way."""
    emulator.tenant.script_task(action_id, TaskScript(**(script or UNTIL_RELEASED)))
    task = await client.run_action(action_id, wait_for_completion=False)
    while (await client.get_task_status(action_id, task.id)).task_state != "IN_PROGRESS":
        pass
    return task.id


async def test_a_task_that_is_under_way_is_joined(client: AsyncClient, emulator: Emulator) -> None:
    task_id = await begin(client, emulator, **FOR_A_WHILE)
    joined = await client.run_action(LIST_IMPORT, if_running="join")
    assert (joined.id, joined.successful) == (task_id, True)
    assert starts(emulator) == 1
    assert (await client.run_action(LIST_IMPORT, if_running="join")).id != task_id
    assert starts(emulator) == 2


async def test_what_was_joined_is_judged_like_ones_own(client: AsyncClient, emulator: Emulator) -> None:
    await begin(client, emulator, **FOR_A_WHILE, fail="The list is gone.")
    with pytest.raises(TaskFailedError, match="The list is gone"):
        await client.run_action(LIST_IMPORT, if_running="join")
    assert starts(emulator) == 1


async def test_without_waiting_the_task_is_returned_as_it_is(client: AsyncClient, emulator: Emulator) -> None:
    task_id = await begin(client, emulator)
    joined = await client.run_action(LIST_IMPORT, if_running="join", wait_for_completion=False)
    assert (joined.id, joined.ended) == (task_id, False)
    emulator.tenant.release_tasks()


async def test_a_task_that_is_under_way_may_be_an_error(client: AsyncClient, emulator: Emulator) -> None:
    task_id = await begin(client, emulator)
    with pytest.raises(TaskRunningError, match=rf"Task {task_id} of import {LIST_IMPORT} is IN_PROGRESS, so") as caught:
        await client.run_action(LIST_IMPORT, if_running="raise")
    assert caught.value.task.id == task_id
    assert caught.value.resume == f"wait_for_task({LIST_IMPORT}, {task_id!r})"
    assert starts(emulator) == 1
    emulator.tenant.release_tasks()
    await client.wait_for_task(LIST_IMPORT, task_id)
    assert (await client.run_action(LIST_IMPORT, if_running="raise")).successful


async def test_tasks_of_other_actions_are_none_of_it(client: AsyncClient, emulator: Emulator) -> None:
    await begin(client, emulator)
    task = await client.run_action(EXPORT, if_running="raise", wait_for_completion=False)
    assert task.id != emulator.tasks[0].id
    emulator.tenant.release_tasks()


async def test_what_was_joined_is_not_cancelled(client: AsyncClient, emulator: Emulator) -> None:
    task_id = await begin(client, emulator)
    with pytest.raises(TaskTimeoutError) as caught:
        await client.run_action(LIST_IMPORT, if_running="join", cancel_on_abort=True, timeout=0.3)
    assert caught.value.cancelled is None
    assert (await client.get_task_status(LIST_IMPORT, task_id)).task_state == "IN_PROGRESS"
    emulator.tenant.release_tasks()


async def test_nothing_is_uploaded_under_a_run_that_is_joined(client: AsyncClient, emulator: Emulator) -> None:
    await client.upload_file(LIST_FILE, rows(3))
    task_id = await begin(client, emulator, **FOR_A_WHILE)
    before = len(emulator.received("PUT"))
    joined = await client.upload_and_import(LIST_FILE, rows(9), LIST_IMPORT, if_running="join")
    assert (joined.id, joined.rows.total) == (task_id, 3)
    assert len(emulator.received("PUT")) == before
    assert (await client.upload_and_import(LIST_FILE, rows(9), LIST_IMPORT, if_running="join")).rows.total == 9


async def test_nothing_is_uploaded_where_a_run_is_an_error(client: AsyncClient, emulator: Emulator) -> None:
    await begin(client, emulator)
    with pytest.raises(TaskRunningError):
        await client.upload_and_import(LIST_FILE, rows(9), LIST_IMPORT, if_running="raise")
    assert not emulator.received("PUT")
    emulator.tenant.release_tasks()


async def test_an_export_is_started_or_refused_and_never_joined(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="its output is private to who ran it"):
        await client.export_and_download(EXPORT, if_running="join")
    assert not emulator.requests
    assert await client.export_and_download(EXPORT, if_running="raise")
    await begin(client, emulator, EXPORT)
    with pytest.raises(TaskRunningError):
        await client.export_and_download(EXPORT, if_running="raise")
    emulator.tenant.release_tasks()


async def test_a_lost_answer_is_looked_for_as_ever(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", "/tasks$", drop="after"))
    assert (await client.run_action(LIST_IMPORT, if_running="join")).successful
    assert starts(emulator) == 1


async def test_a_setting_that_does_not_exist(client: AsyncClient, emulator: Emulator) -> None:
    wrong: Any = "wait"
    with pytest.raises(ConfigurationError, match="if_running must be 'start', 'join' or 'raise', not 'wait'"):
        await client.run_action(IMPORT, if_running=wrong)
    with pytest.raises(ConfigurationError, match="if_running must be"):
        await client.upload_and_import(FILE, rows(1), IMPORT, if_running=wrong)
    assert not emulator.requests
