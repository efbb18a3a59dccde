"""Layouts of a view's CSV, and what can be asked of each."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from anaplan_sdk._core.transactional.reading.selection import Pages
from anaplan_sdk.errors import ConfigurationError
from anaplan_sdk.models import ViewDefinition

# Anaplan has a second word for the layout with one column of cells in its documentation; this one is seen to work.
Layout: TypeAlias = Literal["GRID_CURRENT_PAGE", "GRID_ALL_PAGES", "TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN"]


def check_layout(layout: str) -> None:
    """Refuse what is no layout."""
    if layout not in get_args(Layout):
        raise ConfigurationError(f"layout must be one of {', '.join(get_args(Layout))}, not {layout!r}.")


def header_lines(layout: Layout, view: ViewDefinition) -> int:
    """How many lines stand before the first row."""
    return bool(view.pages) + len(view.columns) if layout.startswith("GRID") else 1


def check_pages_of(layout: Layout, pages: Pages | None, *, large: bool | None) -> None:
    """Pages can be selected where one is asked for, by one request."""
    if pages and (layout != "GRID_CURRENT_PAGE" or large):
        raise ConfigurationError(
            "pages selects the page of GRID_CURRENT_PAGE, by one request: other layouts and read requests have all of "
            "them. get_view_rows selects pages of views of any size."
        )


def check_max_rows(max_rows: int | None) -> None:
    """What Anaplan makes of zero or less is not documented."""
    if max_rows is not None and (not isinstance(max_rows, int) or isinstance(max_rows, bool) or max_rows < 1):
        raise ConfigurationError(f"max_rows must be at least 1, or None for all rows; not {max_rows!r}.")
