"""What every way to page has in common, and the way of listings that come all at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import attrs

from anaplan_sdk.errors import UnexpectedResponseError


class Row(Protocol):
    """What is listed, told apart by its id."""

    @property
    def id(self) -> Hashable: ...


T = TypeVar("T")
RowT = TypeVar("RowT", bound=Row)


@attrs.frozen
class Page:
    """One page to fetch: from where on, how many rows, and what its query says beside that of the listing."""

    start: int
    size: int
    query: Mapping[str, object] = attrs.field(factory=dict[str, object])


class Paging(Protocol[T]):
    """The rows of one listing as its pages come in. It decides what to fetch, and fetches nothing."""

    def wanted(self) -> Sequence[Page]:
        """The pages to fetch now, side by side; none when the listing is at its end."""
        ...

    def add(self, page: Page, rows: Sequence[T], payload: Mapping[str, Any]) -> None:
        """Take in the rows that came for *page*, and what the whole answer says about them."""
        ...

    def complete(self) -> bool:
        """Whether as many rows came as the server says there are."""
        ...

    def rows(self) -> list[T]:
        """All rows in the server's order."""
        ...

    @property
    def total(self) -> int | None:
        """How many rows the server says there are, None where it does not."""
        ...


@attrs.define
class Unpaged(Generic[T]):
    """Everything comes with the first answer, as it comes."""

    page_size: int = 0
    total: int | None = None
    _asked: bool = False
    _rows: list[T] = attrs.field(factory=list)

    def wanted(self) -> Sequence[Page]:
        """The only page, once."""
        asked, self._asked = self._asked, True
        return () if asked else (Page(0, 0),)

    def add(self, page: Page, rows: Sequence[T], payload: Mapping[str, Any]) -> None:
        """Take in the rows."""
        self._rows.extend(rows)

    def complete(self) -> bool:
        """Always: there is no saying how many there are."""
        return True

    def rows(self) -> list[T]:
        """All rows as they came."""
        return self._rows


def incomplete(pages: Paging[Any], request: str, key: str) -> UnexpectedResponseError:
    """The error of a listing that did not come out whole, however often it was read with *request* (``GET /…``)."""
    return UnexpectedResponseError(
        f"{request}: Anaplan reported {pages.total} {key} but returned {len(pages.rows())}, in two attempts. The list "
        "may be changing; try again.",
        path=request.partition(" ")[2],
        json_path="$.meta.paging.totalSize",
    )
