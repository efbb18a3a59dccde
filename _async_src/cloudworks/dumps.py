# Source of both colours: scripts/codegen.py emits this file twice.
"""The rows that runs rejected."""

from __future__ import annotations

import os
from pathlib import Path

import attrs

from anaplan_sdk._core.api import cloudworks_runs
from anaplan_sdk._core.api.service import Endpoint
from anaplan_sdk._core.cloudworks.runs import no_dump
from anaplan_sdk._core.dumps import DumpReader
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._io.aio import in_thread
from anaplan_sdk._io.targets import Target, as_target
from anaplan_sdk.errors import NotFoundError
from anaplan_sdk.models import IntegrationRun, RejectedRow

from ..engine.sinks import OnDisk
from ..scope import Family


class Dumps(Family):
    """A dump belongs to a run of an import, or to one import in the run of a process."""

    async def get_run_dump(
        self, run: IntegrationRun | str, *, action_id: int | str | None = None, timeout: float | None = None
    ) -> bytes:
        """The rows that a run rejected, as CSV in UTF-8, all in memory.

        Args:
            run: The run, or its id.
            action_id: For a process, the import whose rows are wanted: ``get_run_errors`` names those with a dump.
            timeout: Seconds for the call, None for no limit.

        Raises:
            TransferError: There is no dump: the run rejected nothing, or it is one of a process.
        """
        deadline = Deadline.after(timeout)
        try:
            content = await self._session.content(_dump(run, action_id), deadline)
        except NotFoundError as error:
            raise no_dump(_id(run)) from error
        if not cloudworks_runs.is_dump(content):
            raise no_dump(_id(run))
        return content

    async def download_run_dump(
        self,
        run: IntegrationRun | str,
        path: str | os.PathLike[str],
        *,
        action_id: int | str | None = None,
        timeout: float | None = None,
    ) -> Path:
        """Stream the dump of a run to ``path`` and return that path; the file is complete or left as it was.

        ``path`` is treated as in ``download_file``, everything else is as in ``get_run_dump``.
        """
        deadline, target = Deadline.after(timeout), as_target(path)
        try:
            with Target(target, deadline.passed) as file:
                await in_thread(file.open)
                await self._session.save(_dump(run, action_id), _DumpOnDisk(file, _id(run)), deadline)
        except NotFoundError as error:
            raise no_dump(_id(run)) from error
        return target

    async def get_run_rejected_rows(
        self, run: IntegrationRun | str, *, action_id: int | str | None = None, timeout: float | None = None
    ) -> list[RejectedRow]:
        """The rows of ``get_run_dump``, each with its source columns, its line and Anaplan's messages."""
        content = await self.get_run_dump(run, action_id=action_id, timeout=timeout)
        return await in_thread(_rows, content)


@attrs.frozen
class _DumpOnDisk(OnDisk):
    """Into a file, unless it is an answer about the dump."""

    run_id: str

    async def write(self, content: bytes) -> None:
        """Add a block."""
        if not cloudworks_runs.is_dump(content):
            raise no_dump(self.run_id)
        await in_thread(self.target.write, content)


def _dump(run: IntegrationRun | str, action_id: int | str | None) -> Endpoint[bytes]:
    return cloudworks_runs.dump(_id(run), action_id)


def _id(run: IntegrationRun | str) -> str:
    return run.id if isinstance(run, IntegrationRun) else run  # which the path refuses where it is no id


def _rows(content: bytes) -> list[RejectedRow]:
    reader = DumpReader()
    return [*reader.feed(content), *reader.finish()]
