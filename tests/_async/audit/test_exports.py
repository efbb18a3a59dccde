# Source of both colours: scripts/codegen.py emits this file twice.
"""The audit log as files and as lines of CEF."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError, Progress, TransferError
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.world.events import AuditEvent as Noted
from anaplan_sdk.models import AuditEvent
from stage.support import options_for

# What CEF says of an event.
SAID = ("id", "code", "message", "success", "user_id", "object_id", "additional_attributes", "event_date", "ip_address")


def note(emulator: Emulator, count: int, *, ago: timedelta = timedelta(hours=1), **fields: Any) -> list[int]:
    date = round((datetime.now(UTC) - ago).timestamp(), 3)
    noted = [Noted("INT-06", "Noted | done", "8a1b", date=date + number, **fields) for number in range(count)]
    return [emulator.tenant.audit.add(event).id for event in noted]


def ids_in(path: Path) -> list[int]:
    """The ids in a file of either format."""
    lines = path.read_text("utf-8").splitlines()
    return [json.loads(line)["id"] if line.startswith("{") else AuditEvent.from_cef(line).id for line in lines]


@pytest.mark.parametrize("format", ["jsonl", "cef"])
async def test_exports_that_go_on_have_every_event_in_one_file(emulator: Emulator, tmp_path: Path, format: Any) -> None:
    first = note(emulator, 12)
    async with AsyncClient(**options_for(emulator, page_size=5)) as client:
        one = await client.audit.download_events(tmp_path / "one", category="int", format=format)
        late = note(emulator, 3, ago=timedelta(minutes=30))
        two = await client.audit.download_events(tmp_path / "two", one.checkpoint, category="int", format=format)
        new = note(emulator, 2, ago=timedelta(minutes=5))
        three = await client.audit.get_new_events(two.checkpoint, category="int")
    assert (one.path, one.events, sorted(ids_in(one.path))) == (tmp_path / "one", 12, first)
    assert (two.path, two.events, sorted(ids_in(two.path))) == (tmp_path / "two", 3, late)
    assert sorted(event.id for event in three.events) == new


async def test_lines_of_cef_say_what_the_events_say(client: AsyncClient, emulator: Emulator) -> None:
    note(emulator, 2, attributes={"clientName": "a id=1 success=false", "nested": {"}": 1}})
    note(emulator, 1, attributes=None, user_agent="curl/8 (x; y=z)")
    note(emulator, 1, attributes="bare text")
    events = await client.audit.get_events()
    read = [AuditEvent.from_cef(line) async for line in client.audit.get_events_cef_stream()]
    assert len(read) >= 4

    def said(found: list[AuditEvent]) -> list[tuple[object, ...]]:
        return sorted((tuple(getattr(event, name) for name in SAID) for event in found), key=lambda one: str(one[0]))

    assert said(read) == said(events)


async def test_a_file_is_left_as_it_was_when_an_export_fails(emulator: Emulator, tmp_path: Path) -> None:
    note(emulator, 12)
    path = tmp_path / "events.jsonl"
    path.write_text("last night's")
    emulator.inject(Fault(path="/audit/", skip=1, status=400))
    async with AsyncClient(**options_for(emulator, page_size=5)) as client:
        with pytest.raises(ApiError):
            await client.audit.download_events(path)
    assert path.read_text() == "last night's"
    assert list(tmp_path.iterdir()) == [path]


async def test_a_path_that_cannot_be_written_to_is_refused_before_the_log_is_read(
    client: AsyncClient, emulator: Emulator, tmp_path: Path
) -> None:
    with pytest.raises(TransferError, match="is a directory"):
        await client.audit.download_events(tmp_path)
    assert emulator.requests == []


async def test_a_format_that_is_not_known_is_refused(client: AsyncClient, emulator: Emulator, tmp_path: Path) -> None:
    wrong: Any = "csv"
    with pytest.raises(ConfigurationError, match="format must be 'jsonl' or 'cef', not 'csv'"):
        await client.audit.download_events(tmp_path / "events", format=wrong)
    assert emulator.requests == []


async def test_an_export_tells_its_progress(client: AsyncClient, emulator: Emulator, tmp_path: Path) -> None:
    note(emulator, 12)
    events: list[Progress] = []
    for format in ("jsonl", "cef"):
        chosen: Any = format
        await client.audit.download_events(tmp_path / format, category="int", format=chosen, on_progress=events.append)
    ends = [(event.what, event.done) for event in events if event.ended]
    assert ends == [("audit", 12), ("audit", 12)]
