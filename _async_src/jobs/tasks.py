# Source of both colours: scripts/codegen.py emits this file twice.
"""Tasks: start once, look until the end, cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs import starting
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starting import Conversation, StartOnce
from anaplan_sdk._core.jobs.starts import is_passing
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import AnaplanError, NotFoundError, WaitTimeoutError
from anaplan_sdk.models import TaskSummary

from ..engine.flows import perform

logger = logger_of("tasks")

# Looks at a task that was just made which may not find it yet.
_EARLY_LOOKS = 3

T = TypeVar("T", bound=TaskSummary)
T_co = TypeVar("T_co", bound=TaskSummary, covariant=True)
R = TypeVar("R")


class Begin(Protocol[T_co]):
    """Starts the task and returns it; never repeated by itself."""

    async def __call__(self) -> T_co: ...


class LookAtList(Protocol[T]):
    """The tasks of the same parent that Anaplan shows, where they can be had within the limit."""

    async def __call__(self, limit: Deadline, /) -> list[T]: ...


class LookAtTask(Protocol[T_co]):
    """The task as it is now."""

    async def __call__(self) -> T_co: ...


def oldest_first(tasks: list[T]) -> list[T]:
    """*tasks* in the order of their making: Anaplan's documentation contradicts itself on the order of its lists."""
    return sorted(tasks, key=lambda task: task.creation_time.timestamp() if task.creation_time else 0.0)


async def start_once(flow: StartOnce[T], begin: Begin[T], look: LookAtList[T]) -> T:
    """The task that ``begin`` started, adopted from the list of its parent where the answer was lost."""
    return await _converse(flow.run(), begin, look)


async def rescue(flow: StartOnce[T], look: LookAtList[T], seconds: float) -> T | None:
    """The task of a start that its caller gave up under way, where it can be told within so many seconds."""
    if not flow.begun:
        return None

    async def begin() -> T:
        raise AssertionError("nothing is begun on the way out")

    return await _converse(flow.rescue(seconds), begin, look)


async def _converse(conversation: Conversation[R], begin: Begin[T], look: LookAtList[T]) -> R:
    """Do what *conversation* asks for, and hand each result or failure back to it."""

    async def do(step: object) -> object:
        match step:
            case starting.Look(limit):
                return await look(limit)
            case starting.Begin():
                return await begin()
            case starting.Lost(error):
                logger.warning("The answer to a start was lost; looking for its task: %s", error)
            case Pause(seconds):
                await sleep(seconds)
            case _:
                raise AssertionError(f"{step!r} is no step of a start")
        return None

    return await perform(conversation, do)


async def wait_to_end(
    task: T,
    look: LookAtTask[T],
    *,
    deadline: Deadline,
    schedule: PollSchedule,
    timed_out: Callable[[T], AnaplanError],
    lost_sight: Callable[[T, int], AnaplanError],
    seen: Callable[[T], object],
    looked: bool = False,
) -> T:
    """*task* once it has ended, shown to ``seen`` after each look; only what was ``looked`` at has its result.

    Looks that fail in passing are survived, so many in a row as the schedule says.
    """
    failures, early = 0, True
    for delay in schedule.delays():
        if task.ended and looked:
            return task
        if deadline.passed():
            raise timed_out(task)
        if not task.ended:
            await sleep(min(delay, deadline.remaining()))
        try:
            task = await look()
        except WaitTimeoutError:  # a new log-in, for example, did not fit into the limit
            if not deadline.passed():
                raise
            raise timed_out(task) from None
        except AnaplanError as error:
            failures += 1
            # A task that was just made may not be found yet.
            if not (is_passing(error) or (early and failures <= _EARLY_LOOKS and isinstance(error, NotFoundError))):
                raise
            if failures > schedule.max_failures:
                raise lost_sight(task, failures) from error
            logger.warning("A look at task %s failed (%d in a row): %s", task.id, failures, error)
        else:
            failures, early, looked = 0, False, True
            seen(task)
    raise AssertionError("a schedule has no end")
