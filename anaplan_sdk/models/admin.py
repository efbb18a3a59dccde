"""Administration: users as they are exported and imported, and exception users."""

from __future__ import annotations

import attrs


@attrs.frozen
class TenantUser:
    """A user as Administration exports and imports them. ``username`` is the e-mail address."""

    username: str
    first_name: str
    last_name: str
    licenses: tuple[str, ...] = ()


@attrs.frozen
class UserRowError:
    """A row that Anaplan did not import.

    ``line`` is Anaplan's own number of the line within its request, whose ``request`` counts from 0. It is not
    documented whether lines count from 0, from 1 or with the header. ``row`` is the position among the rows that were
    passed, from 0, where only one of these ways to count is possible, otherwise None.
    """

    line: int
    message: str
    row: int | None = None
    request: int = 0


@attrs.frozen
class UserImportResult:
    """What became of users that were imported, over all requests.

    A request whose response was lost is sent again; what the first one created then counts as ``updated``.
    """

    accepted: int = 0
    created: int = 0
    updated: int = 0
    errors: tuple[UserRowError, ...] = ()


@attrs.frozen
class ExceptionUser:
    """Somebody who may log in with a password although single sign-on is required."""

    id: str = attrs.field(metadata={"json": "userGuid"})
    email: str = ""


@attrs.frozen
class ExceptionWorkspace:
    """A workspace with its exception users, or with the one that was asked for."""

    id: str = attrs.field(metadata={"json": "workspaceGuid"})
    name: str = attrs.field(default="", metadata={"json": "workspaceName"})
    users: tuple[ExceptionUser, ...] = ()
