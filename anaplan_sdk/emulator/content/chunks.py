"""Content in chunks: slices of files on disk, or bytes, read as one stream."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST_EXPORT_CHUNK_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of a file or of bytes."""

    source: Path | bytes
    offset: int
    size: int

    @classmethod
    def of(cls, data: bytes) -> Chunk:
        return cls(data, 0, len(data))

    def open(self) -> BinaryIO:
        stream = io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")
        stream.seek(self.offset)
        return stream


class ChunkReader(io.RawIOBase):
    """Chunks read one after the other as if they were one file."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.size = sum(chunk.size for chunk in chunks)
        self.position = 0
        self._chunks = list(chunks)
        self._stream: BinaryIO | None = None
        self._left = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)
        while self._left or self._next_chunk():
            assert self._stream is not None
            data = self._stream.read(min(len(view), self._left))
            if not data:
                raise OSError("A chunk is shorter on disk than it was when it was stored.")
            view[: len(data)] = data
            self._left -= len(data)
            self.position += len(data)
            return len(data)
        return 0

    def _next_chunk(self) -> bool:
        self._close_stream()
        while self._chunks and not self._left:
            chunk = self._chunks.pop(0)
            if chunk.size:
                self._stream, self._left = chunk.open(), chunk.size
        return bool(self._left)

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def close(self) -> None:
        self._close_stream()
        super().close()


def slices(path: Path, chunk_bytes: int) -> list[Chunk]:
    """Divide a file into chunks of the same size."""
    size = path.stat().st_size
    return [Chunk(path, start, min(chunk_bytes, size - start)) for start in range(0, size, chunk_bytes)]


def awkward_slices(source: Path | bytes, chunk_bytes: int | None = None) -> list[Chunk]:
    """Divide content as the service does: anywhere, be it within a row or within a character.

    Every boundary is moved back by up to 4 KB into the last character of several bytes, or else into a row.
    Without `chunk_bytes` a chunk is a third of the content, and at most 10 MB.
    """
    whole = Chunk.of(source) if isinstance(source, bytes) else Chunk(source, 0, source.stat().st_size)
    chunk_bytes = chunk_bytes or min(MOST_EXPORT_CHUNK_BYTES, max(1, -(-whole.size // 3)))
    chunks: list[Chunk] = []
    start = 0
    with whole.open() as stream:
        while start < whole.size:
            end = start + chunk_bytes
            end = _awkward_cut(stream, start + 1, end) if end < whole.size else whole.size
            chunks.append(Chunk(source, start, end - start))
            start = end
    return chunks


def _awkward_cut(stream: BinaryIO, first: int, last: int) -> int:
    """Return the position from `first` to `last` at which a cut does most harm."""
    first = max(first, last - 4_096)
    stream.seek(first)
    window = stream.read(last - first + 1)
    for index in range(len(window) - 1, -1, -1):
        if 0x80 <= window[index] < 0xC0:  # a continuation byte of UTF-8
            return first + index
    starts_row = window[-2:-1] == b"\n"
    return last - 1 if starts_row else last
