"""Revisions: what is checked before a request, and creating one at most once, as a conversation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starts import is_ambiguous, is_passing
from anaplan_sdk._core.jobs.steps import Begin, Look
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk.errors import AmbiguousRunError, AnaplanError, ConfigurationError, JobId
from anaplan_sdk.models import Revision

logger = logger_of("tasks")

R = TypeVar("R")

# Limits of the server, from the ALM API reference.
MAX_NAME = 60
MAX_DESCRIPTION = 250


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


def check_order(applied_after: str | None, applied_before: str | None) -> None:
    """Refuse an empty period, as Anaplan does."""
    if applied_after and applied_before and applied_after >= applied_before:
        raise ConfigurationError("applied_after must be an earlier date than applied_before.")


@attrs.frozen
class WhoAmI:
    """Ask who the user is. The result is the id of the user."""

    limit: Deadline


Creation: TypeAlias = Generator[Begin | Look | WhoAmI | Pause, Any, R]


@attrs.frozen
class CreateOnce:
    """The creation of one revision. If the answer is lost, the revision is looked for by name and creator.

    Its steps are ``Look``, for the revisions of late, ``Begin``, ``WhoAmI`` and ``Pause``.
    """

    model_id: str
    fields: Mapping[str, str]
    poll: PollSchedule
    deadline: Deadline
    server_time: Callable[[], float]

    def run(self) -> Creation[Revision]:
        """The revision that was created, or found where the answer was lost."""
        seen: list[Revision] = yield Look(self.deadline)
        self.deadline.check("listing the revisions; none was created")
        started_after = self.server_time()
        try:
            revision: Revision = yield Begin()
            return revision
        except AnaplanError as lost:
            if not is_ambiguous(lost):
                raise
            logger.warning("The response to creating a revision was lost; looking for it: %s", lost)
            candidates = yield from self._appeared({revision.id for revision in seen})
            if len(candidates) != 1:
                raise _ambiguous(self.fields["name"], self.model_id, candidates, started_after) from lost
            return candidates[0]

    def _appeared(self, known: Collection[str]) -> Creation[list[Revision]]:
        """The revisions that a lost request can have created: none where it cannot be found out."""
        settled = self.deadline.or_before(Deadline.after(self.poll.settling_time))
        for delay in self.poll.delays():
            yield Pause(min(delay, settled.remaining()))
            last = settled.passed()
            try:
                user_id: str = yield WhoAmI(settled)
                seen: list[Revision] = yield Look(settled)
            except AnaplanError as error:
                if last or not is_passing(error):
                    return []  # what matters to the caller is the start that was lost
                continue
            candidates = own_revisions(seen, known, self.fields, user_id)
            if candidates or last:
                return candidates
        raise AssertionError("a schedule has no end")


def own_revisions(
    seen: Iterable[Revision], known: Collection[str], fields: Mapping[str, str], user_id: str
) -> list[Revision]:
    """The revisions among *seen* that can be the one that a lost request created."""
    return [
        revision
        for revision in seen
        if revision.id not in known and revision.name == fields["name"] and revision.created_by in (None, user_id)
    ]


def _ambiguous(name: str, model_id: str, candidates: list[Revision], started_after: float) -> AmbiguousRunError:
    """The error of a revision that may or may not have been created."""
    found = f"{len(candidates)} new revisions have that name" if candidates else "no new revision has that name yet"
    return AmbiguousRunError(
        f"The response to creating revision {name!r} of model {model_id} was lost, and {found}. Check "
        "alm.get_revisions() before you create it again: it was not repeated.",
        job=JobId("revision", "alm", model_id),
        candidates=candidates,
        started_after=started_after,
        resume="alm.get_revisions()",
    )
