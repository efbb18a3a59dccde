"""The connections of one event loop, and the ways of aiohttp that must not show."""

from __future__ import annotations

import asyncio
import socket
import sys
import weakref
from collections.abc import AsyncGenerator
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from anaplan_sdk._core.http.framing import Framing
from anaplan_sdk._core.http.messages import Body, TransportOptions
from anaplan_sdk._io.http.failures import NotConnectedError
from anaplan_sdk._io.http.messages import body_pieces

# The limit of http.client. aiohttp's own is 8 kB, which gateways exceed with their policies and cookies.
_MAX_LINE_BYTES = 65_536
# Servers leave an idle connection open for longer than this, in seconds.
_IDLE = 0.05
# Turns of the loop in which asyncio closes a TLS connection that was cut; a handful is enough.
_FAREWELL_TURNS = 100


# Whether the running task sends what must not be repeated: on a new connection, and not on one that was used before.
ONCE: ContextVar[bool] = ContextVar("a request that must not be repeated", default=False)


class Pool:
    """The connections of one event loop. They close with the loop, or when nothing uses the pool any more."""

    def __init__(self, options: TransportOptions) -> None:
        self.places = asyncio.Semaphore(options.connections)
        self._connector = _Connector()
        self.session = aiohttp.ClientSession(
            connector=self._connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=_MAX_LINE_BYTES,
            max_field_size=_MAX_LINE_BYTES,
            middlewares=(_send_once,),
        )
        self._keeper = _keep(self._connector)
        # A session that is dropped open logs an error; detached, it is silent. The connector is the keeper's to close.
        weakref.finalize(self, self.session.detach)

    async def open(self) -> None:
        """Tie the connections to the running loop."""
        await anext(self._keeper)

    async def close(self) -> None:
        """Close the connections."""
        await self._connector.hang_up()
        await self._keeper.aclose()


async def _keep(connector: _Connector) -> AsyncGenerator[None, None]:
    """Close the connector when the loop shuts its generators down, as ``asyncio.run`` does, or finalizes this one."""
    # A nested loop, as in some notebooks, does neither. Then nothing may be awaited when this generator is dropped.
    is_looked_after = sys.get_asyncgen_hooks().finalizer is not None
    try:
        yield
    finally:
        if is_looked_after:
            await connector.hang_up()
        else:
            connector.cut()


class _Protocol(ResponseHandler):
    """Tells whoever reads a body that its framing is broken: aiohttp closes the connection then, and tells nobody."""

    _framing: Framing | None = None

    def set_response_params(self, **options: Any) -> None:
        self._framing = Framing()
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        if data and self._framing is not None and not self._framing.feed(data):
            if self.transport is not None:
                self.transport.close()
            self.set_exception(aiohttp.ClientPayloadError("the framing is broken"))
        else:
            super().data_received(data)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        super().set_exception(exc, *filter(None, [exc_cause]))
        body = self._payload
        broken = isinstance(exc, aiohttp.http.HttpProcessingError | aiohttp.ClientPayloadError)
        if broken and body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(aiohttp.ClientPayloadError("the framing is broken"))


class _Connector(aiohttp.TCPConnector):
    """Tells a failure to connect from all later ones, which aiohttp's exceptions do not."""

    def __init__(self) -> None:
        # No limit here: aiohttp's would count streams as well, and its wait for a place the time to connect.
        super().__init__(limit=0, socket_factory=self._new_socket)
        self._factory: Any = partial(_Protocol, loop=asyncio.get_running_loop())
        self._last_use = 0.0
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        now = asyncio.get_running_loop().time()
        if now - self._last_use > _IDLE:
            # The program may have kept the loop busy while the server closed idle connections: the loop hears of that
            # in its next turn, and puts them away in the one after.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        self._last_use = now
        try:
            return await super().connect(req, traces, timeout)
        except aiohttp.ClientHttpProxyError as error:
            # Not chained: its repr shows the headers that were sent to the proxy.
            raise NotConnectedError from OSError(f"the proxy refused a tunnel ({error.status} {error.message})")
        except (aiohttp.ClientError, OSError) as error:
            raise NotConnectedError from error

    async def _get(self, key: Any, traces: Any) -> Connection | None:
        return None if ONCE.get() else await super()._get(key, traces)

    async def hang_up(self) -> None:
        """Close, and end TLS that waits for the other side's farewell, which aiohttp forgets."""
        await self.close()
        self.cut()
        for _ in range(_FAREWELL_TURNS):
            if all(sock.fileno() == -1 for sock in self._sockets):
                return
            await asyncio.sleep(0)

    def cut(self) -> None:
        """End every connection at once."""
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _new_socket(self, address: Any) -> socket.socket:
        family, kind, protocol, *_ = address
        sock = socket.socket(family, kind, protocol)
        self._sockets.add(sock)
        return sock

    def __del__(self, _warnings: Any = None) -> None:
        """Be silent. Left open only where a loop was closed without shutting down its generators."""


async def _send_once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a GET, PUT or DELETE again by itself: retries are not decided here."""
    try:
        return await send(request)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
        raise aiohttp.ClientConnectionError from error


class PiecedPayload(aiohttp.Payload):
    """A body that is sent in pieces without being copied; a piece that is not taken in time raises TimeoutError."""

    def __init__(self, body: Body, silence: float) -> None:
        super().__init__(body)
        self._size = memoryview(body).nbytes
        self._silence = silence

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write the body."""
        for piece in body_pieces(self._value):
            async with asyncio.timeout(self._silence):
                await writer.write(piece)
            await asyncio.sleep(0)  # A fast network never makes a writer wait, and other tasks would have to.

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The body as text, for aiohttp's own use."""
        return bytes(self._value).decode(encoding, errors)
