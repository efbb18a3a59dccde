"""The transport on aiohttp."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

import aiohttp
from yarl import URL

from anaplan_sdk._core.http import Request, Response, Streamed, TransportOptions
from anaplan_sdk._io._aio_pool import PiecedPayload, Pool
from anaplan_sdk._io._failures import Exchange, check_ssl_context, closed
from anaplan_sdk._io._messages import gunzip_for, incoming_headers, outgoing_headers
from anaplan_sdk._io._origins import Proxies, parse_origin

_FAILURES = (aiohttp.ClientError, aiohttp.http.HttpProcessingError)


class Transport:
    """Sends requests from any event loop; each loop has its own connections. Needs no loop to be made."""

    def __init__(self, options: TransportOptions) -> None:
        check_ssl_context(options.ssl_context)
        self._options = options
        self._proxies = Proxies(options.proxy)
        self._pools: dict[asyncio.AbstractEventLoop, Pool] = {}
        self._opening = threading.Lock()
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Send a request and collect the whole answer, whatever its status. Raises TransportError.

        Waits while ``connections`` requests are under way.
        """
        pool = await self._pool()
        async with pool.places, self.stream(request) as answer:
            collected = io.BytesIO()  # Unlike joined blocks, it gives its content away without a copy.
            async for block in answer.blocks:
                collected.write(block)
            return Response(answer.status, answer.headers, collected.getvalue())

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Streamed[AsyncIterator[bytes]]]:
        """Send a request and read the answer block by block, whatever its status. Raises TransportError.

        Never waits for others, so that a reader may send requests between blocks.
        """
        exchange = Exchange(request, self._options, self._proxies.find(parse_origin(request.url)))
        raw = await self._start(await self._pool(), exchange)
        try:
            headers = incoming_headers(raw.headers.items())
            async with aclosing(_blocks(exchange, raw, headers)) as blocks:
                yield Streamed(raw.status, headers, blocks)
        finally:
            raw.release()
            with suppress(aiohttp.ClientError, OSError):  # An early answer makes the rest of the body pointless.
                await raw.wait_for_close()

    async def close(self) -> None:
        """Close all connections. Idempotent; sending afterwards raises ClientClosedError."""
        self._closed = True
        own = self._pools.pop(asyncio.get_running_loop(), None)
        self._pools.clear()  # Those of other loops close there.
        if own:
            await own.close()

    async def _pool(self) -> Pool:
        if self._closed:
            raise closed()
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool and pool.process_id == os.getpid():
            return pool
        with self._opening:
            for other in list(self._pools):
                if other.is_closed():
                    del self._pools[other]
            pool = self._pools[loop] = Pool(self._options)
        await pool.open()
        return pool

    async def _start(self, pool: Pool, exchange: Exchange) -> aiohttp.ClientResponse:
        request, proxy = exchange.request, exchange.proxy
        headers = outgoing_headers(request.headers)
        if proxy and request.url.startswith("http:"):
            headers |= proxy.headers  # aiohttp gives proxy_headers to the proxy only with CONNECT.
        with exchange.translating(*_FAILURES):
            return await pool.session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=headers,
                data=PiecedPayload(request.body, exchange.silence) if request.body else None,
                timeout=aiohttp.ClientTimeout(
                    connect=self._options.connect_timeout, sock_read=exchange.silence, ceil_threshold=60
                ),
                allow_redirects=False,
                ssl=self._options.ssl_context or True,
                proxy=URL(proxy.url) if proxy else None,
                proxy_headers=proxy.headers if proxy else None,
            )


async def _blocks(
    exchange: Exchange, raw: aiohttp.ClientResponse, headers: dict[str, str]
) -> AsyncGenerator[bytes, None]:
    with exchange.translating(*_FAILURES):
        gunzip = gunzip_for(headers)
        async for block in raw.content.iter_any():
            if gunzip is None:
                yield block
                continue
            for decoded in gunzip.feed(block):
                yield decoded
                await asyncio.sleep(0)  # Other tasks get a turn while a large body is inflated.
        if gunzip:
            gunzip.finish()
