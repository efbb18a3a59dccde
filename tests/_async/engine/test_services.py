# Source of both colours: scripts/codegen.py emits this file twice.
"""Services other than the Integration API: their own scheme, their own pages, their own meaning of a status."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest

from anaplan_sdk import AsyncClient
from anaplan_sdk._core.api.service import Endpoint, Listing, Service
from anaplan_sdk._core.http.deadline import NEVER
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.verdict import Verdict, usual
from anaplan_sdk._core.listing.links import Links
from anaplan_sdk._core.listing.start_index import StartIndex
from anaplan_sdk.errors import ApiError, AuthenticationError, PermissionDeniedError, TransportError
from stage.support import QUICK_RETRY
from stage.wire.server import Connection, Received, Server, serving

Answer: TypeAlias = tuple[int, Any]


@attrs.frozen
class Event:
    """A row."""

    id: int


@attrs.frozen
class Integration:
    """What an endpoint answers."""

    name: str


def says(word: bytes, verdict: Verdict) -> Callable[[Response], Verdict]:
    """The verdict on answers that hold a word; the others mean what they usually do."""
    return lambda response: verdict if word in response.body else usual(response)


AUDIT = Service("api", "/audit/api/1", Links, says(b"UNAUTHORIZED_USER_ACTION", Verdict.DENIED), "AnaplanAuthToken")
CLOUDWORKS = Service("api", "/cloudworks/2/0", verdict=says(b'"path"', Verdict.REFUSED))
ADMINISTRATION = Service("api", "/admin/1/0", verdict=says(b"errorCode", Verdict.DENIED))
SCIM = Service("api", "/scim/1/0/v2", StartIndex)


@contextmanager
def anaplan(answer: Callable[[Received], Answer]) -> Iterator[tuple[Server, AsyncClient]]:
    """A server that gives these answers as JSON, and a client of it that holds an OAuth token."""

    def script(connection: Connection) -> None:
        while received := connection.receive():
            status, payload = answer(received)
            connection.answer(status, json.dumps(payload).encode(), Content_Type="application/json")

    with serving(script) as server:
        yield server, AsyncClient(token="Bearer t0ken", api_url=server.url, auth_url=server.url, retry=QUICK_RETRY)


def query_of(received: Received) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(received.target).query))


async def test_a_status_is_denied_where_the_service_says_so_and_nobody_logs_in_again() -> None:
    denial = {"status": "FAILURE_UNAUTHORIZED_USER_ACTION", "statusMessage": "Not a tenant auditor"}
    with anaplan(lambda _: (401, denial)) as (server, client):
        async with client:
            with pytest.raises(PermissionDeniedError, match=r"GET /audit/api/1/events: 401 \(Not a tenant auditor\)"):
                await client._session.rows(AUDIT.rows("/events", "response", Event), NEVER)
    assert len(server.requests) == 1


async def test_any_other_401_of_the_same_service_is_an_expired_token() -> None:
    with anaplan(lambda _: (401, {"status": "FAILURE_TOKEN"})) as (_, client):
        async with client:
            with pytest.raises(AuthenticationError, match="cannot be renewed"):
                await client._session.rows(AUDIT.rows("/events", "response", Event), NEVER)


async def test_a_denial_that_looks_like_a_failure_is_not_repeated() -> None:
    with anaplan(lambda _: (500, {"errorCode": "INTERNAL_SERVER_ERROR"})) as (server, client):
        async with client:
            with pytest.raises(
                PermissionDeniedError, match=r"GET /admin/1/0/users: 500 .INTERNAL_SERVER_ERROR.. The user lacks a role"
            ) as caught:
                await client._session.content(ADMINISTRATION.content("/users"), NEVER)
    assert len(server.requests) == 1
    assert not caught.value.maybe_received


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_refusal_that_looks_like_a_failure_is_not_repeated_and_surely_did_nothing(method: str) -> None:
    refused = {"status": {"code": 503, "message": "Unknown connection"}, "path": "/integrations"}
    endpoint = Endpoint(CLOUDWORKS, method, "/integrations", "integration", Integration)
    with anaplan(lambda _: (503, refused)) as (server, client):
        async with client:
            with pytest.raises(ApiError, match=r"503 \(Unknown connection\). Anaplan does not accept") as caught:
                await client._session.one(endpoint, NEVER)
    assert len(server.requests) == 1
    assert not caught.value.maybe_received


@pytest.mark.parametrize(
    ("method", "idempotent", "repeated"),
    [
        ("GET", None, True),
        ("PUT", None, True),
        ("DELETE", None, True),
        ("POST", None, False),
        ("PATCH", None, False),
        ("POST", True, True),
        ("PATCH", True, True),
        ("PUT", False, False),
    ],
)
async def test_what_may_be_repeated_is_a_property_of_the_endpoint(
    method: str, idempotent: bool | None, repeated: bool
) -> None:
    options: dict[str, Any] = {} if idempotent is None else {"idempotent": idempotent}
    endpoint = Endpoint(CLOUDWORKS, method, "/integrations/1", "integration", Integration, **options)
    answers = iter([(502, {}), (200, {"integration": {"name": "Load"}})])
    with anaplan(lambda _: next(answers)) as (server, client):
        async with client:
            if repeated:
                assert await client._session.one(endpoint, NEVER) == Integration("Load")
            else:
                with pytest.raises(ApiError) as caught:
                    await client._session.one(endpoint, NEVER)
                assert caught.value.maybe_received
    assert len(server.requests) == 1 + repeated


async def test_a_lost_answer_is_repeated_by_the_same_rule() -> None:
    def script(connection: Connection) -> None:
        connection.receive()

    with serving(script) as server:
        async with AsyncClient(token="t", api_url=server.url, auth_url=server.url, retry=QUICK_RETRY) as client:
            for idempotent in (False, True):
                with pytest.raises(TransportError):
                    await client._session.one(CLOUDWORKS.order("PATCH", "/x", {}, idempotent=idempotent), NEVER)
    assert len(server.requests) == 1 + QUICK_RETRY.attempts


async def test_the_scheme_is_the_services_own_and_the_token_the_sessions() -> None:
    with anaplan(lambda _: (200, {"response": [], "name": "x"})) as (server, client):
        async with client:
            await client._session.rows(AUDIT.rows("/events", "response", Event), NEVER)
            await client._session.one(CLOUDWORKS.get("/x", None, Integration), NEVER)
    assert [sent.headers["authorization"] for sent in server.requests] == ["AnaplanAuthToken t0ken", "Bearer t0ken"]


async def test_a_search_is_a_listing_whose_links_are_followed_with_the_same_body_and_to_no_other_host() -> None:
    def answer(received: Received) -> Answer:
        start = int(query_of(received).get("offset", 0))
        link = f"https://elsewhere.example/audit/api/1/events/search?limit=2&offset={start + 2}"
        paging = {"totalSize": 5, **({"nextUrl": link} if start < 4 else {})}
        return 200, {"meta": {"paging": paging}, "response": [{"id": id_} for id_ in range(start, min(start + 2, 5))]}

    search = Endpoint(
        AUDIT, "POST", "/events/search", None, dict[str, Any], {"type": "all"}, {"from": 1, "to": 2}, idempotent=True
    )
    with anaplan(answer) as (server, client):
        async with client:
            rows = await client._session.rows(Listing(search, "response", Event), NEVER)
    assert rows == [Event(id_) for id_ in range(5)]
    assert [(sent.method, sent.body) for sent in server.requests] == [("POST", b'{"from": 1, "to": 2}')] * 3
    assert [query_of(sent) for sent in server.requests] == [
        {"type": "all", "limit": "5000"},
        {"type": "all", "limit": "2", "offset": "2"},
        {"type": "all", "limit": "2", "offset": "4"},
    ]


async def test_pages_by_start_index() -> None:
    def answer(received: Received) -> Answer:
        asked: Mapping[str, str] = query_of(received)
        first, count = int(asked["startIndex"]), int(asked["count"])
        return 200, {"totalResults": 250, "Resources": [{"id": id_} for id_ in range(first, min(first + count, 251))]}

    with anaplan(answer) as (server, client):
        async with client:
            rows = await client._session.rows(SCIM.rows("/Users", "Resources", Event), NEVER)
    assert rows == [Event(id_) for id_ in range(1, 251)]
    asked = sorted((int(query_of(sent)["startIndex"]), int(query_of(sent)["count"])) for sent in server.requests)
    assert asked == [(1, 100), (101, 100), (201, 50)]


async def test_what_is_done_says_nothing_and_an_array_is_sent_as_one() -> None:
    with anaplan(lambda _: (200, {})) as (server, client):
        async with client:
            await client._session.one(CLOUDWORKS.order("POST", "/cells", [{"value": 1}]), NEVER)
    assert (server.requests[0].body, server.requests[0].headers["content-type"]) == (
        b'[{"value": 1}]',
        "application/json",
    )
