"""Listens for requests, and stops listening."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from aiohttp import web

# Connections that are still busy get so long when the emulator stops.
SHUTDOWN_SECONDS = 0.1
# aiohttp hears of a connection that was accepted just now so many turns of the loop later, and else would not close it.
CONNECTION_TURNS = 3
# Connections that may wait to be accepted.
BACKLOG = 128


def network_location(host: str, port: int) -> str:
    """A host and a port as URLs have them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, ssl_context: ssl.SSLContext | None
) -> AsyncGenerator[int, None]:
    """Serve an application at the port that this gives."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    server = await _listen(runner, host, port, ssl_context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        await _close(runner, server)


async def _listen(runner: web.AppRunner, host: str, port: int, ssl_context: ssl.SSLContext | None) -> asyncio.Server:
    """Listen on every address of the host, all at one port: where any will do, each takes another at first."""
    assert runner.server is not None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(runner.server, host, port, ssl=ssl_context, backlog=BACKLOG)
    ports = {listener.getsockname()[1] for listener in server.sockets}
    if len(ports) == 1:
        return server
    server.close()
    return await _listen(runner, host, min(ports), ssl_context)


async def _close(runner: web.AppRunner, server: asyncio.Server) -> None:
    """Stop serving. A caller who no longer reads would keep its connection open with what was not sent yet."""
    for listener in server.sockets:
        # Python 3.11 forgets to close a connection that it accepted just before the server is closed.
        with suppress(NotImplementedError):  # as on Windows
            asyncio.get_running_loop().remove_reader(listener.fileno())
    for _ in range(CONNECTION_TURNS):
        await asyncio.sleep(0)
    server.close()
    connections = [handler.transport for handler in runner.server.connections] if runner.server else []
    await runner.cleanup()
    for transport in filter(None, connections):
        transport.abort()
    for _ in range(CONNECTION_TURNS):
        await asyncio.sleep(0)
