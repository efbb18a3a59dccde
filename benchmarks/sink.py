"""A server that costs little: it speaks just enough HTTP and Anaplan to be sent to and fetched from.

It runs in a process of its own until its standard input ends, tells its port in the first line that it prints, and in
the second what it received.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.answers import Answer, Answers

BLOCK_BYTES = 1 << 20
CLIENTS = 128
# Linux throws received bytes away without copying them to anybody.
DISCARD = getattr(socket, "MSG_TRUNC", 0) if sys.platform == "linux" else 0


class Wire:
    """The network's speed, shared by all connections, and the bytes of bodies that it carried."""

    # How far reading may run ahead of the rate, in seconds, because the system wakes sleepers late.
    SLACK = 0.005

    def __init__(self, bytes_per_second: float) -> None:
        self.received_bytes = 0
        self._rate = bytes_per_second
        self._clear_at = 0.0
        self._counting = threading.Lock()

    @property
    def block_bytes(self) -> int:
        """Bytes to read at a time: what the wire carries in two milliseconds."""
        return max(4096, min(BLOCK_BYTES, int(self._rate / 500))) if self._rate else BLOCK_BYTES

    def carry(self, size_bytes: int) -> None:
        """Count bytes, and take the time that they need."""
        with self._counting:
            self.received_bytes += size_bytes
            if not self._rate:
                return
            self._clear_at = max(self._clear_at, time.monotonic() - self.SLACK) + size_bytes / self._rate
            wait = self._clear_at - time.monotonic()
        if wait > 0:
            time.sleep(wait)


class Connection:
    """One client's connection, served by a thread."""

    def __init__(self, connected: socket.socket, answers: Answers, wire: Wire, latency: float) -> None:
        self._socket = connected
        self._answers = answers
        self._wire = wire
        self._latency = latency

    def serve(self) -> None:
        """Answer requests until the client hangs up."""
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._socket:
            try:
                while request := self._request():
                    time.sleep(self._latency)
                    self._answer(self._answers.to(*request))
            except OSError:
                return  # a client that was closed in the middle

    def _request(self) -> tuple[str, str] | None:
        """Method and target of the next request, its body thrown away."""
        received = b""
        while b"\r\n\r\n" not in received:
            block = self._socket.recv(4096)
            if not block:
                return None
            received += block
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        self._discard(int(headers.get("content-length", "0")), len(body))
        method, target, _ = first.split(" ")
        return method, target

    def _discard(self, size_bytes: int, come_bytes: int) -> None:
        self._wire.carry(come_bytes)
        left = size_bytes - come_bytes
        buffer = bytearray(min(left, self._wire.block_bytes))
        while left > 0:
            came = self._socket.recv_into(buffer, min(left, len(buffer)), DISCARD)
            if not came:
                raise ConnectionResetError
            left -= came
            self._wire.carry(came)

    def _answer(self, answer: Answer) -> None:
        head = f"HTTP/1.1 {answer.status} Fine\r\nContent-Type: {answer.content_type}\r\n"
        size_bytes = len(answer.body) if answer.part is None else answer.part.size_bytes
        if answer.status != 204:
            head += f"Content-Length: {size_bytes}\r\n"
        self._socket.sendall(head.encode() + b"\r\n" + answer.body)
        if answer.part is not None:
            with answer.part.path.open("rb") as file:
                self._socket.sendfile(file, answer.part.offset, answer.part.size_bytes)


def listen(rate: float) -> socket.socket:
    """A socket on a free port; a slow one takes little more from the senders' system than it has read."""
    listening = socket.socket()
    if rate:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    listening.bind(("127.0.0.1", 0))
    listening.listen(256)
    return listening


def accept(listening: socket.socket, answers: Answers, wire: Wire, latency: float) -> None:
    """Serve one client after the other. Many threads do so, for to start one while a client waits takes its time."""
    while True:
        Connection(listening.accept()[0], answers, wire, latency).serve()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Path, help="what downloads fetch")
    parser.add_argument("--chunk-bytes", type=int, default=25_000_000)
    parser.add_argument("--models", type=int, default=0, help="rows of the listing of models")
    parser.add_argument("--line-items", type=int, default=0, help="rows of the listing of line items")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--rate", type=float, default=0.0, help="bytes a second that are read; 0 for all that come")
    chosen = parser.parse_args()
    wire = Wire(chosen.rate)
    answers = Answers.of(chosen.content, chosen.chunk_bytes, chosen.models, chosen.line_items)
    listening = listen(chosen.rate)
    print(listening.getsockname()[1], flush=True)
    for _ in range(CLIENTS):
        threading.Thread(target=accept, args=(listening, answers, wire, chosen.latency), daemon=True).start()
    sys.stdin.read()
    with suppress(BrokenPipeError):  # whoever measures was interrupted
        print(json.dumps({"received_bytes": wire.received_bytes}), flush=True)
    os._exit(0)  # threads may be in the middle of a body that nobody waits for


if __name__ == "__main__":
    main()
