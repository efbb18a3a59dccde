# Source of both colours: scripts/codegen.py emits this file twice.
"""Tasks: start once, look until the end, cancel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Protocol, TypeVar

from anaplan_sdk._core.deadline import Deadline
from anaplan_sdk._core.poll import PollSchedule
from anaplan_sdk._core.starts import Sighting, Start, ambiguous, is_ambiguous, newcomers
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import (
    AnaplanError,
    ApiError,
    ModelBusyError,
    RateLimitedError,
    TransportError,
    UnexpectedResponseError,
)
from anaplan_sdk.models import TaskSummary

from .session import Session

logger = logging.getLogger("anaplan_sdk.tasks")

T = TypeVar("T", bound=TaskSummary)
T_co = TypeVar("T_co", bound=TaskSummary, covariant=True)


class Begin(Protocol):
    """Starts the task and returns its id; never repeated by itself."""

    async def __call__(self) -> str: ...


class LookAtList(Protocol):
    """The tasks of the same parent that Anaplan shows."""

    async def __call__(self) -> list[TaskSummary]: ...


class LookAtTask(Protocol[T_co]):
    """The task as it is now."""

    async def __call__(self) -> T_co: ...


def oldest_first(tasks: list[T]) -> list[T]:
    """*tasks* in the order of their making: Anaplan's documentation contradicts itself on the order of its lists."""
    return sorted(tasks, key=lambda task: task.creation_time.timestamp() if task.creation_time else 0.0)


async def start_once(
    session: Session,
    begin: Begin,
    look: LookAtList,
    *,
    parent: str,
    what: str,
    action_id: int | str,
    deadline: Deadline,
    allow_repeat: bool = False,
) -> str:
    """The id of the task that ``begin`` started, adopted from the list of its ``parent`` where the answer was lost.

    Exactly one new task is taken for it. Several, or none within the settling time, raise AmbiguousRunError, and so
    does one that may belong to another start of this session. With ``allow_repeat``, a start that left no task is
    repeated once.
    """
    schedule = session.settings.poll
    known = {task.id for task in await look()}
    started_after = session.server_time()

    def undecided(seen: list[TaskSummary]) -> AnaplanError:
        return ambiguous(what, action_id, seen, started_after, schedule.settling_time)

    with session.starts.start(parent) as start:
        return await _start(begin, look, start, known, started_after, schedule, deadline, undecided, allow_repeat)


async def _start(
    begin: Begin,
    look: LookAtList,
    start: Start,
    known: Collection[str],
    started_after: float,
    schedule: PollSchedule,
    deadline: Deadline,
    undecided: Callable[[list[TaskSummary]], AnaplanError],
    allow_repeat: bool,
) -> str:
    while True:
        try:
            task_id = await begin()
            break
        except AnaplanError as lost:
            if not is_ambiguous(lost):
                raise
            logger.warning("The answer to a start was lost; looking for its task: %s", lost)
            start.lost = True
            sighting = await _sighting(look, start, known, started_after, schedule, deadline)
            if sighting.task_id is not None:
                task_id = sighting.task_id
                logger.warning("Adopted task %s as the one that was started.", task_id)
                break
            if not (allow_repeat and sighting.nothing) or deadline.passed():
                raise undecided(sighting.candidates) from lost
            logger.warning("No task appeared; starting once more, as allow_repeat permits.")
            allow_repeat = False
    start.claim(task_id)
    return task_id


async def _sighting(
    look: LookAtList,
    start: Start,
    known: Collection[str],
    started_after: float,
    schedule: PollSchedule,
    deadline: Deadline,
) -> Sighting:
    """What appears in the list: the first that does, or what is there when the settling time is over."""
    settled = Deadline(min(deadline.at, Deadline.after(schedule.settling_time).at))
    contested = False
    for delay in schedule.delays():  # a task that is queued may show late
        await sleep(min(delay, settled.remaining()))
        last = settled.passed()
        try:
            seen = await look()
        except AnaplanError as error:
            if last or not _passing(error):
                return Sighting([], certain=False)
            continue
        rivals = start.rivals()  # before what is claimed, or one that claims its task just now would be missed
        # Two that are both lost cannot tell their tasks apart, not even when one of them has given up.
        contested = contested or any(rival.lost for rival in rivals)
        candidates = newcomers(seen, start.claimed().union(known), started_after)
        if last or (candidates and not rivals):
            return Sighting(candidates, certain=not rivals and not contested)
    raise AssertionError("a schedule has no end")


async def wait_to_end(
    task: T,
    look: LookAtTask[T],
    *,
    deadline: Deadline,
    schedule: PollSchedule,
    timed_out: Callable[[T], AnaplanError],
    lost_sight: Callable[[T, int], AnaplanError],
    seen: Callable[[T], object],
) -> T:
    """*task* once it has ended, shown to ``seen`` after each look.

    Looks that fail in passing are survived, so many in a row as the schedule says.
    """
    failures = 0
    for delay in schedule.delays():
        if task.ended:
            return task
        if deadline.passed():
            raise timed_out(task)
        await sleep(min(delay, deadline.remaining()))
        try:
            task = await look()
        except AnaplanError as error:
            failures += 1
            if not _passing(error):
                raise
            if failures > schedule.max_failures:
                raise lost_sight(task, failures) from error
            logger.warning("A look at task %s failed (%d in a row): %s", task.id, failures, error)
        else:
            failures = 0
            seen(task)
    raise AssertionError("a schedule has no end")


def _passing(error: AnaplanError) -> bool:
    """Whether a failed look says nothing about the task."""
    if isinstance(error, ApiError):
        return error.status >= 500 or isinstance(error, ModelBusyError | RateLimitedError)
    return isinstance(error, TransportError | UnexpectedResponseError)
