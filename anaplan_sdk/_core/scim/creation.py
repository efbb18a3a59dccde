"""Creating one user at most once, with its workspaces, as a conversation."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starts import is_ambiguous, is_passing
from anaplan_sdk._core.jobs.steps import Begin
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.scim.operations import MAX_WORKSPACES, Operation, add_workspaces, in_requests
from anaplan_sdk._core.scim.outcome import Workspaces, partial
from anaplan_sdk.errors import AmbiguousRunError, AnaplanError, JobId, WaitTimeoutError
from anaplan_sdk.models import ScimUser

logger = logger_of("tasks")

R = TypeVar("R")

# How far the clocks of Anaplan's servers may be apart, and what a date in whole seconds may be off.
TOLERANCE = 5.0


@attrs.frozen
class Find:
    """Look for the user by name. The result is the user, or None."""

    limit: Deadline


@attrs.frozen
class Read:
    """Read the user. The result is the user."""

    user_id: str


@attrs.frozen
class Change:
    """Do operations on the user. There is no result."""

    user_id: str
    operations: tuple[Operation, ...]


Creation: TypeAlias = Generator[Begin | Find | Read | Change | Pause, Any, R]


@attrs.frozen
class CreateUser:
    """The creation of one user. If the answer is lost, the user is looked for by name and date of creation.

    Of its steps, ``Begin`` has the user as its result, None where the answer tells of parts. It sends the first
    ``MAX_WORKSPACES`` of the workspaces.
    """

    user_name: str
    workspace_ids: tuple[str, ...]
    poll: PollSchedule
    deadline: Deadline
    server_time: Callable[[], float]

    def run(self) -> Creation[ScimUser]:
        """The user that was created, or found where the answer was lost."""
        started = now()
        try:
            user: ScimUser | None = yield Begin()
        except AnaplanError as lost:
            if not is_ambiguous(lost):
                raise
            logger.warning("The response to creating a user was lost; looking for it: %s", lost)
            user = yield from self._created(started, lost)
        else:
            user = user or (yield from self._created(started, None))
        return (yield from self._completed(user))

    def _created(self, started: float, lost: AnaplanError | None) -> Creation[ScimUser]:
        """The user that the request made, as far as that can be told."""
        user = yield from self._found()
        # The clock is set by answers, of which there may have been none at the start.
        started_at = self.server_time() - (now() - started)
        if user is None or not _is_new(user, started_at):
            raise _ambiguous(self.user_name, user, started_at) from lost
        return user

    def _found(self) -> Creation[ScimUser | None]:
        """The user of this name, which may not show at once; None where it cannot be found out."""
        settled = self.deadline.or_before(Deadline.after(self.poll.settling_time))
        for delay in self.poll.delays():
            yield Pause(min(delay, settled.remaining()))
            last = settled.passed()
            try:
                user: ScimUser | None = yield Find(settled)
            except AnaplanError as error:
                if last or not is_passing(error):
                    return None  # what matters to the caller is the creation that was lost
                continue
            if user or last:
                return user
        raise AssertionError("a schedule has no end")

    def _completed(self, user: ScimUser) -> Creation[ScimUser]:
        """The user with all its workspaces: the answer may not tell of them, or they were not stored."""
        wanted = Workspaces(self.workspace_ids)
        if not wanted.missing(user):
            return user
        try:
            if Workspaces(self.workspace_ids[:MAX_WORKSPACES]).missing(user):
                user = yield Read(user.id)
            missing = wanted.missing(user)
            for operations in in_requests([add_workspaces(missing)]) if missing else ():
                yield Change(user.id, operations)
                user = yield Read(user.id)
        except WaitTimeoutError as error:
            error.add_note(f"User {self.user_name} was created ({user.id}), but may lack some of its workspaces.")
            raise
        except AnaplanError as error:
            raise partial(user, wanted.missing(user)) from error
        return wanted.check(user)


def _is_new(user: ScimUser, started_at: float) -> bool:
    created = user.meta.created if user.meta else None
    return created is not None and created.timestamp() >= started_at - TOLERANCE


def _ambiguous(user_name: str, user: ScimUser | None, started_at: float) -> AmbiguousRunError:
    """The error of a user that may or may not have been created."""
    if user is None:
        found = "no user has that name yet. Check scim.find_user() before you create it again"
    elif user.meta and user.meta.created:
        found = f"the user of that name ({user.id}) is older. Change it with scim.update_user() if it is the right one"
    else:
        found = f"Anaplan does not tell when the user of that name ({user.id}) was created. Check scim.get_user()"
    return AmbiguousRunError(
        f"The response to creating user {user_name!r} was lost, and {found}: the request was not repeated.",
        job=JobId("user", "scim", user_name),
        candidates=[user] if user else [],
        started_after=started_at,
        resume=f"scim.find_user({user_name!r})",
    )
