"""The pages of one window, which are read page after page and not kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs

from anaplan_sdk._core.json.convert import paging
from anaplan_sdk._core.listing.links import query_of
from anaplan_sdk._core.listing.paging import Page
from anaplan_sdk.errors import UnexpectedResponseError


@attrs.define
class EventPages:
    """As ``Links``, but only ids are kept: ``meta.paging.nextUrl`` until there is none, or nothing new comes."""

    page_size: int
    total: int | None = None
    _next: Page | None = attrs.field(init=False)
    _ids: set[int] = attrs.field(factory=set)

    def __attrs_post_init__(self) -> None:
        self._next = Page(0, self.page_size, {"limit": self.page_size})

    def wanted(self) -> Page | None:
        """The next page, None at the end."""
        page, self._next = self._next, None
        return page

    def add(self, page: Page, ids: Collection[int], payload: Mapping[str, Any]) -> None:
        """Take in what came for *page*."""
        before, said = len(self._ids), paging(payload)
        self._ids.update(ids)
        self.total = said.total if self.total is None else self.total
        if said.next_url is not None and len(self._ids) > before:
            self._next = Page(page.start + len(ids), self.page_size, query_of(said.next_url))

    def complete(self) -> bool:
        """Whether as many events came as the server said there are when it was first asked."""
        return self.total is None or len(self._ids) >= self.total

    def incomplete(self, request: str) -> UnexpectedResponseError:
        """The error of a log that did not come out whole, however often it was read with *request* (``GET /…``)."""
        return UnexpectedResponseError(
            f"{request}: Anaplan reported {self.total} events but returned {len(self._ids)}, in two attempts. Events "
            "may have reached the end of their retention meanwhile; try again.",
            path=request.partition(" ")[2],
            json_path="$.meta.paging.totalSize",
        )
