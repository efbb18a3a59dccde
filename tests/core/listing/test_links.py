"""Pages that say where the next one is, and that following them ends."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.listing.links import Links

OTHER = "https://elsewhere.example/other?"


@attrs.frozen
class Listed:
    """A row."""

    id: int


def listed(*ids: int) -> list[Listed]:
    return [Listed(row_id) for row_id in ids]


def saying(link: str | None = None, total: int | None = None) -> dict[str, Any]:
    said = {"nextUrl": link, "totalSize": total}
    return {"meta": {"paging": {name: value for name, value in said.items() if value is not None}}}


@given(count=st.integers(0, 200), page_size=st.integers(1, 60), cap=st.integers(1, 60), totals=st.booleans())
def test_every_row_comes_once_and_in_order(count: int, page_size: int, cap: int, totals: bool) -> None:
    rows, pages, asked = listed(*range(count)), Links[Listed](page_size), 0
    while wanted := pages.wanted():
        (page,) = wanted
        asked += 1
        start = int(str(page.query.get("offset", 0)))
        end = start + min(int(str(page.query["limit"])), cap)
        link = f"{OTHER}limit={page_size}&offset={end}" if end < count else None
        pages.add(page, rows[start:end], saying(link, count if totals else None))
    assert pages.rows() == rows
    assert pages.complete()
    assert asked == max(1, -(-count // min(page_size, cap)))


def test_of_a_link_only_the_query_is_used_to_the_letter() -> None:
    pages = Links[Listed](2)
    (first,) = pages.wanted()
    assert (first.start, first.query) == (0, {"limit": 2})
    assert pages.wanted() == ()
    pages.add(first, listed(1, 2), saying(f"{OTHER}dateTo=17&q=a%2Bb+c&empty=&offset=2"))
    (second,) = pages.wanted()
    assert (second.start, second.query) == (2, {"dateTo": "17", "q": "a+b c", "empty": "", "offset": "2"})


def test_a_page_that_brings_nothing_new_is_the_last() -> None:
    for rows in ([], listed(1, 2)):
        pages = Links[Listed](2)
        pages.add(pages.wanted()[0], listed(1, 2), saying(f"{OTHER}offset=2"))
        pages.add(pages.wanted()[0], rows, saying(f"{OTHER}offset=4"))
        assert pages.wanted() == ()
        assert pages.rows() == listed(1, 2)


def test_a_listing_that_ends_too_early_is_not_complete() -> None:
    pages = Links[Listed](2)
    pages.add(pages.wanted()[0], listed(1, 2), saying(total=3))
    assert not pages.complete()


def test_what_is_added_while_pages_are_read_is_not_missed() -> None:
    pages = Links[Listed](2)
    pages.add(pages.wanted()[0], listed(1, 2), saying(f"{OTHER}offset=2", total=3))
    pages.add(pages.wanted()[0], listed(3), saying(total=4))
    assert pages.complete()
    assert pages.total == 3


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 30), max_size=8),
            st.none() | st.text(max_size=20) | st.just(f"{OTHER}offset=1") | st.just("https://[::1"),
            st.none() | st.integers(0, 10**12),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_whatever_a_server_says_asking_ends_and_no_row_comes_twice(
    script: list[tuple[list[int], str | None, int | None]],
) -> None:
    answers, pages, asked = iter(script), Links[Listed](5), 0
    while wanted := pages.wanted():
        ids, link, total = next(answers, ([], f"{OTHER}offset=9", None))
        pages.add(wanted[0], listed(*ids), saying(link, total))
        asked += 1
    rows = pages.rows()
    assert len(rows) == len(set(rows))
    assert asked <= len(script) + 1
    if pages.complete() and pages.total is not None:
        assert len(rows) >= pages.total
