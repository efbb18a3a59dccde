"""A real proxy: passes requests on, opens tunnels, and may want a password."""

from __future__ import annotations

import base64
import http.client
import socket
import threading
from contextlib import closing, suppress
from urllib.parse import urlsplit

from .server import Connection, Received, Script

_OF_ONE_CONNECTION = ("connection", "keep-alive", "transfer-encoding", "content-length")


def proxying(user: str | None = None, password: str = "", onward: str | None = None) -> Script:
    """A script for a proxy that serves this user only, or everybody.

    It goes where a request wants to go, or to the server at *onward*, which nobody else has to be able to find.
    """
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def script(connection: Connection) -> None:
        while received := connection.receive():
            if user is not None and received.headers.get("proxy-authorization") != wanted:
                connection.answer(407, b"Who are you?", Connection="close")
                return
            if received.method == "CONNECT":
                _tunnel(connection, onward or received.target)
                return
            connection.send(_forwarded(received, onward))

    return script


def _forwarded(received: Received, onward: str | None) -> bytes:
    split = urlsplit(received.target)
    address = urlsplit(f"//{onward}") if onward else split
    headers = {name: value for name, value in received.headers.items() if not name.startswith("proxy-")}
    with closing(http.client.HTTPConnection(address.hostname or "", address.port or 80)) as server:
        server.request(received.method, f"{split.path}?{split.query}", received.body, headers)
        answer = server.getresponse()
        body = answer.read()
    kept = {name: value for name, value in answer.getheaders() if name.lower() not in _OF_ONE_CONNECTION}
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in kept.items())]
    if answer.status != 204:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


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
