"""The transport on aiohttp."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from types import TracebackType

import aiohttp
from yarl import URL

from anaplan_sdk._core.http.gunzip import UndecodableError
from anaplan_sdk._core.http.messages import Request, Response, Streamed, TransportOptions
from anaplan_sdk._io.aio.lock import running_loop
from anaplan_sdk._io.aio.pool import ONCE, PiecedPayload, Pool
from anaplan_sdk._io.http.failures import NotConnectedError, UnderWay, closed
from anaplan_sdk._io.http.messages import Measure, gunzip_for, incoming_headers, outgoing_headers, room_bytes
from anaplan_sdk._io.http.origins import Proxies, parse_origin
from anaplan_sdk._io.http.tls import check_context, context_for

_FAILURES = (NotConnectedError, UndecodableError, aiohttp.ClientError, aiohttp.http.HttpProcessingError, OSError)


class Transport:
    """Sends requests from any event loop; each loop has its own connections. Needs no loop to be made."""

    def __init__(self, options: TransportOptions) -> None:
        check_context(options.ssl_context)
        self._options = options
        self._proxies = Proxies(options.proxy)
        # By process too: what a fork inherits must be neither used nor closed.
        self._pools: dict[tuple[asyncio.AbstractEventLoop, int], Pool] = {}
        self._opening = threading.Lock()
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Send a request and collect the whole answer, whatever its status. Raises TransportError.

        Waits while ``connections`` requests are under way.
        """
        under_way = self._under_way(request)
        pool = await self._pool()
        async with _Limit(under_way) as limit, pool.places:
            limit.sent()
            async with await self._start(pool, under_way) as raw:
                headers = incoming_headers(raw.headers.items())
                # Unlike joined blocks, it gives its content away without a copy.
                collected = io.BytesIO(bytes(room_bytes(headers)))
                async for block in _blocks(under_way, raw, headers):
                    collected.write(block)
                collected.truncate()
                return Response(raw.status, headers, collected.getvalue())

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Streamed[AsyncIterator[bytes]]]:
        """Send a request and read the answer block by block, whatever its status. Raises TransportError.

        Never waits for others, so that a reader may send requests between blocks.
        """
        under_way = self._under_way(request)
        pool = await self._pool()
        async with _Limit(under_way) as limit:
            limit.sent()
            async with await self._start(pool, under_way) as raw:
                headers = incoming_headers(raw.headers.items())
                async with aclosing(_blocks(under_way, raw, headers)) as blocks:
                    yield Streamed(raw.status, headers, blocks)

    async def close(self) -> None:
        """Close all connections. Idempotent; sending afterwards raises ClientClosedError."""
        self._closed = True
        own = self._pools.pop((asyncio.get_running_loop(), os.getpid()), None)
        self._pools.clear()  # Those of other loops close there.
        if own:
            await own.close()

    def secrets(self, request: Request) -> tuple[str, ...]:
        """What a request is sent with that its sender does not know: the password of a proxy."""
        return self._proxies.secrets(parse_origin(request.url))

    def _under_way(self, request: Request) -> UnderWay:
        return UnderWay.of(request, self._options, self._proxies.find(parse_origin(request.url)))

    async def _pool(self) -> Pool:
        if self._closed:
            raise closed()
        here = (running_loop(), os.getpid())
        if pool := self._pools.get(here):
            return pool
        with self._opening:
            for loop, process_id in list(self._pools):
                if loop.is_closed():
                    del self._pools[loop, process_id]
            pool = self._pools[here] = Pool(self._options)
        await pool.open()
        return pool

    async def _start(self, pool: Pool, under_way: UnderWay) -> aiohttp.ClientResponse:
        if self._closed:  # while it waited for a place
            raise closed()
        request, proxy = under_way.request, under_way.proxy
        headers = outgoing_headers(request.headers)
        if proxy and request.url.startswith("http:"):
            headers |= proxy.headers  # aiohttp gives proxy_headers to the proxy only with CONNECT.
        tls = request.url.startswith("https:") or (proxy is not None and proxy.origin.scheme == "https")
        token = ONCE.set(not request.idempotent)
        try:
            return await pool.session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=headers,
                # aiohttp would call it application/octet-stream, even where there is none.
                skip_auto_headers=None if request.method == "GET" else ["Content-Type"],
                data=PiecedPayload(request.body, under_way.silence) if request.body else None,
                timeout=_limits(min(self._options.connect_timeout, under_way.start_by.remaining()), under_way.silence),
                allow_redirects=False,
                ssl=context_for(self._options) if tls else True,
                proxy=URL(proxy.url) if proxy else None,
                proxy_headers=proxy.headers if proxy else None,
            )
        except _FAILURES as error:
            under_way.fail(error)
        finally:
            ONCE.reset(token)


class _Limit:
    """Ends a request at its limits: that for being on its way, then that for its answer."""

    def __init__(self, under_way: UnderWay) -> None:
        self._under_way = under_way
        self._timeout = asyncio.timeout(under_way.start_by.left())
        self._sent = False

    def sent(self) -> None:
        """It is on its way from now on."""
        self._sent = True
        if (left := self._under_way.ends.left()) is not None:
            self._timeout.reschedule(asyncio.get_running_loop().time() + left)

    async def __aenter__(self) -> _Limit:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            self._under_way.out_of_time(sent=self._sent)


@functools.lru_cache(maxsize=64)
def _limits(connect_timeout: float, silence: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=connect_timeout, sock_read=silence)


async def _blocks(
    under_way: UnderWay, raw: aiohttp.ClientResponse, headers: dict[str, str]
) -> AsyncGenerator[bytes, None]:
    try:
        gunzip, measure = gunzip_for(headers), Measure(under_way.request, raw.status, headers)
        async for block in raw.content.iter_any():
            for decoded in gunzip.feed(block) if gunzip else (block,):
                yield measure.take(decoded)
                if measure.full:
                    return
                if gunzip:
                    await asyncio.sleep(0)  # Other tasks get a turn while a large body is inflated.
        if gunzip:
            gunzip.finish()
    except _FAILURES as error:
        under_way.fail(error)
