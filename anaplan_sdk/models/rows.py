"""Row counts of tasks, and rejected rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

# Some counts go by either of two names; the first that is there counts.
_COUNT_KEYS = {
    "total": ("totalRowCount",),
    "successful": ("successRowCount",),
    "failed": ("failedCount",),
    "ignored": ("ignoredCount",),
    "invalid": ("invalidCount",),
    "warned": ("warningsRowCount",),
    "created": ("createdCount", "successCreateCount"),
    "updated": ("updatedCount", "successUpdateCount"),
    "renamed": ("renamedCount",),
}


@attrs.frozen
class RowCounts:
    """How many rows a task processed, and with what result.

    ``failed`` and ``invalid`` rows were not loaded; ``warned`` rows were loaded, with remarks. Anaplan counts
    separately for each list that an import loads, and these counts are added up: ``total`` can exceed the rows of the
    file. A count that Anaplan does not give is 0.
    """

    total: int = 0
    successful: int = 0
    failed: int = 0
    ignored: int = 0
    invalid: int = 0
    warned: int = 0
    created: int = 0
    updated: int = 0
    renamed: int = 0

    def __str__(self) -> str:
        """The counts as a sentence: total, loaded, rejected and ignored."""
        rejected = self.failed + self.invalid
        return f"{self.total:,} rows: {self.successful:,} loaded, {rejected:,} rejected, {self.ignored:,} ignored"

    @classmethod
    def from_values(cls, values: Mapping[str, str | None]) -> RowCounts:
        """The counts among the values of one task detail."""
        return cls(**{name: _first_count(values, keys) for name, keys in _COUNT_KEYS.items()})

    @classmethod
    def sum(cls, counts: Iterable[RowCounts]) -> RowCounts:
        """All *counts* added up."""
        return cls(*map(sum, zip(*map(attrs.astuple, counts), strict=True)))


def _first_count(values: Mapping[str, str | None], keys: Iterable[str]) -> int:
    for key in keys:
        text = values.get(key)
        if text and text.isdecimal():
            return int(text)
    return 0


@attrs.frozen
class RejectedRow:
    """A row of a failure dump.

    ``status`` is ``E`` (error) or ``W`` (warning), ``line`` the line in the uploaded file, ``errors`` Anaplan's
    messages. ``values`` are the source columns by name: a blank name becomes ``Column 3`` after its position, a
    repeated one ``Note (2)``. ``cells`` has the columns in order, with their names as in the source.
    """

    status: str
    line: int | None
    values: Mapping[str, str] = attrs.field(hash=False)
    errors: tuple[str, ...]
    cells: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False, eq=False)
