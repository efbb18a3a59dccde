# Source of both colours: scripts/codegen.py emits this file twice.
"""What runs leave behind: dumps of rejected rows, and solution logs of the Optimizer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import islice

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.ids import kind_of
from anaplan_sdk._core.bulk.outcome import no_dump, step_with_dump
from anaplan_sdk._core.bulk.runs import run
from anaplan_sdk._core.dumps import DumpReader
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._io.aio import closing, in_thread
from anaplan_sdk.errors import ApiError, ConfigurationError
from anaplan_sdk.models import RejectedRow, Task

from ..jobs.jobs import Jobs
from ..scope import Scope
from ..transfer.download import download

# Rejected rows that are parsed at a time, so that an event loop goes on in between.
_ROWS_AT_A_TIME = 2_000


class Rejects(Scope):
    """What tasks of imports, processes and Optimizer actions of the client's model leave behind."""

    async def get_dump(
        self,
        action_id: int | str,
        task: Task | str,
        *,
        step_id: int | str | None = None,
        timeout: float | None = None,
    ) -> bytes:
        """The rows that a run of an import or process rejected, as CSV in UTF-8, all in memory.

        The columns are ``_Status_``, those of the source, ``_Line_``, ``_Error_1_`` and so on. Anaplan keeps the dump
        for the user who ran the task, for 48 hours, until the next run.

        Args:
            action_id: The import or process.
            task: The task, or its id.
            step_id: The step of a process that the dump belongs to; needed only if several steps have one.
            timeout: Seconds for the call, None for no limit.

        Raises:
            TransferError: There is no dump.
            ConfigurationError: Several steps have one, and ``step_id`` is missing.
        """
        return b"".join([part async for part in self._dump(action_id, task, step_id, Deadline.after(timeout))])

    async def get_rejected_rows(
        self,
        action_id: int | str,
        task: Task | str,
        *,
        step_id: int | str | None = None,
        timeout: float | None = None,
    ) -> list[RejectedRow]:
        """The rows of ``get_dump``, each with its source columns, its line in the upload and Anaplan's messages."""
        return [row async for row in self._rejected_rows(action_id, task, step_id, Deadline.after(timeout))]

    def get_rejected_rows_stream(
        self,
        action_id: int | str,
        task: Task | str,
        *,
        step_id: int | str | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[RejectedRow]:
        """The same rows as they come, with only a few chunks of the dump (10 MB each) in memory at a time."""
        kind_of(action_id)
        self._model()  # here, at the call: what follows runs when the first row is wanted
        return self._rejected_rows(action_id, task, step_id, Deadline.after(timeout))

    async def _rejected_rows(
        self, action_id: int | str, task: Task | str, step_id: int | str | None, deadline: Deadline
    ) -> AsyncIterator[RejectedRow]:
        reader = DumpReader()
        async with closing(self._dump(action_id, task, step_id, deadline)) as parts:
            async for part in parts:
                rows = reader.feed(part)
                while batch := await in_thread(list, islice(rows, _ROWS_AT_A_TIME)):
                    for row in batch:
                        yield row
        for row in reader.finish():
            yield row

    async def _dump(
        self, action_id: int | str, task: Task | str, step_id: int | str | None, deadline: Deadline
    ) -> AsyncIterator[bytes]:
        at = await self._model_in_workspace(deadline)
        task_id, job = task if isinstance(task, str) else task.id, run(at, action_id)
        if kind_of(action_id) == "processes" and step_id is None:
            task = await Jobs(self._session, job, deadline).status(task) if isinstance(task, str) else task
            step_id = step_with_dump(task, job.id)
        listed = bulk.dump_chunks(bulk.tasks(at, action_id), task_id, step_id)
        absent, meter = no_dump(job.id, task_id), Meter(None, "download", f"the dump of task {task_id}")
        try:
            content = download(self._session, listed, meter, absent=absent, deadline=deadline)
            async with closing(content) as parts:
                async for part in parts:
                    yield part
        except ApiError as error:
            if error.status not in (400, 404):  # both are seen where there is none, or none any more
                raise
            raise absent from error

    async def get_optimizer_log(self, action_id: int | str, task_id: str, *, timeout: float | None = None) -> bytes:
        """Anaplan's solution log of an Optimizer action. Needs the role of Workspace Administrator.

        Args:
            action_id: The Optimizer action, 117….
            task_id: Its task, the task of the process that it ran in, or the correlation id that Anaplan shows.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: ``action_id`` is not an action.
        """
        if kind_of(action_id) != "actions":
            raise ConfigurationError(
                f"action_id: {action_id!r} is not an action (117…): only optimizer actions have a log."
            )
        deadline = Deadline.after(timeout)
        log = bulk.optimizer_log(await self._model_in_workspace(deadline), action_id, task_id)
        return await self._session.content(log, deadline)
