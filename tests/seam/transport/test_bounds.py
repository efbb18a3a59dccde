"""How much of an answer is read into memory, whatever a server sends."""

from __future__ import annotations

import zlib

import pytest

from anaplan_sdk._core.http.messages import Request
from anaplan_sdk._io.http import messages
from anaplan_sdk._io.http.messages import MAX_ERROR_BYTES
from anaplan_sdk.errors import TransportError
from stage.wire.server import Connection, answering, head, serving

from ..conftest import Connect

JSON = {"Accept": "application/json"}
MEGABYTE = bytes(1_000_000)


def endless(status: int, content_type: str, *, gzipped: bool = False) -> tuple[bytes, bytes]:
    """The head of an answer that never ends, and what comes again and again."""
    encoding = {"Content_Encoding": "gzip"} if gzipped else {}
    compressor = zlib.compressobj(wbits=31)
    begin = compressor.compress(MEGABYTE) + compressor.flush(zlib.Z_FULL_FLUSH) if gzipped else b""
    more = compressor.compress(MEGABYTE) + compressor.flush(zlib.Z_FULL_FLUSH) if gzipped else MEGABYTE
    chunked = head(status, Content_Type=content_type, Transfer_Encoding="chunked", **encoding)
    first = b"%x\r\n%b\r\n" % (len(begin), begin) if begin else b""
    return chunked + first, b"%x\r\n%b\r\n" % (len(more), more)


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize("how", ["send", "stream"])
@pytest.mark.parametrize(("status", "content_type"), [(500, "application/json"), (302, ""), (200, "text/html")])
def test_only_the_beginning_of_an_error_is_read(
    connect: Connect, status: int, content_type: str, how: str, gzipped: bool
) -> None:
    begin, more = endless(status, content_type, gzipped=gzipped)

    def script(connection: Connection) -> None:
        if connection.receive():
            connection.send(begin)
            while not connection.server.stopping.is_set():
                connection.send(more)

    with serving(script) as server:
        caller = connect(read_timeout=30)
        answer = getattr(caller, how)(Request("GET", server.url, {"Accept": "*/*"}))
        assert (answer.status, len(answer.body)) == (status, MAX_ERROR_BYTES)
        assert (
            caller.send(Request("GET", server.url)).status == status
        )  # and not on the connection that has more to say
        assert server.connections == 2


@pytest.mark.parametrize("gzipped", [False, True])
def test_json_has_a_bound(connect: Connect, monkeypatch: pytest.MonkeyPatch, gzipped: bool) -> None:
    monkeypatch.setattr(messages, "MAX_JSON_BYTES", 10_000_000)
    begin, more = endless(200, "application/json", gzipped=gzipped)

    def script(connection: Connection) -> None:
        if connection.receive():
            connection.send(begin)
            while not connection.server.stopping.is_set():
                connection.send(more)

    with serving(script) as server, pytest.raises(TransportError, match="larger than 10,000,000 bytes"):
        connect(read_timeout=30).send(Request("GET", server.url, JSON))


def test_content_has_none(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_JSON_BYTES", 1_000)
    with serving(answering(200, MEGABYTE)) as server:
        assert connect().send(Request("GET", server.url, {"Accept": "*/*"})).body == MEGABYTE
