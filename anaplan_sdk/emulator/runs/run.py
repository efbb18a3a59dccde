"""A task at work: follows its script, does the work of each step, and collects the results."""

from __future__ import annotations

import asyncio
import logging
import time

from ..content.storage import Dump, Storage
from ..world.definitions import Definition, Process
from ..world.scripts import TaskScript
from ..world.tenant import Tenant
from .actions import run_step
from .results import Result, StepFailedError
from .step import Step
from .task import Task, TaskCancelledError

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
            await self._task.follow(script, seconds)
            if script.fail is not None:
                raise StepFailedError(script.fail)
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

    def _keep_dump(self, result: Result) -> None:
        """Keep only the dump of the latest run; a clean run removes an earlier dump."""
        task = self._task
        dump = Dump(task.id, result.dump) if result.dump else None
        self._storage.keep_dump((task.model.id, task.user.id, task.object_id), result.object_id, dump)
