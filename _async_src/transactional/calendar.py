# Source of both colours: scripts/codegen.py emits this file twice.
"""Time and versions of a model."""

from __future__ import annotations

from datetime import date

from anaplan_sdk._core.api import transactional
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.starts import is_ambiguous
from anaplan_sdk._core.transactional.periods import (
    day_or_none,
    fiscal_year,
    is_at,
    switchover_of,
    version_to_switch,
)
from anaplan_sdk.errors import AnaplanError
from anaplan_sdk.models import CurrentPeriod, FiscalYear, ModelCalendar, Version, VersionSwitchover

from ..scope import Scope


class Calendar(Scope):
    """Everything here needs the role of Workspace Administrator, otherwise NotFoundError is raised."""

    async def get_current_period(self, *, timeout: float | None = None) -> CurrentPeriod:
        """The current period of the model. Needs the role of Workspace Administrator."""
        return await self._session.one(transactional.current_period(self._model()), Deadline.after(timeout))

    async def set_current_period(self, day: date | str | None, *, timeout: float | None = None) -> CurrentPeriod:
        """Change the current period of the model. Needs the role of Workspace Administrator.

        **This can delete data**: that of periods which the time scale no longer covers.

        Args:
            day: Any day of the period, as a date or ``YYYY-MM-DD``; None resets it.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: The date is malformed.
            ApiError: 400 for a date outside the time scale.
        """
        endpoint = transactional.set_current_period(self._model(), day_or_none(day, "day"))
        return await self._session.one(endpoint, Deadline.after(timeout))

    async def get_calendar(self, *, timeout: float | None = None) -> ModelCalendar:
        """The calendar of the model. Needs the role of Workspace Administrator."""
        return await self._session.one(transactional.calendar(self._model()), Deadline.after(timeout))

    async def set_fiscal_year(self, year: str, *, timeout: float | None = None) -> FiscalYear:
        """Change the current fiscal year of the model. Needs the role of Workspace Administrator.

        **This can delete data**, as ``set_current_period`` can.

        Args:
            year: Its label in the model's own format, such as ``FY26``.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: The label is empty or no text.
            ApiError: 400 for a year out of range.
        """
        endpoint = transactional.set_fiscal_year(self._model(), fiscal_year(year))
        changed = await self._session.one(endpoint, Deadline.after(timeout))
        return changed.fiscal_year or FiscalYear()

    async def list_versions(self, *, timeout: float | None = None) -> list[Version]:
        """The versions of the model. Needs the role of Workspace Administrator.

        Without it, ``look_up_items(20000000020, names=["Actual"])`` finds the id of a version.
        """
        return await self._session.rows(transactional.versions(self._model()), Deadline.after(timeout))

    async def set_version_switchover(
        self, version_id: int | str, day: date | str | None, *, timeout: float | None = None
    ) -> VersionSwitchover:
        """Change from when on a version has values of its own. Needs the role of Workspace Administrator.

        Before that, it shows the actual version. The results of formulas change throughout the model. If the response
        is lost, the versions are listed to see whether the change was made.

        Args:
            version_id: The version. The actual version has no switchover.
            day: The first day of a period, later than the present switchover, as a date or ``YYYY-MM-DD``; None removes
                the switchover.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: The date is malformed, or the version is unknown or the actual one; nothing was changed.
            ApiError: 400 for a date that is not later than the present switchover, or outside the fiscal range.
        """
        wanted, deadline = day_or_none(day, "day"), Deadline.after(timeout)
        present = await self._switchover(version_id, deadline)
        if is_at(present, wanted):  # Anaplan would refuse it
            return present
        endpoint = transactional.set_switchover(self._model(), version_id, wanted)
        try:
            return await self._session.one(endpoint, deadline)
        except AnaplanError as error:
            if not is_ambiguous(error):
                raise
            deadline.check("looking whether the switchover was changed")
            present = await self._switchover(version_id, deadline)
            if not is_at(present, wanted):
                raise
            return present

    async def _switchover(self, version_id: int | str, deadline: Deadline) -> VersionSwitchover:
        versions = await self._session.rows(transactional.versions(self._model()), deadline)
        return switchover_of(version_to_switch(versions, version_id))
