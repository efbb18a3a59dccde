# Source of both colours: scripts/codegen.py emits this file twice.
"""Schedules of integrations, and who is notified of their runs."""

from __future__ import annotations

from typing import Literal

from anaplan_sdk._core.api import cloudworks
from anaplan_sdk._core.cloudworks.schedules import notification_body, schedule_body
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.starts import is_ambiguous
from anaplan_sdk.errors import AnaplanError, ConfigurationError
from anaplan_sdk.models import Integration, Notification, NotificationDefinition, Schedule

from ..scope import Family
from .creating import delete


class Schedules(Family):
    """An integration has one schedule and one notification at most; ``get_integration`` tells of both."""

    async def create_schedule(self, integration_id: str, schedule: Schedule, *, timeout: float | None = None) -> None:
        """Give an integration a schedule, if it has none.

        Args:
            integration_id: The integration.
            schedule: The schedule. What it needs depends on its type: a ``time``, and for ``weekly`` ``days_of_week``,
                for ``monthly_specific_day`` ``day_of_month``, for ``monthly_relative_weekday`` ``day_of_week`` and
                ``repeat_every``; ``hourly`` needs ``from_time``, ``to_time``, ``repeat_every`` and ``days_of_week``
                instead. It must begin in the future.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: Something is missing or malformed. Nothing was sent.
            ApiError: With status 400 if there is a schedule already, or Anaplan does not accept this one.
        """
        creation, deadline = (
            cloudworks.create_schedule(integration_id, schedule_body(schedule)),
            Deadline.after(timeout),
        )
        try:
            await self._session.one(creation, deadline)
        except AnaplanError as lost:
            if not is_ambiguous(lost) or deadline.passed():
                raise
            there = (await self._integration(integration_id, deadline)).schedule
            if there is None or there.name != schedule.name:
                raise

    async def update_schedule(self, integration_id: str, schedule: Schedule, *, timeout: float | None = None) -> None:
        """Replace the schedule of an integration. Parameters and errors are those of ``create_schedule``."""
        replacement = cloudworks.replace_schedule(integration_id, schedule_body(schedule))
        await self._session.one(replacement, Deadline.after(timeout))

    async def set_schedule_status(
        self, integration_id: str, status: Literal["enabled", "disabled"], *, timeout: float | None = None
    ) -> None:
        """Switch the schedule of an integration on or off."""
        if status not in ("enabled", "disabled"):
            raise ConfigurationError(f"status must be 'enabled' or 'disabled', not {status!r}.")
        await self._session.one(cloudworks.schedule_status(integration_id, status), Deadline.after(timeout))

    async def delete_schedule(self, integration_id: str, *, timeout: float | None = None) -> None:
        """Delete the schedule of an integration. Raises NotFoundError if it has none."""
        await delete(self._session, cloudworks.delete_schedule(integration_id), Deadline.after(timeout))

    async def get_notification(self, notification_id: str, *, timeout: float | None = None) -> Notification:
        """Who is notified; the id is the ``notification_id`` of an integration or a flow."""
        return await self._session.one(cloudworks.notification(notification_id), Deadline.after(timeout))

    async def create_notification(self, notification: NotificationDefinition, *, timeout: float | None = None) -> str:
        """Create the notification of an integration that has none any more, and return its id.

        An integration is created with one: update that, or delete it first.

        Raises:
            ConfigurationError: Something is missing or malformed. Nothing was sent.
            ApiError: With status 400 if the integration has a notification.
        """
        creation, deadline = cloudworks.create_notification(notification_body(notification)), Deadline.after(timeout)
        try:
            return await self._session.one(creation, deadline)
        except AnaplanError as lost:
            if not is_ambiguous(lost) or deadline.passed():
                raise
            there = (await self._integration(notification.integration_id, deadline)).notification_id
            if there is None:
                raise
            # It may be an older one that would have been in the way: what it says is set, whoever made it.
            replacement = cloudworks.replace_notification(there, notification_body(notification))
            await self._session.one(replacement, deadline)
            return there

    async def update_notification(
        self, notification_id: str, notification: NotificationDefinition, *, timeout: float | None = None
    ) -> None:
        """Replace all of a notification."""
        replacement = cloudworks.replace_notification(notification_id, notification_body(notification))
        await self._session.one(replacement, Deadline.after(timeout))

    async def delete_notification(self, notification_id: str, *, timeout: float | None = None) -> None:
        """Delete a notification: nobody is told of the runs any more."""
        await delete(self._session, cloudworks.delete_notification(notification_id), Deadline.after(timeout))

    async def _integration(self, integration_id: str, deadline: Deadline) -> Integration:
        return await self._session.one(cloudworks.integration(integration_id), deadline)
