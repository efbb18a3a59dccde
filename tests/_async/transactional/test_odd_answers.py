# Source of both colours: scripts/codegen.py emits this file twice.
"""Answers of the Transactional API that are rare, undocumented or lost: the emulator does not give them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from anaplan_sdk import ApiError, ModelBusyError, PermissionDeniedError, TransportError, UnexpectedResponseError
from anaplan_sdk.models import Dimension, DimensionItem, LineItem, VersionSwitchover, WorkspaceUser
from stage.wire.server import Received

from ..answering import Answer, anaplan, path_of, query_of

ITEMS = [{"id": str(206_000_000_000 + number), "name": f"Line {number}"} for number in range(12)]


def paged(rows: list[Any], key: str, received: Received, cut: int, total: int | None) -> Answer:
    """A page of rows, at most *cut* of them, with a total where one is said."""
    asked = query_of(received)
    start = int(asked.get("offset", 0))
    page = rows[start : start + min(cut, int(asked.get("limit", cut)))]
    paging = {} if total is None else {"paging": {"currentPageSize": len(page), "totalSize": total, "offset": start}}
    return 200, {"meta": paging, **({key: page} if page else {})}


# --- listings ---------------------------------------------------------------------------------------------------------


async def test_line_items_are_asked_for_without_a_limit_and_believed_to_be_all() -> None:
    with anaplan(lambda received: paged(ITEMS, "items", received, 100, None)) as (server, client):
        async with client:
            assert len(await client.transactional.list_line_items()) == 12
    assert [query_of(sent) for sent in server.requests] == [{"includeAll": "true"}]


async def test_line_items_are_read_on_where_the_answer_says_that_there_are_more() -> None:
    with anaplan(lambda received: paged(ITEMS, "items", received, 5, 12)) as (server, client):
        async with client:
            found = await client.transactional.list_line_items(102000000011, details=False)
    assert [item.id for item in found] == [item["id"] for item in ITEMS]
    assert query_of(server.requests[0]) == {}
    assert sorted(query_of(sent).get("offset", "") for sent in server.requests) == ["", "10", "5"]


@pytest.mark.parametrize("listing", ["list_line_item_dimensions", "list_versions"])
async def test_other_listings_that_come_whole(listing: str) -> None:
    key = "dimensions" if listing == "list_line_item_dimensions" else "versionMetadata"
    arguments = (206000000021,) if listing == "list_line_item_dimensions" else ()
    with anaplan(lambda received: paged(ITEMS, key, received, 7, 12)) as (server, client):
        async with client:
            assert len(await getattr(client.transactional, listing)(*arguments)) == 12
    assert [query_of(sent) for sent in server.requests] == [{}, {"limit": "5", "offset": "7"}]


@pytest.mark.parametrize("listing", ["list_modules", "list_views", "list_lists", "list_dashboards"])
async def test_listings_with_pages_ask_for_them_also_where_no_total_is_said(listing: str) -> None:
    key = listing.removeprefix("list_")
    with anaplan(lambda received: paged(ITEMS, key, received, 5, None), page_size=5) as (server, client):
        async with client:
            assert len(await getattr(client.transactional, listing)()) == 12
    assert [query_of(sent)["offset"] for sent in server.requests] == ["0", "5", "10", "12"]


@pytest.mark.parametrize("empty", [{}, {"items": []}, {"items": None}, {"meta": {}, "status": {"code": 200}}])
async def test_no_items_at_all_lose_their_key(empty: dict[str, Any]) -> None:
    with anaplan(lambda _: (200, empty)) as (_, client):
        async with client:
            model = client.transactional
            assert await model.list_line_item_dimension_items(206000000021, 20000000003) == []
            assert await model.list_view_dimension_items(102000000011, 20000000003) == []
            assert await model.list_dimension_items(101000000203) == []
            assert await model.list_line_items() == []
            assert (await model.look_up_items(101000000203, names=["x"])).missing_names == ("x",)


async def test_ids_that_are_numbers_become_text() -> None:
    answers = {
        "dimensions": [{"id": 20000000003, "name": "Time"}],
        "items": [{"id": 5440000061, "name": "Jan 26", "code": None}],
    }
    with anaplan(lambda _: (200, answers)) as (_, client):
        async with client:
            assert await client.transactional.list_line_item_dimensions(1) == [Dimension("20000000003", "Time")]
            assert await client.transactional.list_dimension_items(1) == [DimensionItem("5440000061", "Jan 26")]
            assert await client.transactional.list_line_items() == [LineItem("5440000061", "Jan 26")]


async def test_a_line_item_without_id_is_said_to_be_not_as_documented() -> None:
    with anaplan(lambda _: (200, {"items": [{"id": "1"}, {"name": "x"}]})) as (_, client):
        async with client:
            with pytest.raises(UnexpectedResponseError, match=r"\$\.items\[1\]\.id is missing"):
                await client.transactional.list_line_items()


# --- people -----------------------------------------------------------------------------------------------------------


async def test_people_without_ids_come_page_by_page_each_once() -> None:
    people = [{"firstName": f"P{number}", "email": f"p{number}@b.c" if number % 2 else None} for number in range(50)]
    with anaplan(lambda received: paged(people, "admins", received, 20, 50)) as (server, client):
        async with client:
            found = await client.list_workspace_admins()
    assert [person.first_name for person in found] == [f"P{number}" for number in range(50)]
    assert sorted(int(query_of(sent)["offset"]) for sent in server.requests) == [0, 20, 40]


async def test_visitors_that_a_server_repeats_for_ever() -> None:
    answer = {"visitors": [{"firstName": "Ada", "lastName": "Li"}]}
    with anaplan(lambda _: (200, answer)) as (server, client):
        async with client:
            assert await client.list_workspace_visitors("V") == [WorkspaceUser(first_name="Ada", last_name="Li")]
    assert [path_of(sent) for sent in server.requests] == ["GET /workspaces/V/visitors"] * 2


async def test_a_500_for_people_is_not_repeated() -> None:
    with anaplan(lambda _: (500, {"status": {"code": 500, "message": "Internal Server Error"}})) as (server, client):
        async with client:
            with pytest.raises(PermissionDeniedError, match="role of User Administrator"):
                await client.list_workspace_admins()
    assert len(server.requests) == 1


async def test_users_under_the_key_of_one() -> None:
    with anaplan(lambda received: paged([], "users", received, 5, None)) as (_, client):
        async with client:
            assert await client.list_users() == []
    with anaplan(lambda _: (200, {"user": {"id": "8a1b", "email": "a@b.c"}})) as (_, client):
        async with client:
            assert [user.email for user in await client.list_users()] == ["a@b.c"]
            assert (await client.get_user("8a1b")).id == "8a1b"


# --- what a status means here -----------------------------------------------------------------------------------------


async def test_a_model_that_is_being_moved_is_asked_again() -> None:
    answers = iter([(410, {}), (410, {}), (200, {"modules": [{"id": "1", "name": "m"}]}), (200, {})])
    with anaplan(lambda _: next(answers)) as (server, client):
        async with client:
            assert [module.name for module in await client.transactional.list_modules()] == ["m"]
    assert len(server.requests) == 4


async def test_a_model_that_stays_away_is_busy() -> None:
    with anaplan(lambda _: (410, {"status": {"message": "Gone"}})) as (_, client):
        async with client:
            with pytest.raises(ModelBusyError, match=r"410 \(Gone\). The model is being moved"):
                await client.transactional.set_fiscal_year("FY26")


async def test_a_deployed_model_refuses_once_and_for_all() -> None:
    with anaplan(lambda _: (425, {})) as (server, client):
        async with client:
            with pytest.raises(ApiError, match=r"425\. The model is deployed") as caught:
                await client.transactional.set_current_period("2026-05-20")
    assert not caught.value.maybe_received
    assert len(server.requests) == 1


# --- switchovers whose answer is lost ---------------------------------------------------------------------------------


def version(day: str | None) -> Answer:
    """The listing of a version that switches over on a day."""
    switchover = {} if day is None else {"switchover": {"periodText": "P", "date": day}}
    return 200, {"versionMetadata": [{"id": "107", "name": "Forecast", "isActual": False, **switchover}]}


@pytest.mark.parametrize("lost", [None, (504, {}), (200, b"<html>")], ids=["nothing", "504", "no JSON"])
async def test_a_switchover_that_was_made_though_its_answer_was_lost(lost: Answer | None) -> None:
    listed: Iterator[Answer] = iter([version("2026-03-01"), version("2026-04-01")])
    with anaplan(lambda received: next(listed) if received.method == "GET" else lost) as (server, client):
        async with client:
            found = await client.transactional.set_version_switchover(107, "2026-04-01")
    assert isinstance(found, VersionSwitchover)
    assert str(found.date) == "2026-04-01"
    assert [sent.method for sent in server.requests] == ["GET", "PUT", "GET"]


async def test_a_switchover_that_was_not_made_is_raised_and_not_repeated() -> None:
    with anaplan(lambda received: version("2026-03-01") if received.method == "GET" else None) as (server, client):
        async with client:
            with pytest.raises(TransportError):
                await client.transactional.set_version_switchover(107, None)
    assert [sent.method for sent in server.requests] == ["GET", "PUT", "GET"]
    assert json.loads(server.requests[1].body) == {"date": ""}


async def test_a_switchover_that_is_there_is_not_set_again() -> None:
    with anaplan(lambda _: version("2026-03-01")) as (server, client):
        async with client:
            found = await client.transactional.set_version_switchover("107", "2026-03-01")
    assert (found.period_text, str(found.date)) == ("P", "2026-03-01")
    assert [sent.method for sent in server.requests] == ["GET"]


async def test_a_switchover_that_is_refused_is_no_lost_one() -> None:
    refused = (400, {"status": {"message": "Too early"}})
    with anaplan(lambda received: version(None) if received.method == "GET" else refused) as (server, client):
        async with client:
            with pytest.raises(ApiError, match=r"400 \(Too early\)"):
                await client.transactional.set_version_switchover(107, "2025-01-01")
    assert len(server.requests) == 2
