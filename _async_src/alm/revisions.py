# Source of both colours: scripts/codegen.py emits this file twice.
"""Revisions of a model, and its online status."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from anaplan_sdk._core.alm.revisions import CreateOnce, WhoAmI, check_order, revision_fields
from anaplan_sdk._core.api import alm, bulk
from anaplan_sdk._core.flow import Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.steps import Begin, Look
from anaplan_sdk._core.listing.sorting import Sort, day
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import AppliedToModel, Revision

from ..engine.flows import perform
from ..scope import Scope


class Revisions(Scope):
    """Everything here needs the role of Workspace Administrator, otherwise PermissionDeniedError is raised."""

    async def change_model_status(self, status: Literal["online", "offline"], *, timeout: float | None = None) -> None:
        """Take the model online or offline; offline keeps ordinary users out."""
        if status not in ("online", "offline"):
            raise ConfigurationError(f"status must be 'online' or 'offline', not {status!r}.")
        await self._session.one(alm.online_status(self._model(), status), Deadline.after(timeout))

    async def get_revisions(
        self,
        *,
        sort: Sort | None = None,
        applied_after: date | str | None = None,
        applied_before: date | str | None = None,
        timeout: float | None = None,
    ) -> list[Revision]:
        """The revisions of the model.

        Args:
            sort: ``name``, ``id``, ``applied_on`` or ``created_on``, with ``-`` for descending order.
            applied_after: Only revisions applied to this model after this date (``YYYY-MM-DD``). The date of their
                creation does not matter.
            applied_before: The same, before this date.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: A date is malformed, or the dates are in the wrong order.
        """
        after, before = day(applied_after, "applied_after"), day(applied_before, "applied_before")
        check_order(after, before)
        listing = alm.revisions(self._model(), sort=sort, applied_after=after, applied_before=before)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def get_latest_revision(self, *, timeout: float | None = None) -> Revision | None:
        """The revision that was applied last; None if the model has none."""
        found = await self._session.rows(alm.latest_revision(self._model()), Deadline.after(timeout))
        return found[0] if found else None

    async def get_syncable_revisions(self, source_model_id: str, *, timeout: float | None = None) -> list[Revision]:
        """The revisions of the source model that this model can be synced to, newest first.

        Empty if there is none, or the models are in sync.
        """
        return await self._session.rows(alm.syncable_revisions(self._model(), source_model_id), Deadline.after(timeout))

    async def get_models_for_revision(self, revision_id: str, *, timeout: float | None = None) -> list[AppliedToModel]:
        """The models that have the revision, including deleted ones."""
        return await self._session.rows(alm.applied_to_models(self._model(), revision_id), Deadline.after(timeout))

    async def create_revision(
        self, name: str, description: str | None = None, *, timeout: float | None = None
    ) -> Revision:
        """Create a revision of the model as it is now, at most once.

        If the response is lost, the new revision is looked for by name and creator.

        Args:
            name: 1 to 60 characters.
            description: Up to 250 characters.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: ``name`` or ``description`` has the wrong length.
            ApiError: With status 400 if no structure has changed since the last revision.
            AmbiguousRunError: The response was lost, and there is not exactly one such revision.
        """
        fields, deadline = revision_fields(name, description), Deadline.after(timeout)
        session, at = self._session, self._model()

        async def do(step: object) -> Any:
            match step:
                case Begin():
                    return await session.one(alm.create_revision(at, fields), deadline)
                case Look(limit):
                    return await self._recent(limit)
                case WhoAmI(limit):
                    return (await session.one(bulk.current_user(), limit)).id
                case Pause(seconds):
                    return await sleep(seconds)
                case _:
                    raise AssertionError(f"{step!r} is no step of a creation")

        creation = CreateOnce(at.model_id, fields, session.settings.poll, deadline, session.server_time)
        return await perform(creation.run(), do)

    async def _recent(self, deadline: Deadline) -> list[Revision]:
        # A day early, as the filter knows days only and the time zone of its days is not documented.
        day_before = datetime.fromtimestamp(self._session.server_time(), UTC).date() - timedelta(days=1)
        recent = alm.revisions(self._model(), applied_after=day_before.isoformat())
        return await self._session.rows(recent, deadline)
