"""Connections of urllib3 that keep time limits, and take an answer that comes before the request is sent."""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, BinaryIO

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import create_connection
from urllib3.util.wait import wait_for_read, wait_for_socket

from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._io.http.failures import NotConnectedError, UnderWay
from anaplan_sdk._io.threads import THREADS, check_stopped, current_stop

_FAILURES = (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
_READ_BYTES = 65_536
# What a socket that does not wait says instead of waiting.
_WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
# Interim answers to one request. Nobody sends more than a few.
_MAX_INTERIM = 64
_INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n")
_FINAL = re.compile(rb"HTTP/1\.[01] [2-9]")
_NEVER = Deadline()

# The request that the calling thread is about to send: urllib3 has no way to hand it to a connection.
CURRENT: ContextVar[UnderWay | None] = ContextVar("the request under way", default=None)


class _Head:
    """A file that remembers its last line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.last = b""
        self.close = file.close

    def readline(self, limit: int) -> bytes:
        self.last = self._file.readline(limit)
        return self.last


class _Incoming(io.RawIOBase):
    """What comes in on a socket until a deadline, after what was read before."""

    def __init__(self, sock: Any, raw: Any, early: bytes, deadline: Deadline) -> None:
        self._sock, self._raw, self._early, self._deadline = sock, raw, early, deadline
        self._silence = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._early:
            size = min(len(buffer), len(self._early))
            buffer[:size], self._early = self._early[:size], self._early[size:]
            return size
        if self._deadline != _NEVER:
            self._sock.settimeout(_patience(self._silence, self._deadline))
        size = self._raw.readinto(buffer)
        return size or 0

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """Refuses a head that is cut short or malformed, of which http.client takes what it can read for the whole."""

    def __init__(self, connection: PlainConnection, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._unsent = connection.unsent
        buffered: Any = self.fp
        self.fp: Any = io.BufferedReader(_Incoming(sock, buffered.detach(), connection.early, connection.until))

    def begin(self) -> None:
        file: Any = self.fp
        self.fp = head = _Head(file)
        try:
            super().begin()
            interim = 0
            while 100 < self.status < 200:  # http.client knows only 100.
                interim += 1
                if interim > _MAX_INTERIM:
                    raise http.client.HTTPException("interim answers without end")
                self.headers = None  # type: ignore[assignment]
                super().begin()
        finally:
            if self.fp is head:
                self.fp = file
        if not head.last or self.headers.get_payload():
            raise http.client.HTTPException("the head of the answer is cut short or malformed")
        # The server expects the rest of the body, which it will not get.
        self.will_close = self.will_close or self._unsent


class Errand:
    """What a connection does for one call, which is cut where nobody waits for that any more."""

    def __init__(self, connection: PlainConnection | None) -> None:
        self.connection = connection

    def stop(self) -> None:
        """Cut the connection, from another thread, unless it is for others now."""
        if (connection := self.connection) is not None:
            connection.cut()


class PlainConnection(HTTPConnection):
    """Keeps the limit for connecting apart from that for sending, and its failures from all later ones.

    urllib3 makes a connection with the pool's limit for connecting, and sends requests within their own. An answer that
    comes while the body is still being sent ends the sending: a server that has refused it may never read the rest.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connect_timeout = self.timeout
        self._ends = _NEVER  # all that stays here of a request: an idle connection must hold no body
        self.until = _NEVER
        self.early = b""
        self.unsent = False
        self._ended = False
        self.idle_since = 0.0
        self._errand = Errand(None)

    def response_class(self, sock: Any, *args: Any, **kwargs: Any) -> _Response:  # type: ignore[override]
        return _Response(self, sock, *args, **kwargs)

    def connect(self) -> None:
        check_stopped()
        silence = self.timeout
        under_way = CURRENT.get()
        self.timeout = self._connect_timeout
        try:
            self.until = Deadline.after(self._connect_timeout)  # the whole of it, also with a proxy that drips
            if under_way is not None:
                self.until = Deadline(min(self.until.at, under_way.start_by.at))
                self.timeout = self.until.remaining() or 0.001
            super().connect()
        except _FAILURES as error:
            raise NotConnectedError from error
        self.timeout = silence
        self.sock.settimeout(silence)

    def _new_conn(self) -> socket.socket:
        failure: OSError = OSError("the host has no address")
        for address in self._addresses():
            try:
                return create_connection(
                    (address, self.port or 0), self.until.remaining() or 0.001, socket_options=self.socket_options
                )
            except OSError as error:
                failure = error
        raise failure

    def _addresses(self) -> list[str]:
        """The addresses of the host. Looking them up knows no limit, so another thread does it."""
        look_up = partial(socket.getaddrinfo, self._dns_host, self.port, 0, socket.SOCK_STREAM)
        try:
            found = THREADS.submit(look_up).result(self.until.left())
        except UnicodeError:
            raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def request(self, *args: Any, **kwargs: Any) -> None:
        # Whoever waits for the answer can be stopped: the connection is cut, and what is read from it ends.
        self._errand.connection = None  # the one before has ended, and may cut no more
        self._errand = Errand(self)
        if (stop := current_stop()) is not None:
            stop.add(self._errand)
        under_way = CURRENT.get()
        self._ends = under_way.ends if under_way is not None else _NEVER
        self.early, self.unsent, self._ended = b"", False, False
        super().request(*args, **kwargs)
        self.until = self._ends

    def cut(self) -> None:
        """End whatever waits for this connection in another thread."""
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def send(self, data: Any) -> None:
        if self._ended:
            self.unsent = True
        elif isinstance(data, memoryview) and isinstance(self.sock, socket.socket):
            self._send_piece(self.sock, data)
        else:
            super().send(data)

    def _send_piece(self, sock: socket.socket, piece: memoryview) -> None:
        sock.settimeout(0)
        try:
            self._ended = self._is_answered(sock)
            while piece and not self._ended:
                try:
                    piece = piece[sock.send(piece) :]
                except _WOULD_BLOCK:
                    if not wait_for_socket(sock, read=True, write=True, timeout=self._patience()):
                        raise TimeoutError from None
                    self._ended = self._is_answered(sock)
        finally:
            sock.settimeout(self.timeout)
        self.unsent = self.unsent or bool(piece)

    def _is_answered(self, sock: socket.socket) -> bool:
        """Whether the server has answered already, or hung up; interim answers are none."""
        if not wait_for_read(sock, timeout=0):
            return False
        try:
            block = sock.recv(_READ_BYTES)
        except _WOULD_BLOCK:  # part of a TLS record, or a message of TLS itself
            return False
        except OSError:
            return True  # Reading the answer says why.
        self.early += block
        while interim := _INTERIM.match(self.early):
            self.early = self.early[interim.end() :]
        return not block or _FINAL.match(self.early) is not None or len(self.early) > _READ_BYTES

    def _patience(self) -> float | None:
        return _patience(self.timeout, self._ends)


class TLSConnection(PlainConnection, HTTPSConnection):  # pyright: ignore[reportIncompatibleVariableOverride]
    """The same under TLS."""


def _patience(silence: Any, deadline: Deadline) -> float | None:
    """Seconds to wait for the next byte. TimeoutError where the deadline has passed."""
    left = deadline.remaining()
    if left <= 0:
        raise TimeoutError
    return left if silence is None else min(float(silence), left)
