"""What came of a write: Anaplan stores a user and its workspaces apart, and one may fail without the other."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from anaplan_sdk._core.api.service import Endpoint
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.scim.operations import ALL_WORKSPACES, Add, Operation, Remove, Replace
from anaplan_sdk.errors import PartialWriteError, UnexpectedResponseError
from anaplan_sdk.models import ScimUser


def told(endpoint: Endpoint[ScimUser], response: Response) -> ScimUser | None:
    """The user as the answer to a write tells, None where it does not and the user must be read.

    Other successes than 200 and 201, above all 207, tell of parts.
    """
    if response.status not in (200, 201):
        return None
    try:
        return endpoint.read(response)
    except UnexpectedResponseError:  # what is written is written
        return None


@attrs.frozen
class Workspaces:
    """The workspaces that a user has after a write: these, and no others if they are ``exact``."""

    ids: tuple[str, ...] = ()
    exact: bool = False

    def missing(self, user: ScimUser) -> tuple[str, ...]:
        """Those that the user lacks."""
        has = {each.lower() for each in user.workspace_ids}
        return tuple(each for each in self.ids if each.lower() not in has)

    def surplus(self, user: ScimUser) -> tuple[str, ...]:
        """Those that the user should not have."""
        mine = {each.lower() for each in self.ids}
        return tuple(each for each in user.workspace_ids if self.exact and each.lower() not in mine)

    def check(self, user: ScimUser) -> ScimUser:
        """*user*, if it has what it should."""
        missing, surplus = self.missing(user), self.surplus(user)
        if missing or surplus:
            raise partial(user, missing, surplus)
        return user


def partial(user: ScimUser, missing: Iterable[str], surplus: Iterable[str] = ()) -> PartialWriteError:
    """The error of a user that was written, and whose workspaces were not."""
    missing, surplus = tuple(missing), tuple(surplus)
    lacks, has = ", ".join(missing), ", ".join(surplus)
    wrong = " and ".join(
        part for part in (lacks and f"lacks the workspaces {lacks}", has and f"still has the workspaces {has}") if part
    )
    return PartialWriteError(
        f"Anaplan wrote user {user.user_name or user.id} ({user.id}) in part: it {wrong}. Check the ids of the "
        "workspaces, then repeat the change with scim.update_user.",
        user=user,
        missing=missing,
        surplus=surplus,
    )


def workspaces_after(operations: Iterable[Operation]) -> Workspaces:
    """What operations make of a user's workspaces, as far as they say."""
    after = Workspaces()
    for each in operations:
        if each.path not in ("entitlements", ALL_WORKSPACES):
            continue
        if isinstance(each, Remove):
            after = Workspaces(exact=True)
        elif isinstance(each, Replace):
            after = Workspaces(_ids(each.value), exact=True)
        elif isinstance(each, Add):
            after = Workspaces(after.ids + _ids(each.value), after.exact)
    return after


def _ids(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    ids = [each.get("value") for each in given if isinstance(each, dict)]
    return tuple(each for each in ids if isinstance(each, str))
