# Source of both colours: scripts/codegen.py emits this file twice.
"""What Anaplan says, and what things are called in it, forges no line of a log and drives no terminal."""

from __future__ import annotations

import logging
import warnings

import pytest

from anaplan_sdk import AnaplanError, AsyncClient, NotFoundError, RejectedRowsWarning, TaskFailedError
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.observed import EXPORT, FILE, IMPORT
from stage.support import options_for

FORGED = "no\r\n2026-01-01 00:00 ERROR all is lost\x1b[2J\x1b]0;owned\x07\x9b1A\u202e\u2028!"
BAD_ROW = b"Code,Product,Region,Period,Units,Revenue\nT1,P,R,Jan,\x1b[2J,2\n"


def is_harmless(text: str) -> bool:
    return not set(text) & set("\r\n\x1b\x07\x9b\u202e\u2028")


async def test_the_reason_of_a_failed_run(
    client: AsyncClient, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "anaplan_sdk")
    emulator.tenant.script_task(EXPORT, TaskScript(fail=FORGED))
    with pytest.raises(TaskFailedError) as caught:
        await client.run_action(EXPORT)
    assert "all is lost" in str(caught.value)
    assert is_harmless(str(caught.value))
    assert any("all is lost" in record.getMessage() for record in caplog.records)
    assert all(is_harmless(record.getMessage()) for record in caplog.records)
    assert FORGED in "".join(caught.value.task.messages), "the model itself keeps what Anaplan said"


async def test_the_message_of_a_refusal(
    client: AsyncClient, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    body = '{"status": {"code": 404, "message": "no\\r\\nERROR all is lost\\u001b[2J\\u202e"}}'
    emulator.inject(Fault(path="/users/me", status=503, body=body))
    emulator.inject(Fault(path="/users/me", status=404, body=body))
    with pytest.raises(NotFoundError) as caught:
        await client.get_current_user()
    error = caught.value
    assert is_harmless(str(error))
    assert is_harmless(error.message)
    assert "all is lost" in error.message
    assert all(is_harmless(str(earlier)) for earlier in error.earlier)
    assert "trying again" in caplog.text
    assert all(is_harmless(record.getMessage()) for record in caplog.records)


async def test_a_page_keeps_its_lines_and_nothing_else(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault(path="/users/me", times=None, status=403, body="<p>\n\x1b[2J</p>", content_type="text/html"))
    with pytest.raises(AnaplanError) as caught:
        await client.get_current_user()
    assert getattr(caught.value, "body", None) == "<p>\n\\x1b[2J</p>"


async def test_a_warning_about_rejected_rows(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        with warnings.catch_warnings(record=True, action="always") as told:
            await client.upload_and_import(FILE, BAD_ROW, IMPORT)
    texts = [str(warning.message) for warning in told if issubclass(warning.category, RejectedRowsWarning)]
    assert texts
    assert all(map(is_harmless, texts))
    assert all(is_harmless(record.getMessage()) for record in caplog.records)


async def test_a_report_of_check(client: AsyncClient, emulator: Emulator) -> None:
    next(iter(emulator.tenant.models.values())).name = FORGED
    next(iter(emulator.tenant.workspaces.values())).name = FORGED
    report = await client.check()
    assert "all is lost" in str(report)
    assert all(is_harmless(line) for line in str(report).split("\n"))
    assert len(str(report).split("\n")) == 1 + len(report.steps)
