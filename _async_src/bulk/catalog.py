# Source of both colours: scripts/codegen.py emits this file twice.
"""The files, imports, exports, actions and processes of a model, and their definitions."""

from __future__ import annotations

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.listing.sorting import Sort
from anaplan_sdk.models import (
    Action,
    Export,
    ExportDefinition,
    File,
    Import,
    ImportDefinition,
    Process,
    ProcessDefinition,
)

from ..scope import Scope


class Catalog(Scope):
    """Listings of the client's model. ``sort`` is ``name`` or ``id``, with ``-`` for descending order."""

    async def list_files(self, *, sort: Sort | None = None, timeout: float | None = None) -> list[File]:
        """The files of the model: sources of imports (113…) and outputs of exports (116…, the id of the export)."""
        return await self._session.rows(bulk.files(self._model(), sort), Deadline.after(timeout))

    async def list_imports(self, *, sort: Sort | None = None, timeout: float | None = None) -> list[Import]:
        """The imports of the model (112…); ``file_id`` is the file that an import reads."""
        return await self._session.rows(bulk.imports(self._model(), sort), Deadline.after(timeout))

    async def list_exports(self, *, sort: Sort | None = None, timeout: float | None = None) -> list[Export]:
        """The exports of the model (116…)."""
        return await self._session.rows(bulk.exports(self._model(), sort), Deadline.after(timeout))

    async def list_actions(self, *, sort: Sort | None = None, timeout: float | None = None) -> list[Action]:
        """The other actions of the model (117…): neither imports nor exports nor processes."""
        return await self._session.rows(bulk.actions(self._model(), sort), Deadline.after(timeout))

    async def list_processes(self, *, sort: Sort | None = None, timeout: float | None = None) -> list[Process]:
        """The processes of the model (118…)."""
        return await self._session.rows(bulk.processes(self._model(), sort), Deadline.after(timeout))

    async def get_import(self, import_id: int | str, *, timeout: float | None = None) -> ImportDefinition:
        """How an import reads its source: columns, header, separators, encoding.

        Raises:
            ApiError: Also for an id that does not exist: Anaplan's status is then 500, not 404.
        """
        return await self._session.one(bulk.import_definition(self._model(), import_id), Deadline.after(timeout))

    async def get_export(self, export_id: int | str, *, timeout: float | None = None) -> ExportDefinition:
        """The current layout of an export: columns, rows, separator, encoding."""
        return await self._session.one(bulk.export_definition(self._model(), export_id), Deadline.after(timeout))

    async def get_action(self, action_id: int | str, *, timeout: float | None = None) -> Action:
        """One action, with what it works on if Anaplan says so."""
        deadline = Deadline.after(timeout)
        return await self._session.one(bulk.action(await self._model_in_workspace(deadline), action_id), deadline)

    async def get_process(self, process_id: int | str, *, timeout: float | None = None) -> ProcessDefinition:
        """The steps of a process in the order in which they run; imports with the file that they read."""
        return await self._session.one(bulk.process_definition(self._model(), process_id), Deadline.after(timeout))
