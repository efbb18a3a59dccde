# Source of both colours: scripts/codegen.py emits this file twice.
"""Runs of integrations: they run in the model, and end as they say."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import (
    AsyncClient,
    ConfigurationError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    Progress,
    RejectedRowsError,
    RejectedRowsWarning,
    TaskCancelledError,
    TaskFailedError,
    TaskTimeoutError,
    TransferError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.emulator.world.cloudworks.demo import CONTAINER, EXPORT_ID, IMPORT_ID, PROCESS_ID
from anaplan_sdk.models import ImportJob, IntegrationDefinition
from stage.support import options_for, ordinary_user

IMPORT, LIST_IMPORT, PROCESS = 112000000000, 112000000000, 118000000000
MODEL, LIST = "1" * 32, "101000000000"
BAD = b"Code,Product,Region,Period,Units,Revenue\nB1,x,y,z,1,2\nB2,x,y,z,1,2,too many\n"


def source(emulator: Emulator, content: bytes) -> None:
    emulator.tenant.cloudworks.stores[CONTAINER].objects["in/transactions.csv"] = content


async def begun(client: AsyncClient, emulator: Emulator, run_id: str) -> None:
    """Wait until the task of the model behind a run is at work."""
    while not any(task.state == "IN_PROGRESS" for task in emulator.tasks):
        await client.cloudworks.get_run(run_id)


async def test_an_import_really_imports(client: AsyncClient, emulator: Emulator) -> None:
    source(emulator, b"Code\nCloud1\nCloud2\n")
    seen: list[Progress] = []
    run = await client.cloudworks.run_integration(IMPORT_ID, on_progress=seen.append)
    assert run.successful
    assert (run.message, run.trigger_source, run.triggered_by) == ("Success", "manual", "Ada Li")
    assert run.end_date is not None
    assert {"Cloud1", "Cloud2"} <= set(emulator.tenant.models[MODEL].lists[LIST].labels())
    assert seen[-1].ended
    assert seen[-1].name == f"integration {IMPORT_ID}"


async def test_an_export_really_exports(client: AsyncClient, emulator: Emulator) -> None:
    await client.cloudworks.run_integration(EXPORT_ID)
    content = emulator.tenant.cloudworks.stores[CONTAINER].objects["out/Sales Export.csv.csv"]
    assert content.startswith(b"Code,")


async def test_a_run_is_followed_by_its_id_and_found_in_the_history(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(hang=True))
    started = await client.cloudworks.run_integration(IMPORT_ID, wait_for_completion=False)
    assert not started.ended
    seen = await client.cloudworks.get_run(started.id)
    assert seen.task_state in ("NOT_STARTED", "IN_PROGRESS")
    with pytest.raises(TaskTimeoutError, match=r"Run \w+ continues in Anaplan; .*wait_for_run\('") as caught:
        await client.cloudworks.wait_for_run(started.id, timeout=0.2)
    assert caught.value.resume == f"cloudworks.wait_for_run({started.id!r})"
    emulator.tenant.release_tasks()
    ended = await client.cloudworks.wait_for_run(started.id)
    assert ended.successful
    assert ended.integration_id == IMPORT_ID
    (listed,) = await client.cloudworks.list_runs(IMPORT_ID)
    assert (listed.id, listed.successful, listed.integration_id) == (started.id, True, IMPORT_ID)
    latest = (await client.cloudworks.get_integration(IMPORT_ID)).latest_run
    assert latest is not None
    assert latest.success


async def test_a_second_run_is_refused_while_the_first_is_under_way(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(hang=True))
    await client.cloudworks.run_integration(IMPORT_ID, wait_for_completion=False)
    with pytest.raises(ConflictError, match="already running.*neither queues nor merges"):
        await client.cloudworks.run_integration(IMPORT_ID)
    assert len(emulator.received("POST", "/run$")) == 2
    emulator.tenant.release_tasks()


async def test_every_run_of_a_long_history(client: AsyncClient, emulator: Emulator) -> None:
    await client.cloudworks.run_integration(IMPORT_ID)
    integration = emulator.tenant.cloudworks.integrations[IMPORT_ID]
    (run,) = integration.runs
    integration.runs[:0] = [replace(run, id=f"{number:032x}", started_at=number) for number in range(600)]
    runs = await client.cloudworks.list_runs(IMPORT_ID)
    assert len(runs) == 601
    assert [each.id for each in runs[:2]] == [f"{number:032x}" for number in range(2)]
    assert runs[-1].id == run.id


async def test_no_runs_yet(client: AsyncClient) -> None:
    assert await client.cloudworks.list_runs(IMPORT_ID) == []


@pytest.mark.parametrize("partial", ["code", "counts", "failure"])
async def test_rejected_rows_warn_and_can_be_fetched(
    client: AsyncClient, emulator: Emulator, tmp_path: Path, partial: Any
) -> None:
    emulator.tenant.options.cloudworks_partial = partial
    source(emulator, BAD)
    with pytest.warns(RejectedRowsWarning, match="succeeded only in part.*get_run_rejected_rows"):
        run = await client.cloudworks.run_integration(IMPORT_ID)
    assert run.successful
    assert run.partially_successful
    (error,) = run.errors
    assert (error.action_id, error.failure_dump_generated) == (IMPORT, True)
    assert error.messages
    (row,) = await client.cloudworks.get_run_rejected_rows(run)
    assert (row.values["Code"], row.line, row.status) == ("B2", 3, "E")
    dump = await client.cloudworks.get_run_dump(run.id)
    path = await client.cloudworks.download_run_dump(run, tmp_path / "dump.csv")
    assert path.read_bytes() == dump
    assert (await client.cloudworks.get_run_errors(run.id)).task_id == emulator.tasks[-1].id


async def test_what_to_do_about_rejected_rows(client: AsyncClient, emulator: Emulator) -> None:
    source(emulator, BAD)
    with pytest.raises(RejectedRowsError) as caught:
        await client.cloudworks.run_integration(IMPORT_ID, on_rejects="raise")
    assert caught.value.job == ("integration", "cloudworks", IMPORT_ID)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = await client.cloudworks.run_integration(IMPORT_ID, on_rejects="ignore")
    assert run.partially_successful


async def test_a_run_without_rejects_has_no_dump(client: AsyncClient, tmp_path: Path) -> None:
    run = await client.cloudworks.run_integration(IMPORT_ID)
    assert (await client.cloudworks.get_run_errors(run.id)).errors == ()
    with pytest.raises(TransferError, match="has no dump of rejected rows"):
        await client.cloudworks.get_run_dump(run)
    with pytest.raises(TransferError, match="has no dump of rejected rows"):
        await client.cloudworks.download_run_dump(run, tmp_path / "dump.csv")
    assert not list(tmp_path.iterdir())


async def test_an_answer_about_a_dump_is_no_dump(client: AsyncClient, emulator: Emulator, tmp_path: Path) -> None:
    run = await client.cloudworks.run_integration(IMPORT_ID)
    emulator.inject(Fault("GET", "/dumps$", status=200, body='{"status":{"code":200,"message":"Success"}}', times=None))
    with pytest.raises(TransferError, match="has no dump"):
        await client.cloudworks.get_run_dump(run)
    with pytest.raises(TransferError, match="has no dump"):
        await client.cloudworks.download_run_dump(run, tmp_path / "dump.csv")
    assert not list(tmp_path.iterdir())


async def test_the_dump_of_one_import_in_a_process(client: AsyncClient, emulator: Emulator) -> None:
    load = ImportJob("AzureBlob", "c" * 31 + "1", LIST_IMPORT, 113000000000, file="in/transactions.csv")
    process = IntegrationDefinition("With a file", "A" * 32, MODEL, [load], process_id=PROCESS)
    integration_id = await client.cloudworks.create_integration(process)
    source(emulator, BAD)
    run = await client.cloudworks.run_integration(integration_id, on_rejects="ignore")
    (row,) = await client.cloudworks.get_run_rejected_rows(run, action_id=LIST_IMPORT)
    assert row.values["Code"] == "B2"
    with pytest.raises(TransferError, match="pass action_id"):
        await client.cloudworks.get_run_dump(run)


async def test_a_run_that_fails_says_why(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(fail="The list is gone."))
    with pytest.raises(TaskFailedError, match=rf"Run \w+ of integration {IMPORT_ID} failed: Import failed; The list"):
        await client.cloudworks.run_integration(IMPORT_ID)
    emulator.tenant.cloudworks.stores[CONTAINER].objects.clear()
    with pytest.raises(TaskFailedError, match="Unable to read in/transactions.csv"):
        await client.cloudworks.run_integration(IMPORT_ID)
    emulator.tenant.models.pop(MODEL)
    with pytest.raises(TaskFailedError, match="Anaplan model was deleted"):
        await client.cloudworks.run_integration(IMPORT_ID)


async def test_a_run_is_cancelled(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(hang=True))
    run = await client.cloudworks.run_integration(IMPORT_ID, wait_for_completion=False)
    await begun(client, emulator, run.id)
    assert await client.cloudworks.cancel_integration(IMPORT_ID)
    with pytest.raises(TaskCancelledError, match=rf"Run {run.id} of integration {IMPORT_ID} was cancelled"):
        await client.cloudworks.wait_for_run(run.id)


async def test_nothing_to_cancel(client: AsyncClient, emulator: Emulator) -> None:
    assert not await client.cloudworks.cancel_integration(IMPORT_ID)
    emulator.tenant.options.cloudworks_queue_seconds = 60
    await client.cloudworks.run_integration(IMPORT_ID, wait_for_completion=False)
    assert not await client.cloudworks.cancel_integration(IMPORT_ID)


async def test_a_process_cannot_be_cancelled(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(PROCESS, TaskScript(hang=True))
    run = await client.cloudworks.run_integration(PROCESS_ID, wait_for_completion=False)
    await begun(client, emulator, run.id)
    assert not await client.cloudworks.cancel_integration(PROCESS_ID)
    emulator.tenant.release_tasks()
    assert (await client.cloudworks.wait_for_run(run.id)).successful


async def test_a_run_out_of_time_is_cancelled_if_that_is_wanted(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(hang=True))
    with pytest.raises(TaskTimeoutError) as caught:
        await client.cloudworks.run_integration(IMPORT_ID, timeout=0.5, cancel_on_abort=True)
    assert caught.value.cancelled is True
    assert "was cancelled" in str(caught.value)


async def test_a_run_that_shows_late_is_waited_for(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.cloudworks_visible_after = 0.03
    assert (await client.cloudworks.run_integration(IMPORT_ID)).successful


async def test_polls_that_fail_are_survived(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/integrations/run/", status=500, times=8))
    assert (await client.cloudworks.run_integration(IMPORT_ID)).successful


async def test_a_token_that_expires_under_way_is_renewed(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.script_task(IMPORT, TaskScript(hang=True))
    run = await client.cloudworks.run_integration(IMPORT_ID, wait_for_completion=False)
    await begun(client, emulator, run.id)
    emulator.expire_tokens()
    emulator.tenant.release_tasks()
    assert (await client.cloudworks.wait_for_run(run.id)).successful


async def test_an_unknown_run_is_not_found(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.cloudworks.wait_for_run("0" * 32)


async def test_settings_that_cannot_be_are_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator
) -> None:
    wrong: Any = "never"
    with pytest.raises(ConfigurationError, match="on_rejects must be"):
        await client.cloudworks.run_integration(IMPORT_ID, on_rejects=wrong)
    with pytest.raises(ConfigurationError, match="integration_id: 'a/b' is not an id"):
        await client.cloudworks.run_integration("a/b")
    with pytest.raises(ConfigurationError, match="on_progress must be"):
        await client.cloudworks.wait_for_run("0" * 32, on_progress=wrong)
    assert not emulator.requests


async def test_runs_need_a_role(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        with pytest.raises(PermissionDeniedError, match="Not Permitted"):
            await client.cloudworks.run_integration(IMPORT_ID)
    assert not emulator.tenant.cloudworks.integrations[IMPORT_ID].runs
