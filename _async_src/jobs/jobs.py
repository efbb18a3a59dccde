# Source of both colours: scripts/codegen.py emits this file twice.
"""The driver of whatever runs in Anaplan: it does what the conversations of ``_core.jobs`` ask for."""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, TypeVar

import attrs

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.job import Job, T, oldest_first
from anaplan_sdk._core.jobs.starting import StartOnce
from anaplan_sdk._core.jobs.steps import Begin, Cancel, Conversation, Look, Poll
from anaplan_sdk._core.jobs.verdict import (
    IfRunning,
    abandoned,
    already_running,
    cancellation,
    continues,
    judge,
    timed_out,
    under_way,
)
from anaplan_sdk._core.jobs.waiting import cancel_and_see, wait_to_end
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter, OnProgress
from anaplan_sdk._io.aio import shielded, sleep
from anaplan_sdk.errors import AnaplanError, TaskError, TaskTimeoutError, printable

from ..engine.flows import perform
from ..engine.session import Session

logger = logger_of("tasks")

R = TypeVar("R")

# How long a cancellation that was asked for on the way out may take to be confirmed, in seconds.
_CANCELLATION_SECONDS = 10.0


@attrs.frozen
class Jobs(Generic[T]):
    """The tasks of one job, for one call."""

    session: Session
    job: Job[T]
    deadline: Deadline

    async def run(self, *, wait: bool, on_progress: OnProgress | None = None) -> T:
        """Start it, at most once, and return its task: once it has ended well, or as it is at first."""
        task = await self.start()
        return await self.wait(task, on_progress=on_progress) if wait else task

    async def start(self, *, allow_repeat: bool = False, cancel_on_abort: bool = False) -> T:
        """Start it, at most once, and return its task as Anaplan tells of it."""
        session = self.session
        flow = StartOnce[T](
            self.job, session.settings.poll, session.starts, self.deadline, session.server_time, allow_repeat
        )
        try:
            task = await perform(flow.run(), self._do)
        except AnaplanError:
            raise
        except BaseException as abort:  # the caller was cancelled or interrupted while the start was under way
            if flow.begun:
                abort.add_note(await self._rescued(flow) if cancel_on_abort else abandoned(self.job))
            raise
        logger.info("Started %s as %s %s.", self.job.name, self.job.called, task.id)
        return task

    async def joined(self, if_running: IfRunning) -> T | None:
        """The task to join instead of starting one, None where one is to be started; or the error that is wanted."""
        if if_running == "start":
            return None
        task = under_way(await self.listed())
        if task is not None and if_running == "raise":
            error = already_running(self.job, task)
            logger.error("%s", error)
            raise error
        if task is not None:
            logger.info("Joined %s %s of %s, which is under way.", self.job.called, task.id, self.job.name)
        return task

    async def _rescued(self, flow: StartOnce[T]) -> str:
        """What came of cancelling a run whose start was given up under way."""
        task = await self._on_the_way_out(flow.rescue(_CANCELLATION_SECONDS / 2), _CANCELLATION_SECONDS)
        return abandoned(self.job) if task is None else await self._cancelled(task.id)

    async def wait(
        self, task: T, *, cancel_on_abort: bool = False, on_progress: OnProgress | None = None, looked: bool = False
    ) -> T:
        """*task* once it has ended well; where the caller gives up before, it is cancelled if that is wanted."""
        meter = Meter(on_progress, self.job.what, str(self.job.id), 1.0)
        try:
            ended = await self._watch(task, meter, looked, cancel_on_abort)
            logger.info(
                "%s %s of %s: %s after %.1f s%s",
                self.job.called.title(),
                task.id,
                self.job.name,
                ended.task_state,
                meter.seconds,
                self.job.tally(ended),
            )
            judge(self.job, ended)
        except TaskError as error:
            logger.error("%s", error)
            raise
        meter.end()
        return ended

    async def _watch(self, task: T, meter: Meter, looked: bool, cancel_on_abort: bool) -> T:
        flow = wait_to_end(
            self.job,
            task,
            poll=self.session.settings.poll,
            deadline=self.deadline,
            seen=lambda last: meter.show(last.progress, last.current_step),
            looked=looked,
        )
        try:
            return await perform(flow, self._do)
        except TaskTimeoutError as late:
            if not cancel_on_abort:
                raise
            confirmed = await self._confirmed(task.id)
            raise timed_out(self.job, late.task, confirmed) from None
        except TaskError:
            raise
        except Exception as error:
            error.add_note(printable(continues(self.job, task.id)))
            raise
        except BaseException as abort:  # the caller was cancelled or interrupted
            if cancel_on_abort:
                abort.add_note(await self._cancelled(task.id))
            raise

    async def _cancelled(self, task_id: str) -> str:
        return printable(cancellation(self.job, task_id, await self._confirmed(task_id)))

    async def _confirmed(self, task_id: str) -> bool:
        """Whether Anaplan confirms in a short time that it has cancelled the task."""
        limit = Deadline.after(_CANCELLATION_SECONDS)
        flow = cancel_and_see(task_id, poll=self.session.settings.poll, deadline=limit)
        return await self._on_the_way_out(flow, 2 * _CANCELLATION_SECONDS) is True

    async def _on_the_way_out(self, flow: Conversation[R], seconds: float) -> R | None:
        """What *flow* finds out within so many seconds, even if the caller is interrupted again."""
        try:
            return await shielded(partial(perform, flow, self._do), seconds=seconds)
        except AnaplanError:  # the abort is what the caller must see
            return None

    async def listed(self) -> list[T]:
        """The tasks that Anaplan still shows, oldest first."""
        assert self.job.tasks is not None
        return oldest_first(await self.session.rows(self.job.tasks, self.deadline))

    async def status(self, task_id: str) -> T:
        """A task as it is now."""
        return await self.session.one(self.job.task(task_id), self.deadline)

    async def cancel(self, task_id: str) -> None:
        """Ask Anaplan to cancel a task, which it may or may not do in time."""
        assert self.job.cancel is not None
        await self.session.one(self.job.cancel(task_id), self.deadline)

    async def _do(self, step: object) -> Any:
        match step:
            case Begin():
                return await self.session.one(self.job.start, self.deadline)
            case Look(limit):
                return await self._by(limit).listed()
            case Poll(task_id, limit):
                return await self._by(limit).status(task_id)
            case Cancel(task_id, limit):
                return await self._by(limit).cancel(task_id)
            case Pause(seconds):
                return await sleep(seconds)
            case _:
                raise AssertionError(f"{step!r} is no step of a job")

    def _by(self, limit: Deadline) -> Jobs[T]:
        return attrs.evolve(self, deadline=limit)
