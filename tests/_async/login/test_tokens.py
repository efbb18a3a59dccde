# Source of both colours: scripts/codegen.py emits this file twice.
"""One token for all: one log-in, one renewal, one failure."""

from __future__ import annotations

import gc
import io
import weakref
from contextlib import suppress

import attrs
import pytest

from anaplan_sdk import (
    AnaplanError,
    AsyncClient,
    AuthenticationError,
    RateLimitedError,
    RetryPolicy,
    TransportError,
    WaitTimeoutError,
)
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.auth import MemoryStore
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.models import User
from stage.logins import Ageing, basic_login
from stage.observed import EXPORT, FILE, Clock, OnArrival, calls, log_ins, refreshes
from stage.support import options_for

from ..side_by_side import side_by_side


def failures(outcomes: list[User | AnaplanError]) -> list[AnaplanError]:
    return [outcome for outcome in outcomes if isinstance(outcome, AnaplanError)]


async def test_many_first_calls_log_in_once(emulator: Emulator, client: AsyncClient) -> None:
    assert failures(await side_by_side(client.get_current_user, 50)) == []
    assert (log_ins(emulator), refreshes(emulator), calls(emulator)) == (1, 0, 50)


async def test_a_failed_log_in_is_shared_by_those_that_queued_for_it(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/token/authenticate", delay=0.2))
    async with AsyncClient(**options_for(emulator, password="wrong")) as client:
        errors = failures(await side_by_side(client.get_current_user, 50))
        assert [type(error) for error in errors] == [AuthenticationError] * 50
        assert len({id(error) for error in errors}) == 50  # each may be raised and changed on its own
        assert (log_ins(emulator), calls(emulator)) == (1, 0)
        with pytest.raises(AuthenticationError):  # a later call is a new try
            await client.get_current_user()
        assert log_ins(emulator) == 2


async def test_tokens_that_expired_are_replaced(emulator: Emulator) -> None:
    auth = Ageing(basic_login(emulator), remaining=-1)
    auth.may_renew.set()
    async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as client:
        await client._session._tokens.replace(None)
        assert failures(await side_by_side(client.get_current_user, 10)) == []
    assert (log_ins(emulator), refreshes(emulator), calls(emulator)) == (2, 0, 10)  # it cannot be refreshed any more


async def test_tokens_that_expire_sooner_than_they_say(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.token_seconds = 0.05
    await client.get_current_user()
    await sleep(0.1)
    emulator.tenant.options.token_seconds = 2_100
    assert failures(await side_by_side(client.get_current_user, 10)) == []
    assert log_ins(emulator) == 2


async def test_refused_tokens_are_replaced_once(emulator: Emulator, client: AsyncClient) -> None:
    await client.get_current_user()
    emulator.expire_tokens()
    assert failures(await side_by_side(client.get_current_user, 20)) == []
    assert (log_ins(emulator), refreshes(emulator)) == (2, 0)


async def test_a_user_who_is_refused_with_any_token(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/users/me", status=401, times=None))
    with pytest.raises(AuthenticationError, match=r"GET /2/0/users/me: .* even after a new log-in") as caught:
        await client.get_current_user()
    assert caught.value.status == 401
    assert (log_ins(emulator), calls(emulator)) == (2, 2)


async def test_tokens_are_renewed_early_while_others_go_on(emulator: Emulator) -> None:
    auth = Ageing(basic_login(emulator))
    async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as client:
        await client._session._tokens.replace(None)
        done: list[int] = []

        async def call() -> User:
            user = await client.get_current_user()
            done.append(1)
            if len(done) == 9:  # all but the one that renews
                auth.may_renew.set()
            return user

        assert failures(await side_by_side(call, 10)) == []
    assert auth.waited == [True]  # and not until it gave up
    assert (log_ins(emulator), refreshes(emulator)) == (1, 1)


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_refresh_may_keep_the_value_or_change_it(emulator: Emulator, keeps: bool) -> None:
    emulator.tenant.options.refresh_keeps_token = keeps
    auth = Ageing(basic_login(emulator))
    auth.may_renew.set()
    async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as client:
        await client.get_current_user()
        await client.get_current_user()
    assert (log_ins(emulator), refreshes(emulator)) == (1, 1)
    assert [request.status for request in emulator.requests] == [201, 200, 200, 200]


async def test_a_refresh_that_kept_the_value_does_not_help_whom_it_was_refused(emulator: Emulator) -> None:
    auth = Ageing(basic_login(emulator))
    auth.may_renew.set()
    async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as client:
        tokens = client._session._tokens
        old = await tokens.replace(None)
        refreshed = await tokens.current()
        assert refreshed is not old
        assert refreshed.value == old.value
        emulator.expire_tokens()
        assert (await tokens.replace(old, refused=True)).value != old.value
    assert (log_ins(emulator), refreshes(emulator)) == (2, 1)


async def test_a_renewal_that_fails_early_is_not_tried_again_at_once(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    auth = Ageing(basic_login(emulator))
    auth.may_renew.set()
    async with AsyncClient(**options_for(emulator, user_email=None, password=None, auth=auth)) as client:
        await client._session._tokens.replace(None)
        emulator.inject(Fault(path="/token/", status=401, times=None))  # as if the password had been changed
        for _ in range(5):
            await client.get_current_user()
    assert (log_ins(emulator), refreshes(emulator), calls(emulator)) == (2, 1, 5)
    assert "could not be renewed early and is still used" in caplog.text


async def test_clients_of_one_another_share_the_token(emulator: Emulator, client: AsyncClient) -> None:
    production = list(emulator.tenant.models)[1]
    others = [client, AsyncClient.from_existing(client, model_id=production), AsyncClient.from_existing(client)]
    for other in others:
        await other.list_files()
    emulator.expire_tokens()
    for other in others:
        await other.list_files()
    assert log_ins(emulator) == 2


# --- time limits ------------------------------------------------------------------------------------------------------

PATIENT = RetryPolicy(attempts=5, first_delay=0, max_delay=60)


async def run(client: AsyncClient, timeout: float | None) -> AnaplanError | None:
    """What a call with a time limit raises."""
    try:
        await client.run_action(EXPORT, timeout=timeout)
    except AnaplanError as error:
        return error
    return None


async def test_a_log_in_takes_no_longer_than_the_call_that_needs_it(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/token/authenticate", status=429, retry_after=60, times=None))
    async with AsyncClient(**options_for(emulator, retry=PATIENT)) as client:
        assert isinstance(await run(client, timeout=0.1), RateLimitedError)
    assert log_ins(emulator) == 1


async def test_a_log_in_that_takes_all_the_time_leaves_none_for_the_call(emulator: Emulator, clock: Clock) -> None:
    emulator.inject(OnArrival("POST", "/token/authenticate", clock.put_forward))
    async with AsyncClient(**options_for(emulator)) as client:
        error = await run(client, timeout=60)
        assert isinstance(error, WaitTimeoutError)
        assert "The time limit passed while logging in" in str(error)
        assert calls(emulator) == 0
        assert await run(client, timeout=60) is None
    assert log_ins(emulator) == 1


async def test_waiting_for_the_log_in_of_another_call_ends_with_the_time_limit(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/token/authenticate", delay=0.3))
    limits = [None, 0.1, 0.1]
    async with AsyncClient(**options_for(emulator)) as client:

        async def call() -> AnaplanError | None:
            if (limit := limits.pop(0)) is not None:
                while not emulator.requests:  # the log-in of the one without a limit
                    await sleep(0.001)
            return await run(client, limit)

        outcomes = await side_by_side(call, 3)
    assert outcomes.count(None) == 1
    assert [type(error) for error in outcomes if error is not None] == [WaitTimeoutError] * 2
    assert log_ins(emulator) == 1


async def test_a_log_in_that_was_cut_short_fails_only_those_without_time(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/token/authenticate", status=503, delay=0.15))
    limits = [0.1, None]
    async with AsyncClient(**options_for(emulator)) as client:

        async def call() -> AnaplanError | None:
            if (limit := limits.pop(0)) is None:
                while not emulator.requests:
                    await sleep(0.001)
            return await run(client, limit)

        outcomes = await side_by_side(call, 2)
    assert outcomes.count(None) == 1  # the other one had the time for a second attempt
    assert log_ins(emulator) == 2


# --- logging out ------------------------------------------------------------------------------------------------------


async def test_tokens_are_revoked_on_close_if_that_is_wanted(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, log_out_on_close=True)) as client:
        await client.get_current_user()
    await client.close()
    assert [request.status for request in emulator.received(path="/token/logout")] == [204]


async def test_without_a_call_there_is_nothing_to_revoke(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, log_out_on_close=True)):
        pass
    assert emulator.requests == []


async def test_by_default_a_token_stays(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        await client.get_current_user()
    assert emulator.received(path="/token/logout") == []


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(drop="before"), Fault(status=401)])
async def test_a_log_out_that_fails_does_not_hide_an_error(emulator: Emulator, fault: Fault) -> None:
    fault.path, fault.times = "/token/logout", None
    client = AsyncClient(**options_for(emulator, log_out_on_close=True))
    await client.get_current_user()
    emulator.inject(fault)
    with pytest.raises(LookupError, match="the caller's own"):
        await fail_within(client)


async def fail_within(client: AsyncClient) -> None:
    async with client:
        raise LookupError("the caller's own")


async def test_a_log_in_without_an_answer_is_shared_too(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/token/authenticate", drop="before", delay=0.05, times=None))
    async with AsyncClient(**options_for(emulator)) as client:
        errors = failures(await side_by_side(client.get_current_user, 20))
    assert [type(error) for error in errors] == [TransportError] * 20
    assert {len(error.earlier) for error in errors} == {3}
    assert log_ins(emulator) == 4  # one log-in of four attempts


async def test_a_refused_password_is_tried_once_however_late_the_answers_come(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, upload_chunk_size=100, concurrency=6, compression="off")) as client:
        await client.list_files()
        for chunk in range(6):
            emulator.inject(Fault("PUT", f"/chunks/{chunk}$", times=None, delay=0.05 + 0.1 * chunk, status=401))
        emulator.inject(Fault("POST", "/token/", times=None, status=401))
        before = log_ins(emulator)
        with pytest.raises(AuthenticationError):
            await client.upload_file(FILE, b"x" * 600)
        assert log_ins(emulator) - before == 1


class LockedStore(MemoryStore):
    locked = False

    def load(self, key: str) -> str | None:
        if self.locked:
            raise LookupError("the database is locked")
        return super().load(key)


async def test_an_early_renewal_that_fails_in_any_way_fails_no_call(emulator: Emulator) -> None:
    store = LockedStore()
    emulator.tenant.options.token_seconds = 100.0
    async with AsyncClient(**options_for(emulator, token_store=store)) as client:
        await client.get_current_user()
        held = client._session._tokens._token
        assert held is not None
        client._session._tokens._token = attrs.evolve(held, received_at=held.received_at - 5_000)
        store.locked = True
        await client.get_current_user()


class Content(io.BytesIO):
    """Something to upload whose end can be observed."""


async def test_a_failed_log_in_does_not_keep_what_was_to_be_uploaded(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, password="wrong")) as client:
        content = Content(b"Code")
        kept = weakref.ref(content)
        with suppress(AuthenticationError):
            await client.upload_file(FILE, content)
        del content
        gc.collect()
        assert kept() is None
