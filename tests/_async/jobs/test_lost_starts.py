# Source of both colours: scripts/codegen.py emits this file twice.
"""A start whose answer was lost: adopted, or raised; never made a second time."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from anaplan_sdk import (
    AmbiguousRunError,
    AnaplanError,
    ApiError,
    AsyncClient,
    ModelBusyError,
    NotFoundError,
    RateLimitedError,
    TaskError,
    TransportError,
    UnexpectedResponseError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from stage.observed import (
    EXPORT,
    FILE,
    IMPORT,
    LIST_FILE,
    LIST_IMPORT,
    Clock,
    OnArrival,
    rows,
    start_as_somebody_else,
    starts,
    tasks,
)
from stage.support import QUICK_POLL, options_for

from ..side_by_side import side_by_side

START = "/tasks$"
# Anaplan has started the task, and its answer does not come back as it should.
ANSWER_LOST: dict[str, dict[str, Any]] = {
    "dropped": {"drop": "after"},
    "cut": {"drop": "midway"},
    "500": {"status": 500, "handle": True},
    "502": {"status": 502, "handle": True, "content_type": "text/html"},
    "503": {"status": 503, "handle": True, "retry_after": 0},
    "504": {"status": 504, "handle": True, "body": ""},
    "a page of a proxy": {"status": 200, "handle": True, "content_type": "text/html"},
    "an empty body": {"status": 200, "handle": True, "body": ""},
    "cut JSON": {"status": 200, "handle": True, "body": '{"task": {"taskId": "0F1E'},
    "no id": {"status": 200, "handle": True, "body": '{"task": {}}'},
}
# The request never got there, which the client cannot know.
REQUEST_LOST: dict[str, dict[str, Any]] = {
    "dropped": {"drop": "before"},
    "502": {"status": 502, "content_type": "text/html"},
    "504": {"status": 504, "body": ""},
}
REFUSALS: dict[int, type[AnaplanError]] = {
    400: ApiError,
    404: NotFoundError,
    409: ModelBusyError,
    423: ModelBusyError,
    429: RateLimitedError,
}


@pytest.mark.parametrize("kind", ANSWER_LOST)
async def test_the_one_new_task_is_adopted(client: AsyncClient, emulator: Emulator, kind: str) -> None:
    await client.run_action(EXPORT)
    await client.upload_file(LIST_FILE, rows(7))
    emulator.inject(Fault("POST", START, **ANSWER_LOST[kind]))
    task = await client.run_action(LIST_IMPORT)
    assert task.rows.successful == 7
    assert tasks(emulator)[1:] == [task.id]
    assert starts(emulator) == 2


async def test_a_task_that_shows_late_is_adopted(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.task_listing_delay = 0.08
    emulator.inject(Fault("POST", START, drop="after"))
    task = await client.run_action(EXPORT)
    assert tasks(emulator) == [task.id]
    assert starts(emulator) == 1


async def test_looks_at_the_list_that_fail_are_repeated(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", START, status=503, skip=1, times=5))
    emulator.inject(Fault("POST", START, drop="after"))
    task = await client.run_action(EXPORT)
    assert tasks(emulator) == [task.id]


async def test_the_settling_time_is_a_bound_for_a_list_that_does_not_come(
    client: AsyncClient, emulator: Emulator
) -> None:
    emulator.inject(Fault("GET", START, skip=1, times=None, delay=30))
    emulator.inject(Fault("POST", START, drop="after"))
    with pytest.raises(AmbiguousRunError):
        await client.run_action(EXPORT)
    assert starts(emulator) == 1


@pytest.mark.parametrize("kind", REQUEST_LOST)
async def test_without_a_new_task_nothing_is_started_again(client: AsyncClient, emulator: Emulator, kind: str) -> None:
    await client.run_action(EXPORT)
    emulator.inject(Fault("POST", START, **REQUEST_LOST[kind]))
    with pytest.raises(
        AmbiguousRunError, match=r"No new task has appeared, after polling for up to 0.3 s.*not repeated"
    ) as caught:
        await client.run_action(EXPORT)
    assert caught.value.candidates == ()
    assert caught.value.action_id == EXPORT
    assert isinstance(caught.value.__cause__, TransportError | ApiError)
    assert starts(emulator) == 2
    assert len(tasks(emulator)) == 1


async def test_a_list_that_cannot_be_read_decides_nothing(client: AsyncClient, emulator: Emulator) -> None:
    for status in (403, 503):
        emulator.inject(Fault("GET", START, status=status, skip=1, times=None))
        emulator.inject(Fault("POST", START, drop="before"))
        with pytest.raises(AmbiguousRunError):
            await client.run_action(EXPORT, allow_repeat=True)
        emulator.clear_faults()
    assert tasks(emulator) == []


async def test_several_new_tasks_are_named(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(OnArrival("POST", START, lambda: start_as_somebody_else(emulator, EXPORT)))
    emulator.inject(Fault("POST", START, drop="after"))
    with pytest.raises(AmbiguousRunError, match="one may be its own") as caught:
        await client.run_action(EXPORT, allow_repeat=True)
    assert sorted(task.id for task in caught.value.candidates) == sorted(tasks(emulator))
    assert starts(emulator) == 1
    assert len(tasks(emulator)) == 2


async def test_the_tasks_of_others_before_the_start_are_no_candidates(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(OnArrival("GET", "/users/me$", lambda: start_as_somebody_else(emulator, EXPORT)))
    await client.get_current_user()
    emulator.inject(Fault("POST", START, drop="after"))
    task = await client.run_action(EXPORT)
    assert tasks(emulator)[1:] == [task.id]


async def test_a_repetition_must_be_permitted(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", START, drop="before"))
    task = await client.run_action(EXPORT, allow_repeat=True)
    assert tasks(emulator) == [task.id]
    assert starts(emulator) == 2


async def test_a_repetition_happens_once(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", START, drop="before", times=None))
    with pytest.raises(AmbiguousRunError):
        await client.run_action(EXPORT, allow_repeat=True)
    assert starts(emulator) == 2
    assert tasks(emulator) == []


async def test_a_repetition_whose_answer_is_lost_too_is_adopted(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", START, drop="before"))
    emulator.inject(Fault("POST", START, drop="after"))
    task = await client.run_action(EXPORT, allow_repeat=True)
    assert tasks(emulator) == [task.id]


async def test_nothing_is_repeated_where_a_task_appeared(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", START, drop="after"))
    task = await client.run_action(EXPORT, allow_repeat=True)
    assert tasks(emulator) == [task.id]
    assert starts(emulator) == 1


@pytest.mark.parametrize("status", REFUSALS)
async def test_a_definite_refusal_is_raised_as_it_is(client: AsyncClient, emulator: Emulator, status: int) -> None:
    emulator.inject(Fault("POST", START, status=status, times=None))
    with pytest.raises(REFUSALS[status]) as caught:
        await client.run_action(EXPORT)
    assert type(caught.value) is REFUSALS[status]
    assert tasks(emulator) == []
    assert starts(emulator) == (1 if status in (400, 404) else 4)


@pytest.mark.parametrize("status", [409, 423, 429])
async def test_a_refusal_for_now_is_repeated(client: AsyncClient, emulator: Emulator, status: int) -> None:
    emulator.inject(Fault("POST", START, status=status, times=2))
    assert (await client.run_action(EXPORT)).successful
    assert len(tasks(emulator)) == 1


async def test_a_token_that_expires_before_the_start_is_renewed(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", START, status=401))
    assert (await client.run_action(EXPORT)).successful
    assert len(tasks(emulator)) == 1


async def test_a_list_that_fails_before_the_start_starts_nothing(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", START, status=503, times=None))
    with pytest.raises(ApiError, match="503"):
        await client.run_action(EXPORT)
    assert starts(emulator) == 0


async def test_a_deadline_ends_the_looking_too(emulator: Emulator, clock: Clock) -> None:
    poll = attrs.evolve(QUICK_POLL, settling_time=60.0)
    async with AsyncClient(**options_for(emulator, poll=poll)) as client:
        emulator.inject(OnArrival("POST", START, clock.put_forward))
        emulator.inject(Fault("POST", START, drop="before"))
        with pytest.raises(AmbiguousRunError):
            await client.run_action(EXPORT, timeout=30, allow_repeat=True)
    assert starts(emulator) == 1


async def outcomes(client: AsyncClient, count: int) -> list[str | AnaplanError]:
    """The task ids of so many starts of one export at once, or their errors."""

    async def start() -> str:
        return (await client.run_action(EXPORT, wait_for_completion=False)).id

    return await side_by_side(start, count)


async def test_starts_at_once_get_a_task_each(client: AsyncClient, emulator: Emulator) -> None:
    ids = await outcomes(client, 5)
    assert sorted(map(str, ids)) == sorted(tasks(emulator))
    assert starts(emulator) == 5


@pytest.mark.parametrize("struck", range(4))
async def test_a_lost_start_does_not_take_the_task_of_another(
    client: AsyncClient, emulator: Emulator, struck: int
) -> None:
    emulator.inject(Fault("POST", START, drop="after", skip=struck))
    emulator.inject(Fault("POST", START, delay=0.05, times=None))
    ids = await outcomes(client, 4)
    assert sorted(map(str, ids)) == sorted(tasks(emulator))
    assert starts(emulator) == 4


@pytest.mark.parametrize("struck", range(3))
async def test_a_start_that_never_arrived_takes_no_task_of_another(
    client: AsyncClient, emulator: Emulator, struck: int
) -> None:
    emulator.inject(Fault("POST", START, drop="before", skip=struck))
    emulator.inject(Fault("POST", START, delay=0.05, times=None))
    ids = await outcomes(client, 3)
    assert sorted(id for id in ids if isinstance(id, str)) == sorted(tasks(emulator))
    assert [type(error) for error in ids if not isinstance(error, str)] == [AmbiguousRunError]


@pytest.mark.parametrize("second", ["before", "after"])
async def test_two_lost_starts_at_once_are_not_told_apart(client: AsyncClient, emulator: Emulator, second: Any) -> None:
    emulator.inject(Fault("POST", START, drop="after"))
    emulator.inject(Fault("POST", START, drop=second))
    results = await outcomes(client, 2)
    assert [type(result) for result in results] == [AmbiguousRunError] * 2
    candidates = {task.id for error in results if isinstance(error, AmbiguousRunError) for task in error.candidates}
    assert candidates == set(tasks(emulator))
    assert starts(emulator) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 502, "content_type": "text/html"},
        {"status": 409},
        {"status": 429},
        {"status": 200, "body": ""},
        {"status": 200, "content_type": "text/html"},
        {"drop": "before"},
        {"drop": "midway"},
    ],
    ids=str,
)
async def test_failed_looks_at_a_task_are_survived_up_to_the_bound(emulator: Emulator, fault: dict[str, Any]) -> None:
    poll = attrs.evolve(QUICK_POLL, max_failures=2)
    emulator.tenant.script_task(EXPORT, TaskScript(seconds=0.01))
    async with AsyncClient(**options_for(emulator, poll=poll)) as client:
        emulator.inject(Fault("GET", "/tasks/[0-9A-F]{32}$", times=8, **fault))  # two looks, of four attempts each
        looks_of_one_attempt = fault.get("status") == 200
        if looks_of_one_attempt:
            emulator.clear_faults()
            emulator.inject(Fault("GET", "/tasks/[0-9A-F]{32}$", times=2, **fault))
        assert (await client.run_action(EXPORT)).successful
        emulator.inject(Fault("GET", "/tasks/[0-9A-F]{32}$", times=None, **fault))
        with pytest.raises(
            TaskError, match=r"Could not get the status of task [0-9A-F]{32} .*: 3 requests in a row failed"
        ) as caught:
            await client.run_action(EXPORT)
        assert caught.value.task.id == tasks(emulator)[-1]
        assert isinstance(caught.value.__cause__, ApiError | TransportError | UnexpectedResponseError)


async def test_a_start_after_a_lost_upload_does_not_happen(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("PUT", "/chunks/0$", drop="before", times=None))
    with pytest.raises(TransportError):
        await client.upload_and_import(FILE, rows(3), IMPORT)
    assert starts(emulator) == 0
    assert emulator.received("GET", START) == []
