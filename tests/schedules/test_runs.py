"""Runs on any bad day: started once, and waited for to the end, or the call raised."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import TaskTimeoutError
from anaplan_sdk.emulator import Emulator, TaskScript
from anaplan_sdk.models import Task
from stage.observed import EXPORT, LIST_FILE, LIST_IMPORT, rows, tasks

from .bad_days import CANCELLATION, LOOK, SCHEDULES, START, STORING, TASKS, BadDay, bad_days
from .callers import COLOURS, Colour, endured, watched

# How long a cancellation on the way out may take to be confirmed, and what its last request may add.
CANCELLING = 10.0


@attrs.frozen
class Plan:
    """Runs of one export at once, and how they are wanted."""

    callers: int
    seconds: float
    hangs: bool
    allow_repeat: bool
    cancel_on_abort: bool

    def script(self, emulator: Emulator, day: BadDay) -> None:
        hang = self.hangs and day.timeout is not None
        emulator.tenant.script_task(EXPORT, TaskScript(seconds=self.seconds, hang=hang, times=None))

    def call(self, client: Any, timeout: float | None) -> Any:
        return client.run_action(
            EXPORT, timeout=timeout, allow_repeat=self.allow_repeat, cancel_on_abort=self.cancel_on_abort
        )


PLANS = st.builds(Plan, st.integers(1, 3), st.sampled_from([0.0, 0.03]), st.booleans(), st.booleans(), st.booleans())


def state(emulator: Emulator, task_id: str) -> str:
    return next(task.state for task in emulator.tasks if task.id == task_id)


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: type(colour).__name__)
@SCHEDULES
@given(day=bad_days(TASKS, START, LOOK, CANCELLATION), plan=PLANS)
def test_a_run_is_started_once_and_waited_for_or_the_call_raised(colour: Colour, day: BadDay, plan: Plan) -> None:
    with watched() as emulator:
        plan.script(emulator, day)
        calls = [lambda client: plan.call(client, day.timeout)] * plan.callers
        overtime = CANCELLING + day.request_seconds if plan.cancel_on_abort else 0.0
        outcomes = endured(colour, emulator, day, *calls, overtime=overtime)
        ended = [outcome.id for outcome in outcomes if isinstance(outcome, Task)]
        assert len(set(ended)) == len(ended)
        assert {state(emulator, task_id) for task_id in ended} <= {"COMPLETE"}
        assert len(tasks(emulator)) <= plan.callers * (1 + plan.allow_repeat)
        for outcome in outcomes:
            if isinstance(outcome, TaskTimeoutError) and outcome.cancelled:
                assert state(emulator, outcome.task.id) == "CANCELLED"


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: type(colour).__name__)
@SCHEDULES
@given(day=bad_days(STORING, TASKS, START, LOOK), count=st.integers(1, 9))
def test_what_is_imported_is_all_that_was_uploaded_or_the_call_raised(colour: Colour, day: BadDay, count: int) -> None:
    with watched() as emulator:
        content = rows(count).encode()
        [outcome] = endured(
            colour,
            emulator,
            day,
            lambda client: client.upload_and_import(LIST_FILE, content, LIST_IMPORT, timeout=day.timeout),
            upload_chunk_size=len(content) // 3,
        )
        assert len(tasks(emulator)) <= 1
        if not isinstance(outcome, BaseException):
            assert [outcome.id] == tasks(emulator)
            assert outcome.rows.successful == outcome.rows.total == count
        elif not isinstance(outcome, asyncio.CancelledError):
            assert str(outcome) != ""
