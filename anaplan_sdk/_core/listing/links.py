"""Paging by links: each page says where the next one is."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Generic
from urllib.parse import parse_qsl

import attrs

from anaplan_sdk._core.json.convert import paging
from anaplan_sdk._core.listing.paging import Page, RowT


@attrs.define
class Links(Generic[RowT]):
    """``meta.paging.nextUrl``, one page after the other, until there is none or nothing new comes.

    Of a link only the query is used, on top of the listing's own: host and path stay what they were, so that no token
    leaves for another host, and a search repeats its body, which links do not carry. The first total counts: later ones
    may hold what was added since, where the links do not lead.
    """

    page_size: int
    total: int | None = None
    _next: Page | None = attrs.field(init=False)
    _rows: dict[Hashable, RowT] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._next = Page(0, self.page_size, {"limit": self.page_size})

    def wanted(self) -> Sequence[Page]:
        """The next page, none when the listing is at its end."""
        page, self._next = self._next, None
        return () if page is None else (page,)

    def add(self, page: Page, rows: Sequence[RowT], payload: Mapping[str, Any]) -> None:
        """Take in what came for *page*."""
        before, said = len(self._rows), paging(payload)
        self._rows.update((row.id, row) for row in rows)
        self.total = said.total if self.total is None else self.total
        if said.next_url is not None and len(self._rows) > before:
            self._next = Page(page.start + len(rows), self.page_size, query_of(said.next_url))

    def complete(self) -> bool:
        """Whether as many rows came as the server said there are."""
        return self.total is None or len(self._rows) >= self.total

    def rows(self) -> list[RowT]:
        """All rows in the server's order, each once."""
        return list(self._rows.values())


def query_of(link: str) -> dict[str, str]:
    """The query of a link, decoded."""
    return dict(parse_qsl(link.partition("#")[0].partition("?")[2], keep_blank_values=True))
