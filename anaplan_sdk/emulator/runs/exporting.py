"""Runs exports: the module as it is now, as a delimited file that only the runner sees."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from ..content.chunks import awkward_slices
from ..world.definitions import Export
from ..world.planning.modules import Module
from .layouts import export_layout
from .results import Result, StepFailedError, detail
from .workbench import Workbench


def export_rows(bench: Workbench, definition: Export, result: Result) -> None:
    """Write one row for each item of the module's list and keep the file under the id of the export."""
    task = bench.task
    module = task.model.modules.get(definition.module_id)
    if module is None:
        raise StepFailedError(f"The module of {definition.name} does not exist any more.")
    path = bench.storage.new_path()
    try:
        with path.open("w", encoding=definition.encoding, newline="") as stream:
            count = _write(stream, bench, definition, module)
    except UnicodeEncodeError as error:
        path.unlink(missing_ok=True)
        raise StepFailedError(f"{module.name} has text that is not {definition.encoding}.") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    chunks = awkward_slices(path, bench.tenant.options.export_chunk_bytes)
    bench.storage.keep((task.model.id, task.user.id, definition.id), chunks)
    text = f"{module.name}: {count} rows exported"
    result.details.append(detail("exportSucceeded", text))


def _write(stream: TextIO, bench: Workbench, definition: Export, module: Module) -> int:
    layout = export_layout(bench.task.model, definition, module)
    _write_rows(stream, definition, layout.headers)
    written = 0
    for batch in layout.batches():
        _write_rows(stream, definition, batch)
        written += len(batch)
        bench.proceed(written / max(1, layout.row_count))
    return layout.row_count


def _write_rows(stream: TextIO, definition: Export, rows: Iterable[Sequence[str]]) -> None:
    csv.writer(
        _Lines(stream),
        delimiter=definition.separator,
        quotechar=definition.delimiter or None,
        quoting=csv.QUOTE_MINIMAL if definition.delimiter else csv.QUOTE_NONE,
        escapechar=None if definition.delimiter else "\\",
        lineterminator=_LINE_END,
    ).writerows(rows)


# Before Python 3.13 csv quotes a carriage return only if it is part of the line end.
_LINE_END = "\r\n"


class _Lines:
    """Ends lines as Unix does."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> int:
        return self._stream.write(f"{line[: -len(_LINE_END)]}\n")
