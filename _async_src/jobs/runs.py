# Source of both colours: scripts/codegen.py emits this file twice.
"""Runs of imports, exports, other actions and processes on one model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.endpoints import ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.starting import StartOnce
from anaplan_sdk._core.jobs.starts import ambiguous
from anaplan_sdk._core.jobs.verdict import (
    OnRejects,
    abandoned,
    cancellation,
    goes_on,
    judge,
    lost_sight,
    name_of,
    timed_out,
)
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter, OnProgress
from anaplan_sdk._io.aio import shielded, sleep
from anaplan_sdk._io.caller import warn_caller
from anaplan_sdk.errors import (
    AmbiguousRunError,
    AnaplanError,
    RejectedRowsWarning,
    TaskError,
    TaskTimeoutError,
    printable,
)
from anaplan_sdk.models import Task, TaskSummary

from ..engine.session import Session
from .tasks import oldest_first, rescue, start_once, wait_to_end

logger = logger_of("tasks")

# How long a model may take to load before it answers a start, in seconds.
_START_SECONDS = 300.0
# How long a cancellation that was asked for on the way out may take to be confirmed, in seconds.
_CANCELLATION_SECONDS = 10.0


@attrs.frozen
class Runs:
    """The tasks of one import, export, action or process."""

    session: Session
    at: ModelPath
    action_id: int | str

    async def shown(self, deadline: Deadline | None = None) -> list[TaskSummary]:
        """The tasks that Anaplan still shows, oldest first."""
        found = await self.session.listing(self._path, "tasks", TaskSummary, deadline=deadline)
        return oldest_first(found)

    async def status(self, task_id: str, deadline: Deadline | None = None) -> Task:
        """The task as it is now."""
        path = endpoints.task(self.at, self.action_id, task_id)
        return convert.one(await self.session.get(path, deadline=deadline), "task", Task, path=path)

    async def start(
        self, parameters: Mapping[str, Any], deadline: Deadline, *, allow_repeat: bool, cancel_on_abort: bool
    ) -> Task:
        """Start it, at most once, and return the task as Anaplan tells of it."""
        name, schedule = name_of(self.action_id), self.session.settings.poll
        started_after = self.session.server_time()

        async def begin() -> Task:
            deadline.check(f"looking at the tasks of {name}, and it was not started")
            # The first call to a sleeping model loads it, and the answer to this one must not be lost for impatience.
            patience = max(self.session.settings.read_timeout, min(_START_SECONDS, deadline.remaining()))
            payload = await self.session.post(self._path, parameters, deadline=deadline, timeout=patience)
            return convert.started(payload, Task, path=self._path)

        async def look(limit: Deadline) -> list[Task]:
            return [
                Task(task.id, task.task_state, task.creation_time)
                for task in await self.shown(deadline.or_before(limit))
            ]

        def undecided(seen: Sequence[TaskSummary]) -> AmbiguousRunError:
            return ambiguous(name, self.action_id, seen, started_after, schedule.settling_time)

        flow = StartOnce[Task](self._path, schedule, self.session.starts, deadline, undecided, allow_repeat)
        try:
            task = await start_once(flow, begin, look)
        except AnaplanError:
            raise
        except BaseException as abort:  # the caller was cancelled or interrupted while the start was under way
            if flow.begun:
                abort.add_note(await self._abandoned(flow) if cancel_on_abort else abandoned(self.action_id))
            raise
        logger.info("Started %s as task %s.", name, task.id)
        return task

    async def _abandoned(self, flow: StartOnce[Task]) -> str:
        """What came of cancelling a run whose start was given up under way."""
        deadline = Deadline.after(_CANCELLATION_SECONDS)

        async def look(limit: Deadline) -> list[Task]:
            return [Task(task.id, task.task_state) for task in await self.shown(deadline.or_before(limit))]

        async def find() -> Task | None:
            return await rescue(flow, look, _CANCELLATION_SECONDS / 2)

        try:
            task = await shielded(find, seconds=_CANCELLATION_SECONDS)
        except AnaplanError:
            task = None
        if task is None:
            return abandoned(self.action_id)
        return cancellation(task.id, await self._cancel_on_the_way_out(task.id))

    async def wait(
        self,
        task: Task,
        deadline: Deadline,
        *,
        cancel_on_abort: bool,
        on_progress: OnProgress | None = None,
        looked: bool = False,
    ) -> Task:
        """*task* once it has ended; where the caller gives up before, it is cancelled if that is wanted."""
        meter = Meter(on_progress, "run", name_of(self.action_id), 1.0)

        async def look() -> Task:
            return await self.status(task.id, deadline)

        try:
            ended = await wait_to_end(
                task,
                look,
                deadline=deadline,
                schedule=self.session.settings.poll,
                timed_out=lambda last: timed_out(last, self.action_id),
                lost_sight=lambda last, failures: lost_sight(last, self.action_id, failures),
                seen=lambda last: meter.show(last.progress, last.current_step),
                looked=looked,
            )
        except TaskError as error:
            if not (cancel_on_abort and isinstance(error, TaskTimeoutError)):
                logger.error("%s", error)
                raise
            error = timed_out(error.task, self.action_id, await self._cancel_on_the_way_out(task.id))
            logger.error("%s", error)
            raise error from None
        except Exception as error:
            error.add_note(printable(goes_on(task.id, self.action_id)))
            raise
        except BaseException as abort:  # the caller was cancelled or interrupted
            if cancel_on_abort:
                abort.add_note(printable(cancellation(task.id, await self._cancel_on_the_way_out(task.id))))
            raise

        meter.end()
        logger.info(
            "Task %s of %s: %s after %.1f s; %s", task.id, meter.name, ended.task_state, meter.seconds, ended.rows
        )
        return ended

    def conclude(self, task: Task, on_rejects: OnRejects) -> Task:
        """*task* if it ended well; what the caller should know of it goes to the log, and into a warning."""
        try:
            remark = judge(task, self.action_id, on_rejects)
        except TaskError as error:
            logger.error("%s", error)
            raise
        if remark and on_rejects != "ignore":
            logger.warning("%s", remark)
            warn_caller(remark, RejectedRowsWarning)
        return task

    async def cancel(self, task_id: str, deadline: Deadline | None = None) -> None:
        """Ask Anaplan to cancel the task, which it may or may not do in time."""
        await self.session.send("DELETE", endpoints.task(self.at, self.action_id, task_id), deadline=deadline)

    async def _cancel_on_the_way_out(self, task_id: str) -> bool:
        """Whether Anaplan confirms in a short time that it has cancelled the task."""
        deadline = Deadline.after(_CANCELLATION_SECONDS)

        async def cancel() -> bool:
            await self.cancel(task_id, deadline)
            for delay in self.session.settings.poll.delays():
                task = await self.status(task_id, deadline)
                if task.ended or not deadline.allows(delay):
                    return task.task_state == "CANCELLED"
                await sleep(delay)
            raise AssertionError("a schedule has no end")

        try:
            return await shielded(cancel, seconds=2 * _CANCELLATION_SECONDS) is True
        except AnaplanError:  # the abort is what the caller must see
            return False

    @property
    def _path(self) -> str:
        return endpoints.tasks(self.at, self.action_id)
