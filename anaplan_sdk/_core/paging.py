"""Which pages of a listing to fetch next, judged by what really came and not by what was promised."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import attrs

T = TypeVar("T")

# Default and effective maximum of the server; larger values are silently reduced.
MAX_PAGE_SIZE = 5_000


@attrs.frozen
class Window:
    """Rows to ask for."""

    offset: int
    limit: int


@attrs.define
class Pages(Generic[T]):
    """The rows of a listing as its pages come in, in any order.

    Pages may be smaller than asked for, shift while they are read, repeat, run empty, or come without totals. Every
    round of ``wanted`` ends: a window is dropped when it is filled, or brings nothing new.
    """

    page_size: int
    identity: Callable[[T], Hashable]
    total: int | None = None
    _rows: dict[Hashable, tuple[int, T]] = attrs.field(factory=dict)
    _wanted: list[Window] = attrs.field(init=False)
    _started: bool = False

    def __attrs_post_init__(self) -> None:
        self._wanted = [Window(0, self.page_size)]

    def wanted(self) -> list[Window]:
        """The windows to fetch now, side by side; none when the listing is at its end."""
        windows, self._wanted = self._wanted, []
        return windows

    def add(self, window: Window, rows: Sequence[T], total: int | None) -> None:
        """Take in what came for *window*."""
        before = len(self._rows)
        for place, row in enumerate(rows, window.offset):
            self._rows.setdefault(self.identity(row), (place, row))
        first, self._started = not self._started, True
        if total is not None:
            self.total = total
        if len(self._rows) == before:
            return  # empty, or nothing but repeats: asking further would go on for ever
        reached = window.offset + len(rows)
        if first and self.total is not None:
            self._wanted += [
                Window(at, min(len(rows), self.total - at)) for at in range(reached, self.total, len(rows))
            ]
        elif self.total is None:
            self._wanted.append(Window(reached, self.page_size))
        elif len(rows) < window.limit and reached < self.total:
            self._wanted.append(Window(reached, window.limit - len(rows)))

    def complete(self) -> bool:
        """Whether as many rows came as the server says there are."""
        return self.total is None or len(self._rows) >= self.total

    def rows(self) -> list[T]:
        """All rows in the server's order, each once."""
        return [row for _, row in sorted(self._rows.values(), key=lambda placed: placed[0])]
