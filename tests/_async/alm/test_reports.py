# Source of both colours: scripts/codegen.py emits this file twice.
"""Comparison reports and summaries."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import (
    AmbiguousRunError,
    AsyncAlmClient,
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
    Progress,
    TaskError,
    TaskFailedError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.models import SummaryReport, Task
from stage.support import options_for, ordinary_user

DEVELOPMENT, PRODUCTION = "11111111111111111111111111111111", "22222222222222222222222222222222"


async def pair(alm: AsyncAlmClient) -> tuple[str, str, str]:
    source = (await alm.get_syncable_revisions(DEVELOPMENT))[0]
    target = await alm.get_latest_revision()
    assert target is not None
    return source.id, DEVELOPMENT, target.id


async def test_a_report_names_what_differs(client: AsyncClient) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    task = await alm.create_comparison_report(*(await pair(alm)), timeout=10)
    report = (await alm.get_comparison_report(task)).decode()
    assert report.startswith("Source Workspace\t")
    assert "=== MODULES ADDED ===" in report
    assert "Headcount Plan" in report
    assert report.encode() == await alm.get_comparison_report(task.id)


async def test_a_report_streams_to_a_path(client: AsyncClient, tmp_path: Path, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    task = await alm.create_comparison_report(*(await pair(alm)))
    emulator.inject(Fault(method="GET", path="/comparisonReports/", drop="midway"))
    emulator.inject(Fault(method="GET", path="/comparisonReports/", status=503))
    target = await alm.download_comparison_report(task, tmp_path / "changes.tsv")
    assert target.read_bytes() == await alm.get_comparison_report(task)
    assert [path.name for path in tmp_path.iterdir()] == ["changes.tsv"]


@pytest.mark.skipif(os.name != "posix", reason="links and named pipes are those of POSIX")
async def test_a_report_follows_links_and_writes_to_pipes(client: AsyncClient, tmp_path: Path) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    task = await alm.create_comparison_report(*(await pair(alm)))
    link, pipe = tmp_path / "latest.tsv", tmp_path / "pipe"
    link.symlink_to("changes.tsv")
    os.mkfifo(pipe)
    await alm.download_comparison_report(task, link)
    report = (tmp_path / "changes.tsv").read_bytes()
    assert link.is_symlink()
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(pipe.read_bytes)
        await alm.download_comparison_report(task, pipe)
        assert reading.result(20) == report
    assert pipe.is_fifo()


async def test_a_failed_download_leaves_what_was_there(client: AsyncClient, tmp_path: Path, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    task = await alm.create_comparison_report(*(await pair(alm)))
    old = tmp_path / "changes.tsv"
    old.write_text("old")
    emulator.tenant.options.retention_seconds = 0
    with pytest.raises(NotFoundError, match="create it again"):
        await alm.download_comparison_report(task, old)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"changes.tsv": "old"}


async def test_a_pending_task_is_looked_up_again(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    emulator.tenant.script_task(f"{PRODUCTION}/comparisonReportTasks", TaskScript(hang=True))
    task = await alm.create_comparison_report(*(await pair(alm)), wait_for_completion=False)
    assert not task.ended
    with pytest.raises(TaskError, match="is still running"):
        await alm.get_comparison_report(task)
    emulator.tenant.release_tasks()
    while not (await alm.get_comparison_report_task(task.id)).ended:
        pass
    assert await alm.get_comparison_report(task) == await alm.get_comparison_report(task.id)


async def test_a_summary_counts_what_differs(client: AsyncClient) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    summary = await alm.create_comparison_summary(*(await pair(alm)))
    assert isinstance(summary, SummaryReport)
    assert summary.differences["modules"].created == 1
    assert summary.differences["lists"].deleted == 1
    assert summary.differences["something new"].created == 0
    assert summary.totals.created == sum(counts.created for counts in summary.differences.values())
    assert await alm.get_comparison_summary(summary) is summary


async def test_a_summary_can_be_fetched_later(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    emulator.tenant.script_task(f"{PRODUCTION}/summaryReportTasks", TaskScript(hang=True))
    task = await alm.create_comparison_summary(*(await pair(alm)), wait_for_completion=False)
    with pytest.raises(TaskError, match="is still running"):
        await alm.get_comparison_summary(task)
    emulator.tenant.release_tasks()
    while not (await alm.get_comparison_summary_task(task.id)).ended:
        pass
    assert await alm.get_comparison_summary(task) == await alm.get_comparison_summary(task.id)


async def test_revisions_that_do_not_exist_fail_the_task(client: AsyncClient) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    with pytest.raises(TaskFailedError):
        await alm.create_comparison_report("rev_123", DEVELOPMENT, "rev_456")
    with pytest.raises(TaskFailedError):
        await alm.create_comparison_summary("rev_123", DEVELOPMENT, "rev_456")
    task = await alm.create_comparison_report("rev_123", DEVELOPMENT, "rev_456", wait_for_completion=False)
    while not (await alm.get_comparison_report_task(task.id)).ended:
        pass
    with pytest.raises(TaskFailedError):
        await alm.get_comparison_report(task)


async def test_reports_are_gone_after_48_hours(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    task = await alm.create_comparison_report(*needed)
    summary = await alm.create_comparison_summary(*needed, wait_for_completion=False)
    while not (summary := await alm.get_comparison_summary_task(summary.id)).ended:
        pass
    emulator.tenant.options.retention_seconds = 0
    with pytest.raises(NotFoundError, match="48 hours: create it again with create_comparison_report"):
        await alm.get_comparison_report(task)
    with pytest.raises(NotFoundError, match="48 hours: create it again with create_comparison_summary"):
        await alm.get_comparison_summary(summary)


async def test_who_is_no_administrator_is_told_in_the_same_words_for_424(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        with pytest.raises(PermissionDeniedError) as denied:
            await client.alm.create_comparison_report("A", DEVELOPMENT, "B")
    assert denied.value.status == 424


@pytest.mark.parametrize("kind", ["comparisonReportTasks", "summaryReportTasks"])
async def test_a_start_whose_answer_is_lost_is_not_repeated(client: AsyncClient, emulator: Emulator, kind: str) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    emulator.inject(Fault(method="POST", path=f"/{kind}", drop="after"))
    create = alm.create_comparison_report if kind == "comparisonReportTasks" else alm.create_comparison_summary
    with pytest.raises(AmbiguousRunError, match="does no harm") as lost:
        await create(*needed)
    assert (lost.value.job.family, lost.value.job.id, lost.value.action_id) == ("alm", PRODUCTION, None)
    assert len([r for r in emulator.requests if r.method == "POST" and r.path.endswith(kind)]) == 1


async def test_what_is_asked_for_tells_how_far_it_is(client: AsyncClient) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    told: list[Progress] = []
    await alm.create_comparison_report(*needed, on_progress=told.append)
    await alm.create_comparison_summary(*needed, on_progress=told.append)
    await alm.sync_models(*needed, on_progress=told.append)
    assert [(event.what, event.name) for event in told if event.ended] == [
        ("report", f"comparison report of model {PRODUCTION}"),
        ("summary", f"comparison summary of model {PRODUCTION}"),
        ("sync", f"sync of model {PRODUCTION}"),
    ]


async def test_progress_that_cannot_be_called_is_refused(emulator: Emulator) -> None:
    report: Any = "yes"
    async with AsyncClient(**options_for(emulator)) as client:
        for create in (client.alm.create_comparison_report, client.alm.create_comparison_summary):
            with pytest.raises(ConfigurationError, match="on_progress must be"):
                await create("A", DEVELOPMENT, "B", on_progress=report)
    assert not emulator.requests


async def test_what_anaplan_says_of_a_start_is_returned(client: AsyncClient, emulator: Emulator) -> None:
    alm = AsyncClient.from_existing(client, model_id=PRODUCTION).alm
    needed = await pair(alm)
    body = '{"task": {"taskId": "0F1E", "taskState": "NOT_STARTED", "creationTime": 1, "currentStep": "Queued"}}'
    for create in (alm.create_comparison_report, alm.create_comparison_summary, alm.sync_models):
        emulator.inject(Fault(method="POST", path="/alm/.*Tasks$", status=200, body=body))
        task = await create(*needed, wait_for_completion=False)
        assert isinstance(task, Task)
        assert (task.id, task.task_state, task.current_step) == ("0F1E", "NOT_STARTED", "Queued")
        assert task.creation_time is not None
