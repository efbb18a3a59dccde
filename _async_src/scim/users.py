# Source of both colours: scripts/codegen.py emits this file twice.
"""Users as they are, and what the service says about itself."""

from __future__ import annotations

from anaplan_sdk._core.api import scim
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.scim.filters import Filter, by_user_name, expression_of
from anaplan_sdk.models import ResourceType, ScimSchema, ScimUser, ServiceProviderConfig

from ..scope import Family


class Users(Family):
    """Reading users needs the role of User Administrator, otherwise PermissionDeniedError is raised."""

    async def list_users(self, where: Filter | str | None = None, *, timeout: float | None = None) -> list[ScimUser]:
        """The internal users of the tenant, or those that a filter finds. Visiting users are not among them.

        Args:
            where: A filter made with ``field``, such as ``field("active") == True``, or its text as Anaplan has it.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ApiError: With status 400 if Anaplan does not understand the text of the filter.
        """
        return await self._session.rows(scim.users(expression_of(where)), Deadline.after(timeout))

    async def get_user(self, user_id: str, *, timeout: float | None = None) -> ScimUser:
        """A user. Raises NotFoundError for an unknown id, and for that of a visiting user."""
        return await self._session.one(scim.user(user_id), Deadline.after(timeout))

    async def find_user(self, user_name: str, *, timeout: float | None = None) -> ScimUser | None:
        """The user who logs in with this name, upper and lower case being the same; None if there is none."""
        return await self._find(user_name, Deadline.after(timeout))

    async def _find(self, user_name: str, deadline: Deadline) -> ScimUser | None:
        found = await self._session.rows(scim.users(by_user_name(user_name).expression), deadline)
        return next((user for user in found if user.user_name.lower() == user_name.lower()), None)

    async def get_service_provider_config(self, *, timeout: float | None = None) -> ServiceProviderConfig:
        """What the service says about its features. Anaplan calls these answers placeholders: do not decide by them."""
        return await self._session.one(scim.service_provider_config(), Deadline.after(timeout))

    async def get_resource_types(self, *, timeout: float | None = None) -> list[ResourceType]:
        """The kinds of objects that the service has."""
        return await self._session.rows(scim.resource_types(), Deadline.after(timeout))

    async def get_schemas(self, *, timeout: float | None = None) -> list[ScimSchema]:
        """The attributes that users have."""
        return await self._session.rows(scim.schemas(), Deadline.after(timeout))
