# Source of both colours: scripts/codegen.py emits this file twice.
"""What is tried again, what is not, and what an error tells about it."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from anaplan_sdk import (
    AnaplanError,
    ApiError,
    AsyncClient,
    ModelArchivedError,
    ModelBusyError,
    NotFoundError,
    Pacing,
    PermissionDeniedError,
    RateLimitedError,
    RetryPolicy,
    TransportError,
)
from anaplan_sdk.emulator import Emulator, Fault
from stage.observed import calls
from stage.support import QUICK_RETRY, options_for

from ..side_by_side import side_by_side

HISTORY_FILE = 113000000040
PASSING: list[dict[str, Any]] = [
    {"status": 500},
    {"status": 502, "content_type": "text/html"},
    {"status": 503, "retry_after": 0.02},
    {"status": 504, "body": ""},
    {"status": 429},
    {"status": 409},
    {"status": 423},
    {"drop": "before"},
    {"drop": "after"},
    {"drop": "midway"},
]
# A DELETE and a PUT are answered without a body, which has no middle.
PASSING_WITHOUT_BODY = [*PASSING[:-1], {"status": 500, "handle": True}]


async def failed(call: Any) -> Any:
    with pytest.raises(AnaplanError) as caught:
        await call()
    return caught.value


@pytest.mark.parametrize("fault", PASSING)
async def test_a_get_is_repeated(emulator: Emulator, client: AsyncClient, fault: dict[str, Any]) -> None:
    emulator.inject(Fault("GET", "/workspaces$", times=3, **fault))
    assert [workspace.name for workspace in await client.list_workspaces()] == ["Sales Planning"]
    assert calls(emulator) == 4


@pytest.mark.parametrize("fault", PASSING_WITHOUT_BODY)
async def test_a_delete_is_repeated(emulator: Emulator, client: AsyncClient, fault: dict[str, Any]) -> None:
    emulator.inject(Fault("DELETE", "/files/", times=3, **fault))
    await client.delete_file(HISTORY_FILE)
    assert calls(emulator, "DELETE") == 4


@pytest.mark.parametrize("fault", PASSING_WITHOUT_BODY)
async def test_a_put_is_repeated(emulator: Emulator, client: AsyncClient, fault: dict[str, Any]) -> None:
    emulator.inject(Fault("PUT", "/chunks/0$", times=3, **fault))
    await client.upload_file(HISTORY_FILE, "Code\nT1\n")
    assert calls(emulator, "PUT") == 4
    assert await client.get_file(HISTORY_FILE) == b"Code\nT1\n"


@pytest.mark.parametrize("status", [429, 409, 423])
async def test_a_post_that_anaplan_did_not_accept_is_repeated(
    emulator: Emulator, client: AsyncClient, status: int
) -> None:
    emulator.inject(Fault("POST", "/bulkDeleteModels$", times=3, status=status))
    assert (await client.delete_models(["X"])).failures != ()
    assert calls(emulator, "POST") == 4


@pytest.mark.parametrize("fault", [fault for fault in PASSING if fault.get("status") not in (409, 423, 429)])
async def test_a_post_that_anaplan_may_have_acted_on_is_not_repeated(
    emulator: Emulator, client: AsyncClient, fault: dict[str, Any]
) -> None:
    emulator.inject(Fault("POST", "/bulkDeleteModels$", **fault))
    error = await failed(lambda: client.delete_models(["X"]))
    assert isinstance(error, ApiError) or error.maybe_received
    assert error.earlier == ()
    assert calls(emulator, "POST") == 1


@pytest.mark.parametrize("method", ["get_current_user", "delete_models"])
async def test_what_was_surely_not_sent_is_repeated_whatever_it_is(emulator: Emulator, method: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    async with AsyncClient(**options_for(emulator, api_url=f"http://127.0.0.1:{port}")) as client:
        arguments = [["X"]] if method == "delete_models" else []
        error = await failed(lambda: getattr(client, method)(*arguments))
    assert isinstance(error, TransportError)
    assert not error.maybe_received
    assert [type(earlier) for earlier in error.earlier] == [TransportError] * 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ApiError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, ApiError),
        (406, ApiError),
        (422, ModelArchivedError),
        (424, PermissionDeniedError),
    ],
)
async def test_other_refusals_stand(emulator: Emulator, client: AsyncClient, status: int, kind: type[ApiError]) -> None:
    emulator.inject(Fault(path="/files$", status=status, times=None))
    error = await failed(client.list_files)
    assert type(error) is kind
    assert error.status == status
    assert error.path.endswith("/files")
    assert f"GET {error.path}: {status}" in str(error)
    assert calls(emulator) == 1


async def test_a_refusal_says_what_anaplan_said(emulator: Emulator, client: AsyncClient) -> None:
    error = await failed(lambda: client.list_workspaces(sort="colour"))
    assert error.message == "Failed to parse sort parameter"
    assert "400 (Failed to parse sort parameter)" in str(error)


async def test_an_archived_model(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.models[client.model_id or ""].active_state = "ARCHIVED"
    error = await failed(client.list_imports)
    assert isinstance(error, ModelArchivedError)
    assert "archived" in str(error)


async def test_a_model_that_stays_busy(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/files$", status=409, times=None))
    error = await failed(client.list_files)
    assert isinstance(error, ModelBusyError)
    assert [type(earlier) for earlier in error.earlier] == [ModelBusyError] * 3
    assert calls(emulator) == 4


async def test_a_model_that_sleeps_is_waited_for(emulator: Emulator) -> None:
    emulator.tenant.options.load_seconds = 0.15
    async with AsyncClient(**options_for(emulator, read_timeout=0.1)) as client:
        next(iter(emulator.tenant.models.values())).loading.move("Closed", 0)
        assert await client.list_files() != []
    assert calls(emulator) >= 2  # it went on loading when the first call was given up


async def test_errors_carry_the_earlier_attempts(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/files$", status=500))
    emulator.inject(Fault(path="/files$", drop="midway"))
    emulator.inject(Fault(path="/files$", status=423))
    emulator.inject(Fault(path="/files$", status=503))
    error = await failed(client.list_files)
    assert error.status == 503
    assert [type(earlier) for earlier in error.earlier] == [ApiError, TransportError, ModelBusyError]


async def test_one_attempt_is_one_attempt(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/users/me", status=503))
    async with AsyncClient(**options_for(emulator, retry=RetryPolicy(attempts=1))) as client:
        assert (await failed(client.get_current_user)).earlier == ()
    assert calls(emulator) == 1


# --- 429, and pacing --------------------------------------------------------------------------------------------------


async def test_a_rate_limit_that_does_not_end(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/users/me", status=429, retry_after=3600, times=None))
    error = await failed(client.get_current_user)  # in no time: the policy caps what is waited for
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 3600
    assert len(error.earlier) == 3


async def test_a_429_pauses_every_request_of_the_session(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/users/me", status=429, retry_after=0.2))
    async with AsyncClient(**options_for(emulator, retry=RetryPolicy(attempts=1))) as client:
        assert (await failed(client.get_current_user)).retry_after == 0.2
        await side_by_side(AsyncClient.from_existing(client).list_workspaces, 3)
    refused, *others = emulator.received(path="/2/0/")
    assert len(others) == 3
    assert min(other.time for other in others) - refused.time >= 0.19


async def test_a_rate_limit_is_survived_by_many_calls_at_once(emulator: Emulator) -> None:
    for _ in range(12):
        emulator.inject(Fault(path="/users/me", status=429, retry_after=0.01))
    policy = RetryPolicy(attempts=20, first_delay=0.01, max_delay=0.05)
    async with AsyncClient(**options_for(emulator, retry=policy)) as client:
        users = await side_by_side(client.get_current_user, 10)
    assert {type(user).__name__ for user in users} == {"User"}
    assert calls(emulator) == 22


async def test_pacing_is_shared(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, pacing=Pacing(50, burst=2))) as client:
        started = time.time()
        await side_by_side(client.get_current_user, 3)
        await side_by_side(AsyncClient.from_existing(client).get_current_user, 3)
    assert calls(emulator) == 6
    # Seven requests with the log-in: the last one has its turn five intervals after the first two.
    assert emulator.requests[-1].time - started >= 0.095


async def test_a_pause_ends_at_the_deadline(emulator: Emulator) -> None:
    policy = RetryPolicy(attempts=3, first_delay=0, max_delay=60)
    async with AsyncClient(**options_for(emulator, retry=policy)) as client:
        await client.get_current_user()  # logged in, so that the time is spent on the pause
        emulator.inject(Fault(path="/open$", status=429, retry_after=60, times=None))
        error = await failed(lambda: client.wake_model(timeout=0.1))
        assert isinstance(error, RateLimitedError)  # and did not wait for a minute
        assert isinstance(await failed(lambda: client.wake_model(timeout=0.1)), RateLimitedError)


def test_the_schedule_of_these_tests_has_four_attempts() -> None:
    assert QUICK_RETRY.attempts == 4
