"""Paging as SCIM does it (RFC 7644, 3.4.2.4): by the number of the first row, which begins at 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from anaplan_sdk._core.json.convert import count_of
from anaplan_sdk._core.listing.offsets import Offsets
from anaplan_sdk._core.listing.paging import Page, RowT

# The server cuts what is larger.
MAX_COUNT = 100


@attrs.define
class StartIndex(Offsets[RowT]):
    """``startIndex`` and ``count``, of which Anaplan takes 100 at most; ``totalResults`` says how many there are.

    All else is as with offsets.
    """

    def __attrs_post_init__(self) -> None:
        self.page_size = min(self.page_size, MAX_COUNT)
        super().__attrs_post_init__()

    def _page(self, start: int, size: int) -> Page:
        return Page(start, size, {"startIndex": start + 1, "count": size})

    def _total_of(self, payload: Mapping[str, Any]) -> int | None:
        return count_of(payload, "totalResults")
