# Source of both colours: scripts/codegen.py emits this file twice.
"""The log of one window, page after page as JSON or day after day as text, each event once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias

import attrs

from anaplan_sdk._core.api import audit
from anaplan_sdk._core.api.service import Listing
from anaplan_sdk._core.audit.news import News, Wish
from anaplan_sdk._core.audit.pages import EventPages
from anaplan_sdk._core.audit.texts import Lines, mark_of
from anaplan_sdk._core.audit.windows import Window, milliseconds
from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.listing.paging import Page
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._io.aio import closing, give_way
from anaplan_sdk._io.spool import Maps, Spool
from anaplan_sdk.models import AuditEvent

from ..engine.session import Session
from ..engine.sinks import InMemory

# An event, and the JSON that it was made of.
Sent: TypeAlias = tuple[AuditEvent, dict[str, Any]]
Request: TypeAlias = Callable[[int, int, str], Listing[AuditEvent]]

# What comes as text comes without pages: this bounds what has to be held.
_TEXT_DAYS = 1


@attrs.define
class Reading:
    """One reading of what a caller wishes. ``news`` is there once it has begun."""

    session: Session
    wish: Wish
    deadline: Deadline
    meter: Meter
    news: News

    @classmethod
    def of(cls, session: Session, wish: Wish, deadline: Deadline, on_progress: OnProgress | None) -> Reading:
        """A reading that is about to begin; what makes no sense is refused here, before anything is sent."""
        check_on_progress(on_progress)
        audit.check_category(wish.category)
        news = wish.news(session.server_time())
        return cls(session, wish, deadline, Meter(on_progress, "audit", "log"), news)

    async def pages(self, request: Request) -> AsyncIterator[list[Sent]]:
        """The events page by page, as a *request* for a window brings them."""
        await self._begin()
        for window in self.news.window.pieces():
            async with closing(self._window(request(window.first_ms, window.last_ms, self.wish.category))) as pages:
                async for page in pages:
                    yield page
                    del page
        self.meter.end()

    async def lines(self) -> AsyncIterator[list[str]]:
        """The events as lines of CEF, some at a time."""
        await self._begin()
        for window in self.news.window.pieces(_TEXT_DAYS):
            spool, lines = Spool(Maps()), Lines()
            await self._save(window, spool)
            for block in spool.drain():
                yield self._new_lines(lines.feed(bytes(block)))
                await give_way()
            yield self._new_lines(lines.finish())
        self.meter.end()

    async def _begin(self) -> None:
        """Log in before the window is fixed: from then on, Anaplan's clock is known."""
        await self.session.token(self.deadline)
        self.news = self.wish.news(self.session.server_time())

    async def _window(self, listing: Listing[AuditEvent]) -> AsyncIterator[list[Sent]]:
        # Once more where events reached the end of their retention meanwhile, which moves all others.
        for again in (True, False):
            pages = EventPages(self.session.settings.page_size)
            while (page := pages.wanted()) is not None:
                sent, payload = await self._fetch(listing, page)
                pages.add(page, [event.id for event, _ in sent], payload)
                self._tell(len(sent), pages)
                yield [(event, row) for event, row in sent if self.news.is_new(event.id, _happened(event))]
                del sent, payload
            if pages.complete():
                return
            if not again:
                raise pages.incomplete(f"{listing.endpoint.method} {listing.endpoint.address}")

    async def _fetch(self, listing: Listing[AuditEvent], page: Page) -> tuple[list[Sent], dict[str, Any]]:
        self.deadline.check("reading the audit log")
        endpoint, started = listing.page(page), now()
        payload = endpoint.payload(await self.session.answer(endpoint, self.deadline))
        self.news.read_at(self.session.server_time() - (now() - started))
        listed: Any = payload.get(listing.key)
        rows: list[dict[str, Any]] = listed.copy() if isinstance(listed, list) else [listed]
        return list(zip(listing.read(payload), rows, strict=False)), payload

    async def _save(self, window: Window, spool: Spool) -> None:
        self.deadline.check("reading the audit log")
        text, started = audit.cef(window.first_ms, window.last_ms, self.wish.category), now()
        await self.session.save(text, InMemory(spool), self.deadline)
        self.news.read_at(self.session.server_time() - (now() - started))

    def _new_lines(self, lines: list[str]) -> list[str]:
        self.meter.advance(len(lines))
        return [line for line in lines if self.news.is_new(*mark_of(line))]

    def _tell(self, events: int, pages: EventPages) -> None:
        if len(self.news.window.pieces()) == 1:
            self.meter.total = pages.total
        self.meter.advance(events)


def _happened(event: AuditEvent) -> int | None:
    date = event.event_date or event.created_date
    return None if date is None else milliseconds(date)
