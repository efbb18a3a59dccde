"""Runs tasks: those of one model one after the other, those of different models side by side."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from ..content.storage import Storage
from ..world.scripts import TaskScript
from ..world.tenant import Tenant
from ..world.times import forget
from .results import Result
from .task import BaseTask, Task, TaskCancelledError, has_ended
from .work import perform
from .workbench import Workbench

# As many syncs does Anaplan list; of other tasks it is not known.
MOST_TASKS = 20_000


class TaskRunner:
    """Starts tasks and knows them all. Used from the event loop of the emulator only."""

    def __init__(self, tenant: Tenant, storage: Storage) -> None:
        self._tenant = tenant
        self._storage = storage
        self._tasks: dict[str, Task] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_work: dict[str, BaseTask] = {}
        self._pending: set[asyncio.Task[None]] = set()

    def start(self, task: Task) -> None:
        """Queue a task behind the others of its model."""
        self._forget(MOST_TASKS - 1)
        self._tasks[task.id] = task
        self.spawn(self._perform(task))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the requests, at most until the emulator stops."""
        pending = asyncio.create_task(work)
        self._pending.add(pending)
        pending.add_done_callback(self._pending.discard)

    @asynccontextmanager
    async def turn(self, task: BaseTask) -> AsyncGenerator[None, None]:
        """Let a task have its model for itself, after those that came before it."""
        model_id = task.model.id
        async with self.quiet(model_id):
            self._at_work[model_id] = task
            try:
                yield
            finally:
                del self._at_work[model_id]

    @asynccontextmanager
    async def quiet(self, model_id: str) -> AsyncGenerator[None, None]:
        """Look at a model while nothing changes it: after the tasks that came before, and before those that follow."""
        async with self._turns[model_id]:
            yield

    def tasks(self) -> list[Task]:
        self._forget(MOST_TASKS)
        return list(self._tasks.values())

    def task(self, task_id: str) -> Task | None:
        """A task that is not forgotten."""
        task = self._tasks.get(task_id)
        return None if task is None or task.ended_before(self._tenant.options.task_retention_seconds) else task

    def _forget(self, most: int) -> None:
        seconds = self._tenant.options.task_retention_seconds
        before = set(self._tasks)
        forget(self._tasks, lambda task: task.ended_before(seconds), most=most, may_go=has_ended)
        for model in self._tenant.models.values() if len(before) > len(self._tasks) else ():
            model.forget_tasks(before - self._tasks.keys())

    def current(self, model_id: str) -> BaseTask | None:
        """The task that has the model for itself now, which may be a sync."""
        return self._at_work.get(model_id)

    def is_busy(self, model_id: str) -> bool:
        """Whether the model has a task that is not finished, running or waiting."""
        waiting = (task for task in self.tasks() if task.model.id == model_id and not task.is_finished)
        return model_id in self._at_work or any(waiting)

    async def close(self) -> None:
        """Cancel whatever still runs."""
        for task in self.tasks():
            task.cancel_requested.set()
        for pending in list(self._pending):
            pending.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)

    async def _perform(self, task: Task) -> None:
        async with self.turn(task):
            if task.is_finished:
                return
            script = self._tenant.task_scripts.take(task.object_id)
            try:
                result = await self._result(task, script)
            except TaskCancelledError:
                task.end_cancelled()
            else:
                task.end(result, omit_result=script.omit_result)

    async def _result(self, task: Task, script: TaskScript) -> Result:
        definition = task.model.definition(task.kind, task.object_id)
        if definition is None:
            result = Result(task.object_id, "")
            result.fail("The action was deleted while its task waited.")
            return result
        task.begin(f"Processing {definition.name}")
        bench = Workbench(task, self._tenant, self._storage)
        return await perform(bench, definition, script, seconds=self._tenant.options.task_seconds)
