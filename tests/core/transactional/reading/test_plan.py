"""Which way a view is read, by what is known of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from anaplan_sdk._core.transactional.reading.layouts import header_lines
from anaplan_sdk._core.transactional.reading.plan import (
    MOST_CELLS,
    MOST_STREAMED_CELLS,
    Way,
    ways_to_page,
    ways_to_pages,
    ways_to_rows,
)
from anaplan_sdk.models import Dimension, ViewDefinition

PRODUCTS, TIME, VERSIONS = (Dimension(name, name) for name in ("Products", "Time", "Versions"))
LINE_ITEMS = Dimension("Line Items", "Line Items")
VIEW = ViewDefinition("1", "View", (PRODUCTS,), (LINE_ITEMS,), (TIME, VERSIONS))
PLAIN = ViewDefinition("2", "Without pages", (PRODUCTS,), (LINE_ITEMS,))
NESTED = ViewDefinition("3", "Two on columns", (PRODUCTS,), (LINE_ITEMS, TIME), (VERSIONS,))
PAGE, WHOLE, REQUEST = (Way.PAGE,), (Way.WHOLE,), (Way.REQUEST,)
ALL_PAGES = (TIME, VERSIONS)


def counts(products: int, line_items: int = 10, time: int = 10, versions: int = 1) -> Mapping[str, int]:
    return {"Products": products, "Line Items": line_items, "Time": time, "Versions": versions}


def test_the_whole_view_within_the_limit_by_one_request() -> None:
    assert ways_to_rows(VIEW, counts(MOST_CELLS // 100), ()) == WHOLE
    assert ways_to_rows(VIEW, counts(MOST_CELLS // 100 + 1), ()) == REQUEST
    assert ways_to_rows(VIEW, None, ()) == REQUEST


def test_a_stream_holds_less() -> None:
    cells = MOST_STREAMED_CELLS
    assert ways_to_rows(VIEW, counts(cells // 100), (), most_cells=cells) == WHOLE
    assert ways_to_rows(VIEW, counts(cells // 100 + 1), (), most_cells=cells) == REQUEST
    assert ways_to_rows(PLAIN, counts(cells // 10 + 1), (), most_cells=cells) == REQUEST


def test_one_page_alone_where_it_is_selected() -> None:
    assert ways_to_rows(VIEW, counts(2), ALL_PAGES) == PAGE
    assert ways_to_rows(VIEW, counts(MOST_CELLS // 10), ALL_PAGES) == PAGE
    assert ways_to_rows(VIEW, counts(MOST_CELLS // 10 + 1), ALL_PAGES) == REQUEST
    assert ways_to_rows(VIEW, counts(2), (TIME,)) == WHOLE
    assert ways_to_rows(PLAIN, counts(2), ()) == PAGE


def test_a_page_of_unknown_size_is_asked_for_first() -> None:
    assert ways_to_rows(VIEW, None, ALL_PAGES) == (Way.PAGE, Way.REQUEST)
    assert ways_to_rows(PLAIN, None, ()) == REQUEST
    assert ways_to_rows(NESTED, None, (VERSIONS,)) == REQUEST


def test_several_dimensions_on_columns_are_read_as_a_table() -> None:
    assert ways_to_rows(NESTED, counts(2), (VERSIONS,)) == WHOLE
    assert ways_to_rows(NESTED, None, (VERSIONS,), large=False) == WHOLE


@pytest.mark.parametrize("empty", ["Products", "Line Items", "Time", "Versions"])
@pytest.mark.parametrize("large", [None, False, True])
def test_without_items_there_is_nothing_to_read(empty: str, large: bool | None) -> None:
    assert ways_to_rows(VIEW, {**counts(5), empty: 0}, (), large=large) == ()


def test_callers_may_choose() -> None:
    assert ways_to_rows(VIEW, counts(1), ALL_PAGES, large=True) == REQUEST
    assert ways_to_rows(VIEW, counts(MOST_CELLS), (), large=False) == WHOLE
    assert ways_to_rows(VIEW, None, ALL_PAGES, large=False) == PAGE
    assert ways_to_page(VIEW, counts(1), selected=False, large=True) == REQUEST
    assert ways_to_page(VIEW, None, selected=False, large=False) == PAGE
    assert ways_to_pages(VIEW, counts(1), large=True) == REQUEST
    assert ways_to_pages(VIEW, None, large=False) == WHOLE


def test_csv_of_one_page() -> None:
    assert ways_to_page(VIEW, counts(MOST_CELLS // 10), selected=False) == PAGE
    assert ways_to_page(VIEW, counts(MOST_CELLS), selected=False) == REQUEST
    assert ways_to_page(VIEW, None, selected=False) == (Way.PAGE, Way.REQUEST)
    assert ways_to_page(VIEW, None, selected=True) == PAGE


def test_csv_of_all_pages() -> None:
    assert ways_to_pages(VIEW, counts(2)) == WHOLE
    assert ways_to_pages(VIEW, counts(MOST_CELLS)) == REQUEST
    assert ways_to_pages(VIEW, None) == REQUEST


def test_lines_before_the_first_row() -> None:
    assert [header_lines("GRID_ALL_PAGES", view) for view in (VIEW, PLAIN, NESTED)] == [2, 1, 3]
    assert header_lines("TABULAR_MULTI_COLUMN", NESTED) == header_lines("TABULAR_SINGLE_COLUMN", NESTED) == 1
