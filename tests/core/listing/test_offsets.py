"""Pages as servers of all kinds give them, and that asking for them ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk._core.listing.paging import Page


@attrs.frozen
class Listed:
    """A row."""

    id: int


ANY = {"offset": 0}
Serve = Callable[[Page], tuple[list[Listed], int | None]]


@attrs.define
class Reading:
    """A listing read from a server until nothing more is wanted."""

    serve: Serve
    pages: Offsets[Listed]
    asked: list[Page] = attrs.field(factory=list[Page])

    @classmethod
    def of(cls, serve: Serve, page_size: int = 5) -> Reading:
        reading = cls(serve, Offsets(page_size))
        while pages := reading.pages.wanted():
            for page in pages:
                rows, total = serve(page)
                reading.pages.add(page, rows, saying(total))
            reading.asked += pages
        return reading


def saying(total: int | None) -> dict[str, Any]:
    return {} if total is None else {"meta": {"paging": {"totalSize": total}}}


def listed(*ids: int) -> list[Listed]:
    return [Listed(row_id) for row_id in ids]


def truthful(rows: list[Listed], cap: int = 5_000, *, totals: bool = True) -> Serve:
    def serve(page: Page) -> tuple[list[Listed], int | None]:
        assert page.query == {"limit": page.size, "offset": page.start}
        return rows[page.start : page.start + min(page.size, cap)], len(rows) if totals else None

    return serve


@given(count=st.integers(0, 300), page_size=st.integers(1, 50), cap=st.integers(1, 50), totals=st.booleans())
def test_every_row_comes_once_and_in_order(count: int, page_size: int, cap: int, totals: bool) -> None:
    rows = listed(*range(count))
    reading = Reading.of(truthful(rows, cap, totals=totals), page_size)
    assert reading.pages.rows() == rows
    assert reading.pages.complete()
    step = min(page_size, cap)
    assert len(reading.asked) == (max(1, -(-count // step)) if totals else -(-count // step) + 1)


def test_pages_after_the_first_are_wanted_together() -> None:
    pages = Offsets[Listed](2)
    assert [(page.start, page.size) for page in pages.wanted()] == [(0, 2)]
    pages.add(Page(0, 2, ANY), listed(1, 2), saying(7))
    assert [(page.start, page.size) for page in pages.wanted()] == [(2, 2), (4, 2), (6, 1)]
    assert pages.wanted() == []


def test_a_total_without_rows_costs_a_few_requests() -> None:
    reading = Reading.of(lambda page: (listed(1, 2) if page.start == 0 else [], 10**15))
    assert len(reading.asked) == 65
    assert not reading.pages.complete()


def test_a_long_listing_is_read_in_several_rounds() -> None:
    reading = Reading.of(truthful(listed(*range(1_000))), page_size=1)
    assert len(reading.asked) == len(reading.pages.rows()) == 1_000


def test_a_long_listing_without_totals() -> None:
    assert len(Reading.of(truthful(listed(*range(20_000)), totals=False), page_size=1).pages.rows()) == 20_000


def test_a_server_that_does_not_look_at_the_offset() -> None:
    reading = Reading.of(lambda _: (listed(1, 2, 3), None))
    assert reading.pages.rows() == listed(1, 2, 3)
    assert len(reading.asked) == 2


def test_a_listing_that_loses_a_row_under_way_may_have_skipped_another() -> None:
    pages = Offsets[Listed](2)
    pages.add(Page(0, 2, ANY), listed(1, 2), saying(4))
    pages.add(Page(2, 2, ANY), listed(4), saying(3))
    assert len(pages.rows()) == 3
    assert not pages.complete()


@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 30), max_size=8), st.none() | st.integers(0, 10**12)), min_size=1, max_size=30
    ),
    st.integers(1, 6),
)
def test_whatever_a_server_says_asking_ends_and_no_row_comes_twice(
    script: list[tuple[list[int], int | None]], page_size: int
) -> None:
    answers = iter((listed(*ids), total) for ids, total in script)
    reading = Reading.of(lambda _: next(answers, ([], None)), page_size)
    rows = reading.pages.rows()
    assert len(rows) == len(set(rows))
    assert len(reading.asked) <= len(script) + 64
    if reading.pages.complete() and reading.pages.total is not None:
        assert len(rows) >= reading.pages.total


@given(count=st.integers(0, 300), cap=st.integers(1, 250), says=st.booleans())
def test_a_listing_that_nobody_asks_to_limit(count: int, cap: int, says: bool) -> None:
    rows, pages = listed(*range(count)), Offsets[Listed](100, bare=True)
    (first,) = pages.wanted()
    assert first.query == {}
    pages.add(first, rows[:cap] if says else rows, saying(count) if says else {})
    while wanted := pages.wanted():
        for page in wanted:
            pages.add(page, rows[page.start : page.start + min(page.size, cap)], saying(count))
    assert pages.rows() == rows
    assert pages.complete()


def test_pages_that_are_cut_at_250_without_a_word() -> None:
    reading = Reading.of(truthful(listed(*range(1_010)), cap=250), page_size=5_000)
    assert len(reading.pages.rows()) == 1_010
    assert len(reading.asked) == 5


def test_rows_without_ids_are_told_apart_by_something_else() -> None:
    texts = ["a", "b", "A", "c"]
    pages = Offsets[Any](2, identity=str.upper)
    while wanted := pages.wanted():
        for page in wanted:
            pages.add(page, texts[page.start : page.start + page.size], saying(4))
    assert pages.rows() == ["A", "b", "c"]  # the place of the first, what came last
    assert not pages.complete()


def test_rows_without_ids_that_repeat_end_the_reading() -> None:
    pages, asked = Offsets[Any](2, identity=str.upper), 0
    while wanted := pages.wanted():
        asked += len(wanted)
        for page in wanted:
            pages.add(page, ["a", "b"], {})
    assert (pages.rows(), asked) == (["a", "b"], 2)
