"""Pages of the audit log by their links, of which only ids are kept."""

from __future__ import annotations

from typing import Any

from anaplan_sdk._core.audit.pages import EventPages


def answer(total: int | None = None, link: str | None = None) -> dict[str, Any]:
    paging = {"totalSize": total, "offSet": 0, "nextUrl": link}
    return {"meta": {"paging": {key: value for key, value in paging.items() if value is not None}}}


def read(pages: EventPages, *answers: tuple[list[int], dict[str, Any]]) -> list[dict[str, object]]:
    """The queries that were asked."""
    queries = []
    for ids, payload in answers:
        page = pages.wanted()
        assert page is not None
        queries.append(dict(page.query))
        pages.add(page, ids, payload)
    assert pages.wanted() is None
    return queries


def test_links_are_followed_to_their_end_and_only_their_query_counts() -> None:
    link = "https://elsewhere.example/audit/api/1/events?type=all&dateFrom=1&dateTo=2&limit=2&offset=2"
    pages = EventPages(2)
    queries = read(pages, ([1, 2], answer(3, link)), ([3], answer(3)))
    assert queries == [{"limit": 2}, {"type": "all", "dateFrom": "1", "dateTo": "2", "limit": "2", "offset": "2"}]
    assert pages.complete()


def test_a_page_of_nothing_new_ends_it_whatever_its_link_says() -> None:
    pages = EventPages(2)
    read(pages, ([1, 2], answer(9, "?offset=2")), ([2, 1], answer(9, "?offset=4")))
    assert not pages.complete()
    error = pages.incomplete("GET /audit/api/1/events")
    assert str(error).startswith("GET /audit/api/1/events: Anaplan reported 9 events but returned 2, in two attempts.")


def test_no_events_and_no_meta_are_a_log_without_events() -> None:
    pages = EventPages(2)
    read(pages, ([], {}))
    assert pages.complete()


def test_the_first_total_counts() -> None:
    pages = EventPages(1)
    read(pages, ([1], answer(2, "?offset=1")), ([2], answer(5)))
    assert pages.complete()
