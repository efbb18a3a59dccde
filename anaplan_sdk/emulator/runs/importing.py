"""Runs imports into lists and modules."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TypeAlias

from ..world.definitions import Import
from .mapped_changes import Changes, planned_changes
from .rejects import Rejects
from .results import Result, RowCounts, StepFailedError
from .sources import FileRows, ListRows
from .workbench import Workbench

Source: TypeAlias = FileRows | ListRows

ROWS_BETWEEN_CHECKS = 5_000


def import_rows(bench: Workbench, definition: Import, result: Result) -> None:
    """Import the content of the file as the runner sees it, or the list of the other model."""
    model = bench.task.model
    target = model.lists.get(definition.target_id) or model.modules.get(definition.target_id)
    if target is None:
        raise StepFailedError(f"The target of {definition.name} does not exist any more.")
    with closing(_source(bench, definition)) as source:
        reading = Reading(bench, definition, source)
        try:
            reading.read_all()
        except BaseException:
            reading.rejects.discard()
            raise
    model.touch(bench.task.user.id)
    result.details.append(reading.counts.detail(target.name))
    result.dump = reading.rejects.chunks(bench.tenant.options.dump_chunk_bytes)


def _source(bench: Workbench, definition: Import) -> Source:
    if definition.file_id is None:
        return _list_rows(bench, definition)
    file = bench.task.model.files.get(definition.file_id)
    chunks = bench.content(definition.file_id)
    if file is None or not chunks:
        message = f"The file {definition.file_id} has no content, or its upload is not complete."
        raise StepFailedError(message)
    return FileRows(file, chunks)


def _list_rows(bench: Workbench, definition: Import) -> ListRows:
    model = bench.tenant.models.get(definition.source_model_id or "")
    source = model.lists.get(definition.source_list_id or "") if model else None
    if source is None:
        raise StepFailedError(f"The source model of {definition.name} does not exist any more.")
    return ListRows(definition.key_column, source.labels())


class Reading:
    """Reads all rows of a source, sorts out what cannot be accepted, and applies the rest."""

    def __init__(self, bench: Workbench, definition: Import, source: Source) -> None:
        self._bench = bench
        self._definition = definition
        self._source = source
        self._width = len(source.header)
        self._keys: set[object] = set()
        self.counts = RowCounts()
        most_errors = sum(name in definition.mapped_columns for name in source.header)
        self.rejects = Rejects(bench.storage.new_path(), source.header, most_errors)

    def read_all(self) -> None:
        """Read the rows, then apply them. The columns matter only where there are rows."""
        changes: Changes | None = None
        for line, row in self._source:
            if not line % ROWS_BETWEEN_CHECKS:
                self._bench.proceed(self._source.progress)
            if not row:
                self.counts.ignored += 1
                continue
            if changes is None:
                changes = planned_changes(self._bench.task.model, self._definition, self._source.header)
            self._read(line, row, changes)
        self._bench.task.check_cancelled()
        if changes is not None:
            changes.apply()

    def _read(self, line: int, row: list[str], changes: Changes) -> None:
        if len(row) > self._width:
            message = f"The row has {len(row)} columns, the header {self._width}"
            return self._refuse(line, row[: self._width], [message])
        if len(row) < self._width:
            row += [""] * (self._width - len(row))
        if errors := changes.errors(row):
            return self._refuse(line, row, errors)
        created = changes.accept(row)
        key = changes.key_of(row)
        repeated = key in self._keys
        if repeated:
            self.rejects.add("W", line, row, [f"An earlier row has the same key '{_key_text(key)}'; this row is used"])
        self._keys.add(key)
        self.counts.accepted[created, repeated] += 1

    def _refuse(self, line: int, row: list[str], errors: Sequence[str]) -> None:
        self.counts.failed += 1
        self.rejects.add("E", line, row, errors)


def _key_text(key: str | tuple[str, ...]) -> str:
    return key if isinstance(key, str) else ", ".join(key)
