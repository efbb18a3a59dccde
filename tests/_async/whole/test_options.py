# Source of both colours: scripts/codegen.py emits this file twice.
"""Settings as one value, and clients with other settings that share connections, token and pacing."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import (
    AsyncClient,
    ClientClosedError,
    ConfigurationError,
    Pacing,
    RetryPolicy,
    Settings,
    TransportError,
)
from anaplan_sdk.emulator import Emulator, Fault
from stage.support import QUICK_POLL, options_for


async def test_settings_are_given_as_one_and_keywords_win(emulator: Emulator) -> None:
    settings = Settings(page_size=2, retry=RetryPolicy(attempts=1), poll=QUICK_POLL)
    options = options_for(emulator, retry=None, poll=None, settings=settings, page_size=3)
    async with AsyncClient(**options) as client:
        await client.list_imports()
        emulator.inject(Fault(path="/users/me", status=503))
        with pytest.raises(Exception, match="503"):
            await client.get_current_user()
    assert {request.query["limit"] for request in emulator.received("GET", "/imports$")} == {"3"}
    assert len(emulator.received("GET", "/users/me")) == 1


async def test_a_variant_shares_the_token_and_what_was_looked_up(client: AsyncClient, emulator: Emulator) -> None:
    await client.list_imports()
    quick = client.with_options(page_size=1)
    assert (quick.workspace_id, quick.model_id) == (client.workspace_id, client.model_id)
    assert await quick.list_imports() == await client.list_imports()
    assert len(emulator.received("POST", "/token/authenticate")) == 1
    assert quick._session.files is client._session.files
    limits = [request.query["limit"] for request in emulator.received("GET", "/imports$")]
    assert {"1"} < set(limits)


async def test_a_variant_has_its_own_patience(client: AsyncClient, emulator: Emulator) -> None:
    await client.get_current_user()
    emulator.inject(Fault(path="/users/me", delay=0.5, times=None))
    with pytest.raises(TransportError) as caught:
        await client.with_options(read_timeout=0.05, retry=RetryPolicy(attempts=2, first_delay=0)).get_current_user()
    assert len(caught.value.earlier) == 1
    assert (await client.get_current_user()).email


async def test_a_variant_of_a_variant_keeps_what_is_not_changed(client: AsyncClient) -> None:
    first = client.with_options(page_size=10)
    second = AsyncClient.from_existing(first.with_options(concurrency=1), model_id="A" * 32)
    settings = second._session.settings
    assert (settings.page_size, settings.concurrency, second.model_id) == (10, 1, "A" * 32)
    assert client._session.settings.page_size == 5_000


async def test_a_variant_has_its_own_pace_where_one_is_given(client: AsyncClient) -> None:
    exchange = client._session._exchange
    shared, own = client.with_options(page_size=1), client.with_options(pacing=Pacing(1_000))
    assert shared._session._exchange._gate is exchange._gate
    assert own._session._exchange._gate is not exchange._gate
    assert own._session._exchange.transport is exchange.transport
    assert await own.list_imports() != []


async def test_a_variant_leaves_the_client_open_and_is_closed_with_it(client: AsyncClient) -> None:
    async with client.with_options(page_size=10) as quick:
        await quick.list_imports()
    await client.list_imports()
    await quick.list_imports()
    await client.close()
    with pytest.raises(ClientClosedError):
        await quick.list_imports()


@pytest.mark.parametrize("given", [{"page_size": 0}, {"proxy": "http://p"}, {"connect_timeout": 1}, {"region": "eu3"}])
async def test_what_a_variant_refuses(client: AsyncClient, given: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(given))):
        client.with_options(**given)
