"""Waiting for the end of a task, and cancelling it on the way out, as conversations."""

from __future__ import annotations

from collections.abc import Callable

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.job import Job, T
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starts import is_passing
from anaplan_sdk._core.jobs.steps import Cancel, Conversation, Poll
from anaplan_sdk._core.jobs.verdict import lost_sight, timed_out
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk.errors import AnaplanError, NotFoundError, WaitTimeoutError
from anaplan_sdk.models import Task

logger = logger_of("tasks")


def wait_to_end(
    job: Job[T],
    task: T,
    *,
    poll: PollSchedule,
    deadline: Deadline,
    seen: Callable[[T], object],
    looked: bool = False,
) -> Conversation[T]:
    """*task* once it has ended, shown to ``seen`` after each look; only what was ``looked`` at has its result.

    Looks that fail in passing are survived, so many in a row as the schedule says.
    """
    task_id, failures, early = task.id, 0, True
    for delay in poll.delays():
        if task.ended and looked:
            return task
        if deadline.passed():
            raise timed_out(job, task)
        if not task.ended:
            yield Pause(min(delay, deadline.remaining()))
        try:
            task = yield Poll(task_id, deadline)
        except WaitTimeoutError:  # a new log-in, for example, did not fit into the limit
            if not deadline.passed():
                raise
            raise timed_out(job, task) from None
        except AnaplanError as error:
            failures += 1
            # A task that was just made may not be found yet.
            if not (is_passing(error) or (early and failures <= job.early_looks and isinstance(error, NotFoundError))):
                raise
            if failures > poll.max_failures:
                raise lost_sight(job, task, failures) from error
            logger.warning("Polling %s %s failed (%d in a row): %s", job.called, task_id, failures, error)
        else:
            failures, early, looked = 0, False, True
            seen(task)
    raise AssertionError("a schedule has no end")


def cancel_and_see(task_id: str, *, poll: PollSchedule, deadline: Deadline) -> Conversation[bool]:
    """Ask for a cancellation, and wait whether it is confirmed in time."""
    yield Cancel(task_id, deadline)
    for delay in poll.delays():
        task: Task = yield Poll(task_id, deadline)
        if task.ended or not deadline.allows(delay):
            return task.task_state == "CANCELLED"
        yield Pause(delay)
    raise AssertionError("a schedule has no end")
