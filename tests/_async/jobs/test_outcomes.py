# Source of both colours: scripts/codegen.py emits this file twice.
"""What a run tells in the end, whatever the night was like."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import freezegun
import pytest

from anaplan_sdk import (
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    RejectedRowsError,
    RejectedRowsWarning,
    TaskTimeoutError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.observed import EXPORT, FILE, IMPORT, LIST_FILE, LIST_IMPORT, PROCESS, Clock, OnArrival, rows, tasks
from stage.support import options_for


async def test_a_limit_that_passes_with_the_token_tells_the_task(
    client: AsyncClient, emulator: Emulator, clock: Clock
) -> None:
    def expire() -> None:
        emulator.expire_tokens()
        clock.put_forward()

    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.inject(OnArrival("GET", "/tasks/", expire))
    with pytest.raises(TaskTimeoutError) as caught:
        await client.run_action(EXPORT, timeout=60)
    assert tasks(emulator) == [caught.value.task.id]


async def test_a_new_task_that_is_not_found_yet_is_looked_at_again(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/tasks/", status=404))
    assert (await client.run_action(EXPORT)).successful
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.inject(Fault("GET", "/tasks/", status=404, skip=1, times=None))
    with pytest.raises(NotFoundError):  # it was there
        await client.run_action(EXPORT)


async def test_what_anaplan_says_of_a_start_is_returned(client: AsyncClient, emulator: Emulator) -> None:
    task = await client.run_action(EXPORT, wait_for_completion=False)
    assert task.task_state in ("NOT_STARTED", "IN_PROGRESS")
    assert task.id == tasks(emulator)[0]


async def test_a_process_with_a_step_that_failed_is_not_silent(client: AsyncClient, emulator: Emulator) -> None:
    step = {"objectId": str(IMPORT), "successful": False, "details": [{"localMessageText": "No access"}]}
    result = {"objectId": str(PROCESS), "successful": True, "nestedResults": [step]}
    task = {"taskId": "0F1E2D3C4B5A69788796A5B4C3D2E1F0", "taskState": "COMPLETE", "result": result}
    emulator.inject(Fault("GET", "/tasks/[0-9A-F]{32}$", times=None, status=200, body=json.dumps({"task": task})))
    with pytest.warns(RejectedRowsWarning, match=rf"these steps failed: {IMPORT} \(No access\)"):
        await client.run_action(PROCESS)
    with pytest.raises(RejectedRowsError):
        await client.run_action(PROCESS, on_rejects="raise")


async def test_progress_that_cannot_be_called_is_refused(client: AsyncClient, emulator: Emulator) -> None:
    reports: list[Any] = ["yes", 7]
    for report in reports:
        for call in (
            partial(client.run_action, EXPORT),
            partial(client.upload_file, FILE, b"Code"),
            partial(client.upload_file_stream, FILE, [b"Code"]),
            partial(client.upload_and_import, FILE, b"Code", IMPORT),
            partial(client.get_file, FILE),
            partial(client.wait_for_task, EXPORT, "0F1E"),
        ):
            with pytest.raises(ConfigurationError, match="on_progress must be"):
                await call(on_progress=report)
    assert emulator.requests == []


async def test_runs_go_on_while_a_test_has_frozen_the_time(emulator: Emulator) -> None:
    with freezegun.freeze_time("2026-01-31", tick=True):
        async with AsyncClient(**options_for(emulator)) as client:
            await client.upload_file(LIST_FILE, rows(3))
            assert (await client.run_action(LIST_IMPORT, timeout=20, on_rejects="ignore")).task_state == "COMPLETE"
            assert (await client.get_model()).name
    async with AsyncClient(**options_for(emulator)) as client:
        assert (await client.run_action(EXPORT)).successful
