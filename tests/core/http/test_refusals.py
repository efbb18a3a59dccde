"""Which error an answer is, and what it says."""

from __future__ import annotations

import json

import attrs
import pytest

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.http.refusals import refusal, server_message
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    AuthenticationError,
    ConflictError,
    ModelArchivedError,
    ModelBusyError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    TransportError,
    UnexpectedResponseError,
)

REQUEST = Request("GET", "https://api.example/2/0/models/M/imports?limit=5000")


def error_of(status: int, body: bytes = b"", **headers: str) -> AnaplanError:
    error = refusal(REQUEST, Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body))
    assert error is not None
    return error


def test_successes_are_no_errors() -> None:
    for status in (200, 201, 202, 204, 299):
        assert refusal(REQUEST, Response(status, {}, b"")) is None


@pytest.mark.parametrize(
    ("status", "kind", "advice"),
    [
        (302, UnexpectedResponseError, "never followed"),
        (400, ApiError, "as it is"),
        (401, AuthenticationError, "tenant of this region"),
        (403, PermissionDeniedError, "Workspace Administrator"),
        (404, NotFoundError, "check the ids and the role"),
        (406, ApiError, "in the requested format"),
        (409, ModelBusyError, "running task"),
        (422, ModelArchivedError, "archived"),
        (423, ModelBusyError, "locked"),
        (424, PermissionDeniedError, "Workspace Administrator"),
        (429, RateLimitedError, "pacing=Pacing(requests_per_second"),
        (500, ApiError, "wrong ids"),
        (503, ApiError, "Anaplan failed"),
    ],
)
def test_every_status_has_its_error(status: int, kind: type[AnaplanError], advice: str) -> None:
    error = error_of(status)
    assert type(error) is kind
    assert "GET /2/0/models/M/imports: " in str(error)
    assert str(status) in str(error)
    assert advice in str(error)


@pytest.mark.parametrize("status", [200, 401, 403, 404, 429, 500])
@pytest.mark.parametrize(
    ("verdict", "kind", "advice"),
    [
        (Verdict.EXPIRED, AuthenticationError, "even after a new log-in"),
        (Verdict.DENIED, PermissionDeniedError, "lacks a role for this"),
        (Verdict.BUSY, ModelBusyError, "Try again"),
        (Verdict.LIMITED, RateLimitedError, "Too many requests"),
        (Verdict.FAILED, ApiError, "Anaplan failed"),
    ],
)
def test_what_a_status_means_is_what_the_service_says(
    status: int, verdict: Verdict, kind: type[AnaplanError], advice: str
) -> None:
    error = refusal(attrs.evolve(REQUEST, verdict=lambda _: verdict), Response(status, {}, b""))
    if status == 200 and verdict is not Verdict.EXPIRED:
        assert isinstance(error, UnexpectedResponseError)
        return
    assert type(error) is kind
    assert advice in str(error)
    assert f": {status}" in str(error) or f"({status})" in str(error)


def test_only_a_failure_may_have_been_acted_on() -> None:
    for status, ambiguous in ((500, True), (504, True), (408, True), (400, False), (425, False), (429, False)):
        error = error_of(status)
        assert isinstance(error, ApiError)
        assert error.maybe_received is ambiguous
    denied = refusal(attrs.evolve(REQUEST, verdict=lambda _: Verdict.DENIED), Response(500, {}, b""))
    assert isinstance(denied, PermissionDeniedError)
    assert not denied.maybe_received


def test_an_error_carries_its_facts() -> None:
    body = json.dumps({"status": {"code": 400, "message": "Bad sort order format: 'x'."}}).encode()
    error = error_of(400, body)
    assert isinstance(error, ApiError)
    assert (error.status, error.path) == (400, "/2/0/models/M/imports")
    assert error.message == "Bad sort order format: 'x'"
    assert error.body == body.decode()
    assert "400 (Bad sort order format: 'x'). " in str(error)


def test_a_rate_limit_says_for_how_long() -> None:
    error = error_of(429, retry_after="7")
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 7


def test_a_body_is_kept_in_part_and_never_quoted_where_it_is_a_page() -> None:
    error = error_of(502, b"<html>" + b"x" * 10_000 + b"\xff")
    assert isinstance(error, ApiError)
    assert len(error.body) == 2_000
    assert error.message == ""
    assert "<html>" not in str(error)


def test_earlier_attempts_are_carried_over() -> None:
    earlier = (TransportError("lost", maybe_received=True),)
    error = refusal(REQUEST, Response(503, {}, b"", earlier))
    assert error is not None
    assert error.earlier == earlier


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"status":{"message":" Not Found. "}}', "Not Found"),
        (b'{"status":"FAILURE_BAD_CREDENTIAL","statusMessage":"incorrect credentials"}', "incorrect credentials"),
        (b'{"status":"404","detail":"Resource 7 not found"}', "Resource 7 not found"),
        (b'{"status":"FAILURE NOT FOUND","message":"Unknown workspace."}', "Unknown workspace"),
        (
            b'{"errorCode":"INVALID_PAYLOAD","errorMessage":"CSV must contain at least one data row."}',
            "CSV must contain at least one data row",
        ),
        (b'{"errorCode":"ACCESS_CONTROL_DENIED","message":null}', "ACCESS_CONTROL_DENIED"),
        (b'{"status":{"message":""}}', ""),
        (b'{"status":{"message":7}}', ""),
        (b'{"status":7}', ""),
        (b"[1]", ""),
        (b"", ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
        (b'{"statusMessage":"' + b"x" * 10_000 + b'"}', "x" * 2_000),
    ],
)
def test_messages_of_every_envelope(body: bytes, message: str) -> None:
    assert server_message(body) == message


def test_a_conflict_that_does_not_pass_has_an_error_of_its_own() -> None:
    request = attrs.evolve(REQUEST, verdict=lambda _: Verdict.REFUSED)
    error = refusal(request, Response(409, {}, b'{"status":{"message":"The resource is being referenced"}}'))
    assert type(error) is ConflictError
    assert "409 (The resource is being referenced). What exists already" in str(error)


def test_a_page_that_is_not_found_is_nobody_of_anaplans() -> None:
    assert "check the URL of the service, and the proxy" in str(error_of(404, b"<html>", content_type="text/html"))
