"""What type checkers make of a user's program: read by mypy and pyright in the types session, never run."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import assert_type

from anaplan_sdk import (
    AsyncAlmClient,
    AsyncAuditClient,
    AsyncClient,
    AsyncCloudWorksClient,
    AsyncTransactionalClient,
    CheckReport,
    Client,
    PollSchedule,
    RetryPolicy,
    Settings,
    SyncAlmClient,
    SyncAuditClient,
    SyncCloudWorksClient,
    SyncTransactionalClient,
    TaskFailedError,
)
from anaplan_sdk.models import (
    Action,
    AuditEvent,
    AuditExport,
    AzureBlobConnection,
    CurrentPeriod,
    DimensionItem,
    Export,
    File,
    FlowRun,
    Import,
    Integration,
    IntegrationRun,
    ItemLookup,
    LineItem,
    ListDefinition,
    ListItem,
    Model,
    NewAuditEvents,
    Process,
    RejectedRow,
    ReportTask,
    Revision,
    ScimUser,
    SummaryReport,
    SummaryTask,
    SyncTask,
    Task,
    TaskSummary,
    User,
    Version,
    ViewDefinition,
    Workspace,
    WorkspaceUser,
    WriteResult,
)
from anaplan_sdk.scim import DesiredUser, Filter, Operation, field, plan_user


async def asynchronous(pieces: AsyncIterator[bytes], lines: Iterator[str]) -> None:
    async with AsyncClient(model_id="M", certificate="~/certificate.pem", private_key=b"PEM") as anaplan:
        assert_type(anaplan, AsyncClient)
        assert_type(await anaplan.check(), CheckReport)
        assert_type(await anaplan.list_workspaces(), list[Workspace])
        assert_type(await anaplan.scim.list_users(field("active") == True), list[ScimUser])  # noqa: E712
        assert_type(await anaplan.scim.find_user("ada@example.com"), ScimUser | None)
        assert_type(await anaplan.list_models(), list[Model])
        assert_type(await anaplan.list_files(), list[File])
        assert_type(await anaplan.list_imports(), list[Import])
        assert_type(await anaplan.list_exports(), list[Export])
        assert_type(await anaplan.list_actions(), list[Action])
        assert_type(await anaplan.list_processes(), list[Process])
        await anaplan.upload_file(113_000_000_000, Path("sales.csv"))
        await anaplan.upload_file_stream("113000000000", pieces)
        await anaplan.upload_file_stream("113000000000", lines)
        task = await anaplan.run_action(118_000_000_000, timeout=60, on_rejects="raise")
        assert_type(task, Task)
        assert_type(await anaplan.list_tasks(118_000_000_000), list[TaskSummary])
        assert_type(await anaplan.get_rejected_rows(118_000_000_000, task), list[RejectedRow])
        assert_type(await anaplan.upload_and_import(113_000_000_000, "a,b", 112_000_000_000), Task)
        assert_type(await anaplan.export_and_download(116_000_000_000), bytes)
        assert_type(anaplan.get_file_stream(116_000_000_000), AsyncIterator[bytes])
        assert_type(await anaplan.download_file(116_000_000_000, "sales.csv"), Path)
        assert_type(AsyncClient.from_existing(anaplan, model_id="N"), AsyncClient)
        assert_type(anaplan.with_options(read_timeout=10, retry=RetryPolicy(attempts=2)), AsyncClient)
        assert_type(anaplan.alm, AsyncAlmClient)
        assert_type(anaplan.cloudworks, AsyncCloudWorksClient)
        assert_type(anaplan.audit, AsyncAuditClient)
        model = anaplan.transactional
        assert_type(model, AsyncTransactionalClient)
        assert_type(await model.list_line_items(102_000_000_011, details=False), list[LineItem])
        assert_type(await model.get_view("102000000011"), ViewDefinition)
        assert_type(await model.list_dimension_items(101_000_000_203), list[DimensionItem])
        assert_type(await model.look_up_items(101_000_000_203, names=["North"], codes=iter(["N-01"])), ItemLookup)
        assert_type(await model.get_list(101_000_000_203), ListDefinition)
        assert_type(await model.list_versions(), list[Version])
        assert_type(await model.set_current_period(date(2026, 5, 20), timeout=60), CurrentPeriod)
        assert_type(await anaplan.list_users(sort="-email"), list[User])
        assert_type(await anaplan.list_workspace_admins(), list[WorkspaceUser])


def settings() -> None:
    Client(settings=Settings(page_size=500, compression=6), concurrency=2, region="eu3", urls=None)
    Client(settings=Settings(retry=RetryPolicy()), page_size="500")  # type: ignore[arg-type]
    AsyncClient(timeout=10)  # type: ignore[call-arg]
    Settings(page_size="500")  # type: ignore[arg-type]
    Settings(500)  # type: ignore[call-arg, misc, unused-ignore]


def blocking(lines: Iterator[str]) -> None:
    with Client(user_email="ada@example.com", password="…", retry=RetryPolicy(), poll=PollSchedule()) as anaplan:
        assert_type(anaplan, Client)
        assert_type(anaplan.check(), CheckReport)
        assert_type(anaplan.list_workspaces(), list[Workspace])
        assert_type(anaplan.scim.list_users(field("active") == True), list[ScimUser])  # noqa: E712
        assert_type(anaplan.scim.find_user("ada@example.com"), ScimUser | None)
        assert_type(anaplan.list_models(), list[Model])
        assert_type(anaplan.list_files(), list[File])
        assert_type(anaplan.list_imports(), list[Import])
        assert_type(anaplan.list_exports(), list[Export])
        assert_type(anaplan.list_actions(), list[Action])
        assert_type(anaplan.list_processes(), list[Process])
        anaplan.upload_file(113_000_000_000, memoryview(b"a,b"))
        anaplan.upload_file_stream("113000000000", lines)
        task = anaplan.run_action(118_000_000_000, wait_for_completion=False)
        assert_type(task, Task)
        assert_type(anaplan.list_tasks(118_000_000_000), list[TaskSummary])
        assert_type(anaplan.get_rejected_rows(118_000_000_000, task), list[RejectedRow])
        assert_type(anaplan.upload_and_import(113_000_000_000, "a,b", 112_000_000_000), Task)
        assert_type(anaplan.export_and_download(116_000_000_000), bytes)
        assert_type(anaplan.get_file_stream(116_000_000_000), Iterator[bytes])
        assert_type(anaplan.download_file(116_000_000_000, Path("sales.csv")), Path)
        assert_type(Client.from_existing(anaplan, model_id="N"), Client)
        assert_type(anaplan.with_options(read_timeout=10, retry=None), Client)
        anaplan.with_options(proxy="http://proxy.example")  # type: ignore[call-arg]
        anaplan.with_options(page_size="10")  # type: ignore[arg-type]
        assert_type(anaplan.alm, SyncAlmClient)
        assert_type(anaplan.cloudworks, SyncCloudWorksClient)
        assert_type(anaplan.audit, SyncAuditClient)
        model = anaplan.transactional
        assert_type(model, SyncTransactionalClient)
        assert_type(model.list_line_items(102_000_000_011, details=False), list[LineItem])
        assert_type(model.get_view("102000000011"), ViewDefinition)
        assert_type(model.list_dimension_items(101_000_000_203), list[DimensionItem])
        assert_type(model.look_up_items(101_000_000_203, names=["North"], codes=iter(["N-01"])), ItemLookup)
        assert_type(model.get_list(101_000_000_203), ListDefinition)
        assert_type(model.list_versions(), list[Version])
        assert_type(model.set_current_period(date(2026, 5, 20), timeout=60), CurrentPeriod)
        assert_type(anaplan.list_users(sort="-email"), list[User])
        assert_type(anaplan.list_workspace_admins(), list[WorkspaceUser])


async def asynchronous_writes(model: AsyncTransactionalClient) -> None:
    assert_type(await model.write_cells(102_000_000_011, [{"Products": "North", 206: 12.5}], by="code"), WriteResult)
    await model.write_cells(102_000_000_011, [], by={"Products": "id"}, on_failures="warn")
    await model.write_cells(102_000_000_011, [], by="codes")  # type: ignore[arg-type]
    await model.write_cells(102_000_000_011, ["North"])  # type: ignore[list-item]
    assert_type(await model.upsert_list_items("101000000203", [{"name": "North"}, ListItem("1")]), WriteResult)
    assert_type(await model.delete_list_items(101_000_000_203, [207_000_000_501, "207000000502"]), WriteResult)
    assert_type(await model.reset_list_index(101_000_000_203), None)


def blocking_writes(model: SyncTransactionalClient) -> None:
    assert_type(model.write_cells(102_000_000_011, [{"Products": "North", 206: 12.5}], by="code"), WriteResult)
    model.write_cells(102_000_000_011, [], by={"Products": "id"}, on_failures="warn")
    model.write_cells(102_000_000_011, [], by="codes")  # type: ignore[arg-type]
    model.write_cells(102_000_000_011, ["North"])  # type: ignore[list-item]
    assert_type(model.upsert_list_items("101000000203", [{"name": "North"}, ListItem("1")]), WriteResult)
    assert_type(model.delete_list_items(101_000_000_203, [207_000_000_501, "207000000502"]), WriteResult)
    assert_type(model.reset_list_index(101_000_000_203), None)


async def asynchronous_cloudworks(cloudworks: AsyncCloudWorksClient) -> None:
    assert_type(await cloudworks.run_integration("I"), IntegrationRun)
    assert_type(await cloudworks.run_flow("F"), FlowRun)
    assert_type(await cloudworks.list_integrations(sort="-name"), list[Integration])
    assert_type(await cloudworks.create_connection(AzureBlobConnection("n", "a", "c", "s")), str)
    await cloudworks.create_connection("AzureBlob")  # type: ignore[arg-type]


def synchronous_cloudworks(cloudworks: SyncCloudWorksClient) -> None:
    assert_type(cloudworks.run_integration("I"), IntegrationRun)
    assert_type(cloudworks.get_run_rejected_rows("R"), list[RejectedRow])


async def asynchronous_alm(alm: AsyncAlmClient) -> None:
    assert_type(await alm.get_revisions(), list[Revision])
    assert_type(await alm.get_latest_revision(), Revision | None)
    assert_type(await alm.sync_models("S", "R1", "R2", wait_for_completion=False), SyncTask)
    report = await alm.create_comparison_report("S", "R1", "R2")
    assert_type(report, ReportTask)
    assert_type(await alm.get_comparison_report(report), bytes)
    assert_type(await alm.create_comparison_summary("S", "R1", "R2"), SummaryReport)
    assert_type(await alm.create_comparison_summary("S", "R1", "R2", wait_for_completion=False), SummaryTask)


def blocking_alm(alm: SyncAlmClient) -> None:
    assert_type(alm.create_revision("Name"), Revision)
    assert_type(alm.get_sync_tasks(), list[SyncTask])
    assert_type(alm.sync_models("S", "R1", "R2", timeout=60), SyncTask)
    report = alm.create_comparison_report("S", "R1", "R2", wait_for_completion=False)
    assert_type(report, ReportTask)
    assert_type(alm.download_comparison_report(report, "report.tsv"), Path)
    assert_type(alm.create_comparison_summary("S", "R1", "R2"), SummaryReport)
    assert_type(alm.create_comparison_summary("S", "R1", "R2", wait_for_completion=False), SummaryTask)


async def asynchronous_audit(audit: AsyncAuditClient) -> None:
    assert_type(await audit.get_events(date(2026, 7, 1), category="int"), list[AuditEvent])
    assert_type(audit.search_events_stream(timedelta(hours=2)), AsyncIterator[AuditEvent])
    assert_type(audit.get_events_cef_stream(), AsyncIterator[str])
    exported = await audit.download_events("night.jsonl")
    assert_type(exported, AuditExport)
    assert_type(await audit.get_new_events(exported.checkpoint), NewAuditEvents)
    await audit.get_events("2026-07-01")  # type: ignore[arg-type]


def blocking_audit(audit: SyncAuditClient) -> None:
    assert_type(audit.search_events(timedelta(days=1), timedelta(hours=1)), list[AuditEvent])
    assert_type(audit.get_events_stream(), Iterator[AuditEvent])
    exported = audit.download_events(Path("night.cef"), format="cef")
    assert_type(exported, AuditExport)
    assert_type(audit.get_new_events(exported.checkpoint), NewAuditEvents)
    audit.get_events(category="workflow")  # type: ignore[arg-type]
    audit.get_events(since=exported.checkpoint)  # type: ignore[arg-type]


def errors(error: TaskFailedError) -> None:
    assert_type(error.task, Task)


def mistakes(anaplan: Client) -> None:
    Client("W", "M", certificate=1)  # type: ignore[arg-type]
    anaplan.run_action(118_000_000_000, on_rejects="explode")  # type: ignore[arg-type]
    anaplan.upload_file(113_000_000_000, 3.5)  # type: ignore[arg-type]
    anaplan.upload_and_import(113_000_000_000, b"", 112_000_000_000, locale="de_DE")  # type: ignore[call-arg]


def plans(user: ScimUser) -> None:
    assert_type((field("userName") != "ada@example.com") & ~field("active"), Filter)
    assert_type(plan_user(user, DesiredUser(active=False, workspace_ids=["8a9b"])), list[Operation])
