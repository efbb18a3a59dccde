# Source of both colours: scripts/codegen.py emits this file twice.
"""No integration is run twice by a call, whatever becomes of the answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from anaplan_sdk import AmbiguousRunError, AsyncClient, UnexpectedResponseError
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.world.cloudworks.demo import IMPORT_ID
from stage.support import QUICK_POLL
from stage.wire.server import Received

from ..answering import anaplan, path_of

RUN = r"/integrations/\w+/run$"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", RUN, drop="after"),
        Fault("POST", RUN, drop="midway"),
        Fault("POST", RUN, status=502, handle=True),
        Fault("POST", RUN, status=200, body="{}", handle=True),
        Fault(
            "POST", RUN, status=503, body='{"status":{"code":503,"message":"Integration trigger error"}}', handle=True
        ),
    ],
    ids=["after", "midway", "502", "no id", "503"],
)
async def test_the_run_of_a_lost_start_is_adopted(client: AsyncClient, emulator: Emulator, fault: Fault) -> None:
    await client.cloudworks.run_integration(IMPORT_ID)
    emulator.inject(fault)
    run = await client.cloudworks.run_integration(IMPORT_ID)
    first, second = emulator.tenant.cloudworks.integrations[IMPORT_ID].runs
    assert run.id == second.id
    assert run.id != first.id
    assert run.successful


async def test_a_start_that_never_came_is_raised_and_not_repeated(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", RUN, drop="before"))
    with pytest.raises(AmbiguousRunError, match=r"No new run has appeared.*cloudworks.list_runs\('") as caught:
        await client.cloudworks.run_integration(IMPORT_ID)
    assert caught.value.candidates == ()
    assert len(emulator.received("POST", RUN)) == 1


async def test_a_run_that_does_not_show_before_its_end_is_raised(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.cloudworks_history_has_running = False
    emulator.tenant.options.cloudworks_queue_seconds = 60
    emulator.inject(Fault("POST", RUN, drop="after"))
    with pytest.raises(AmbiguousRunError) as caught:
        await client.cloudworks.run_integration(IMPORT_ID)
    assert len(emulator.received("POST", RUN)) == 1
    (note,) = caught.value.__notes__
    assert note.startswith("The integration says that its latest run was started at 20")
    assert note.endswith(" by Ada Li.")


@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_long_history_is_read_only_where_it_must_be(
    client: AsyncClient, emulator: Emulator, newest_first: bool
) -> None:
    await client.cloudworks.run_integration(IMPORT_ID)
    runs = emulator.tenant.cloudworks.integrations[IMPORT_ID].runs
    old = [replace(runs[0], id=f"{number:032x}", started_at=float(number)) for number in range(700)]
    runs[:0] = old if newest_first else old[::-1]
    before = len(emulator.received("GET", "/integrations/runs/"))
    emulator.inject(Fault("POST", RUN, drop="after"))
    run = await client.cloudworks.run_integration(IMPORT_ID)
    assert run.id == runs[-1].id
    pages = len(emulator.received("GET", "/integrations/runs/")) - before
    assert pages == 2 if newest_first else pages > 4


def story(run: dict[str, Any], *, lost: bool = True) -> Any:
    """An integration whose history has a new run after a start whose answer was lost."""
    started: list[int] = []

    def answer(received: Received) -> tuple[int, Any] | None:
        path = path_of(received).replace("/cloudworks/2/0", "")
        if path == f"POST /integrations/{IMPORT_ID}/run":
            started.append(1)
            return None if lost else (200, {"run": {"id": run["id"]}})
        if path.startswith("GET /integrations/runs/"):
            runs = [run] if started else []
            return 200, {"history_of_runs": {"totalRuns": len(runs), **({"runs": runs} if runs else {})}}
        if path.startswith("GET /integrations/run/"):
            return 200, {"run": run}
        if path.startswith("GET /integrations/runerror/"):
            return 200, {"runs": {}}
        if path == f"GET /integrations/{IMPORT_ID}":
            return 200, {"integration": {"integrationId": IMPORT_ID, "latestRun": {}}}
        if path == "GET /users/me":
            return 200, {"user": {"id": "U", "email": "ada@example.com", "firstName": "Ada", "lastName": "Li"}}
        raise AssertionError(path)

    return answer


def a_run(**changes: Any) -> dict[str, Any]:
    whole = {
        "id": "R1",
        "startDate": "2026-07-01T01:30:16.000Z",
        "endDate": "2026-07-01T01:31:21.000Z",
        "success": True,
        "message": "Success",
        "executionErrorCode": None,
        "triggerSource": "manual",
        "triggeredBy": "Ada Li",
    }
    return {key: value for key, value in {**whole, **changes}.items() if value is not ...}


@pytest.mark.parametrize("by", ["Ada Li", "ada@example.com", "ADA LI", None, ...])
async def test_ones_own_run_is_adopted(by: Any) -> None:
    with anaplan(story(a_run(triggeredBy=by))) as (_, client):
        async with client:
            run = await client.cloudworks.run_integration(IMPORT_ID)
    assert run.id == "R1"


@pytest.mark.parametrize(
    "run",
    [
        a_run(triggeredBy="Grace Okoro"),
        a_run(triggerSource="scheduled"),
        a_run(triggerSource="manual_inf"),
    ],
    ids=["somebody else", "a schedule", "a flow"],
)
async def test_a_run_that_others_began_is_not_adopted(run: dict[str, Any]) -> None:
    with anaplan(story(run), poll=QUICK_POLL) as (server, client):
        async with client:
            with pytest.raises(AmbiguousRunError):
                await client.cloudworks.run_integration(IMPORT_ID)
    assert sum(path_of(received).endswith("/run") for received in server.requests) == 1


@pytest.mark.parametrize(
    ("changes", "successful", "partial"),
    [
        ({}, True, False),
        ({"triggerSource": "quantum"}, True, False),
        ({"executionErrorCode": 38, "success": False, "message": "partly"}, True, True),
        ({"executionErrorCode": "38"}, True, True),
        ({"message": "Load: 9 (0/9) rows successful, 1 ignored"}, True, True),
        ({"executionErrorCode": {"odd": 1}}, True, False),
        ({"startDate": "yesterday", "triggeredBy": ...}, True, False),
    ],
)
async def test_ends_of_every_form(changes: dict[str, Any], successful: bool, partial: bool) -> None:
    with anaplan(story(a_run(**changes), lost=False)) as (_, client):
        async with client:
            run = await client.cloudworks.run_integration(IMPORT_ID, on_rejects="ignore")
    assert (run.successful, run.partially_successful) == (successful, partial)


@pytest.mark.parametrize("runs", [{}, [], None, {"id": "R1", "taskId": None}])
async def test_errors_of_a_run_without_any(runs: Any) -> None:
    with anaplan(lambda _: (200, {"runs": runs})) as (_, client):
        async with client:
            found = await client.cloudworks.get_run_errors("R1")
    assert (found.id, found.task_id, found.errors) == ("R1", None, ())


@pytest.mark.parametrize("in_array", [False, True])
async def test_errors_of_a_run_as_an_object_and_as_an_array(in_array: bool) -> None:
    errors = {"id": "R1", "errorMessages": [{"actionId": "112", "errorMessage": [{"localMessageText": "No list"}]}]}
    with anaplan(lambda _: (200, {"runs": [errors] if in_array else errors})) as (_, client):
        async with client:
            found = await client.cloudworks.get_run_errors("R1")
    assert [error.messages for error in found.errors] == [("No list",)]


async def test_words_and_bodies_that_are_not_known_yet() -> None:
    strange = {
        "connections": [
            {"connectionId": "C", "connectionType": "Salesforce", "body": {"name": "S", "orgUrl": "x"}, "status": 0},
            {"connectionId": "D", "connectionType": "PlanIQ", "body": {}, "integrationErrorCode": "46"},
        ],
        "meta": {},
    }
    with anaplan(lambda _: (200, strange)) as (_, client):
        async with client:
            first, second = await client.cloudworks.list_connections()
    assert (first.connection_type, first.name, first.valid) == ("Salesforce", "S", False)
    assert (second.name, second.integration_error_code) == ("", 46)


async def test_an_id_on_top_of_the_answer_to_a_creation() -> None:
    from .test_connections import AZURE

    with anaplan(lambda _: (200, {"connectionId": "C1"})) as (server, client):
        async with client:
            assert await client.cloudworks.create_connection(AZURE) == "C1"
    body = json.loads(server.requests[0].body)
    assert body["type"] == "AzureBlob"
    assert body["body"]["authMethod"] == "SAS-based"


async def test_an_answer_without_a_run() -> None:
    with anaplan(lambda _: (200, {"status": {"code": 200}})) as (_, client):
        async with client:
            with pytest.raises(UnexpectedResponseError, match=r"\$\.run is missing"):
                await client.cloudworks.get_run("R1")
