"""ALM: what is checked before a request, and what the end of a task means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TypeVar

import attrs

from anaplan_sdk._core.api.ids import segment
from anaplan_sdk.errors import (
    AmbiguousRunError,
    ConfigurationError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TaskTimeoutError,
    UnexpectedResponseError,
)
from anaplan_sdk.models import ReportResult, ReportTask, Revision, SummaryTask, SyncTask

# Limits of the server, from the ALM API reference.
MAX_NAME = 60
MAX_DESCRIPTION = 250

AlmTask = SyncTask | ReportTask | SummaryTask
ReportTaskT = TypeVar("ReportTaskT", ReportTask, SummaryTask)


def revision_fields(name: str, description: str | None) -> dict[str, str]:
    """The body of a new revision."""
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= len(name) <= MAX_NAME:
        raise ConfigurationError(f"name: a revision's name has 1 to {MAX_NAME} characters; this has {len(name)}.")
    if description is None:
        return {"name": name}
    if len(description) > MAX_DESCRIPTION:
        raise ConfigurationError(
            f"description: a revision's description has at most {MAX_DESCRIPTION} characters; "
            f"this has {len(description)}."
        )
    return {"name": name, "description": description}


def pair_fields(source_revision_id: str, source_model_id: str, target_revision_id: str) -> dict[str, str]:
    """The body of a sync or a report: all three are mandatory."""
    return {
        "sourceRevisionId": segment(source_revision_id, "source_revision_id"),
        "sourceModelId": segment(source_model_id, "source_model_id"),
        "targetRevisionId": segment(target_revision_id, "target_revision_id"),
    }


def day(value: date | str | None, what: str) -> str | None:
    """A date as Anaplan's filters read it, YYYY-MM-DD."""
    if value is None:
        return None
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).strftime("%Y-%m-%d")
    except (ValueError, TypeError):
        raise ConfigurationError(f"{what}: {value!r} is not a date such as 2026-03-09.") from None


def check_order(applied_after: str | None, applied_before: str | None) -> None:
    """Refuse an empty period, as Anaplan does."""
    if applied_after and applied_before and applied_after >= applied_before:
        raise ConfigurationError("applied_after must be an earlier date than applied_before.")


def own_revisions(
    seen: Iterable[Revision], known: Collection[str], fields: Mapping[str, str], user_id: str
) -> list[Revision]:
    """The revisions among *seen* that can be the one that a lost request created."""
    return [
        revision
        for revision in seen
        if revision.id not in known and revision.name == fields["name"] and revision.created_by in (None, user_id)
    ]


def ambiguous_revision(name: str, model_id: str, candidates: list[Revision], started_after: float) -> AmbiguousRunError:
    """The error of a revision that may or may not have been created."""
    found = f"{len(candidates)} new revisions have that name" if candidates else "no new revision has that name yet"
    return AmbiguousRunError(
        f"The answer to creating revision {name!r} of model {model_id} was lost, and {found}. Look at get_revisions() "
        "before you create it again: it was not repeated.",
        action_id=model_id,
        candidates=candidates,
        started_after=started_after,
    )


def ambiguous_report(what: str, model_id: str) -> AmbiguousRunError:
    """The error of a report task whose id was lost: there is no list to find it in."""
    return AmbiguousRunError(
        f"The answer to starting a {what} of model {model_id} was lost, and such tasks cannot be listed. It was not "
        "repeated; making it again does no harm.",
        action_id=model_id,
    )


def judge(task: AlmTask, what: str, model_id: str) -> None:
    """Raise unless *task* ended well."""
    if task.task_state == "CANCELLED":
        raise TaskCancelledError(
            f"The {what} {task.id} of model {model_id} was cancelled.", task=task, action_id=model_id
        )
    if not task.successful:
        raise TaskFailedError(
            f"The {what} {task.id} of model {model_id} failed: {_reason(task)}", task=task, action_id=model_id
        )


def _reason(task: AlmTask) -> str:
    return ": ".join(task.messages) or task.current_step or "Anaplan gives no reason."


def timed_out(task: AlmTask, what: str, model_id: str) -> TaskTimeoutError:
    """The error of a wait whose time is over."""
    return TaskTimeoutError(
        f"The time limit passed while the {what} {task.id} of model {model_id} was {task.task_state}. "
        "It goes on in Anaplan.",
        task=task,
        action_id=model_id,
    )


def lost_sight(task: AlmTask, what: str, model_id: str, failures: int) -> TaskError:
    """The error of a wait that could not find out how the task goes on."""
    return TaskError(
        f"Lost sight of the {what} {task.id} of model {model_id} after {failures} failed looks; it goes on in Anaplan.",
        task=task,
        action_id=model_id,
    )


def still_running(task: AlmTask, what: str, model_id: str) -> TaskError:
    """The error of asking for a report that is not made yet."""
    return TaskError(
        f"The {what} {task.id} of model {model_id} still runs ({task.task_state}): there is no report yet. "
        "Ask again later.",
        task=task,
        action_id=model_id,
    )


def revision_pair(task: ReportTask | SummaryTask) -> tuple[str, str]:
    """Target and source revision of a report: from the result, or from the end of the report's address."""
    result = task.result or ReportResult()
    target, source = result.target_revision_id, result.source_revision_id
    if not (target and source):
        *_, target, source = ["", "", *(result.report_file_url or "").rstrip("/").split("/")]
    if not (target and source):
        raise UnexpectedResponseError(
            f"Report task {task.id} tells neither its revisions nor where its report is.", json_path="$.task.result"
        )
    return target, source


def with_revisions(task: ReportTaskT, fields: Mapping[str, str]) -> ReportTaskT:
    """*task* with the revisions that were asked for, where the answer does not repeat them."""
    if task.result is None:
        return task
    result = attrs.evolve(
        task.result,
        source_revision_id=task.result.source_revision_id or fields["sourceRevisionId"],
        target_revision_id=task.result.target_revision_id or fields["targetRevisionId"],
    )
    return attrs.evolve(task, result=result)
