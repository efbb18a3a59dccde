"""Answers that are more than a body in memory: content from disk, and answers that break off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from aiohttp import web

from ..content.chunks import Chunk, ChunkReader

PIECE_BYTES = 262_144


class StoredContent(web.StreamResponse):
    """An answer whose body is read from disk while it is sent."""

    def __init__(self, chunks: Sequence[Chunk], content_type: str = "application/octet-stream") -> None:
        super().__init__(headers={"Content-Type": content_type})
        self.chunks = chunks
        self.size = sum(chunk.size for chunk in chunks)
        self.content_length = self.size

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        with ChunkReader(self.chunks) as reader:
            while piece := await asyncio.to_thread(reader.read, PIECE_BYTES):
                yield piece

    async def send(self, request: web.Request, before_end: Callable[[], None]) -> None:
        """Send everything; ``before_end`` is called when the last piece is about to leave."""
        await self.prepare(request)
        left = self.size
        async with aclosing(self.pieces()) as pieces:
            async for piece in pieces:
                left -= len(piece)
                if not left:
                    before_end()
                await self.write(piece)
        await self.write_eof()


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer; the response returned cannot be sent any more."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def send_half(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Send the headers and half the body that they promise, then close the connection."""
    partial = web.StreamResponse(status=response.status, headers=response.headers)
    if isinstance(response, StoredContent):
        size, pieces = response.size, response.pieces()
    else:
        assert isinstance(response, web.Response)
        body = response.body if isinstance(response.body, bytes) else b""
        size, pieces = len(body), _one(body)
    partial.content_length = size
    await partial.prepare(request)
    left = size // 2
    async with aclosing(pieces):
        async for piece in pieces:
            await partial.write(piece[:left])
            left -= len(piece[:left])
            if not left:
                break
    if request.transport is not None:
        request.transport.close()
    return partial


async def _one(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
