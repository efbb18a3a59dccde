"""Answers that are more than a body in memory: content from disk, and answers that break off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from .content import Chunk, ChunkReader

PIECE_BYTES = 262_144


class StoredContent(web.StreamResponse):
    """An answer whose body is read from disk while it is sent."""

    def __init__(self, chunks: Sequence[Chunk], content_type: str = "application/octet-stream") -> None:
        super().__init__(headers={"Content-Type": content_type})
        self.chunks = chunks
        self.content_length = sum(chunk.size for chunk in chunks)

    async def pieces(self) -> AsyncIterator[bytes]:
        with ChunkReader(self.chunks) as reader:
            while piece := await asyncio.to_thread(reader.read, PIECE_BYTES):
                yield piece

    async def write_eof(self, data: bytes = b"") -> None:
        if not self._eof_sent:
            async for piece in self.pieces():
                await self.write(piece)
        await super().write_eof(data)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer; the response returned cannot be sent any more."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def send_half(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Send the headers and half the body that they promise, then close the connection."""
    partial = web.StreamResponse(status=response.status, headers=response.headers)
    if isinstance(response, StoredContent):
        size, pieces = response.content_length or 0, response.pieces()
    else:
        assert isinstance(response, web.Response)
        body = response.body if isinstance(response.body, bytes) else b""
        size, pieces = len(body), _one(body)
    partial.content_length = size
    await partial.prepare(request)
    left = size // 2
    async for piece in pieces:
        await partial.write(piece[:left])
        left -= len(piece[:left])
        if not left:
            break
    if request.transport is not None:
        request.transport.close()
    return partial


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body
