# Source of both colours: scripts/codegen.py emits this file twice.
"""Integrations, of every form."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError, ConflictError, NotFoundError
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.emulator.world.cloudworks.demo import (
    CONNECTION_ID,
    EXPORT_ID,
    FLOW_ID,
    IMPORT_ID,
    PROCESS_ID,
)
from anaplan_sdk.emulator.world.cloudworks.state import CloudIntegration, Store
from anaplan_sdk.models import (
    ExportJob,
    GoogleBigQueryConnection,
    ImportJob,
    IntegrationDefinition,
    IntegrationJob,
    JobSide,
)
from stage.support import options_for

from .test_connections import BIG_QUERY

WORKSPACE, MODEL = "A" * 32, "1" * 32
IMPORT, FILE, EXPORT, PROCESS = 112000000000, 113000000000, 116000000000, 118000000000
LOAD = ImportJob("AzureBlob", CONNECTION_ID, IMPORT, FILE, file="in/other.csv")
FTP: Any = "Ftp"
ONE: Any = LOAD
WRITE = ExportJob("AzureBlob", CONNECTION_ID, EXPORT, folder="out/", overwrite=True)
INTEGRATIONS = r"/integrations$"


def definition(*jobs: Any, **others: Any) -> IntegrationDefinition:
    return IntegrationDefinition("Another", WORKSPACE, MODEL, jobs, **others)


async def test_integrations_are_listed_without_jobs_and_read_with_them(client: AsyncClient) -> None:
    listed = await client.cloudworks.list_integrations(sort="-name")
    assert [each.name for each in listed] == ["Write sales", "Nightly process", "Load transactions"]
    assert [each.integration_type for each in listed] == ["Export", "Process", "Import"]
    assert not any(each.jobs for each in listed)
    found = await client.cloudworks.get_integration(IMPORT_ID)
    assert found.integration_type is None
    (job,) = found.jobs
    assert job.sources[0].file == "in/transactions.csv"
    assert job.sources[0].connection_name == "Landing zone"
    assert (job.targets[0].action_id, job.targets[0].file_id) == (IMPORT, FILE)


async def test_listings_do_not_stop_at_25_or_at_250(client: AsyncClient, emulator: Emulator) -> None:
    for number in range(600):
        emulator.tenant.cloudworks.add_integration(
            CloudIntegration(name=f"P{number:03}", workspace_id=WORKSPACE, model_id=MODEL, process_id=str(PROCESS))
        )
    assert len(await client.cloudworks.list_integrations()) == 603
    assert [len(await client.cloudworks.list_integrations(mine=mine)) for mine in (True, False)] == [3, 603]
    limits = {request.query["limit"] for request in emulator.received(path=INTEGRATIONS)}
    assert "250" in limits


async def test_small_pages(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, page_size=2)) as client:
        assert len(await client.cloudworks.list_integrations()) == 3


@pytest.mark.parametrize("never_run", ["absent", "null", "empty"])
@pytest.mark.parametrize("no_jobs", ["absent", "null"])
async def test_what_never_ran_and_has_no_jobs(
    client: AsyncClient, emulator: Emulator, never_run: Any, no_jobs: Any
) -> None:
    emulator.tenant.options.cloudworks_never_run = never_run
    emulator.tenant.options.cloudworks_no_jobs = no_jobs
    found = await client.cloudworks.get_integration(PROCESS_ID)
    assert found.latest_run is None
    assert found.jobs == ()
    assert found.process_id == PROCESS


@pytest.mark.parametrize(
    "made",
    [
        definition(LOAD),
        definition(WRITE),
        definition(process_id=PROCESS),
        definition(LOAD, process_id=str(PROCESS), nux_visible=True),
        definition(
            {
                "type": "AzureBlobToAnaplan",
                "sources": [{"type": "AzureBlob", "connectionId": CONNECTION_ID, "file": "in/other.csv"}],
                "targets": [{"type": "Anaplan", "actionId": str(IMPORT), "fileId": str(FILE)}],
            }
        ),
    ],
    ids=["import", "export", "process", "process with a file", "raw"],
)
async def test_an_integration_of_each_form_is_created_read_changed_and_deleted(
    client: AsyncClient, made: IntegrationDefinition
) -> None:
    integration_id = await client.cloudworks.create_integration(made)
    found = await client.cloudworks.get_integration(integration_id)
    assert (found.name, len(found.jobs), found.nux_visible) == ("Another", len(made.jobs), made.nux_visible)
    assert found.notification_id
    changed = attrs.evolve(IntegrationDefinition.of(found), name="Renamed")
    await client.cloudworks.update_integration(integration_id, changed)
    again = await client.cloudworks.get_integration(integration_id)
    assert (again.name, again.jobs) == ("Renamed", found.jobs)
    await client.cloudworks.delete_integration(integration_id)
    with pytest.raises(NotFoundError):
        await client.cloudworks.get_integration(integration_id)


async def test_integrations_with_big_query(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.cloudworks.stores["eu_sales"] = Store({"sales": b"Code\nQ1\n"})
    assert isinstance(BIG_QUERY, GoogleBigQueryConnection)
    store = await client.cloudworks.create_connection(BIG_QUERY)
    load = definition(ImportJob("GoogleBigQuery", store, IMPORT, FILE, table="sales"))
    assert await client.cloudworks.create_integration(load)
    job = ExportJob("GoogleBigQuery", store, EXPORT, table="plan", mapping={"Code": "code", "Units": "net_units"})
    write = await client.cloudworks.create_integration(attrs.evolve(definition(job), name="To BigQuery"))
    found = await client.cloudworks.get_integration(write)
    assert {each.source_name: each.target_name for each in found.jobs[0].mapping} == job.mapping
    assert IntegrationDefinition.of(found).jobs[0]["mapping"][0] == {"sourceName": "Code", "targetName": "code"}  # type: ignore[index]  # pyright: ignore
    await client.cloudworks.run_integration(write)
    assert emulator.tenant.cloudworks.stores["eu_sales"].objects["plan"].startswith(b"code,net_units\n")


async def test_what_runs_or_is_a_step_cannot_be_deleted(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(ConflictError, match="being referenced"):
        await client.cloudworks.delete_integration(IMPORT_ID)
    emulator.tenant.cloudworks.flows.pop(FLOW_ID)
    emulator.tenant.script_task(IMPORT, TaskScript(hang=True))
    await client.cloudworks.run_integration(IMPORT_ID, wait_for_completion=False)
    with pytest.raises(ConflictError, match="already running"):
        await client.cloudworks.delete_integration(IMPORT_ID)
    emulator.tenant.release_tasks()


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_answer_makes_no_second_integration(client: AsyncClient, emulator: Emulator, drop: Any) -> None:
    emulator.inject(Fault("POST", INTEGRATIONS, drop=drop))
    made = await client.cloudworks.create_integration(definition(LOAD))
    assert [each.id for each in emulator.tenant.cloudworks.integrations.values() if each.name == "Another"] == [made]


async def test_a_failure_that_is_a_refusal_is_not_repeated(client: AsyncClient, emulator: Emulator) -> None:
    body = '{"status":{"code":503,"message":"Invalid workspace or model"},"path":"/x","timestamp":"t"}'
    emulator.inject(Fault("GET", INTEGRATIONS, status=503, body=body, times=None))
    with pytest.raises(ApiError, match="Invalid workspace or model") as caught:
        await client.cloudworks.list_integrations()
    assert not caught.value.maybe_received
    assert len(emulator.received(path=INTEGRATIONS)) == 1


async def test_a_failure_is_repeated(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", INTEGRATIONS, status=503))
    assert len(await client.cloudworks.list_integrations()) == 3


async def test_a_token_that_is_said_to_be_not_authorized_is_renewed(client: AsyncClient, emulator: Emulator) -> None:
    body = '{"status":{"code":403,"message":"Not Authorized"},"path":"/x","timestamp":"t"}'
    emulator.inject(Fault("GET", INTEGRATIONS, status=403, body=body))
    assert len(await client.cloudworks.list_integrations()) == 3


async def test_an_address_that_is_not_routed_is_said_to_be_wrong(emulator: Emulator) -> None:
    options = options_for(emulator)
    options["urls"] = {**options["urls"], "cloudworks": f"{emulator.url}/cloudworks/1/0"}
    async with AsyncClient(**options) as client:
        with pytest.raises(NotFoundError, match="check the URL of the service"):
            await client.cloudworks.list_integrations()


async def test_both_addresses_of_cloudworks(emulator: Emulator) -> None:
    options = options_for(emulator)
    options["urls"] = {**options["urls"], "cloudworks": f"{emulator.url}/cloudworks"}
    async with AsyncClient(**options) as client:
        assert len(await client.cloudworks.list_integrations()) == 3


async def test_actions_that_the_model_lacks_are_refused_by_anaplan(client: AsyncClient) -> None:
    with pytest.raises(ApiError, match="112000000077 are not defined in your Anaplan model"):
        await client.cloudworks.create_integration(definition(attrs.evolve(LOAD, action_id=112000000077)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (definition(), "exactly one job, not 0"),
        (definition(LOAD, WRITE), "exactly one job, not 2"),
        (definition(attrs.evolve(LOAD, file=None)), "file: a job with AzureBlob needs file, and has no table"),
        (definition(attrs.evolve(LOAD, table="t")), "needs file, and has no table"),
        (definition(attrs.evolve(LOAD, store="GoogleBigQuery")), "needs table, and has no file"),
        (definition(attrs.evolve(LOAD, store=FTP)), "store must be one of AmazonS3"),
        (definition(ExportJob("GoogleBigQuery", "c", EXPORT, table="t")), "mapping: an export to BigQuery needs"),
        (definition("job"), "each must be an ImportJob, an ExportJob or an object"),
        (attrs.evolve(definition(LOAD), jobs=ONE), "jobs must be a list"),
        (attrs.evolve(definition(LOAD), name=" "), "name: an integration needs one"),
        (attrs.evolve(definition(LOAD), model_id="a/b"), "model_id: 'a/b' is not an id"),
        ({"name": "x"}, "must be an IntegrationDefinition, not dict"),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_sent(
    client: AsyncClient, emulator: Emulator, wrong: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await client.cloudworks.create_integration(wrong)
    assert not emulator.requests


async def test_a_job_of_an_unknown_type_is_not_taken_over_in_part(client: AsyncClient) -> None:
    found = await client.cloudworks.get_integration(EXPORT_ID)
    strange = attrs.evolve(found, jobs=(IntegrationJob("SalesforceToAnaplan", (JobSide("Salesforce"),)),))
    with pytest.raises(ConfigurationError, match="'SalesforceToAnaplan' is not known"):
        IntegrationDefinition.of(strange)


async def test_a_sort_that_does_not_exist(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(ConfigurationError, match="sort must be 'name' or '-name'"):
        await client.cloudworks.list_integrations(sort="created")  # type: ignore[arg-type]  # pyright: ignore
    assert not emulator.requests
