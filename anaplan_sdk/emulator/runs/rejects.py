"""The dump: rows that an import refused or accepted with a warning, and why."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TextIO

from ..content.chunks import Chunk, slices


class Rejects:
    """Writes a dump; the file is made when the first row comes."""

    def __init__(self, path: Path, header: Sequence[str], most_errors: int) -> None:
        self._path = path
        errors = (f"_Error_{number}_" for number in range(1, most_errors + 1))
        self._header = ["_Status_", *header, "_Line_", *errors]
        self._stream: TextIO | None = None

    def add(self, status: Literal["E", "W"], line: int, row: Sequence[str], errors: Sequence[str]) -> None:
        """Add a row that was refused (E) or accepted with a warning (W)."""
        if self._stream is None:
            self._stream = self._path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._stream, lineterminator="\n")
            self._writer.writerow(self._header)
        record = [status, *row, line, *errors]
        self._writer.writerow(record + [""] * (len(self._header) - len(record)))

    def chunks(self, chunk_bytes: int) -> list[Chunk]:
        """Finish the dump and return it in chunks; none where no row came."""
        if self._stream is None:
            return []
        self._stream.close()
        return slices(self._path, chunk_bytes)

    def discard(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._path.unlink(missing_ok=True)
