"""Content in chunks: slices of files on disk, or bytes, read as one stream."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..world.cutting import awkward_cuts


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
    """Divide content as the service does (``awkward_cuts``)."""
    whole = Chunk.of(source) if isinstance(source, bytes) else Chunk(source, 0, source.stat().st_size)
    with whole.open() as stream:
        return [Chunk(source, offset, size) for offset, size in awkward_cuts(stream, whole.size, chunk_bytes)]
