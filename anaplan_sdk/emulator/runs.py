"""A task at work: follows its script, does the work of each step, and collects the results."""

from __future__ import annotations

import asyncio
import logging
import time

from .actions import run_step
from .definitions import Definition, Process
from .results import Result, StepFailedError
from .scripts import TaskScript
from .steps import Step
from .storage import Dump, Storage
from .task import Task, TaskCancelledError
from .tenant import Tenant

# How often a run that waits looks whether it was cancelled, released or polled often enough.
TICK_SECONDS = 0.01

_log = logging.getLogger("anaplan_sdk.emulator")


class Run:
    """One task at work, step by step in the event loop; what takes long runs in a thread."""

    def __init__(self, task: Task, tenant: Tenant, storage: Storage) -> None:
        self._task = task
        self._tenant = tenant
        self._storage = storage

    async def perform(self, definition: Definition, script: TaskScript, *, seconds: float = 0.0) -> Result:
        """Follow the script, then do the work; a process does the same for each of its steps."""
        result = Result(definition.id, definition.name)
        started = time.monotonic()
        try:
            await self._follow(script, seconds if script.seconds is None else script.seconds)
            await self._work(definition, result)
        except TaskCancelledError:
            raise
        except StepFailedError as failure:
            result.fail(str(failure))
        except Exception:
            _log.exception("%s could not be run", definition.name)
            result.fail("An unexpected error occurred.")
        result.seconds = time.monotonic() - started
        self._keep_dump(result)
        return result

    async def _work(self, definition: Definition, result: Result) -> None:
        if isinstance(definition, Process):
            await self._run_steps(definition, result)
        else:
            step = Step(self._task, self._tenant, self._storage)
            await asyncio.to_thread(run_step, step, definition, result)

    async def _run_steps(self, process: Process, result: Result) -> None:
        """Run the steps in order until one fails. What ran stays: a process is not atomic."""
        for step_id in process.step_ids:
            definition = self._task.model.step(step_id)
            if definition is None:
                raise StepFailedError(f"The process has no action {step_id} any more.")
            self._task.current_step = f"Processing {definition.name}"
            step_result = await self.perform(definition, self._tenant.task_scripts.take(step_id))
            result.nested.append(step_result)
            if not step_result.successful:
                result.successful = False
                return
            self._task.check_cancelled()

    async def _follow(self, script: TaskScript, seconds: float) -> None:
        """Spend the time that the script asks for, then end the run if the script says so."""
        task = self._task
        started, polls = time.monotonic(), task.polls
        while (elapsed := time.monotonic() - started) < seconds or script.holds(task.polls - polls):
            task.check_cancelled()
            if seconds:
                task.progress = round(min(0.99, elapsed / seconds), 2)
            await asyncio.sleep(TICK_SECONDS)
        task.check_cancelled()
        if script.cancel:
            raise TaskCancelledError
        if script.fail is not None:
            raise StepFailedError(script.fail)

    def _keep_dump(self, result: Result) -> None:
        """Keep only the dump of the latest run; a clean run removes an earlier dump."""
        task = self._task
        dump = Dump(task.id, result.dump) if result.dump else None
        self._storage.keep_dump((task.model.id, task.user.id, task.object_id), result.object_id, dump)
