# Source of both colours: scripts/codegen.py emits this file twice.
"""Users are created, replaced and changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from anaplan_sdk._core.api import scim
from anaplan_sdk._core.api.ids import segment
from anaplan_sdk._core.api.service import Endpoint
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.steps import Begin
from anaplan_sdk._core.scim.bodies import user_body
from anaplan_sdk._core.scim.creation import Change, CreateUser, Find, Read
from anaplan_sdk._core.scim.operations import (
    MAX_WORKSPACES,
    Operation,
    add_workspaces,
    checked_operations,
    distinct_ids,
    in_requests,
    is_repeatable,
    patch_body,
    set_active,
)
from anaplan_sdk._core.scim.outcome import Workspaces, told, workspaces_after
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import ScimUser

from ..engine.flows import perform
from .users import Users


class Changes(Users):
    """Changing users needs the role of User Administrator, otherwise PermissionDeniedError is raised."""

    async def create_user(
        self,
        user_name: str,
        *,
        given_name: str,
        family_name: str,
        display_name: str | None = None,
        external_id: str | None = None,
        active: bool = True,
        emails: Sequence[str] | None = None,
        workspace_ids: Sequence[str] = (),
        timeout: float | None = None,
    ) -> ScimUser:
        """Create an internal user, at most once, and return it.

        Of more than 50 workspaces, the first 50 go with the creation and the others are added afterwards. If the
        response is lost, the user is looked for by name and date of creation, and workspaces that it lacks are added.

        Args:
            user_name: What the user logs in with: an e-mail address. It cannot be changed here later.
            given_name: The given name.
            family_name: The family name.
            display_name: Anaplan makes it of the names if it is left out.
            external_id: An id of your own, such as that of the HR system.
            active: Whether the user can log in.
            emails: Addresses for work.
            workspace_ids: The workspaces that the user gets.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ApiError: With status 409 if a user of this name exists.
            PartialWriteError: The user was created, but does not have all of the workspaces.
            AmbiguousRunError: The response was lost, and no user of this name was created since.
        """
        ids, deadline = distinct_ids(workspace_ids), Deadline.after(timeout)
        body = user_body(
            user_name,
            given_name,
            family_name,
            active,
            display_name=display_name,
            external_id=external_id,
            emails=emails,
            workspace_ids=ids[:MAX_WORKSPACES],
        )
        session, endpoint = self._session, scim.create_user(body)

        async def do(step: object) -> Any:
            match step:
                case Begin():
                    return told(endpoint, await session.answer(endpoint, deadline))
                case Find(limit):
                    return await self._find(user_name, limit)
                case Read(user_id):
                    return await session.one(scim.user(user_id), deadline)
                case Change(user_id, operations):
                    return await session.answer(_update(user_id, operations), deadline)
                case Pause(seconds):
                    return await sleep(seconds)
                case _:
                    raise AssertionError(f"{step!r} is no step of a creation")

        creation = CreateUser(user_name, ids, session.settings.poll, deadline, session.server_time)
        return await perform(creation.run(), do)

    async def replace_user(
        self,
        user_id: str,
        user_name: str,
        *,
        given_name: str,
        family_name: str,
        active: bool,
        workspace_ids: Sequence[str],
        display_name: str | None = None,
        external_id: str | None = None,
        emails: Sequence[str] | None = None,
        timeout: float | None = None,
    ) -> ScimUser:
        """Replace all that is stored of a user: what is not given is gone afterwards. Prefer ``update_user``.

        Of more than 50 workspaces, the first 50 go with the replacement and the others are added afterwards.

        Args:
            user_id: The user.
            user_name: What the user logs in with, as it is.
            given_name: The given name.
            family_name: The family name.
            active: Whether the user can log in.
            workspace_ids: All workspaces of the user. An empty list takes the user out of every workspace.
            display_name: Anaplan makes it of the names if it is left out.
            external_id: An id of your own.
            emails: Addresses for work.
            timeout: Seconds for the call, None for no limit.

        Raises:
            NotFoundError: There is no such user.
            PartialWriteError: The user was stored, but has other workspaces.
        """
        ids = distinct_ids(workspace_ids)
        body = user_body(
            user_name,
            given_name,
            family_name,
            active,
            display_name=display_name,
            external_id=external_id,
            emails=emails,
            workspace_ids=ids[:MAX_WORKSPACES],
        )
        deadline = Deadline.after(timeout)
        replacement, workspaces = scim.replace_user(user_id, body), Workspaces(ids[:MAX_WORKSPACES], exact=True)
        user = await self._written(user_id, replacement, workspaces, deadline)
        if not (more := ids[MAX_WORKSPACES:]):
            return user
        return await self._update(user_id, [add_workspaces(more)], deadline)

    async def update_user(
        self, user_id: str, operations: Sequence[Operation], *, timeout: float | None = None
    ) -> ScimUser:
        """Change single attributes of a user, in this order, and return the user.

        It is one request, unless there are more than 50 workspaces in it. A request whose response was lost is repeated
        unless it adds something other than workspaces.

        Args:
            user_id: The user.
            operations: ``Replace``, ``Add`` and ``Remove``, or what ``set_active``, ``add_workspaces``,
                ``set_workspaces``, ``remove_all_workspaces``, ``rename`` and ``plan_user`` make.
            timeout: Seconds for the call, None for no limit.

        Raises:
            NotFoundError: There is no such user.
            PartialWriteError: The change was stored, but the user has other workspaces.
        """
        return await self._update(user_id, checked_operations(operations), Deadline.after(timeout))

    async def activate_user(self, user_id: str, *, timeout: float | None = None) -> ScimUser:
        """Let a user log in again."""
        return await self.update_user(user_id, [set_active(True)], timeout=timeout)

    async def deactivate_user(self, user_id: str, *, timeout: float | None = None) -> ScimUser:
        """Keep a user from logging in; workspaces and everything else stay."""
        return await self.update_user(user_id, [set_active(False)], timeout=timeout)

    async def delete_user(self, user_id: str, *, timeout: float | None = None) -> NoReturn:
        """Anaplan deletes no users: this always raises ConfigurationError. Use ``deactivate_user``."""
        Deadline.after(timeout)
        raise ConfigurationError(
            f"Anaplan's SCIM deletes no users. Use scim.deactivate_user({segment(user_id, 'user_id')!r}), and "
            "scim.update_user(…, [remove_all_workspaces()]) if the user shall lose all workspaces too."
        )

    async def _update(self, user_id: str, operations: Sequence[Operation], deadline: Deadline) -> ScimUser:
        *before, last = in_requests(operations)
        for some in before:
            await self._written(user_id, _update(user_id, some), workspaces_after(some), deadline)
        return await self._written(user_id, _update(user_id, last), workspaces_after(last), deadline)

    async def _written(
        self, user_id: str, endpoint: Endpoint[ScimUser], workspaces: Workspaces, deadline: Deadline
    ) -> ScimUser:
        """The user after a write, read again where the answer does not tell, and checked then."""
        user = told(endpoint, await self._session.answer(endpoint, deadline))
        return user or workspaces.check(await self._session.one(scim.user(user_id), deadline))


def _update(user_id: str, operations: Sequence[Operation]) -> Endpoint[ScimUser]:
    return scim.update_user(user_id, patch_body(operations), again=is_repeatable(operations))
