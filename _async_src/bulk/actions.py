# Source of both colours: scripts/codegen.py emits this file twice.
"""Running imports, exports, actions and processes, and what they leave behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import islice
from typing import Any, Unpack

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.ids import as_id, kind_of
from anaplan_sdk._core.bulk.dumps import no_dump, step_with_dump
from anaplan_sdk._core.bulk.rows import DumpReader
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.verdict import (
    OnRejects,
    Parameters,
    RunOptions,
    check_on_rejects,
    check_options,
    loaded_nothing,
    nothing_loaded,
)
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._core.transfer.content import refuse_mistakes
from anaplan_sdk._io.aio import closing, in_thread
from anaplan_sdk._io.caller import warn_caller
from anaplan_sdk.errors import ApiError, ConfigurationError, NothingLoadedWarning, TransferTimeoutError
from anaplan_sdk.models import RejectedRow, Task, TaskSummary

from ..engine.session import ANYTHING
from ..jobs.runs import Runs
from ..transfer.upload import download
from .files import Content, Files

# Rejected rows that are parsed at a time, so that an event loop goes on in between.
_ROWS_AT_A_TIME = 2_000


class Actions(Files):
    """Imports (112…), exports (116…), other actions (117…) and processes (118…) of the client's model."""

    async def run_action(
        self,
        action_id: int | str,
        *,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_rejects: OnRejects = "warn",
        locale_name: str = "en_US",
        mapping_parameters: Parameters = (),
        connector_parameters: Parameters = (),
        allow_repeat: bool = False,
        cancel_on_abort: bool = False,
        on_progress: OnProgress | None = None,
    ) -> Task:
        """Run an import, export, action or process, at most once, and wait for its end.

        With ``wait_for_completion=False`` the task is returned as soon as it is started. ``timeout`` is in
        seconds, None for no limit. ``mapping_parameters`` answer the prompts of an import, such as
        ``[{"entityType": "Version", "entityName": "Budget"}]``, with an ``importId`` in a process.
        ``on_rejects`` says what a success with rejected rows is: ``"ignore"``, ``"warn"`` (RejectedRowsWarning)
        or ``"raise"`` (RejectedRowsError); remarks on rows that were loaded are a warning at most.

        If the answer to the start is lost, the task is looked for in the task list and adopted if it is the only new
        one; otherwise AmbiguousRunError is raised and nothing is started again. ``allow_repeat`` permits one repetition
        if no new task appears: for runs that are the same when done twice. With ``cancel_on_abort`` the task is
        cancelled in Anaplan when this call is cancelled, interrupted or out of time. ``on_progress`` is called with a
        ``Progress`` after each look at the task.

        Raises TaskFailedError, TaskCancelledError or TaskTimeoutError, each with the task; processes are not atomic.
        """
        check_options(
            RunOptions(
                on_rejects=on_rejects,
                locale_name=locale_name,
                mapping_parameters=mapping_parameters,
                connector_parameters=connector_parameters,
            )
        )
        check_on_progress(on_progress)
        kind_of(action_id)
        deadline = Deadline.after(timeout)
        runs = Runs(self._session, await self._model_in_workspace(deadline), action_id)
        # Anaplan wants the locale first.
        parameters: dict[str, Any] = {"localeName": locale_name}
        if mapping_parameters:
            parameters["mappingParameters"] = [dict(parameter) for parameter in mapping_parameters]
        if connector_parameters:
            parameters["connectorParameters"] = [dict(parameter) for parameter in connector_parameters]
        task = await runs.start(parameters, deadline, allow_repeat=allow_repeat, cancel_on_abort=cancel_on_abort)
        if not wait_for_completion:
            return task
        ended = await runs.wait(task, deadline, cancel_on_abort=cancel_on_abort, on_progress=on_progress)
        return runs.conclude(ended, on_rejects)

    async def list_tasks(self, action_id: int | str, *, timeout: float | None = None) -> list[TaskSummary]:
        """The runs of an action that Anaplan still shows, whoever started them, oldest first.

        Empty also for an id that does not exist, and where this user may not see the model.
        """
        deadline = Deadline.after(timeout)
        return await Runs(self._session, await self._model_in_workspace(deadline), action_id).shown(deadline)

    async def get_task_status(self, action_id: int | str, task_id: str, *, timeout: float | None = None) -> Task:
        """A task of an action as it is now, with its result once it has ended."""
        deadline = Deadline.after(timeout)
        return await Runs(self._session, await self._model_in_workspace(deadline), action_id).status(task_id, deadline)

    async def wait_for_task(
        self,
        action_id: int | str,
        task_id: str,
        *,
        timeout: float | None = None,
        on_rejects: OnRejects = "warn",
        cancel_on_abort: bool = False,
        on_progress: OnProgress | None = None,
    ) -> Task:
        """Wait for the end of a task that is running. Parameters, result and errors are those of ``run_action``."""
        check_on_rejects(on_rejects)
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        runs = Runs(self._session, await self._model_in_workspace(deadline), action_id)
        task = await runs.status(task_id, deadline)
        ended = await runs.wait(task, deadline, cancel_on_abort=cancel_on_abort, on_progress=on_progress, looked=True)
        return runs.conclude(ended, on_rejects)

    async def cancel_task(self, action_id: int | str, task_id: str, *, timeout: float | None = None) -> Task:
        """Ask Anaplan to cancel a task; return it as it is then, usually CANCELLING.

        A task that ends first stays COMPLETE. Use ``wait_for_task`` to see which it became.
        """
        deadline = Deadline.after(timeout)
        runs = Runs(self._session, await self._model_in_workspace(deadline), action_id)
        await runs.cancel(task_id, deadline)
        return await runs.status(task_id, deadline)

    async def upload_and_import(
        self,
        file_id: int | str,
        content: Content,
        action_id: int | str,
        *,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[RunOptions],
    ) -> Task:
        """Upload *content* as ``upload_file`` does, then run an import or a process as ``run_action`` does.

        The run starts only when every chunk is stored. ``timeout`` covers both. Other uploads and loads into the same
        file by this client, and by those made from it, wait for the end of the run; do not upload to one file from
        several programs at a time: Anaplan does not keep them apart. Warns (NothingLoadedWarning) where an import
        succeeded without reading a row although the content has some.
        """
        if kind_of(action_id) not in ("imports", "processes"):
            raise ConfigurationError(f"action_id: {action_id!r} is neither an import (112…) nor a process (118…).")
        check_options(options)
        check_on_progress(on_progress)
        file_id, deadline = as_id(file_id), Deadline.after(timeout)
        refuse_mistakes(content)
        async with self._session.using_file(self._model().model_id, file_id, deadline):
            _, has_rows = await self._upload(file_id, content, deadline, on_progress)
            if deadline.passed():
                raise TransferTimeoutError(
                    f"The time limit passed: file {file_id} is uploaded, {action_id} not started."
                )
            task = await self.run_action(
                action_id,
                wait_for_completion=wait_for_completion,
                timeout=deadline.left(),
                on_progress=on_progress,
                **options,
            )
        if has_rows and loaded_nothing(task, action_id):
            warn_caller(nothing_loaded(file_id, action_id), NothingLoadedWarning)
        return task

    async def export_and_download(
        self,
        action_id: int | str,
        *,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[RunOptions],
    ) -> bytes:
        """Run an export (116…) as ``run_action`` does, then return its output as ``get_file`` does.

        ``timeout`` covers both. For an output that is large, run it and use ``download_file`` or ``get_file_stream``.
        """
        if kind_of(action_id) != "exports":
            raise ConfigurationError(f"action_id: {action_id!r} is no export (116…).")
        check_options(options)
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        await self.run_action(action_id, timeout=timeout, on_progress=on_progress, **options)
        return await self.get_file(action_id, timeout=deadline.left(), on_progress=on_progress)

    async def get_dump(
        self,
        action_id: int | str,
        task: Task | str,
        *,
        step_id: int | str | None = None,
        timeout: float | None = None,
    ) -> bytes:
        """The rows that a run of an import or process rejected, as CSV in UTF-8.

        The columns are ``_Status_``, those of the source, ``_Line_``, ``_Error_1_`` and so on. ``task`` is the
        task or its id. In a process the dump belongs to a step: ``step_id`` may be left out where only one step
        has one. Anaplan keeps it for the user who ran the task, for 48 hours, until the next run; raises
        TransferError without one. All of it is held in memory.
        """
        return b"".join([part async for part in self._dump(action_id, task, step_id, timeout)])

    async def get_rejected_rows(
        self,
        action_id: int | str,
        task: Task | str,
        *,
        step_id: int | str | None = None,
        timeout: float | None = None,
    ) -> list[RejectedRow]:
        """The rows of ``get_dump``, each with its source columns, its line in the upload and Anaplan's messages."""
        rows = self.get_rejected_rows_stream(action_id, task, step_id=step_id, timeout=timeout)
        return [row async for row in rows]

    async def get_rejected_rows_stream(
        self,
        action_id: int | str,
        task: Task | str,
        *,
        step_id: int | str | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[RejectedRow]:
        """The same rows as they come, a few chunks of the dump (10 MB each) in memory however long it is."""
        reader = DumpReader()
        async with closing(self._dump(action_id, task, step_id, timeout)) as parts:
            async for part in parts:
                rows = reader.feed(part)
                while batch := await in_thread(list, islice(rows, _ROWS_AT_A_TIME)):
                    for row in batch:
                        yield row
        for row in reader.finish():
            yield row

    async def _dump(
        self, action_id: int | str, task: Task | str, step_id: int | str | None, timeout: float | None
    ) -> AsyncIterator[bytes]:
        deadline = Deadline.after(timeout)
        at = await self._model_in_workspace(deadline)
        task_id = task if isinstance(task, str) else task.id
        if kind_of(action_id) == "processes" and step_id is None:
            task = await Runs(self._session, at, action_id).status(task, deadline) if isinstance(task, str) else task
            step_id = step_with_dump(task, action_id)
        path = endpoints.dump_chunks(at, action_id, task_id, step_id)
        absent, meter = no_dump(action_id, task_id), Meter(None, "download", f"the dump of task {task_id}")
        try:
            content = download(self._session, path, meter, absent=absent, deadline=deadline)
            async with closing(content) as parts:
                async for part in parts:
                    yield part
        except ApiError as error:
            if error.status not in (400, 404):  # both are seen where there is none, or none any more
                raise
            raise absent from error

    async def get_optimizer_log(self, action_id: int | str, task_id: str, *, timeout: float | None = None) -> bytes:
        """The solution log of an optimizer action: the text of the solver.

        ``action_id`` is the optimizer action (117…), ``task_id`` its task, that of the process it ran in, or the
        correlation id that Anaplan shows. Needs a Workspace Administrator.
        """
        if kind_of(action_id) != "actions":
            raise ConfigurationError(
                f"action_id: {action_id!r} is no action (117…): only optimizer actions have a log."
            )
        deadline = Deadline.after(timeout)
        path = endpoints.optimizer_log(await self._model_in_workspace(deadline), action_id, task_id)
        return (await self._session.send("GET", path, headers=ANYTHING, deadline=deadline)).body
