# Source of both colours: scripts/codegen.py emits this file twice.
"""The audit log as text: lines of the Common Event Format, and files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta

from anaplan_sdk._core.api import audit
from anaplan_sdk._core.api.audit import Category
from anaplan_sdk._core.audit.news import Wish
from anaplan_sdk._core.audit.texts import Format, check_format, json_lines, text_lines
from anaplan_sdk._core.audit.windows import Moment
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import OnProgress
from anaplan_sdk._io.aio import closing, in_thread
from anaplan_sdk._io.targets import Target, as_target
from anaplan_sdk.models import AuditCheckpoint, AuditExport

from ..scope import Family
from .reading import Reading


class Exports(Family):
    """Exports need the role of Tenant Auditor, otherwise PermissionDeniedError is raised."""

    def get_events_cef_stream(
        self,
        since: Moment | None = None,
        until: Moment | None = None,
        *,
        category: Category = "all",
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncIterator[str]:
        """The events of a time in the Common Event Format (CEF), one line after the other, without line ends.

        Anaplan sends this format without pages, so it is asked for day by day, and memory holds the text of a day.
        ``AuditEvent.from_cef`` reads a line. Arguments and errors are those of ``get_events``.
        """
        wish = Wish(since, until, category)
        return _lines(Reading.of(self._session, wish, Deadline.after(timeout), on_progress))

    async def download_events(
        self,
        path: str | os.PathLike[str],
        since: AuditCheckpoint | Moment | None = None,
        until: Moment | None = None,
        *,
        category: Category = "all",
        format: Format = "jsonl",
        overlap: timedelta = timedelta(hours=1),
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AuditExport:
        """Write events to a file, which is complete in the end or left as it was.

        ``path`` is treated as in ``download_file``. With the checkpoint of the last export as ``since``, the file has
        the events that no export before it had.

        Args:
            path: The file to write.
            since: When to begin, as in ``get_events``, or the checkpoint of the last export.
            until: When to end, as in ``get_events``.
            category: As in ``get_events``.
            format: ``"jsonl"`` for a line of JSON for each event, with every key that Anaplan sent, or ``"cef"``.
            overlap: How late events may appear and still be found by the next export; see ``get_new_events``.
            timeout: Seconds for the whole call, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second.

        Returns:
            The path, how many events were written, and the checkpoint for the next export.

        Raises:
            ConfigurationError: As in ``get_events`` and ``get_new_events``, or the format is not known.
            TransferError: The file cannot be written.
        """
        check_format(format)
        target, deadline = as_target(path), Deadline.after(timeout)
        reading = Reading.of(self._session, Wish(since, until, category, overlap), deadline, on_progress)
        with Target(target, deadline.passed) as file:
            await in_thread(file.open)
            async with closing(_cef(reading) if format == "cef" else _json(reading)) as blocks:
                async for block in blocks:
                    await in_thread(file.write, block)
            await in_thread(file.finish)
        return AuditExport(target, reading.news.count, reading.news.checkpoint())


async def _lines(reading: Reading) -> AsyncIterator[str]:
    async with closing(reading.lines()) as parts:
        async for lines in parts:
            for line in lines:
                yield line


async def _cef(reading: Reading) -> AsyncIterator[bytes]:
    async with closing(reading.lines()) as parts:
        async for lines in parts:
            yield text_lines(lines)


async def _json(reading: Reading) -> AsyncIterator[bytes]:
    async with closing(reading.pages(audit.events)) as pages:
        async for page in pages:
            yield await in_thread(json_lines, [row for _, row in page])
            del page
