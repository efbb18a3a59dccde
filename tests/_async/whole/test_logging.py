# Source of both colours: scripts/codegen.py emits this file twice.
"""What a nightly log says: what was done at INFO, retries at WARNING, each request at DEBUG, and no secret anywhere."""

from __future__ import annotations

import logging

import pytest

from anaplan_sdk import AsyncClient, RejectedRowsWarning, TaskFailedError, TaskTimeoutError
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.observed import EXPORT, FILE, IMPORT, Clock, OnArrival
from stage.support import options_for

ROWS = b"Code,Product,Region,Period,Units,Revenue\nT1,P,R,Jan,1,2\n"


async def test_the_log_of_a_night(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "anaplan_sdk")
    async with AsyncClient(**options_for(emulator)) as client:
        await client.upload_and_import(113000000000, ROWS, 112000000000)
        await client.get_file(113000000000)
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "Logged in."
    assert said[1].startswith(f"Uploaded {len(ROWS)} bytes to file 113000000000 in ")
    assert said[2].startswith("Started import 112000000000 as task ")
    assert ": COMPLETE after " in said[3]
    assert "1 rows" in said[3]
    assert said[4].startswith(f"Downloaded {len(ROWS)} bytes of file 113000000000 in ")
    assert len(said) == 5


async def test_a_retry_is_a_warning_with_reason_and_delay(
    client: AsyncClient, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.inject(Fault(path="/users/me", status=503))
    await client.get_current_user()
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert warning.name == "anaplan_sdk.http"
    assert "/users/me: trying again in " in warning.getMessage()
    assert "503" in warning.getMessage()


async def test_each_request_is_seen_at_debug(client: AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "anaplan_sdk")
    await client.get_current_user()
    lines = [record.getMessage() for record in caplog.records if record.name == "anaplan_sdk.http"]
    assert [line.partition(" in ")[0] for line in lines] == [
        "POST /token/authenticate: 201",
        "GET /2/0/users/me: 200",
    ]
    assert all(line.endswith("(attempt 1)") for line in lines)


async def test_no_secret_is_logged(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    emulator.inject(Fault(path="/token/authenticate", status=503))
    emulator.inject(Fault(path="/users/me", drop="after"))
    async with AsyncClient(**options_for(emulator, log_out_on_close=True)) as client:
        await client.get_current_user()
        emulator.expire_tokens()
        await client.get_current_user()
    password = emulator.environment["ANAPLAN_PASSWORD"]
    tokens = [record for record in caplog.records if "AnaplanAuthToken" in record.getMessage()]
    assert not tokens
    assert password not in caplog.text


async def test_a_failure_is_an_error_with_its_reason(
    client: AsyncClient, emulator: Emulator, caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(fail="The view is gone."))
    with pytest.raises(TaskFailedError) as failed:
        await client.run_action(EXPORT)
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.inject(OnArrival("GET", "/tasks/", clock.put_forward))
    with pytest.raises(TaskTimeoutError) as late:
        await client.run_action(EXPORT, timeout=60)
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == [str(failed.value), str(late.value)]


async def test_rejected_rows_are_a_warning(client: AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.warns(RejectedRowsWarning) as warned:
        await client.upload_and_import(FILE, ROWS, IMPORT)
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said == [str(warned[0].message)]


async def test_a_sync_that_fails_is_an_error(
    client: AsyncClient, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.tenant.script_task(f"{client.model_id}/comparisonReportTasks", TaskScript(fail="Nothing to compare."))
    revision = (await client.alm.get_revisions())[0].id
    with pytest.raises(TaskFailedError) as failed:
        await client.alm.create_comparison_report(revision, str(client.model_id), revision)
    assert str(failed.value) in [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
