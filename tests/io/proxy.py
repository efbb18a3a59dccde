"""A real proxy: passes requests on, opens tunnels, and may want a password."""

from __future__ import annotations

import base64
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from .server import Connection, Received, Script


def proxying(user: str | None = None, password: str = "") -> Script:
    """A script for a proxy that serves this user only, or everybody."""
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def script(connection: Connection) -> None:
        while received := connection.receive():
            if user is not None and received.headers.get("proxy-authorization") != wanted:
                connection.answer(407, b"Who are you?", Connection="close")
                return
            if received.method == "CONNECT":
                _tunnel(connection, received.target)
                return
            connection.send(_forwarded(received))

    return script


def _forwarded(received: Received) -> bytes:
    split = urlsplit(received.target)
    lines = [f"{received.method} {split.path}?{split.query} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in received.headers.items() if not name.startswith("proxy-")]
    with socket.create_connection((split.hostname or "", split.port or 80)) as onward:
        onward.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + received.body)
        onward.shutdown(socket.SHUT_WR)  # The last request: hang up once it is answered.
        with onward.makefile("rb") as answer:
            return answer.read()


def _tunnel(connection: Connection, target: str) -> None:
    host, _, port = target.rpartition(":")
    with socket.create_connection((host, int(port))) as onward:
        connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_pump, args=(onward, connection.sock))
        back.start()
        _pump(connection.sock, onward)
        back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
