# Source of both colours: scripts/codegen.py emits this file twice.
"""Listings, page by page."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

import attrs

from anaplan_sdk._core.api.service import Endpoint, Listing
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.listing.paging import Page, Paging, incomplete
from anaplan_sdk._io.aio import each, map_bounded
from anaplan_sdk._settings import Settings

T = TypeVar("T")


class Asks(Protocol):
    """A session, as far as listings need it."""

    settings: Settings

    async def answer(self, endpoint: Endpoint[Any], deadline: Deadline) -> Response: ...


@attrs.frozen
class Reading(Generic[T]):
    """One listing, read to its end within a time limit."""

    session: Asks
    listing: Listing[T]
    deadline: Deadline

    async def rows(self) -> list[T]:
        """All rows, each once, in the server's order; where pages can be told beforehand, they travel side by side."""
        pages = await self._read()
        if not pages.complete():  # rows may shift while they are read
            self._check_deadline()
            pages = await self._read()
        if pages.complete():
            return pages.rows()
        endpoint = self.listing.endpoint
        raise incomplete(pages, f"{endpoint.method} {endpoint.address}", self.listing.key)

    async def _read(self) -> Paging[T]:
        pages = self.listing.pages(self.session.settings.page_size)
        while wanted := pages.wanted():
            # One alone, such as the first, needs no threads.
            found = (
                [await self._fetch(wanted[0])]
                if len(wanted) == 1
                else await map_bounded(self._fetch, each(wanted), limit=self.session.settings.concurrency)
            )
            for page, (rows, payload) in zip(wanted, found, strict=True):
                pages.add(page, rows, payload)
        return pages

    async def _fetch(self, page: Page) -> tuple[list[T], dict[str, Any]]:
        if page.start:
            self._check_deadline()
        endpoint = self.listing.page(page)
        payload = endpoint.payload(await self.session.answer(endpoint, self.deadline))
        return self.listing.read(payload), payload

    def _check_deadline(self) -> None:
        self.deadline.check(f"listing {self.listing.endpoint.address}")
