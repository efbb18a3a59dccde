# Source of both colours: scripts/codegen.py emits this file twice.
"""Users, workspaces and models, one at a time; waking, closing and deleting."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import (
    AnaplanError,
    ApiError,
    AsyncClient,
    ConfigurationError,
    ModelArchivedError,
    NotFoundError,
    PermissionDeniedError,
    TransportError,
    UnexpectedResponseError,
    WaitTimeoutError,
)
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator import Model as EmulatedModel
from stage.observed import Clock, OnArrival, calls
from stage.support import options_for


def emulated(emulator: Emulator) -> EmulatedModel:
    return next(iter(emulator.tenant.models.values()))


async def failed(call: Any) -> Any:
    with pytest.raises(AnaplanError) as caught:
        await call()
    return caught.value


async def test_the_current_user(client: AsyncClient) -> None:
    user = await client.get_current_user()
    assert (user.email, user.first_name, user.active) == ("ada@example.com", "Ada", True)
    assert user.last_login_date is not None


async def test_one_workspace(client: AsyncClient) -> None:
    own = await client.get_workspace()
    assert own == await client.get_workspace(client.workspace_id)
    assert (own.name, own.size_allowance) == ("Sales Planning", 1 << 30)
    assert (await client.get_workspace(details=False)).size_allowance is None


async def test_a_workspace_is_hidden_from_those_who_do_not_administrate_it(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, user_email="grace@example.com")) as client:
        assert len(await client.list_workspaces()) == 1
        assert isinstance(await failed(client.get_workspace), NotFoundError)
        assert isinstance(await failed(client.close_model), PermissionDeniedError)


async def test_one_model(client: AsyncClient) -> None:
    own = await client.get_model()
    assert own == await client.get_model(client.model_id)
    assert (own.name, own.current_workspace_id) == ("Sales Planning Development", client.workspace_id)
    assert own.model_transaction_running is False
    assert (await client.get_model(details=False)).model_transaction_running is None


async def test_a_model_that_does_not_exist(client: AsyncClient) -> None:
    error = await failed(lambda: client.get_model("F" * 32))
    assert isinstance(error, NotFoundError)
    assert "check the ids and the role" in str(error)


@pytest.mark.parametrize("method", ["get_workspace", "get_model", "get_current_user", "get_model_status"])
async def test_an_answer_without_what_was_asked_for(emulator: Emulator, client: AsyncClient, method: str) -> None:
    emulator.inject(Fault(path="/2/0/", status=200, body='{"status":{"code":200,"message":"Success"}}'))
    error = await failed(getattr(client, method))
    assert isinstance(error, UnexpectedResponseError)
    assert error.json_path in {"$.workspace", "$.model", "$.user", "$.requestStatus"}


# --- open and closed --------------------------------------------------------------------------------------------------


async def test_a_model_is_closed_and_woken(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.load_seconds = 0.03
    assert (await client.get_model_status()).current_step == "Open"
    await client.close_model()
    assert (await client.get_model_status()).current_step == "Closed"
    await client.wake_model()
    assert (await client.get_model_status()).current_step == "Open"
    opened = emulator.received("POST", "/open$")[0]
    assert opened.headers["content-type"] == "application/text"


async def test_a_model_that_is_still_closing_is_not_taken_for_open(
    emulator: Emulator, client: AsyncClient, clock: Clock
) -> None:
    emulator.tenant.options.load_seconds = 60
    await client.close_model(wait_for_completion=False)
    assert (await client.get_model_status()).current_step == "Closing"
    emulator.inject(Fault(path="/open$", status=202, body=""))  # accepted, and done when it has closed
    emulator.inject(OnArrival("GET", "/status$", clock.put_forward))
    with pytest.raises(WaitTimeoutError, match="is still 'Clos"):
        await client.wake_model(timeout=60)


async def test_nothing_waits_where_that_is_not_wanted(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.load_seconds = 60
    await client.close_model(wait_for_completion=False)
    assert emulator.received(path="/status$") == []


@pytest.mark.parametrize("method", ["wake_model", "close_model"])
async def test_a_wait_ends_at_its_deadline(emulator: Emulator, client: AsyncClient, clock: Clock, method: str) -> None:
    emulator.tenant.options.load_seconds = 60
    if method == "wake_model":
        emulated(emulator).loading.move("Closed", 0)
    emulator.inject(OnArrival("GET", "/status$", clock.put_forward))
    with pytest.raises(WaitTimeoutError, match=client.model_id) as caught:
        await getattr(client, method)(timeout=60)
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("path", ["/open$", "/status$"])
async def test_a_deadline_ends_retries_too(emulator: Emulator, path: str) -> None:
    emulator.inject(Fault(path=path, status=503, retry_after=30, times=None))
    async with AsyncClient(**options_for(emulator, retry=None)) as client:
        error = await failed(lambda: client.wake_model(timeout=25))
    assert isinstance(error, ApiError)
    assert error.status == 503
    assert len(emulator.received(path=path)) == 1


async def test_looks_at_the_status_survive_failures(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/status$", status=500, times=2))
    emulator.inject(Fault(path="/status$", drop="midway"))
    await client.close_model(timeout=5)


async def test_an_archived_model_is_not_woken(emulator: Emulator, client: AsyncClient) -> None:
    emulated(emulator).active_state = "ARCHIVED"
    assert isinstance(await failed(client.wake_model), ModelArchivedError)
    assert isinstance(await failed(client.close_model), ModelArchivedError)


async def test_closing_is_not_repeated_when_its_answer_is_lost(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/close$", drop="after"))
    error = await failed(client.close_model)  # somebody may have come back meanwhile
    assert isinstance(error, TransportError)
    assert calls(emulator, "POST", "/close$") == 1


async def test_opening_is_repeated(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/open$", drop="after"))
    await client.wake_model()
    assert calls(emulator, "POST", "/open$") == 2


async def test_times_that_are_none(emulator: Emulator, client: AsyncClient) -> None:
    for timeout in (-1, float("nan")):
        error = await failed(lambda: client.wake_model(timeout=timeout))  # noqa: B023
        assert isinstance(error, ConfigurationError)
    assert emulator.requests == []


# --- deletion ---------------------------------------------------------------------------------------------------------


async def test_models_are_deleted_and_failures_reported(emulator: Emulator, client: AsyncClient) -> None:
    development, production = emulator.tenant.models.values()
    development.loading.move("Closed", 0)
    result = await client.delete_models([development.id, production.id, "F" * 32])
    assert result.models_deleted == 1
    assert [(failure.model_id, failure.message) for failure in result.failures] == [
        (production.id, "Model is open. Please close the model before trying again."),
        ("F" * 32, "Model ID does not exist."),
    ]
    assert list(emulator.tenant.models) == [production.id]


@pytest.mark.parametrize("model_ids", [[], "11111111111111111111111111111111", (), ["a/b"], [""]])
async def test_what_is_no_list_of_models_deletes_nothing(
    emulator: Emulator, client: AsyncClient, model_ids: Any
) -> None:
    assert isinstance(await failed(lambda: client.delete_models(model_ids)), ConfigurationError)
    assert emulator.requests == []
