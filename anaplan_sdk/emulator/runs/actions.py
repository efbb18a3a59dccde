"""Runs what a step names: an import, an export, a deletion, an optimization."""

from __future__ import annotations

from ..world.definitions import Action, Definition, Export, Import
from .exporting import run_export
from .importing import run_import
from .results import Result, StepFailedError, detail
from .step import Step


def run_step(step: Step, definition: Definition, result: Result) -> None:
    """Do the work of an import, an export or another action, and note in the result what came of it."""
    if step.task.model.refuses(definition):
        raise StepFailedError("The model is locked.")
    match definition:
        case Import():
            run_import(step, definition, result)
        case Export():
            run_export(step, definition, result)
        case Action(action_type="DELETE_BY_SELECTION", list_id=str(list_id)):
            _delete(step, list_id, result)
        case Action(action_type="OPTIMIZER"):
            _optimize(step, definition, result)
        case _:
            raise StepFailedError(f"The emulator cannot run {definition.name}.")


def _delete(step: Step, list_id: str, result: Result) -> None:
    model = step.task.model
    count = model.clear_list(list_id)
    model.touch(step.task.user.id)
    text = f"{count} items deleted from {model.lists[list_id].name}"
    result.details.append(detail("itemsDeleted", text, occurrences=count))


def _optimize(step: Step, action: Action, result: Result) -> None:
    """Write a solution log under the id of the task: the action's own, or that of a process around it."""
    task = step.task
    variables = sum(len(part.items) for part in task.model.lists.values())
    log = f"Optimize a model with {variables} columns\nOptimal solution found\nBest objective {variables}\n"
    task.model.solution_logs[action.id, task.id] = log.encode()
    result.details.append(detail("optimizationSucceeded", "Optimal solution found."))
