"""Requests as values: what an endpoint sends, and what it makes of an answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.service import Endpoint, Listing, ModelPath, Service
from anaplan_sdk._core.http.deadline import NEVER, Deadline
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk._core.listing.paging import Page, Unpaged
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models import Task

BASE = "https://api.example"
AT = ModelPath("M", "W")


@attrs.frozen
class Thing:
    """What an endpoint answers."""

    name: str


def answer(body: bytes, status: int = 200) -> Response:
    return Response(status, {}, body)


SERVICE = Service("things", "/things/1", verdict=lambda _: Verdict.BUSY)


def test_a_request_is_made_of_service_and_endpoint() -> None:
    deadline = Deadline.after(9)
    request = SERVICE.get("/x", "thing", Thing, details=True, s="a+b", sort=None).request(BASE, deadline)
    assert (request.method, request.url) == ("GET", "https://api.example/things/1/x?details=true&s=a%2Bb")
    assert (request.headers, request.body, request.read_timeout) == ({"Accept": "application/json"}, None, None)
    assert request.deadline is deadline
    assert request.verdict(answer(b"")) is Verdict.BUSY


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"])
def test_what_may_be_repeated_is_said_by_the_method_unless_the_endpoint_says_it(method: str) -> None:
    assert SERVICE.order(method, "/x").request(BASE).idempotent is (method not in ("POST", "PATCH"))
    for said in (True, False):
        assert SERVICE.order(method, "/x", idempotent=said).request(BASE).idempotent is said


def test_bodies_are_json_or_bytes_as_they_are() -> None:
    for body, sent in (({"a": 1}, b'{"a": 1}'), ([{"a": 1}], b'[{"a": 1}]'), ([], b"[]"), ({}, b"{}")):
        request = SERVICE.order("POST", "/x", body).request(BASE)
        assert (request.body, request.headers["Content-Type"]) == (sent, "application/json")
    for content in (b"x", bytearray(b"x"), memoryview(b"x")):
        request = SERVICE.order("PUT", "/x", content, headers={"Content-Type": "text/csv"}).request(BASE)
        assert request.body is content
        assert request.headers == {"Accept": "application/json", "Content-Type": "text/csv"}
    assert "secret" not in repr(SERVICE.order("POST", "/x", {"a": "secret"}, headers={"X": "secret"}))


def test_one_that_thinks_is_waited_for_but_no_longer_than_the_call_may_take() -> None:
    thinking = Endpoint(SERVICE, "POST", "/x", None, Thing, patience=300.0)
    assert thinking.request(BASE, NEVER, 120.0).read_timeout == 300.0
    assert thinking.request(BASE, Deadline.after(1), 120.0).read_timeout == 120.0
    assert 199 < (thinking.request(BASE, Deadline.after(200), 120.0).read_timeout or 0) <= 200


def test_answers_are_read_as_the_endpoint_says() -> None:
    assert SERVICE.get("/x", "thing", Thing).read(answer(b'{"thing": {"name": "a"}}')) == Thing("a")
    assert SERVICE.get("/x", None, Thing).read(answer(b'{"name": "a"}')) == Thing("a")
    assert SERVICE.order("DELETE", "/x").read(answer(b"whatever")) is None
    with pytest.raises(UnexpectedResponseError, match=r"The response to /things/1/x is not as documented: \$.thing is"):
        SERVICE.get("/x", "thing", Thing, s="q").read(answer(b"{}"))


def test_nothing_at_all_is_an_empty_listing_and_no_thing() -> None:
    listing = SERVICE.rows("/x", "things", Thing)
    assert listing.read(listing.endpoint.payload(answer(b"", 204))) == []
    with pytest.raises(UnexpectedResponseError, match="thing is missing"):
        SERVICE.get("/x", "thing", Thing).read(answer(b"", 204))


def test_every_page_of_a_listing_asks_for_the_same() -> None:
    search = Endpoint(SERVICE, "POST", "/search", None, dict[str, Any], {"type": "all", "limit": 9}, {"from": 1})
    listing = Listing(search, "things", Thing)
    assert isinstance(listing.pages(7), Offsets)
    assert isinstance(attrs.evolve(listing, paging=Unpaged).pages(7), Unpaged)
    page = listing.page(Page(2, 7, {"limit": 7, "offset": 2})).request(BASE)
    assert (page.method, page.url) == ("POST", "https://api.example/things/1/search?type=all&limit=7&offset=2")
    assert page.body == b'{"from": 1}'
    assert listing.page(Page(0, 7)) is search


# --- what a start answers ---------------------------------------------------------------------------------------------


def started(payload: dict[str, Any]) -> Task:
    return bulk.start(bulk.tasks(AT, 112000000001), {}).read(answer(json.dumps(payload).encode()))


@pytest.mark.parametrize("payload", [{"task": {"taskId": "0F1E", "taskState": "NOT_STARTED"}}, {"taskId": "0F1E"}])
def test_task_id_is_wrapped_or_bare(payload: dict[str, Any]) -> None:
    assert started(payload).id == "0F1E"


def test_what_the_answer_to_a_start_says_is_kept() -> None:
    said = {"taskId": "0F1E", "taskState": "IN_PROGRESS", "creationTime": 1_785_000_000_000, "currentStep": "Loading"}
    task = started({"task": said})
    assert (task.task_state, task.current_step, task.creation_time) == (
        "IN_PROGRESS",
        "Loading",
        datetime.fromtimestamp(1_785_000_000, UTC),
    )
    assert started({"task": said | {"progress": {}}}).id == "0F1E"


@pytest.mark.parametrize(
    "payload", [{}, {"task": None}, {"task": "0F1E"}, {"taskId": ""}, {"taskId": "a/b"}, {"task": {"taskId": 7}}]
)
def test_task_id_that_is_missing_is_an_error(payload: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedResponseError) as caught:
        started(payload)
    assert caught.value.json_path == "$.task.taskId"
