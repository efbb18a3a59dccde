"""What a caller that is cancelled leaves behind: its start, its log-in, its warning. Asyncio's alone."""

from __future__ import annotations

import asyncio

import pytest

from anaplan_sdk import AmbiguousRunError, AsyncClient, PollSchedule, RejectedRowsWarning
from anaplan_sdk.auth import DeviceGrant, MemoryStore
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.observed import EXPORT, FILE, IMPORT, rows, starts
from stage.support import options_for


async def test_a_start_that_is_cancelled_under_way_is_cancelled_in_anaplan(emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.tenant.options.task_listing_delay = 0.3
    emulator.inject(Fault("POST", "/tasks$", drop="after"))
    async with AsyncClient(**options_for(emulator)) as client:
        run = asyncio.create_task(client.run_action(EXPORT, cancel_on_abort=True))
        while not starts(emulator):
            await asyncio.sleep(0.01)
        run.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await run
        assert "was cancelled" in "".join(getattr(caught.value, "__notes__", ()))
        [left] = await client.list_tasks(EXPORT)
        assert left.task_state in ("CANCELLED", "CANCELLING")


async def test_a_start_that_was_given_up_leaves_its_task_to_nobody(emulator: Emulator) -> None:
    emulator.tenant.options.task_listing_delay = 0.3
    emulator.inject(Fault("POST", "/tasks$", delay=0.3, drop="after"))
    emulator.inject(Fault("POST", "/tasks$", drop="after"))
    poll = PollSchedule(0.02, factor=1.0, max_delay=0.02, settling_time=2.0)
    async with AsyncClient(**options_for(emulator, poll=poll)) as client:
        await client.get_current_user()
        first = asyncio.create_task(client.run_action(EXPORT))
        while starts(emulator) < 1:
            await asyncio.sleep(0.005)
        second = asyncio.create_task(client.run_action(EXPORT))
        while starts(emulator) < 2:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        second.cancel()
        [first_end, second_end] = await asyncio.gather(first, second, return_exceptions=True)
    assert isinstance(second_end, asyncio.CancelledError)
    assert isinstance(first_end, AmbiguousRunError)


async def test_a_warning_of_a_task_names_the_package(emulator: Emulator) -> None:
    content = rows(1) + "T1,A,B,Jan 26,three,3.5\n"
    async with AsyncClient(**options_for(emulator)) as client:
        with pytest.warns(RejectedRowsWarning) as caught:
            await asyncio.create_task(client.upload_and_import(FILE, content, IMPORT))
    assert [warning.filename for warning in caught] == ["<anaplan_sdk>"]


async def test_a_caller_that_is_cancelled_in_an_exchange_costs_nobody_the_log_in(emulator: Emulator) -> None:
    emulator.tenant.options.device_poll_seconds = 0.01
    emulator.tenant.options.token_seconds = 0.5
    grant = DeviceGrant(
        client_id="d" * 32, oauth_url=emulator.url, show=lambda shown: emulator.confirm_device(shown.user_code)
    )
    options = options_for(emulator, user_email=None, password=None, auth=grant, token_store=MemoryStore())
    async with AsyncClient(**options) as client:
        await client.get_current_user()
        await asyncio.sleep(0.6)
        emulator.tenant.options.token_seconds = 2_100.0
        emulator.inject(Fault("POST", "/oauth/token", delay=0.3))
        first = asyncio.create_task(client.get_current_user())
        others = [asyncio.create_task(client.get_current_user()) for _ in range(3)]
        await asyncio.sleep(0.1)
        first.cancel()
        await asyncio.gather(*others)
        with pytest.raises(asyncio.CancelledError):
            await first
    assert len(emulator.received("POST", "/oauth/device/code")) == 1
