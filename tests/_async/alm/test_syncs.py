# Source of both colours: scripts/codegen.py emits this file twice.
"""Syncs: structure that moves from development to production."""

from __future__ import annotations

import pytest

from anaplan_sdk import (
    AmbiguousRunError,
    AsyncAlmClient,
    AsyncClient,
    ConfigurationError,
    ModelArchivedError,
    TaskCancelledError,
    TaskFailedError,
    TaskTimeoutError,
    WaitTimeoutError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript, structure
from anaplan_sdk.errors import JobId
from anaplan_sdk.models import Revision
from stage.observed import Clock, OnArrival
from stage.support import options_for

DEVELOPMENT, PRODUCTION = "11111111111111111111111111111111", "22222222222222222222222222222222"
SYNCS = r"/alm/syncTasks$"


async def pair(alm: AsyncAlmClient) -> tuple[str, str, str]:
    """What a sync of production to development's latest revision needs."""
    source: Revision = (await alm.get_syncable_revisions(DEVELOPMENT))[0]
    target = await alm.get_latest_revision()
    assert target is not None
    return source.id, DEVELOPMENT, target.id


def starts(emulator: Emulator) -> int:
    return len([r for r in emulator.requests if r.method == "POST" and r.path.endswith("/alm/syncTasks")])


async def test_a_sync_changes_the_structure_and_keeps_the_data(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    revision = await client.alm.create_revision("All of it")
    sold = dict(emulator.tenant.models[PRODUCTION].lists)
    task = await alm.sync_models(*(await pair(alm)), timeout=10)
    assert task.successful
    assert task.result is not None
    assert structure(emulator.tenant.models[PRODUCTION]) == structure(emulator.tenant.models[DEVELOPMENT])
    assert sold.keys() & emulator.tenant.models[PRODUCTION].lists.keys()
    latest = await alm.get_latest_revision()
    assert latest is not None
    assert latest.id == revision.id
    assert await alm.get_syncable_revisions(DEVELOPMENT) == []


async def test_a_sync_can_be_started_and_looked_at_later(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    assert await alm.get_sync_tasks() == []
    emulator.tenant.script_task(f"{PRODUCTION}/syncTasks", TaskScript(polls=2))
    task = await alm.sync_models(*(await pair(alm)), wait_for_completion=False)
    assert not task.ended
    assert [listed.id for listed in await alm.get_sync_tasks()] == [task.id]
    while not (task := await alm.get_sync_task(task.id)).ended:
        pass
    assert task.successful


async def test_a_failed_sync_says_why(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    emulator.tenant.script_task(f"{PRODUCTION}/syncTasks", TaskScript(fail="The workspace would be too large"))
    with pytest.raises(TaskFailedError, match="The workspace would be too large") as failed:
        await alm.sync_models(*(await pair(alm)))
    assert failed.value.job == JobId("sync", "alm", PRODUCTION)
    assert failed.value.action_id is None
    assert failed.value.task.ended


async def test_a_revision_that_does_not_exist_fails(client: AsyncClient) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    with pytest.raises((TaskFailedError, LookupError)):
        await alm.sync_models("rev_123", DEVELOPMENT, "rev_456")


async def test_no_sync_is_started_when_the_time_is_over(client: AsyncClient, emulator: Emulator, clock: Clock) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    models = await pair(alm)
    emulator.inject(OnArrival("GET", SYNCS, clock.put_forward))
    with pytest.raises(
        WaitTimeoutError, match=f"listing the tasks of the sync of model {PRODUCTION}; it was not started"
    ):
        await alm.sync_models(*models, timeout=60)
    assert starts(emulator) == 0


async def test_the_deadline_leaves_the_id_to_go_on_with(client: AsyncClient, emulator: Emulator, clock: Clock) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    emulator.tenant.script_task(f"{PRODUCTION}/syncTasks", TaskScript(hang=True))
    emulator.inject(OnArrival("GET", "/syncTasks/", clock.put_forward))
    with pytest.raises(TaskTimeoutError) as late:
        await alm.sync_models(*(await pair(alm)), timeout=60)
    assert late.value.resume == f"alm.get_sync_task('{late.value.task.id}')"
    emulator.tenant.release_tasks()
    while not (task := await alm.get_sync_task(late.value.task.id)).ended:
        pass
    assert task.successful


async def test_a_cancelled_sync_ends_the_wait(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    emulator.tenant.script_task(f"{PRODUCTION}/syncTasks", TaskScript(cancel=True))
    with pytest.raises(TaskCancelledError):
        await alm.sync_models(*(await pair(alm)))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="POST", path=SYNCS, drop="after"),
        Fault(method="POST", path=SYNCS, drop="midway"),
        Fault(method="POST", path=SYNCS, status=504, handle=True),
    ],
    ids=["dropped", "cut", "504"],
)
async def test_a_sync_whose_answer_is_lost_is_adopted(client: AsyncClient, emulator: Emulator, fault: Fault) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    emulator.inject(fault)
    task = await alm.sync_models(*needed)
    assert task.successful
    assert starts(emulator) == 1
    assert len(await alm.get_sync_tasks()) == 1


async def test_a_sync_that_may_not_run_is_raised_and_not_repeated(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    emulator.inject(Fault(method="POST", path=SYNCS, status=503))
    with pytest.raises(AmbiguousRunError, match="not repeated") as lost:
        await alm.sync_models(*needed)
    assert (lost.value.job.noun, lost.value.resume) == ("sync", "alm.get_sync_tasks()")
    assert starts(emulator) == 1


async def test_failed_looks_are_survived(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    emulator.inject(Fault(method="GET", path=r"/alm/syncTasks/", status=502, times=9))
    assert (await alm.sync_models(*needed)).successful


async def test_an_archived_target_says_so(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    emulator.tenant.models[PRODUCTION].active_state = "ARCHIVED"
    with pytest.raises(ModelArchivedError):
        await alm.get_syncable_revisions(DEVELOPMENT)
    with pytest.raises(ModelArchivedError):
        await alm.sync_models(*needed)


@pytest.mark.parametrize("wrong", ["", "a/b", "..", "x" * 200, "a\\nb"])
async def test_ids_that_are_none_are_refused_before_anything_is_sent(emulator: Emulator, wrong: str) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        with pytest.raises(ConfigurationError, match="source_revision_id"):
            await client.alm.sync_models(wrong, DEVELOPMENT, "R")
    assert not emulator.requests
