"""Where Anaplan cuts content into chunks: anywhere, be it within a row or within a character."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

MOST_EXPORT_CHUNK_BYTES = 10_000_000
_MOST_MOVED_BYTES = 4_096


def awkward_cuts(stream: BinaryIO, size: int, chunk_bytes: int | None = None) -> Iterator[tuple[int, int]]:
    """Where each chunk begins, and its bytes.

    Every boundary is moved back by up to 4 KB into the last character of several bytes, or else into a row.
    Without ``chunk_bytes`` a chunk is a third of the content, and at most 10 MB.
    """
    chunk_bytes = chunk_bytes or min(MOST_EXPORT_CHUNK_BYTES, max(1, -(-size // 3)))
    start = 0
    while start < size:
        end = start + chunk_bytes
        end = _awkward_cut(stream, start + 1, end) if end < size else size
        yield start, end - start
        start = end


def _awkward_cut(stream: BinaryIO, first: int, last: int) -> int:
    """The position from ``first`` to ``last`` at which a cut does most harm."""
    first = max(first, last - _MOST_MOVED_BYTES)
    stream.seek(first)
    window = stream.read(last - first + 1)
    for index in range(len(window) - 1, -1, -1):
        if 0x80 <= window[index] < 0xC0:  # a continuation byte of UTF-8
            return first + index
    starts_row = window[-2:-1] == b"\n"
    return last - 1 if starts_row else last
