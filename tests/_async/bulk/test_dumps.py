# Source of both colours: scripts/codegen.py emits this file twice.
"""What an import rejected, and what an optimizer logged."""

from __future__ import annotations

import pytest

from anaplan_sdk import (
    ApiError,
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
    TransferError,
)
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.models import Task
from stage.observed import ACTION, FILE, HEADER, IMPORT, LIST_FILE, LIST_IMPORT, PROCESS, rows
from stage.support import options_for, ordinary_user

OPTIMIZER = 117000000001
BAD = HEADER + "T0000,Thé 茶,Zürich,Jan 26,one,1.5\nT0001,A,B,Jan 26,1,1.5\nnew,A,B,Jan 26,2,x\n"


async def rejected(client: AsyncClient, action_id: int = IMPORT) -> Task:
    """A run that rejected two rows of three."""
    await client.upload_and_import(LIST_FILE, rows(2), LIST_IMPORT)
    return await client.upload_and_import(FILE, BAD, action_id, on_rejects="ignore")


async def test_the_dump_of_an_import(client: AsyncClient) -> None:
    task = await rejected(client)
    dump = (await client.get_dump(IMPORT, task)).decode()
    assert dump == (await client.get_dump(str(IMPORT), task.id)).decode()
    assert dump.splitlines()[0].startswith("_Status_,Code,Product,Region,Period,Units,Revenue,_Line_,_Error_1_")
    first, second = await client.get_rejected_rows(IMPORT, task)
    assert (first.status, first.line, first.values["Product"], first.values["Units"]) == ("E", 2, "Thé 茶", "one")
    assert len(first.errors) == 1
    assert second.values["Code"] == "new"
    assert len(second.errors) == 2


async def test_a_dump_in_chunks_that_split_characters(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.dump_chunk_bytes = 7
    task = await rejected(client)
    assert "Thé 茶" in (await client.get_dump(IMPORT, task)).decode()
    assert len(emulator.received("GET", "/dump/chunks/")) > 20


async def test_the_dump_of_the_only_step_that_has_one(client: AsyncClient) -> None:
    task = await rejected(client, PROCESS)
    for given in (task, task.id):
        assert [row.values["Code"] for row in await client.get_rejected_rows(PROCESS, given)] == ["T0000", "new"]
        assert b"new" in await client.get_dump(PROCESS, given, step_id=IMPORT)
        with pytest.raises(TransferError, match="has no dump"):
            await client.get_dump(PROCESS, given, step_id=LIST_IMPORT)
    with pytest.raises(TransferError, match="has no dump"):
        await client.get_dump(IMPORT, task)


async def test_several_steps_with_dumps_must_be_told_apart(client: AsyncClient) -> None:
    await client.upload_file(LIST_FILE, rows(2) + rows(1).partition("\n")[2])
    task = await client.upload_and_import(FILE, BAD, PROCESS, on_rejects="ignore")
    with pytest.raises(ConfigurationError, match=rf"pass step_id, one of \[{LIST_IMPORT}, {IMPORT}\]"):
        await client.get_rejected_rows(PROCESS, task)
    assert [row.status for row in await client.get_rejected_rows(PROCESS, task, step_id=LIST_IMPORT)] == ["W"]
    assert [row.status for row in await client.get_rejected_rows(PROCESS, task, step_id=IMPORT)] == ["E", "E"]


@pytest.mark.parametrize("status", [404, 400, 204])
async def test_without_rejected_rows_there_is_no_dump(client: AsyncClient, emulator: Emulator, status: int) -> None:
    body = "" if status == 204 else None
    emulator.inject(Fault("GET", "/dumps?/", status=status, body=body, times=None))
    clean = await client.upload_and_import(LIST_FILE, rows(2), LIST_IMPORT)
    with pytest.raises(TransferError, match=f"Task {clean.id} of import {LIST_IMPORT} has no dump.*48 hours"):
        await client.get_rejected_rows(LIST_IMPORT, clean)
    process = await client.run_action(PROCESS)
    with pytest.raises(TransferError, match=f"Task {process.id} of process {PROCESS} has no dump"):
        await client.get_dump(PROCESS, process)
    with pytest.raises(TransferError, match="has no dump"):
        await client.get_dump(PROCESS, process.id, step_id=IMPORT)


async def test_the_next_run_takes_the_place_of_a_dump(client: AsyncClient) -> None:
    task = await rejected(client)
    await client.upload_and_import(FILE, rows(2), IMPORT)
    with pytest.raises(TransferError, match="until the next run"):
        await client.get_dump(IMPORT, task)


async def test_a_dump_that_goes_while_it_is_read_is_no_dump(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.dump_chunk_bytes = 50
    task = await rejected(client)
    emulator.inject(Fault("GET", "/dump/chunks/2$", status=404, times=None))
    with pytest.raises(TransferError, match="has no dump"):
        await client.get_rejected_rows(IMPORT, task)


async def test_other_failures_of_a_dump_are_told(client: AsyncClient, emulator: Emulator) -> None:
    task = await rejected(client)
    for status in (403, 500):
        emulator.inject(Fault("GET", "/dump/", status=status, times=4))
        with pytest.raises(ApiError) as caught:
            await client.get_dump(IMPORT, task)
        assert caught.value.status == status
        emulator.clear_faults()
    emulator.inject(Fault("GET", "/dump/", drop="midway", times=3))
    assert b"new" in await client.get_dump(IMPORT, task)


async def test_dumps_belong_to_the_user_who_ran_the_task(client: AsyncClient, emulator: Emulator) -> None:
    task = await rejected(client)
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as other:
        with pytest.raises(TransferError, match="for the user who ran the task"):
            await other.get_dump(IMPORT, task)


async def test_the_log_of_an_optimizer(client: AsyncClient, emulator: Emulator) -> None:
    task = await client.run_action(OPTIMIZER)
    log = await client.get_optimizer_log(OPTIMIZER, task.id)
    assert log.strip()
    with pytest.raises(NotFoundError):
        await client.get_optimizer_log(OPTIMIZER, "0" * 32)
    with pytest.raises(ConfigurationError, match="only optimizer actions have a log"):
        await client.get_optimizer_log(PROCESS, task.id)
    with pytest.raises(NotFoundError):
        await client.get_optimizer_log(ACTION, task.id)
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as other:
        with pytest.raises(PermissionDeniedError):
            await other.get_optimizer_log(OPTIMIZER, task.id)


async def test_rejected_rows_come_one_by_one(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.dump_chunk_bytes = 50
    task = await rejected(client)
    found = [row async for row in client.get_rejected_rows_stream(IMPORT, task)]
    assert found == await client.get_rejected_rows(IMPORT, task)
    assert len(found) == 2
    with pytest.raises(TransferError, match="has no dump"):
        [row async for row in client.get_rejected_rows_stream(IMPORT, "0F1E")]
