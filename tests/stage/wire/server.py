"""A server whose every byte a test decides: a script is run for each connection, in its own thread."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import BinaryIO, TypeAlias

import attrs


@attrs.frozen
class Received:
    """A request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)


class Connection:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket, server: Server, number: int) -> None:
        self.sock = sock
        self.server = server
        self.number = number
        self._file: BinaryIO = sock.makefile("rb")

    def receive(self, *, body: bool = True) -> Received | None:
        """The next request, None at the end of the connection; recorded in the server's ``requests``."""
        line = self._file.readline()
        if not line:
            return None
        method, target, _ = line.decode().split()
        headers: dict[str, str] = {}
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        content = self._file.read(int(headers.get("content-length", 0))) if body else b""
        received = Received(method, target, headers, content)
        self.server.requests.append(received)
        return received

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.sock.sendall(data)

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """Send a whole response; underscores in header names stand for hyphens."""
        self.send(head(status, Content_Length=str(len(body)), **headers) + body)

    def reset(self) -> None:
        """Break the connection as a crash does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def read(self, size_bytes: int) -> bytes:
        """Read so many bytes of a body."""
        return self._file.read(size_bytes)

    def wait(self) -> None:
        """Read nothing and say nothing until the test ends."""
        self.server.stopping.wait()

    def close(self) -> None:
        self._file.close()
        self.sock.close()


Script: TypeAlias = Callable[[Connection], None]


def head(status: int = 200, **headers: str) -> bytes:
    """The head of a response; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def answering(status: int = 200, body: bytes = b"", **headers: str) -> Script:
    """A script that gives every request the same answer."""

    def script(connection: Connection) -> None:
        while connection.receive():
            connection.answer(status, body, **headers)

    return script


def sending(data: bytes) -> Script:
    """A script that sends these bytes for the first request, and hangs up."""

    def script(connection: Connection) -> None:
        if connection.receive():
            connection.send(data)

    return script


class Server:
    """Runs a script for each connection that it accepts."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Received] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.address}"
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]

    def start(self) -> None:
        self._threads[0].start()

    @property
    def open_connections(self) -> int:
        """Connections that a script still serves."""
        return len(self._open)

    def stop(self) -> None:
        self.stopping.set()
        # Closing alone would not wake up a thread that is waiting in accept().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in list(self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock, self.connections))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        try:
            with suppress(OSError):  # The client hung up, or refused our certificate.
                if self._tls:
                    sock = self._tls.wrap_socket(sock, server_side=True)
                self._run(sock, number)
        finally:
            sock.close()

    def _run(self, sock: socket.socket, number: int) -> None:
        connection = Connection(sock, self, number)
        self._open.add(sock)
        try:
            self._script(connection)
        finally:
            self._open.discard(sock)
            connection.close()


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free port of the loopback."""
    server = Server(script, tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()
