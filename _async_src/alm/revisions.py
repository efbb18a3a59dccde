# Source of both colours: scripts/codegen.py emits this file twice.
"""Revisions of a model, and whether it is online."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from anaplan_sdk._core.api import alm, bulk
from anaplan_sdk._core.api.sorting import Sort
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.lifecycle import ambiguous_revision, check_order, day, own_revisions, revision_fields
from anaplan_sdk._core.jobs.starts import is_ambiguous, is_passing
from anaplan_sdk._io.aio import sleep
from anaplan_sdk.errors import AnaplanError, ConfigurationError
from anaplan_sdk.models import AppliedToModel, Revision

from ..scope import Scope


class Revisions(Scope):
    """Everything here needs the role of Workspace Administrator, else PermissionDeniedError."""

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

        ``sort`` takes ``name``, ``id``, ``applied_on`` or ``created_on``, with ``-`` for descending order. The dates
        (``YYYY-MM-DD``) are of the application to this model, not of the creation.
        """
        after, before = day(applied_after, "applied_after"), day(applied_before, "applied_before")
        check_order(after, before)
        listing = alm.revisions(self._model(), sort=sort, applied_after=after, applied_before=before)
        return await self._session.rows(listing, Deadline.after(timeout))

    async def get_latest_revision(self, *, timeout: float | None = None) -> Revision | None:
        """The revision that was applied last, None if the model has none."""
        found = await self._session.rows(alm.latest_revision(self._model()), Deadline.after(timeout))
        return found[0] if found else None

    async def get_syncable_revisions(self, source_model_id: str, *, timeout: float | None = None) -> list[Revision]:
        """The revisions of the source model that can be synced to this model, newest first.

        Empty if there is none, or the models are in sync.
        """
        return await self._session.rows(alm.syncable_revisions(self._model(), source_model_id), Deadline.after(timeout))

    async def get_models_for_revision(self, revision_id: str, *, timeout: float | None = None) -> list[AppliedToModel]:
        """The models that have the revision, deleted ones included."""
        return await self._session.rows(alm.applied_to_models(self._model(), revision_id), Deadline.after(timeout))

    async def create_revision(
        self, name: str, description: str | None = None, *, timeout: float | None = None
    ) -> Revision:
        """Create a revision of the model as it is now, at most once.

        ``name`` has 1 to 60 characters, ``description`` up to 250 (ConfigurationError). Anaplan refuses it
        (ApiError 400) where no structure has changed since the last one. If the answer is lost, the new
        revision is looked for by name and creator; AmbiguousRunError if there is not exactly one.
        """
        fields, deadline = revision_fields(name, description), Deadline.after(timeout)
        known = {revision.id for revision in await self._recent(deadline)}
        deadline.check("looking at the revisions, and none was created")
        started_after = self._session.server_time()
        try:
            return await self._session.one(alm.create_revision(self._model(), fields), deadline)
        except AnaplanError as lost:
            if not is_ambiguous(lost):
                raise
            candidates = await self._appeared(fields, known, deadline)
            if len(candidates) != 1:
                raise ambiguous_revision(name, self._model().model_id, candidates, started_after) from lost
            return candidates[0]

    async def _appeared(self, fields: Mapping[str, str], known: set[str], deadline: Deadline) -> list[Revision]:
        """The revisions that a lost request can have created: none where it cannot be found out."""
        schedule = self._session.settings.poll
        settled = deadline.or_before(Deadline.after(schedule.settling_time))
        for delay in schedule.delays():
            await sleep(min(delay, settled.remaining()))
            last = settled.passed()
            try:
                user = await self._session.one(bulk.current_user(), settled)
                candidates = own_revisions(await self._recent(settled), known, fields, user.id)
            except AnaplanError as error:
                if last or not is_passing(error):
                    return []  # what matters to the caller is the start that was lost
                continue
            if candidates or last:
                return candidates
        raise AssertionError("a schedule has no end")

    async def _recent(self, deadline: Deadline) -> list[Revision]:
        # A day early, as the filter knows days only and the time zone of its days is not documented.
        day_before = datetime.fromtimestamp(self._session.server_time(), UTC).date() - timedelta(days=1)
        return await self.get_revisions(applied_after=day_before, timeout=deadline.left())
