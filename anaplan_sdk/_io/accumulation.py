"""Turning a stream of items of any size into a stream of results, such as chunks of one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

ItemT = TypeVar("ItemT")
ItemT_contra = TypeVar("ItemT_contra", contravariant=True)
ResultT = TypeVar("ResultT")
ResultT_co = TypeVar("ResultT_co", covariant=True)


class Accumulator(Protocol[ItemT_contra, ResultT_co]):
    """Collects items and gives results. Runs in any thread, one call at a time."""

    def own(self, item: ItemT_contra, /) -> Any:
        """The item as it will still be after its source has gone on."""
        ...

    def feed(self, item: ItemT_contra, /) -> Iterator[ResultT_co]:
        """Take one item; yield the results that it completes."""
        ...

    def finish(self) -> Iterator[ResultT_co]:
        """Yield what is left after the last item."""
        ...


def accumulated(source: Iterable[ItemT], accumulator: Accumulator[ItemT, ResultT]) -> Iterator[ResultT]:
    """Draw from ``source`` only as far as the next result needs."""
    for item in source:
        yield from accumulator.feed(item)
    yield from accumulator.finish()
