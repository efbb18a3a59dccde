"""Takes the bodies of uploads to disk while they arrive."""

from __future__ import annotations

import asyncio
import zlib
from pathlib import Path
from typing import BinaryIO

from aiohttp import web

from .chunks import Chunk

# Written to disk, in a thread, when so much has come together; a thread for every packet would cost more.
WRITE_BYTES = 1_048_576
GZIP_WINDOW_BITS = 31


class BrokenGzipError(Exception):
    """What comes is not gzip, or ends too early."""


class TooLargeError(Exception):
    """More comes than is taken."""


async def receive(request: web.Request, path: Path, *, gzipped: bool, limit_bytes: int) -> Chunk:
    """Store the body of a request, unpacked; a body that breaks off or is too large leaves nothing behind."""
    waiting = bytearray()
    try:
        with path.open("wb") as stream:
            sink = Sink(stream, gzipped=gzipped, limit_bytes=limit_bytes)
            async for piece in request.content.iter_any():
                waiting += piece
                if len(waiting) >= WRITE_BYTES:
                    await asyncio.to_thread(sink.write, bytes(waiting))
                    waiting.clear()
            await asyncio.to_thread(sink.finish, bytes(waiting))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Chunk(path, 0, sink.size)


class Sink:
    """Writes to a file, undoing gzip on the way. A body may consist of several gzip members."""

    def __init__(self, stream: BinaryIO, *, gzipped: bool, limit_bytes: int) -> None:
        self._stream = stream
        self._limit_bytes = limit_bytes
        self._inflater = zlib.decompressobj(GZIP_WINDOW_BITS) if gzipped else None
        self.size = 0

    def write(self, data: bytes) -> None:
        if self._inflater is None:
            self._store(data)
            return
        while data:
            if self._inflater.eof:
                self._inflater = zlib.decompressobj(GZIP_WINDOW_BITS)
            try:
                self._store(self._inflater.decompress(data, self._limit_bytes + 1 - self.size))
            except zlib.error as error:
                raise BrokenGzipError(f"The chunk is not gzip: {error}") from error
            data = self._inflater.unconsumed_tail or self._inflater.unused_data

    def finish(self, data: bytes) -> None:
        self.write(data)
        if self._inflater is not None and not self._inflater.eof:
            raise BrokenGzipError("The chunk ends before its gzip stream does.")

    def _store(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._limit_bytes:
            raise TooLargeError(f"A chunk may have at most {self._limit_bytes} bytes.")
        self._stream.write(data)
