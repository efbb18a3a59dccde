"""Cells of views as they are read, large reads, and what became of rows that were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import attrs

from anaplan_sdk.models.tasks import Task

CellValue: TypeAlias = str | float | Decimal | bool | date | None


@attrs.frozen
class ViewGridRow:
    """One row of ``ViewData``: the labels of its dimensions, outermost first, and its cells from left to right."""

    labels: tuple[str, ...] = attrs.field(default=(), metadata={"json": "rowCoordinates"})
    cells: tuple[str, ...] = ()


@attrs.frozen
class ViewData:
    """One page of a view as Anaplan shows it: labels, and every cell as text (blank cells are empty).

    ``pages`` has the selected item of each dimension on pages, ``columns`` the labels of each column, outermost first.
    """

    pages: tuple[str, ...] = ()
    columns: tuple[tuple[str, ...], ...] = attrs.field(default=(), metadata={"json": "columnCoordinates"})
    rows: tuple[ViewGridRow, ...] = ()


@attrs.frozen
class ViewColumns:
    """What the rows of a view have in common: the names of their labels and of their cells.

    ``ids`` leads from the labels of each dimension to ids, where they were asked for.
    """

    labels: tuple[str, ...]
    cells: tuple[str, ...]
    ids: Mapping[str, Mapping[str, str | None]] = attrs.field(factory=dict[str, Mapping[str, str | None]], repr=False)
    column_ids: Mapping[str, str | None] = attrs.field(factory=dict[str, str | None], repr=False)


class ViewRow:
    """One row of a view: labels of the dimensions on pages and rows, and cells.

    Cells are text as Anaplan writes it (blank: empty), or values by the formats of the line items where they were
    asked for (blank: None).
    """

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: ViewColumns, values: Sequence[CellValue]) -> None:
        self._columns = columns
        self._values = values

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the dimensions on pages and rows, by the name of the dimension."""
        return dict(zip(self._columns.labels, map(str, self._values), strict=False))

    @property
    def cells(self) -> dict[str, Any]:
        """The cells, by the header of their column: the label of its item, as Anaplan writes it if it has several."""
        first = len(self._columns.labels)
        return dict(zip(self._columns.cells, self._values[first:], strict=False))

    @property
    def values(self) -> tuple[CellValue, ...]:
        """Labels and cells from left to right."""
        return tuple(self._values)

    @property
    def ids(self) -> dict[str, str | None]:
        """The ids of the items in ``labels``, by the name of the dimension; None where several items have that label.

        Empty unless the rows were read with ``ids=True``.
        """
        ids = self._columns.ids
        return {name: ids[name].get(label) for name, label in self.labels.items() if name in ids}

    @property
    def column_ids(self) -> dict[str, str | None]:
        """The ids of the items in the headers of ``cells``, where one dimension is on columns; see ``ids``."""
        return dict(self._columns.column_ids)

    def to_dict(self) -> dict[str, Any]:
        """Labels and cells in one dictionary; where a column has the name of a dimension, the cell counts."""
        return {**self.labels, **self.cells}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ViewRow):
            return NotImplemented
        return (self.labels, self.cells) == (other.labels, other.cells)

    def __hash__(self) -> int:
        return hash(self.values)

    def __repr__(self) -> str:
        return f"ViewRow(labels={self.labels!r}, cells={self.cells!r})"


@attrs.frozen
class ReadRequest(Task):
    """The export of a large view or list, page by page, that Anaplan keeps until it is deleted.

    ``available_pages`` grows while it runs. Whether it succeeded, Anaplan says only once it is COMPLETE.
    """

    id: str = attrs.field(metadata={"json": "requestId"}, kw_only=True)
    task_state: str = attrs.field(default="NOT_STARTED", metadata={"json": "requestState"}, kw_only=True)
    available_pages: int = attrs.field(default=0, kw_only=True)
    outcome: bool | None = attrs.field(default=None, metadata={"json": "successful"}, kw_only=True)

    @property
    def successful(self) -> bool:
        """Whether it is COMPLETE and Anaplan does not say that it failed."""
        return self.task_state == "COMPLETE" and self.outcome is not False


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
