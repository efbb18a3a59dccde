"""A task at work: it follows its script, does what it was started for, and collects the results."""

from __future__ import annotations

import asyncio
import logging
import time

from ..content.storage import Dump
from ..world.definitions import Action, Definition, Export, Import, Process
from ..world.scripts import TaskScript
from .exporting import export_rows
from .importing import import_rows
from .results import Result, StepFailedError, detail
from .task import TaskCancelledError
from .workbench import Workbench

_log = logging.getLogger("anaplan_sdk.emulator")


async def perform(bench: Workbench, definition: Definition, script: TaskScript, *, seconds: float = 0.0) -> Result:
    """Follow the script in the event loop, then work in a thread; a process does both for each of its steps."""
    result = Result(definition.id, definition.name)
    started = time.monotonic()
    try:
        await bench.task.follow(script, seconds)
        if script.fail is not None:
            raise StepFailedError(script.fail)
        if isinstance(definition, Process):
            await _perform_steps(bench, definition, result)
        else:
            await asyncio.to_thread(work, bench, definition, result)
    except TaskCancelledError:
        raise
    except StepFailedError as failure:
        result.fail(str(failure))
    except Exception:
        _log.exception("%s could not be run", definition.name)
        result.fail("An unexpected error occurred.")
    result.seconds = time.monotonic() - started
    _keep_dump(bench, result)
    return result


async def _perform_steps(bench: Workbench, process: Process, result: Result) -> None:
    """Perform the steps in order until one fails. What was done stays: a process is not atomic."""
    for step_id in process.step_ids:
        definition = bench.task.model.step(step_id)
        if definition is None:
            raise StepFailedError(f"The process has no action {step_id} any more.")
        bench.task.current_step = f"Processing {definition.name}"
        step_result = await perform(bench, definition, bench.tenant.task_scripts.take(step_id))
        result.nested.append(step_result)
        if not step_result.successful:
            result.successful = False
            return
        bench.task.check_cancelled()


def _keep_dump(bench: Workbench, result: Result) -> None:
    """Keep only the latest dump; where nothing was rejected, an earlier dump goes."""
    task = bench.task
    dump = Dump(task.id, result.dump) if result.dump else None
    bench.storage.keep_dump((task.model.id, task.user.id, task.object_id), result.object_id, dump)


def work(bench: Workbench, definition: Definition, result: Result) -> None:
    """Import, export, delete or optimize, and note in the result what came of it."""
    if bench.task.model.refuses(definition):
        raise StepFailedError("The model is locked.")
    match definition:
        case Import():
            import_rows(bench, definition, result)
        case Export():
            export_rows(bench, definition, result)
        case Action(action_type="DELETE_BY_SELECTION", list_id=str(list_id)):
            _delete(bench, list_id, result)
        case Action(action_type="OPTIMIZER"):
            _optimize(bench, definition, result)
        case _:
            raise StepFailedError(f"The emulator cannot run {definition.name}.")


def _delete(bench: Workbench, list_id: str, result: Result) -> None:
    model = bench.task.model
    count = model.clear_list(list_id)
    model.touch(bench.task.user.id)
    text = f"{count} items deleted from {model.lists[list_id].name}"
    result.details.append(detail("itemsDeleted", text, occurrences=count))


def _optimize(bench: Workbench, action: Action, result: Result) -> None:
    """Write a solution log under the id of the task: the action's own, or that of a process around it."""
    task = bench.task
    variables = sum(len(part.items) for part in task.model.lists.values())
    log = f"Optimize a model with {variables} columns\nOptimal solution found\nBest objective {variables}\n"
    task.model.solution_logs[action.id, task.id] = log.encode()
    result.details.append(detail("optimizationSucceeded", "Optimal solution found."))
