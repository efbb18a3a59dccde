"""What became of rows that were written: cells of a module, items of a list."""

from __future__ import annotations

import attrs


@attrs.frozen
class RowFailure:
    """A row that Anaplan did not write.

    ``row`` is its position among the rows that were passed, from 0. ``kind`` is Anaplan's word, such as
    ``cellIsCalculated``, ``cellIsInvalid``, ``INCORRECT_FORMAT``, ``INCOMPLETE_DATA`` or ``Not found``; ``message`` is
    Anaplan's explanation. ``row`` is -1 where Anaplan does not say which it was. ``line_item`` is the name of the line
    item, for cells.
    """

    row: int
    kind: str = ""
    message: str = ""
    line_item: str = ""


@attrs.frozen
class WriteResult:
    """The result of a call that writes, over all its requests.

    ``total`` counts the rows that were sent. ``added``, ``updated`` and ``deleted`` count list items, ``changed``
    counts cells. ``ignored`` is Anaplan's own count. A count that Anaplan does not give is 0.
    """

    total: int = 0
    added: int = 0
    updated: int = 0
    deleted: int = 0
    changed: int = 0
    ignored: int = 0
    failures: tuple[RowFailure, ...] = ()

    def __str__(self) -> str:
        """The counts as a sentence."""
        words = ("added", "updated", "deleted", "changed", "ignored")
        counts = [f"{count:,} {word}" for word in words if (count := getattr(self, word))]
        return f"{self.total:,} rows: " + ", ".join([*counts, f"{len(self.failed_rows):,} failed"])

    def __add__(self, other: WriteResult) -> WriteResult:
        """Both results as one: counts added up, failures one after the other."""
        ours, theirs = attrs.astuple(self, recurse=False), attrs.astuple(other, recurse=False)
        return WriteResult(*(one + another for one, another in zip(ours, theirs, strict=True)))

    @property
    def successful(self) -> bool:
        """Whether Anaplan reported no failure."""
        return not self.failures

    @property
    def failed_rows(self) -> tuple[int, ...]:
        """The rows that were not written, each once, in order."""
        return tuple(sorted({failure.row for failure in self.failures}))
