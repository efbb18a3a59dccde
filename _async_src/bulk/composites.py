# Source of both colours: scripts/codegen.py emits this file twice.
"""Two steps in one call: upload and import, export and download."""

from __future__ import annotations

from typing import Unpack

from anaplan_sdk._core.api.ids import as_id, kind_of
from anaplan_sdk._core.bulk.outcome import loaded_nothing, nothing_loaded
from anaplan_sdk._core.bulk.runs import RunOptions, check_options, run_id
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import OnProgress, check_on_progress
from anaplan_sdk._core.transfer.content import refuse_mistakes
from anaplan_sdk._io.caller import warn_caller
from anaplan_sdk.errors import ConfigurationError, NothingLoadedWarning, TransferTimeoutError
from anaplan_sdk.models import Task

from ..scope import Scope
from .actions import Actions
from .files import Content, Files


class Composites(Scope):
    """Calls that combine a transfer with the run it is for."""

    async def upload_and_import(
        self,
        file_id: int | str,
        content: Content,
        action_id: int | str,
        *,
        wait_for_completion: bool = True,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[RunOptions],
    ) -> Task:
        """Upload ``content`` as ``upload_file`` does, then run an import or a process as ``run_action`` does.

        The run starts only when every chunk is stored. Other uploads to the same file by this client, and by clients
        made from it, wait until the run has ended. Do not upload to one file from several programs at the same time:
        Anaplan does not keep them apart. Warns (NothingLoadedWarning) if an import succeeded without reading a row
        although the content has some.

        Args:
            file_id: The file that the import reads, 113….
            content: As in ``upload_file``.
            action_id: The import (112…) or process (118…).
            wait_for_completion: False returns the task as soon as it is started.
            timeout: Seconds for upload and run together, None for no limit.
            on_progress: Called with a ``Progress`` of the upload, then of the run.
            options: Further options of ``run_action``, such as ``on_rejects``. With ``if_running="join"``, nothing is
                uploaded if a run is under way: its outcome is returned.

        Raises:
            ConfigurationError: ``action_id`` is neither an import nor a process.
            TransferTimeoutError: ``timeout`` passed before the run was started.
        """
        if kind_of(action_id) not in ("imports", "processes"):
            raise ConfigurationError(f"action_id: {action_id!r} is neither an import (112…) nor a process (118…).")
        check_options(options)
        check_on_progress(on_progress)
        file_id, deadline = as_id(file_id), Deadline.after(timeout)
        refuse_mistakes(content)
        actions = self._as(Actions)
        async with self._session.using_file(self._model().model_id, file_id, deadline):
            # Before the upload: what is under way reads the file.
            if joined := await actions._joined(action_id, deadline, wait_for_completion, on_progress, options):
                return joined
            _, has_rows = await self._as(Files)._upload(file_id, content, deadline, on_progress)
            if deadline.passed():
                raise TransferTimeoutError(
                    f"The time limit passed: file {file_id} is uploaded, but {action_id} was not started."
                )
            if options.get("if_running") == "join":  # what began during the upload has not read all of it
                options["if_running"] = "start"
            task = await actions._run(action_id, deadline, wait_for_completion, on_progress, options)
        if has_rows and loaded_nothing(task, run_id(action_id)):
            warn_caller(nothing_loaded(file_id, run_id(action_id)), NothingLoadedWarning)
        return task

    async def export_and_download(
        self,
        action_id: int | str,
        *,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
        **options: Unpack[RunOptions],
    ) -> bytes:
        """Run an export as ``run_action`` does, then return its output as ``get_file`` does.

        For a large output, run the export and use ``download_file`` or ``get_file_stream``.

        Args:
            action_id: The export, 116….
            timeout: Seconds for run and download together, None for no limit.
            on_progress: Called with a ``Progress`` of the run, then of the download.
            options: Further options of ``run_action``, but for ``if_running="join"``: the output of an export is
                private to who ran it, and Anaplan does not tell who that was.

        Raises:
            ConfigurationError: ``action_id`` is not an export, or it shall join another run.
        """
        if kind_of(action_id) != "exports":
            raise ConfigurationError(f"action_id: {action_id!r} is not an export (116…).")
        check_options(options)
        if options.get("if_running") == "join":
            raise ConfigurationError(
                "if_running: an export that is under way cannot be joined, because its output is private to who ran "
                "it. Use 'start' or 'raise'."
            )
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        await self._as(Actions)._run(action_id, deadline, True, on_progress, options)
        return await self._as(Files)._content(action_id, deadline, on_progress)
