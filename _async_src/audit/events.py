# Source of both colours: scripts/codegen.py emits this file twice.
"""Events of the audit log, in memory or one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from anaplan_sdk._core.api import audit
from anaplan_sdk._core.api.audit import Category
from anaplan_sdk._core.audit.news import Wish
from anaplan_sdk._core.audit.windows import Moment
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import OnProgress
from anaplan_sdk._io.aio import closing
from anaplan_sdk.models import AuditCheckpoint, AuditEvent, NewAuditEvents

from ..scope import Family
from .reading import Reading, Request


class Events(Family):
    """Reading needs the role of Tenant Auditor, otherwise PermissionDeniedError is raised."""

    async def get_events(
        self,
        since: Moment | None = None,
        until: Moment | None = None,
        *,
        category: Category = "all",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[AuditEvent]:
        """The events of a time, all in memory, each once. A busy tenant has 200,000 and more in 30 days.

        Args:
            since: When to begin: a ``datetime`` with a time zone, a ``date`` for its midnight in UTC, or a
                ``timedelta`` for so long ago. By default, 30 days before ``until``.
            until: When to end, in the same forms. By default, now by Anaplan's clock.
            category: ``"all"``, ``"user_activity"`` (codes ``USR-…``), ``"access_control"`` (``AUTHZ-…``), ``"int"``
                (integrations, ``INT-…``), ``"conn_mgmt"`` (SSO connections, ``CONN-…``), ``"comment"``, ``"byok"``
                (``DSM-…``), ``"plan_iq"`` or ``"forecaster"``.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second.

        Returns:
            The events in the server's order, which Anaplan does not promise.

        Raises:
            ConfigurationError: The times are more than 30 days apart or in the wrong order, a ``datetime`` has no time
                zone, or the category is not known.
            PermissionDeniedError: The user is no Tenant Auditor, or Audit is not enabled for the tenant.
            UnexpectedResponseError: Fewer events came than Anaplan reported, in two attempts.
        """
        found = self.get_events_stream(since, until, category=category, timeout=timeout, on_progress=on_progress)
        async with closing(found) as events:
            return [event async for event in events]

    def get_events_stream(
        self,
        since: Moment | None = None,
        until: Moment | None = None,
        *,
        category: Category = "all",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[AuditEvent]:
        """The events of ``get_events`` one after the other. Memory holds a page of them, and the ids of the others.

        Arguments and errors are those of ``get_events``.
        """
        wish = Wish(since, until, category)
        reading = Reading.of(self._session, wish, Deadline.after(timeout), on_progress)
        return _events(reading, audit.events)

    async def search_events(
        self,
        since: Moment | None = None,
        until: Moment | None = None,
        *,
        category: Category = "all",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[AuditEvent]:
        """The same as ``get_events`` by Anaplan's other operation, ``POST /events/search``.

        For where one of the two does not pass, such as proxies that allow only one method. Arguments, result and errors
        are those of ``get_events``.
        """
        found = self.search_events_stream(since, until, category=category, timeout=timeout, on_progress=on_progress)
        async with closing(found) as events:
            return [event async for event in events]

    def search_events_stream(
        self,
        since: Moment | None = None,
        until: Moment | None = None,
        *,
        category: Category = "all",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[AuditEvent]:
        """The events of ``search_events`` one after the other, as ``get_events_stream`` has those of ``get_events``."""
        wish = Wish(since, until, category)
        reading = Reading.of(self._session, wish, Deadline.after(timeout), on_progress)
        return _events(reading, audit.search)

    async def get_new_events(
        self,
        since: AuditCheckpoint | Moment | None = None,
        *,
        category: Category = "all",
        overlap: timedelta = timedelta(hours=1),
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> NewAuditEvents:
        """The events since the last call, with the checkpoint for the next one: none is missed, and none comes twice.

        Events may appear in the log some time after they happened. So each call reads once more what happened within
        ``overlap`` before the last call, and leaves out what is known.

        Args:
            since: The checkpoint of the last call. For the first call, when to begin, as in ``get_events``.
            category: As in ``get_events``, and the same in each call.
            overlap: How late events may appear and still be found by the next call.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second.

        Returns:
            The new events, all in memory, and the checkpoint. A checkpoint that is older than 30 days is read from in
            several requests; what Anaplan does not keep any more is not found.

        Raises:
            ConfigurationError: The checkpoint is of another category, or as in ``get_events``.
        """
        wish = Wish(since, None, category, overlap)
        reading = Reading.of(self._session, wish, Deadline.after(timeout), on_progress)
        async with closing(_events(reading, audit.events)) as events:
            found = [event async for event in events]
        return NewAuditEvents(found, reading.news.checkpoint())


async def _events(reading: Reading, request: Request) -> AsyncIterator[AuditEvent]:
    async with closing(reading.pages(request)) as pages:
        async for page in pages:
            for event, _ in page:
                yield event
            del page
