"""Starting something at most once: what is known of a start whose answer was lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from anaplan_sdk.errors import (
    AmbiguousRunError,
    AnaplanError,
    ApiError,
    TransportError,
    UnexpectedResponseError,
)
from anaplan_sdk.models import TaskSummary

# A task list shows whole seconds of another machine's clock at worst; a run older than this was not ours.
CLOCK_TOLERANCE = 5.0


def is_ambiguous(error: AnaplanError) -> bool:
    """Whether Anaplan may have acted although the answer is an error: lost, a 5xx, or not to be understood."""
    if isinstance(error, TransportError):
        return error.maybe_received
    return isinstance(error, UnexpectedResponseError) or (isinstance(error, ApiError) and error.status >= 500)


def newcomers(seen: Iterable[TaskSummary], known: Collection[str], started_after: float) -> list[TaskSummary]:
    """The tasks among *seen* that can be the one that was started: neither *known* nor older than the start."""
    return [
        task
        for task in seen
        if task.id not in known
        and (task.creation_time is None or task.creation_time.timestamp() >= started_after - CLOCK_TOLERANCE)
    ]


def ambiguous(
    what: str, action_id: int | str, candidates: list[TaskSummary], started_after: float, settling_time: float
) -> AmbiguousRunError:
    """The error of a start that could not be told apart."""
    if candidates:
        ids = ", ".join(task.id for task in candidates)
        found = f"{len(candidates)} new tasks appeared ({ids}), any of which may be this call's own. Look at them"
    else:
        found = f"no new task appeared within {settling_time:g} s. Look at the task list again later"
    return AmbiguousRunError(
        f"The answer to starting {what} was lost, and {found} before you start it again: it was not repeated.",
        action_id=action_id,
        candidates=candidates,
        started_after=started_after,
    )
