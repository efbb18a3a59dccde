# Source of both colours: scripts/codegen.py emits this file twice.
"""The audit log of a tenant, read as events: all of them, each once, and only those that are asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, ConfigurationError, PermissionDeniedError, Progress
from anaplan_sdk._io.aio import closing
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.world.events import AuditEvent as Noted
from stage.support import options_for, ordinary_user

HOUR = timedelta(hours=1)


def note(emulator: Emulator, count: int, *, code: str = "INT-06", ago: timedelta = HOUR, **fields: Any) -> list[int]:
    """Events that happened so long ago, and appear in the log now; their ids."""
    date = (datetime.now(UTC) - ago).timestamp()
    noted = [Noted(code, "Noted", "8a1b", date=date + number / 1000, **fields) for number in range(count)]
    return [emulator.tenant.audit.add(event).id for event in noted]


def asked(emulator: Emulator) -> list[str]:
    """The requests to the audit log."""
    return [f"{request.method} {request.path}" for request in emulator.requests if "/audit/" in request.path]


async def test_what_is_done_is_in_the_log(client: AsyncClient, emulator: Emulator) -> None:
    await client.upload_file(113000000000, b"Code\nT1\n")
    await client.run_action(118000000000, on_rejects="ignore")
    events = await client.audit.get_events(HOUR)
    assert {"USR-8", "USR-37", "USR-41"} <= {event.code for event in events}
    log_in = next(event for event in events if event.code == "USR-8")
    assert (log_in.user_id, log_in.success) == (emulator.tenant.administrator.id, True)
    assert log_in.event_date is not None
    assert abs(log_in.event_date - datetime.now(UTC)) < timedelta(minutes=5)


async def test_the_log_needs_no_model(emulator: Emulator) -> None:
    options = options_for(emulator, workspace_id=None, model_id=None)
    async with AsyncClient(**options) as client:
        assert [event.code for event in await client.audit.get_events(HOUR)] == ["USR-8"]


@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.parametrize("page_size", [1, 7, 30, 31, 5_000])
async def test_every_event_comes_once_whatever_the_size_of_pages(
    emulator: Emulator, page_size: int, order: Any
) -> None:
    ids = note(emulator, 30)
    emulator.tenant.options.audit_order = order
    emulator.tenant.options.audit_link_host = "https://audit.anaplan.com"
    async with AsyncClient(**options_for(emulator, page_size=page_size)) as client:
        found = await client.audit.get_events(category="int")
        searched = await client.audit.search_events(category="int")
        async with closing(client.audit.get_events_stream(category="int")) as events:
            streamed = [event async for event in events]
    assert sorted(event.id for event in found) == ids
    assert found == searched == streamed
    pages = max(1, -(-30 // page_size))
    assert asked(emulator) == (
        ["GET /audit/api/1/events"] * pages
        + ["POST /audit/api/1/events/search"] * pages
        + ["GET /audit/api/1/events"] * pages
    )


async def test_a_stream_that_is_left_early_asks_for_no_further_page(emulator: Emulator) -> None:
    note(emulator, 30)
    async with AsyncClient(**options_for(emulator, page_size=5)) as client:
        stream = client.audit.get_events_stream(category="int")
        async with closing(stream) as events:
            async for _ in events:
                break
    assert len(asked(emulator)) == 1


async def test_times_and_categories_narrow_the_log_down(client: AsyncClient, emulator: Emulator) -> None:
    old, new = note(emulator, 3, ago=timedelta(days=3)), note(emulator, 2, ago=HOUR)
    note(emulator, 2, code="COMMENT-01", ago=HOUR)
    audit, now = client.audit, datetime.now(UTC)
    for since, until, ids in [
        (None, None, old + new),
        (timedelta(days=1), None, new),
        (None, timedelta(days=1), old),
        (now - timedelta(days=4), now - timedelta(days=2), old),
        ((now - timedelta(days=10)).date(), (now - timedelta(days=5)).date(), []),
    ]:
        assert sorted(event.id for event in await audit.get_events(since, until, category="int")) == sorted(ids)
    assert len(await audit.get_events(category="comment")) == 2
    assert await audit.get_events(category="byok") == []


async def test_what_makes_no_sense_is_refused_before_anything_is_sent(client: AsyncClient, emulator: Emulator) -> None:
    audit = client.audit
    wrong: Any = "users"
    with pytest.raises(ConfigurationError, match="category must be one of 'all', 'user_activity', .*, not 'users'"):
        await audit.get_events(category=wrong)
    for stream in (audit.get_events_stream, audit.search_events_stream, audit.get_events_cef_stream):
        with pytest.raises(ConfigurationError, match="at most 30 days at a time"):
            stream(timedelta(days=31))
        with pytest.raises(ConfigurationError, match="on_progress must be a function"):
            stream(on_progress=wrong)
    with pytest.raises(ConfigurationError, match="has no time zone"):
        await audit.get_new_events(datetime(2026, 7, 1))
    with pytest.raises(ConfigurationError, match="timeout must be"):
        await audit.get_events(timeout=-1)
    assert emulator.requests == []


async def test_only_tenant_auditors_may_read_it(emulator: Emulator) -> None:
    async with AsyncClient(**{**options_for(emulator), **ordinary_user(emulator)}) as client:
        with pytest.raises(PermissionDeniedError, match="role of Tenant Auditor") as caught:
            await client.audit.get_events()
    assert caught.value.status == 401
    assert asked(emulator) == ["GET /audit/api/1/events"]


async def test_callers_hear_how_far_it_has_come(emulator: Emulator) -> None:
    note(emulator, 30)
    events: list[Progress] = []
    async with AsyncClient(**options_for(emulator, page_size=7)) as client:
        await client.audit.get_events(category="int", on_progress=events.append)
        await client.audit.search_events(category="int", on_progress=events.append)
    ends = [(event.what, event.name, event.done, event.total) for event in events if event.ended]
    assert ends == [("audit", "log", 30, 30)] * 2


@pytest.mark.parametrize("attributes", [None, "bare text", {"clientName": "Loader"}, {}])
async def test_attributes_are_an_object_a_text_or_nothing(
    client: AsyncClient, emulator: Emulator, attributes: Any
) -> None:
    note(emulator, 1, attributes=attributes)
    (event,) = await client.audit.get_events(category="int")
    assert event.additional_attributes == attributes


async def test_new_events_come_once_even_if_they_appear_late(client: AsyncClient, emulator: Emulator) -> None:
    first = note(emulator, 5, ago=timedelta(minutes=30))
    came = await client.audit.get_new_events(category="int")
    assert sorted(event.id for event in came.events) == first
    late = note(emulator, 2, ago=timedelta(minutes=45))
    again = await client.audit.get_new_events(came.checkpoint, category="int")
    assert sorted(event.id for event in again.events) == late
    assert (await client.audit.get_new_events(again.checkpoint, category="int")).events == []


async def test_events_that_appear_with_a_delay_come_with_the_next_call(client: AsyncClient, emulator: Emulator) -> None:
    since: Any = None
    ids, found, calls = list[int](), list[int](), list[int]()
    for delay in (60, 0, 60, 60, 0):
        emulator.tenant.options.audit_delay_seconds = delay
        ids += note(emulator, 2, ago=timedelta(milliseconds=20))
        came = await client.audit.get_new_events(since, category="int")
        since, found = came.checkpoint, found + [event.id for event in came.events]
        calls.append(len(came.events))
    assert calls == [0, 4, 0, 0, 6]
    assert sorted(found) == ids
