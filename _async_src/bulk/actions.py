# Source of both colours: scripts/codegen.py emits this file twice.
"""Running imports, exports, actions and processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.ids import kind_of
from anaplan_sdk._core.bulk.outcome import remark
from anaplan_sdk._core.bulk.runs import (
    Parameters,
    RunOptions,
    check_options,
    parameters,
    run,
    run_id,
)
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.job import oldest_first
from anaplan_sdk._core.jobs.verdict import IfRunning, OnRejects, check_on_rejects
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import OnProgress, check_on_progress
from anaplan_sdk._io.caller import warn_caller
from anaplan_sdk.errors import RejectedRowsError, RejectedRowsWarning
from anaplan_sdk.models import Task, TaskSummary

from ..jobs.jobs import Jobs
from ..scope import Scope

logger = logger_of("tasks")


class Actions(Scope):
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
        if_running: IfRunning = "start",
        on_progress: OnProgress | None = None,
    ) -> Task:
        """Run an import, export, action or process, at most once, and wait for its end.

        If the response to the start request is lost, the task is looked for in the task list and adopted if it is the
        only new one. Processes are not atomic: steps that had ended stay applied.

        Args:
            action_id: The import (112…), export (116…), action (117…) or process (118…).
            wait_for_completion: False returns the task as soon as it is started.
            timeout: Seconds for the whole call, None for no limit.
            on_rejects: What to do if the run succeeded but rejected rows: ``"ignore"``, ``"warn"``
                (RejectedRowsWarning) or ``"raise"`` (RejectedRowsError). Remarks on rows that were loaded are never
                more than a warning.
            locale_name: The ``localeName`` that Anaplan requires.
            mapping_parameters: Values for the prompts of an import, such as ``[{"entityType": "Version", "entityName":
                "Budget"}]``; in a process, each with an ``importId``.
            connector_parameters: Values for a data connector, such as ``[{"sourceIdOrType": "…", "parameterId": "…",
                "value": "…"}]``.
            allow_repeat: Permit one repetition if the response is lost and no new task appears: for runs that give the
                same result when done twice.
            cancel_on_abort: Cancel the task in Anaplan if this call is cancelled, interrupted or out of time.
            if_running: What to do if a task of this action is under way: ``"start"`` another, which waits for it,
                ``"join"`` it and return its outcome, or ``"raise"`` TaskRunningError. Anaplan does not tell who started
                a task. One that was joined is not cancelled.
            on_progress: Called with a ``Progress`` after each poll of the task.

        Returns:
            The task with its result.

        Raises:
            TaskFailedError: The task was not successful.
            TaskCancelledError: It was cancelled.
            TaskRunningError: One is under way, with ``if_running="raise"``. Nothing was started.
            TaskTimeoutError: ``timeout`` passed; the task continues in Anaplan.
            TaskError: Its status could not be found out; it is probably still running.
            AmbiguousRunError: The response to the start request was lost and the task cannot be identified. Nothing was
                started again.
        """
        options = RunOptions(
            on_rejects=on_rejects,
            locale_name=locale_name,
            mapping_parameters=mapping_parameters,
            connector_parameters=connector_parameters,
            allow_repeat=allow_repeat,
            cancel_on_abort=cancel_on_abort,
            if_running=if_running,
        )
        check_options(options)
        check_on_progress(on_progress)
        kind_of(action_id)
        return await self._run(action_id, Deadline.after(timeout), wait_for_completion, on_progress, options)

    async def _run(
        self,
        action_id: int | str,
        deadline: Deadline,
        wait_for_completion: bool,
        on_progress: OnProgress | None,
        options: RunOptions,
    ) -> Task:
        """Run it with *options* that were checked."""
        body = parameters(
            options.get("locale_name", "en_US"),
            options.get("mapping_parameters", ()),
            options.get("connector_parameters", ()),
        )
        cancel_on_abort = options.get("cancel_on_abort", False)
        runs = await self._runs(action_id, deadline, body)
        if (task := await runs.joined(options.get("if_running", "start"))) is not None:
            cancel_on_abort = False
        else:
            task = await runs.start(allow_repeat=options.get("allow_repeat", False), cancel_on_abort=cancel_on_abort)
        if not wait_for_completion:
            return task
        ended = await runs.wait(task, cancel_on_abort=cancel_on_abort, on_progress=on_progress)
        return _concluded(ended, action_id, options.get("on_rejects", "warn"))

    async def _joined(
        self,
        action_id: int | str,
        deadline: Deadline,
        wait_for_completion: bool,
        on_progress: OnProgress | None,
        options: RunOptions,
    ) -> Task | None:
        """The task that is joined, once it has ended where that is waited for; None where none is under way."""
        runs = await self._runs(action_id, deadline)
        task = await runs.joined(options.get("if_running", "start"))
        if task is None or not wait_for_completion:
            return task
        ended = await runs.wait(task, on_progress=on_progress)
        return _concluded(ended, action_id, options.get("on_rejects", "warn"))

    async def list_tasks(self, action_id: int | str, *, timeout: float | None = None) -> list[TaskSummary]:
        """The tasks of an action that Anaplan still lists, whoever started them, oldest first.

        Empty also for an id that does not exist, and if this user may not see the model.
        """
        deadline = Deadline.after(timeout)
        tasks = bulk.tasks(await self._model_in_workspace(deadline), action_id)
        return oldest_first(await self._session.rows(tasks, deadline))

    async def get_task_status(self, action_id: int | str, task_id: str, *, timeout: float | None = None) -> Task:
        """The current state of a task of an action, with its result once it has ended."""
        return await (await self._runs(action_id, Deadline.after(timeout))).status(task_id)

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
        """Wait for the end of a running task. Parameters, result and errors are those of ``run_action``."""
        check_on_rejects(on_rejects)
        check_on_progress(on_progress)
        runs = await self._runs(action_id, Deadline.after(timeout))
        task = await runs.status(task_id)
        ended = await runs.wait(task, cancel_on_abort=cancel_on_abort, on_progress=on_progress, looked=True)
        return _concluded(ended, action_id, on_rejects)

    async def cancel_task(self, action_id: int | str, task_id: str, *, timeout: float | None = None) -> Task:
        """Ask Anaplan to cancel a task, and return its state afterwards, usually CANCELLING.

        A task that ends first stays COMPLETE. Use ``wait_for_task`` to find out which.
        """
        runs = await self._runs(action_id, Deadline.after(timeout))
        await runs.cancel(task_id)
        return await runs.status(task_id)

    async def _runs(
        self, action_id: int | str, deadline: Deadline, body: Mapping[str, Any] | None = None
    ) -> Jobs[Task]:
        return Jobs(self._session, run(await self._model_in_workspace(deadline), action_id, body), deadline)


def _concluded(task: Task, action_id: int | str, on_rejects: OnRejects) -> Task:
    """*task*, which ended well; what the caller should know of its rows goes to the log, and into a warning."""
    try:
        text = remark(task, run_id(action_id), strict=on_rejects == "raise")
    except RejectedRowsError as error:
        logger.error("%s", error)
        raise
    if text and on_rejects != "ignore":
        logger.warning("%s", text)
        warn_caller(text, RejectedRowsWarning)
    return task
