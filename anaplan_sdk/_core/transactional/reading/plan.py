"""How to read a view: by one request or by a read request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from math import prod

from anaplan_sdk.models import Dimension, ListDefinition, ViewDefinition

# The most cells that Anaplan gives in one response.
MOST_CELLS = 1_000_000
# The most items of a list.
MOST_ITEMS = 1_000_000
# What a stream is read by one request, whose whole response is held in memory.
MOST_STREAMED_CELLS = 200_000

Counts = Mapping[str, int]
"""How many items a view shows of each dimension, by its id."""


class Way(Enum):
    """A way to read a view."""

    NOTHING = "it has no cells"
    PAGE = "one page, by one request"
    WHOLE = "all pages, by one request"
    REQUEST = "all pages, by a read request"


def way_to_read(
    view: ViewDefinition,
    counts: Counts | None,
    single: Collection[Dimension],
    *,
    most_cells: int = MOST_CELLS,
    large: bool | None = None,
) -> Way:
    """How to read all of a view, or its page where one item is selected in each dimension on pages (*single*).

    *counts* are None where Anaplan refuses to list the items: the view has more cells than fit into one response.
    *large* is what the caller wants, None for what suits.
    """
    if counts is not None and 0 in counts.values():
        return Way.NOTHING
    if large:
        return Way.REQUEST
    if counts is None:
        return Way.REQUEST if large is None else Way.WHOLE
    if large is False or _cells(view, counts) <= most_cells:
        return Way.WHOLE
    # The header of a page says what stands in a column where one dimension is on columns.
    one_page = all(dimension in single for dimension in view.pages) and len(view.columns) == 1
    return Way.PAGE if one_page and _cells_of_page(view, counts) <= most_cells else Way.REQUEST


def _cells(view: ViewDefinition, counts: Counts) -> int:
    return _cells_of_page(view, counts) * prod(counts[dimension.id] for dimension in view.pages)


def _cells_of_page(view: ViewDefinition, counts: Counts) -> int:
    return prod(counts[dimension.id] for dimension in (*view.rows, *view.columns))


def list_needs_read_request(definition: ListDefinition | None, *, large: bool | None) -> bool:
    """Whether a list is read by a read request: if the caller wants that, or if it has too many items."""
    if large is not None:
        return large
    return definition is not None and (definition.item_count or 0) > MOST_ITEMS
