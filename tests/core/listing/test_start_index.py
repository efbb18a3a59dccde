"""Pages by the number of their first row, and listings that come all at once."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.listing.paging import Unpaged
from anaplan_sdk._core.listing.start_index import StartIndex


@attrs.frozen
class Listed:
    """A row."""

    id: int


@given(count=st.integers(0, 450), page_size=st.integers(1, 5_000), cap=st.integers(1, 120), totals=st.booleans())
def test_every_row_comes_once_and_in_order(count: int, page_size: int, cap: int, totals: bool) -> None:
    rows, pages = [Listed(row_id) for row_id in range(count)], StartIndex[Listed](page_size)
    while wanted := pages.wanted():
        for page in wanted:
            assert set(page.query) == {"startIndex", "count"}
            first, size = int(str(page.query["startIndex"])), int(str(page.query["count"]))
            assert first >= 1
            assert 1 <= size <= 100
            came = rows[first - 1 : first - 1 + min(size, cap)]
            pages.add(page, came, {"totalResults": count} if totals else {})
    assert pages.rows() == rows
    assert pages.complete()


def test_the_first_row_has_the_number_one_and_pages_hold_a_hundred_at_most() -> None:
    pages = StartIndex[Listed](5_000)
    (first,) = pages.wanted()
    assert first.query == {"startIndex": 1, "count": 100}
    pages.add(first, [Listed(row_id) for row_id in range(100)], {"totalResults": 230, "itemsPerPage": 100})
    assert [page.query for page in pages.wanted()] == [
        {"startIndex": 101, "count": 100},
        {"startIndex": 201, "count": 30},
    ]


def test_a_total_that_is_none_is_not_believed() -> None:
    pages = StartIndex[Listed](10)
    pages.add(pages.wanted()[0], [Listed(1)], {"totalResults": "many"})
    assert pages.total is None
    assert len(pages.wanted()) == 1


@given(st.lists(st.integers(0, 5)))
def test_what_is_not_paged_is_asked_for_once_and_taken_as_it_is(ids: list[int]) -> None:
    pages, rows = Unpaged[Listed](5_000), [Listed(row_id) for row_id in ids]
    (page,) = pages.wanted()
    assert page.query == {}
    pages.add(page, rows, {"meta": {"paging": {"totalSize": 17}}})
    assert pages.wanted() == ()
    assert pages.rows() == rows
    assert pages.complete()
