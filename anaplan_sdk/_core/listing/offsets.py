"""Paging by offset: which pages to fetch next, judged by what really came and not by what was promised."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import Any, Generic

import attrs

from anaplan_sdk._core.json.convert import paging
from anaplan_sdk._core.listing.paging import Page, RowT

# Default and effective maximum of the server; larger values are silently reduced.
MAX_PAGE_SIZE = 5_000

# Pages to fetch in one go. The next ones are asked for only if all of these brought something, so that a total
# without rows behind it costs a few requests and not millions.
_ROUND = 64

_id_of = attrgetter("id")


@attrs.define
class Offsets(Generic[RowT]):
    """``limit`` and ``offset``; ``meta.paging.totalSize`` says how many rows there are.

    Pages may be smaller than asked for (some services cut them at 250 without a word), shift while they are read,
    repeat, run empty, or come without totals. Every round of ``wanted`` ends: a page is dropped when it is filled, and
    nothing further is planned when one brings nothing new.

    ``bare`` asks for the first page without a limit, and for more only if the answer says that there are more: for
    listings that come whole where nobody asks for less. ``identity`` is what rows are told apart by, where that is not
    their id.
    """

    page_size: int
    bare: bool = attrs.field(default=False, kw_only=True)
    identity: Callable[[Any], Hashable] = attrs.field(default=_id_of, kw_only=True)
    # The most that the server ever said there are: where rows go while they are read, others may have been skipped.
    total: int | None = None
    _pages: list[tuple[int, Sequence[RowT]]] = attrs.field(factory=list)  # with their offsets, as they came
    _ids: set[Hashable] = attrs.field(factory=set)
    _next: list[Page] = attrs.field(init=False)
    _later: Iterator[Page] | None = None

    def __attrs_post_init__(self) -> None:
        self._next = [Page(0, self.page_size) if self.bare else self._page(0, self.page_size)]

    def wanted(self) -> Sequence[Page]:
        """The pages to fetch now, side by side; none when the listing is at its end."""
        pages, self._next = [*self._next, *islice(self._later or (), _ROUND)], []
        return pages

    def add(self, page: Page, rows: Sequence[RowT], payload: Mapping[str, Any]) -> None:
        """Take in what came for *page*."""
        before, total = len(self._ids), self._total_of(payload)
        self._ids.update(map(self.identity, rows))
        self._pages.append((page.start, rows))
        if total is not None:
            self.total = max(total, self.total or 0)
        if len(self._ids) > before:
            self._go_on(page, len(rows))
        else:  # empty, or nothing but repeats: asking further might go on for ever
            self._later = iter(())

    def _go_on(self, page: Page, came: int) -> None:
        """Plan what to ask for now that *came* rows of *page* are there."""
        reached, total = page.start + came, self.total
        if total is None:
            if page.query:
                self._next.append(self._page(reached, self.page_size))
        elif self._later is None:
            self._later = (self._page(at, min(came, total - at)) for at in range(reached, total, came))
        elif came < page.size and reached < total:
            self._next.append(self._page(reached, page.size - came))

    def _page(self, start: int, size: int) -> Page:
        return Page(start, size, {"limit": size, "offset": start})

    def _total_of(self, payload: Mapping[str, Any]) -> int | None:
        return paging(payload).total

    def complete(self) -> bool:
        """Whether as many rows came as the server says there are."""
        return self.total is None or len(self._ids) >= self.total

    def rows(self) -> list[RowT]:
        """All rows in the server's order, each once."""
        in_order = chain.from_iterable(rows for _, rows in sorted(self._pages, key=itemgetter(0)))
        return list({self.identity(row): row for row in in_order}.values())
