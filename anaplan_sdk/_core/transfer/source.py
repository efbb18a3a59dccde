"""Content that can be read at any place, and how it is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeAlias

import attrs

from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.transfer.chunks import Slice, SlicePlan, empty_content
from anaplan_sdk._core.transfer.content import is_gzip
from anaplan_sdk._core.transfer.target import shorter_source

Piece: TypeAlias = str | Body
# An iterable of pieces, or an asynchronous one where the client is.
Pieces: TypeAlias = Any

# What is looked at of the beginning.
_BEGINNING_BYTES = 1 << 20


class Source(Protocol):
    """Content to upload. Its methods may wait for a disk: call them in a thread."""

    @property
    def size_bytes(self) -> int | None:
        """None where it can only be read once, in order."""
        ...

    def beginning(self) -> Body:
        """A first look at it; of what is read once, nothing."""
        ...

    def blocks(self, offset: int, size_bytes: int, /) -> Iterable[Body]:
        """A part of what has a size, at any place and any number of times."""
        ...

    def stream(self, check: Callable[[], None], /) -> Pieces:
        """All of it, in order; ``check`` raises where it is no longer waited for."""
        ...

    def check_unchanged(self) -> None:
        """Raise TransferError where it is no longer what it was in the beginning."""
        ...


@attrs.frozen
class Buffer:
    """Bytes that the caller holds."""

    view: memoryview = attrs.field(repr=False)

    @property
    def size_bytes(self) -> int | None:
        return len(self.view)

    def beginning(self) -> Body:
        return self.view[:_BEGINNING_BYTES]

    def blocks(self, offset: int, size_bytes: int) -> Iterable[Body]:
        return [self.view[offset : offset + size_bytes]]

    def stream(self, _: Callable[[], None]) -> Pieces:
        return [self.view]

    def check_unchanged(self) -> None:
        """Nothing says whether the caller has written to them."""


@attrs.frozen
class Passing:
    """Pieces that come once, in order: text, those of a generator, the blocks of an open file."""

    pieces: Pieces = attrs.field(repr=False)
    size_bytes: int | None = attrs.field(default=None, init=False)

    def beginning(self) -> Body:
        return b""

    def blocks(self, offset: int, size_bytes: int) -> Iterable[Body]:
        raise AssertionError("what has no size is not cut into slices")

    def stream(self, _: Callable[[], None]) -> Pieces:
        return self.pieces

    def check_unchanged(self) -> None:
        """It cannot be looked at again."""


def plan_of(size_bytes: int | None, beginning: Body, wanted_bytes: int, file_id: int | str) -> SlicePlan | None:
    """How content is cut; None where it is only known when it is read: at the end of a pipe, or when decoded.

    Raises TransferError for content that is empty or does not fit into a file.
    """
    if size_bytes is None:
        return None
    if not size_bytes:
        raise empty_content(file_id)
    plan = SlicePlan.of(size_bytes, wanted_bytes)
    return None if is_gzip(beginning) else plan


def whole(source: Source, part: Slice, file_id: int | str) -> Iterator[Body]:
    """The blocks of a slice. Raises TransferError where the source has become shorter."""
    left_bytes = part.size_bytes
    for block in source.blocks(part.offset, part.size_bytes):
        left_bytes -= len(block)
        yield block
    if left_bytes:
        raise shorter_source(file_id)
