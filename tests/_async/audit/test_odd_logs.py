# Source of both colours: scripts/codegen.py emits this file twice.
"""Audit logs that answer as live tenants do or may do, and the emulator does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, PermissionDeniedError, UnexpectedResponseError, WaitTimeoutError
from anaplan_sdk._io.aio import closing
from anaplan_sdk.models import AuditEvent
from stage.support import QUICK_RETRY
from stage.wire.server import Connection, Received, Server, serving

from ..answering import Answer, anaplan, path_of, query_of

NOW = datetime.now(UTC)


def rows(*ids: int, at: datetime = NOW) -> list[dict[str, Any]]:
    return [{"id": row, "eventTypeId": "USR-8", "eventDate": int(at.timestamp() * 1000)} for row in ids]


def page(found: list[dict[str, Any]], total: int | None = None, link: str | None = None) -> Answer:
    paging = {"currentPageSize": len(found), "totalSize": total, "offSet": 0, "nextUrl": link}
    return 200, {"meta": {"paging": {key: item for key, item in paging.items() if item is not None}}, "response": found}


def log(answer: Callable[[Received], Answer | None]) -> Any:
    """A tenant in a region that has all services on one host, and so on that of the test."""
    return anaplan(answer, region="eu3")


async def ids_of(client: AsyncClient, *wish: Any) -> list[int]:
    return [event.id async for event in client.audit.get_events_stream(*wish)]


@pytest.mark.parametrize("payload", [{}, {"response": []}, {"response": None, "meta": None}, {"meta": {"paging": {}}}])
async def test_no_events_may_look_like_anything(payload: dict[str, Any], tmp_path: Path) -> None:
    with log(lambda _: (200, payload)) as (server, client):
        async with client:
            assert await client.audit.get_events() == []
            assert await client.audit.search_events() == []
            assert (await client.audit.download_events(tmp_path / "none.jsonl")).events == 0
    assert len(server.requests) == 3
    assert (tmp_path / "none.jsonl").read_bytes() == b""


async def test_links_lead_to_no_other_host_and_the_window_stays_what_it_was() -> None:
    def answer(received: Received) -> Answer:
        query = query_of(received)
        offset = int(query.get("offset", 0))
        link = f"https://elsewhere.example/a?type=int&dateFrom={query['dateFrom']}&limit=1&offset={offset + 1}"
        return page(rows(offset), 3, link if offset < 2 else None)

    with log(answer) as (server, client):
        async with client:
            found = await client.audit.get_events(timedelta(hours=1), category="int")
    assert [event.id for event in found] == [0, 1, 2]
    asked = [query_of(sent) for sent in server.requests]
    assert len({(query["type"], query["dateFrom"], query["dateTo"]) for query in asked}) == 1
    assert int(asked[0]["dateTo"]) - int(asked[0]["dateFrom"]) == 3_600_000 + 1_000
    assert [query.get("offset") for query in asked] == [None, "1", "2"]
    assert {sent.headers["authorization"] for sent in server.requests} == {"AnaplanAuthToken t0ken"}


async def test_a_search_posts_the_same_window_again_for_each_page() -> None:
    def answer(received: Received) -> Answer:
        offset = int(query_of(received).get("offset", 0))
        return page(rows(offset), 2, "/audit/api/1/events/search?limit=1&offset=1" if offset < 1 else None)

    with log(answer) as (server, client):
        async with client:
            found = await client.audit.search_events(
                datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC), category="comment"
            )
    assert [event.id for event in found] == [0, 1]
    assert {path_of(sent) for sent in server.requests} == {"POST /audit/api/1/events/search"}
    assert {query_of(sent)["type"] for sent in server.requests} == {"comment"}
    assert [json.loads(sent.body) for sent in server.requests] == [{"from": 1782864000000, "to": 1782950400000}] * 2


async def test_a_search_whose_answer_is_lost_is_repeated() -> None:
    answers = iter([None, page(rows(1))])
    with log(lambda _: next(answers)) as (server, client):
        async with client:
            assert [event.id for event in await client.audit.search_events()] == [1]
    assert len(server.requests) == 2


async def test_an_event_that_comes_twice_is_returned_once() -> None:
    answers = iter([page(rows(1, 2), 3, "?offset=2"), page(rows(2, 3), 3)])
    with log(lambda _: next(answers)) as (_, client):
        async with client:
            assert await ids_of(client) == [1, 2, 3]


async def test_a_log_that_moved_while_it_was_read_is_read_once_more_and_only_what_is_new_returned() -> None:
    answers = iter(
        [page(rows(1, 2), 4, "?offset=2"), page(rows(4), 4), page(rows(2, 3), 3, "?offset=2"), page(rows(4), 3)]
    )
    with log(lambda _: next(answers)) as (server, client):
        async with client:
            assert await ids_of(client) == [1, 2, 4, 3]
    assert len(server.requests) == 4


async def test_a_log_that_never_comes_whole_is_an_error_after_two_attempts(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("last night's")
    with log(lambda _: page(rows(1), 2)) as (server, client):
        async with client:
            with pytest.raises(UnexpectedResponseError, match=r"GET /audit/api/1/events: .* 2 events but returned 1"):
                await client.audit.download_events(path)
    assert len(server.requests) == 2
    assert path.read_text() == "last night's"
    assert list(tmp_path.iterdir()) == [path]


async def test_links_that_go_on_for_ever_end() -> None:
    with log(lambda _: page(rows(1), None, "?offset=1")) as (server, client):
        async with client:
            assert await ids_of(client) == [1]
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_missing_role_is_told_at_once(status: int, tmp_path: Path) -> None:
    denial = {"status": "FAILURE_UNAUTHORIZED_USER_ACTION", "statusMessage": "User is not authorized"}
    with log(lambda _: (status, denial)) as (server, client):
        async with client:
            audit = client.audit
            for call in (
                audit.get_events,
                audit.search_events,
                audit.get_new_events,
                lambda: audit.download_events(tmp_path / "events.cef", format="cef"),
            ):
                with pytest.raises(
                    PermissionDeniedError, match=r"\(User is not authorized\). .* role of Tenant Auditor"
                ):
                    await call()
    assert len(server.requests) == 4


async def test_what_anaplan_sends_is_written_as_it_is(tmp_path: Path) -> None:
    odd = {
        "id": 12,
        "eventTypeId": "FRCST-1",
        "newKey": {"a": [1.5, None]},
        "message": "",
        "checksum": None,
        "é": "\u2028",
    }
    with log(lambda _: page([odd])) as (_, client):
        async with client:
            exported = await client.audit.download_events(tmp_path / "events.jsonl")
    (line,) = exported.path.read_text("ascii").splitlines()
    assert json.loads(line) == odd
    assert list(json.loads(line)) == list(odd)


async def test_an_event_without_an_id_is_an_error_that_says_where() -> None:
    with log(lambda _: page([*rows(1), {"eventTypeId": "USR-8"}])) as (_, client):
        async with client:
            with pytest.raises(UnexpectedResponseError, match=r"\$\.response\[1\]\.id is missing"):
                await client.audit.get_events()


def cef(*ids: int) -> bytes:
    return b"".join(
        b"2026-07-01T07:35:27.000Z  CEF:0|Anaplan, Inc.||null|USR-8|M|id=%d success=true\n" % row for row in ids
    )


async def test_text_is_asked_for_day_by_day_and_an_event_at_midnight_comes_once() -> None:
    answers = iter([cef(1, 2), cef(2, 3).rstrip(), b""])

    def answer(received: Received) -> Answer:
        assert received.headers["accept"] == "text/plain"
        return 200, next(answers)

    begin, end = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 3, 12, tzinfo=UTC)
    with log(answer) as (server, client):
        async with client, closing(client.audit.get_events_cef_stream(begin, end)) as lines:
            found = [AuditEvent.from_cef(line).id async for line in lines]
    assert found == [1, 2, 3]
    asked = [query_of(sent) for sent in server.requests]
    hours = [(int(query["dateTo"]) - int(query["dateFrom"])) / 3_600_000 for query in asked]
    assert hours == [24, 24, 12]
    assert [query["dateFrom"] for query in asked[1:]] == [query["dateTo"] for query in asked[:-1]]
    assert all("limit" not in query for query in asked)


@contextmanager
def clock_ahead(ahead: timedelta) -> Iterator[tuple[Server, AsyncClient]]:
    """An empty log whose server is so far ahead of the clock of this machine, or behind it."""

    def script(connection: Connection) -> None:
        while connection.receive():
            date = format_datetime(datetime.now(UTC) + ahead, usegmt=True)
            connection.answer(200, b'{"response": []}', Content_Type="application/json", Date=date)

    with serving(script) as server:
        options: dict[str, Any] = {"api_url": server.url, "auth_url": server.url, "urls": {"audit": server.url}}
        yield server, AsyncClient(token="t0ken", retry=QUICK_RETRY, **options)


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=-1)])
async def test_a_wrong_clock_of_this_machine_moves_no_checkpoint_beyond_anaplans_time(ahead: timedelta) -> None:
    with clock_ahead(ahead) as (server, client):
        async with client:
            first = (await client.audit.get_new_events(timedelta(days=2))).checkpoint
            second = (await client.audit.get_new_events(first)).checkpoint
    server_time = datetime.now(UTC) + ahead
    # No request was answered before the first: its end is the earlier of the two clocks.
    assert first.read_until <= min(datetime.now(UTC) + timedelta(seconds=1), server_time)
    assert server_time - timedelta(minutes=2) < second.read_until <= server_time
    assert second.read_until - second.reread_from == timedelta(hours=1, milliseconds=1)
    asked = [query_of(sent) for sent in server.requests]
    assert int(asked[1]["dateFrom"]) == int(first.reread_from.timestamp() * 1000)


async def test_a_checkpoint_of_two_months_ago_is_read_from_in_three_requests() -> None:
    with log(lambda _: (200, {})) as (server, client):
        async with client:
            found = await client.audit.get_new_events(timedelta(days=29))
            old = type(found.checkpoint)(
                read_until=NOW - timedelta(days=65), reread_from=NOW - timedelta(days=65, hours=1)
            )
            await client.audit.get_new_events(old)
    asked = [query_of(sent) for sent in server.requests[1:]]
    assert len(asked) == 3
    assert all(int(query["dateTo"]) - int(query["dateFrom"]) <= 30 * 86_400_000 for query in asked)


async def test_a_time_limit_holds_between_pages() -> None:
    clock: list[int] = []

    def answer(received: Received) -> Answer:
        clock.append(1)
        return page(rows(len(clock)), None, f"?offset={len(clock)}")

    with log(answer) as (server, client):
        async with client:
            with pytest.raises(WaitTimeoutError, match="reading the audit log"):
                await client.audit.get_events(timeout=0.3)
    assert len(server.requests) > 1
