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

    PAGE = "one page, by one request"
    WHOLE = "all pages, by one request"
    REQUEST = "by a read request"


def ways_to_rows(
    view: ViewDefinition,
    counts: Counts | None,
    single: Collection[Dimension],
    *,
    most_cells: int = MOST_CELLS,
    large: bool | None = None,
) -> tuple[Way, ...]:
    """How to read the rows of a view; where there are several ways, the next is for a view that is too large for one.

    There is no way where the view has no cells. *counts* are None where they are not known: because nobody asked for
    them, as *large* says what the caller wants, or because Anaplan does not list items of views of so many cells. One
    item is selected, or is all that there is, in the dimensions that are *single*.
    """
    if counts is not None and 0 in counts.values():
        return ()
    if large:
        return (Way.REQUEST,)
    # The header of a page says what stands in a column where one dimension is on columns.
    one_page = len(view.columns) == 1 and all(dimension in single for dimension in view.pages)
    if large is False:
        return (Way.PAGE if one_page else Way.WHOLE,)
    if counts is None:
        return (Way.PAGE, Way.REQUEST) if one_page and view.pages else (Way.REQUEST,)
    if one_page and _cells_of_page(view, counts) <= (MOST_CELLS if view.pages else most_cells):
        return (Way.PAGE,)
    return (Way.WHOLE if _cells(view, counts) <= most_cells else Way.REQUEST,)


def ways_to_page(
    view: ViewDefinition, counts: Counts | None, *, selected: bool, large: bool | None = None
) -> tuple[Way, ...]:
    """How to read the CSV of one page, which a read request cannot select; the rest as for rows."""
    if large:
        return (Way.REQUEST,)
    if selected or large is False:
        return (Way.PAGE,)
    if counts is None:
        return (Way.PAGE, Way.REQUEST)
    return (Way.PAGE if _cells_of_page(view, counts) <= MOST_CELLS else Way.REQUEST,)


def ways_to_pages(view: ViewDefinition, counts: Counts | None, *, large: bool | None = None) -> tuple[Way, ...]:
    """How to read the CSV of all pages."""
    if large or (large is None and (counts is None or _cells(view, counts) > MOST_CELLS)):
        return (Way.REQUEST,)
    return (Way.WHOLE,)


def _cells(view: ViewDefinition, counts: Counts) -> int:
    return _cells_of_page(view, counts) * prod(counts[dimension.id] for dimension in view.pages)


def _cells_of_page(view: ViewDefinition, counts: Counts) -> int:
    return prod(counts[dimension.id] for dimension in (*view.rows, *view.columns))


def list_needs_read_request(definition: ListDefinition | None, *, large: bool | None) -> bool:
    """Whether a list is read by a read request: if the caller wants that, or if it has too many items."""
    if large is not None:
        return large
    if definition is None or definition.item_count is None:
        return False
    return definition.item_count - (definition.top_level_item is not None) > MOST_ITEMS
