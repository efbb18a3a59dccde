"""The caller's time limit against servers that go on for ever, and what a server says before it was told everything."""

from __future__ import annotations

import time

import pytest

from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk.errors import RequestTimeoutError, TransportError, WaitTimeoutError
from stage.wire.authority import Authority
from stage.wire.server import Connection, Script, answering, head, sending, serving

from ..conftest import Connect

CHUNKED = head(Transfer_Encoding="chunked")
BODY = bytes(20_000_000)


def dripping(begin: bytes, drop: bytes) -> Script:
    """A script that says something again and again, and never comes to an end."""

    def script(connection: Connection) -> None:
        if connection.receive():
            connection.send(begin)
            while not connection.server.stopping.wait(0.02):
                connection.send(drop)

    return script


def refusing(connection: Connection) -> None:
    """Refuse a request by its head, and read no more; take the whole of it on any later connection."""
    if connection.number > 1:
        return answering()(connection)
    if connection.receive(body=False):
        connection.answer(401, b"no")
        connection.wait()
    return None


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (CHUNKED, b"1\r\nx\r\n"),
        (head(Content_Length="1000000"), b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["chunks", "body", "head", "interim answers"],
)
@pytest.mark.parametrize("how", ["send", "stream"])
@pytest.mark.parametrize("once", [False, True])
def test_a_server_that_drips(connect: Connect, begin: bytes, drop: bytes, how: str, once: bool) -> None:
    with serving(dripping(begin, drop)) as server:
        request = Request("POST", server.url, body=b"x", deadline=Deadline.after(0.1), idempotent=not once)
        with pytest.raises(RequestTimeoutError if b"103" not in drop else TransportError) as caught:
            getattr(connect(read_timeout=0.3), how)(request)
    assert caught.value.maybe_received


def test_a_server_that_reads_slowly(connect: Connect) -> None:
    def script(connection: Connection) -> None:
        connection.receive(body=False)
        while not connection.server.stopping.wait(0.02):
            connection.read(10_000)

    with serving(script) as server, pytest.raises(RequestTimeoutError):
        connect(read_timeout=30).send(Request("PUT", server.url, body=BODY, deadline=Deadline.after(0.1)))


def test_a_request_that_waits_for_its_place_has_not_been_sent(connect: Connect) -> None:
    with serving(Connection.wait) as server:
        request = Request("GET", server.url, deadline=Deadline.after(0.2))
        results = connect(read_timeout=30, connections=1).send_all([request, request])
        assert server.connections == 1
    assert all(isinstance(result, WaitTimeoutError) for result in results)
    assert sorted(result.maybe_received for result in results if isinstance(result, TransportError)) == [False, True]


def test_a_time_limit_that_is_not_reached(connect: Connect) -> None:
    with serving(answering(body=b"abc")) as server:
        caller = connect()
        request = Request("GET", server.url, deadline=Deadline.after(60))
        assert caller.send(request).body == caller.stream(request).body == b"abc"
        assert server.connections == 1


def test_what_must_not_be_repeated_goes_out_on_a_new_connection(connect: Connect) -> None:
    with serving(answering()) as server:
        caller = connect()
        caller.send(Request("GET", server.url))
        caller.send(Request("POST", server.url, body=b"x", idempotent=False))
        assert server.connections == 2
        caller.send(Request("GET", server.url))
        assert server.connections == 2


@pytest.mark.parametrize("tls", [False, True])
def test_an_answer_that_comes_before_the_body_is_sent(connect: Connect, authority: Authority, tls: bool) -> None:
    with serving(refusing, authority.serving() if tls else None) as server:
        caller = connect(ssl_context=authority.trusting if tls else None, read_timeout=30)
        answer = caller.send(Request("PUT", server.url, body=BODY))
        assert (answer.status, answer.body) == (401, b"no")
        assert caller.send(Request("PUT", server.url, body=BODY)).status == 200  # and not on the same connection
        assert server.requests[-1].body == BODY


@pytest.mark.parametrize("tls", [False, True])
def test_an_interim_answer_does_not_end_the_sending(connect: Connect, authority: Authority, tls: bool) -> None:
    def script(connection: Connection) -> None:
        request = connection.receive(body=False)
        connection.send(head(103, Link="</x>"))
        if request:
            assert len(connection.read(int(request.headers["content-length"]))) == len(BODY)
        connection.answer(body=b"abc")

    with serving(script, authority.serving() if tls else None) as server:
        caller = connect(ssl_context=authority.trusting if tls else None)
        answer = caller.send(Request("PUT", server.url, body=BODY))
    assert answer == Response(200, {"content-length": "3"}, b"abc")


@pytest.mark.parametrize(
    "chunks",
    [
        b"5\r\nabc\r\n0\r\n\r\n",
        b"4\r\nabc\r\n0\r\n\r\n",
        b"2\r\nabc\r\n0\r\n\r\n",
        b"3\r\nabc\r\nzz\r\n",
        b"3\r\nabc\r\nHTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    ],
)
@pytest.mark.parametrize("pause", [0.0, 0.05])
def test_an_answer_with_broken_framing(connect: Connect, chunks: bytes, pause: float) -> None:
    def script(connection: Connection) -> None:
        connection.receive()
        connection.send(CHUNKED)
        time.sleep(pause)
        connection.send(chunks)
        connection.server.stopping.wait(5)  # a gateway that does not hang up

    with serving(script) as server:
        caller = connect(read_timeout=1)
        with pytest.raises(TransportError) as caught:
            caller.send(Request("GET", server.url))
    assert caught.value.maybe_received


def test_chunks_that_are_well_framed(connect: Connect) -> None:
    with serving(sending(CHUNKED + b"3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nX-Sum: 1\r\n\r\n")) as server:
        assert connect().send(Request("GET", server.url)).body == b"abcd"
