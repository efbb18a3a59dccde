"""Which pages of a listing to fetch next, judged by what really came and not by what was promised."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import Any, Generic, Protocol, TypeVar

import attrs

from anaplan_sdk.errors import UnexpectedResponseError

# Default and effective maximum of the server; larger values are silently reduced.
MAX_PAGE_SIZE = 5_000

# Windows to fetch in one go. The next ones are asked for only if all of these brought something, so that a total
# without rows behind it costs a few requests and not millions.
_ROUND = 64

_id_of = attrgetter("id")


class Row(Protocol):
    """What is listed, told apart by its id."""

    @property
    def id(self) -> Hashable: ...


T = TypeVar("T", bound=Row)


@attrs.frozen
class Window:
    """Rows to ask for."""

    offset: int
    limit: int


@attrs.define
class Pages(Generic[T]):
    """The rows of a listing as its pages come in, in any order.

    Pages may be smaller than asked for, shift while they are read, repeat, run empty, or come without totals. Every
    round of ``wanted`` ends: a window is dropped when it is filled, and nothing further is planned when one brings
    nothing new.
    """

    page_size: int
    # The most that the server ever said there are: where rows go while they are read, others may have been skipped.
    total: int | None = None
    _pages: list[tuple[int, Sequence[T]]] = attrs.field(factory=list)  # with their offsets, as they came
    _ids: set[Hashable] = attrs.field(factory=set)
    _next: list[Window] = attrs.field(init=False)
    _later: Iterator[Window] | None = None

    def __attrs_post_init__(self) -> None:
        self._next = [Window(0, self.page_size)]

    def wanted(self) -> list[Window]:
        """The windows to fetch now, side by side; none when the listing is at its end."""
        windows, self._next = [*self._next, *islice(self._later or (), _ROUND)], []
        return windows

    def add(self, window: Window, rows: Sequence[T], total: int | None) -> None:
        """Take in what came for *window*."""
        before = len(self._ids)
        self._ids.update(map(_id_of, rows))
        self._pages.append((window.offset, rows))
        if total is not None:
            self.total = max(total, self.total or 0)
        if len(self._ids) > before:
            self._go_on(window, len(rows))
        else:  # empty, or nothing but repeats: asking further might go on for ever
            self._later = iter(())

    def _go_on(self, window: Window, came: int) -> None:
        """Plan what to ask for now that *came* rows of *window* are there."""
        reached, total = window.offset + came, self.total
        if total is None:
            self._next.append(Window(reached, self.page_size))
        elif self._later is None:
            self._later = (Window(at, min(came, total - at)) for at in range(reached, total, came))
        elif came < window.limit and reached < total:
            self._next.append(Window(reached, window.limit - came))

    def complete(self) -> bool:
        """Whether as many rows came as the server says there are."""
        return self.total is None or len(self._ids) >= self.total

    def rows(self) -> list[T]:
        """All rows in the server's order, each once."""
        in_order = chain.from_iterable(rows for _, rows in sorted(self._pages, key=itemgetter(0)))
        return list({row.id: row for row in in_order}.values())


def incomplete(pages: Pages[Any], key: str, path: str) -> UnexpectedResponseError:
    """The error of a listing that did not come out whole, however often it was read."""
    return UnexpectedResponseError(
        f"GET {path}: Anaplan says that there are {pages.total} {key} and gives {len(pages.rows())}, or changes its "
        "mind about it on the way, twice over. Try again later.",
        path=path,
        json_path="$.meta.paging.totalSize",
    )
