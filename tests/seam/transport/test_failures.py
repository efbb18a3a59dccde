"""Every failure is a TransportError that says whether the request may have been received, and holds no secret."""

from __future__ import annotations

import gzip
import pickle
import socket
import ssl
import time
import traceback
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk.errors import ConfigurationError, TransportError
from stage.wire.authority import Authority
from stage.wire.server import Connection, Script, Server, answering, head, sending, serving

from ..conftest import Connect

SECRET = "s3cr3t"


def failure(connect: Connect, request: Request, how: str = "send", **options: object) -> TransportError:
    """The failure of ``request``, which holds no secret."""
    with pytest.raises(TransportError) as caught:
        getattr(connect(**options), how)(request)
    text = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert SECRET not in text
    assert SECRET.encode() not in pickle.dumps(caught.value)
    return caught.value


def secretive(url: str, method: str = "POST", body: bytes = b"x") -> Request:
    return Request(method, f"{url}/path?token={SECRET}", {"Authorization": SECRET}, body)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection(connect: Connect) -> None:
    port = free_port()
    error = failure(connect, secretive(f"http://127.0.0.1:{port}"))
    assert not error.maybe_received
    assert f"No connection to 127.0.0.1:{port}: " in str(error)
    assert "refused" in str(error)
    assert "POST /path was not sent" in str(error)


def test_an_unknown_host(connect: Connect) -> None:
    error = failure(connect, secretive("http://no-such-host.invalid"), plain_http=True)
    assert not error.maybe_received
    assert "no-such-host.invalid:80: the host name is not known" in str(error)


def test_a_handshake_that_takes_too_long(connect: Connect) -> None:
    with serving(Connection.wait) as server:
        error = failure(connect, secretive(f"https://{server.address}"), connect_timeout=0.1, read_timeout=30)
    assert not error.maybe_received
    assert "none was established within 0.1 s" in str(error)


def test_a_certificate_that_is_not_trusted(connect: Connect, authority: Authority) -> None:
    with serving(answering(), authority.serving()) as server:
        error = failure(connect, secretive(server.url))
    assert not error.maybe_received
    assert "the certificate is not trusted (unable to get local issuer certificate)" in str(error)
    assert "ssl_context=" in str(error)
    assert server.requests == []


def test_a_certificate_for_another_host(connect: Connect, authority: Authority) -> None:
    with serving(answering(), authority.serving("127.0.0.2")) as server:
        error = failure(connect, secretive(server.url), ssl_context=authority.trusting)
    assert not error.maybe_received
    assert "certificate is not valid for '127.0.0.1'" in str(error)
    assert server.requests == []


def test_a_trusted_certificate(connect: Connect, authority: Authority) -> None:
    content = b"x" * 1_000_000
    with serving(answering(200, content), authority.serving()) as server:
        caller = connect(ssl_context=authority.trusting)
        assert caller.send(Request("PUT", server.url, body=content)).body == content
        assert caller.stream(Request("GET", server.url)).body == content
        assert (server.requests[0].body, server.connections) == (content, 1)


def test_tls_that_is_none(connect: Connect) -> None:
    with serving(lambda connection: connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        error = failure(connect, secretive(f"https://{server.address}"))
    assert not error.maybe_received
    assert "TLS failed" in str(error)


@pytest.mark.parametrize(
    ("verify", "check"), [(ssl.CERT_NONE, False), (ssl.CERT_OPTIONAL, True), (ssl.CERT_REQUIRED, False)]
)
def test_a_context_that_does_not_verify_is_refused(connect: Connect, verify: ssl.VerifyMode, check: bool) -> None:
    context = ssl.create_default_context()
    context.check_hostname = check
    context.verify_mode = verify
    with pytest.raises(ConfigurationError, match="does not verify"):
        connect(ssl_context=context)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_a_connection_dropped_before_the_answer_is_not_tried_again(connect: Connect, method: str) -> None:
    with serving(sending(b"")) as server:
        error = failure(connect, secretive(server.url, method))
        assert error.maybe_received
        assert f"from {server.address} to {method} /path: the connection broke" in str(error)
        assert len(server.requests) == 1


def test_a_connection_reset_before_the_answer(connect: Connect) -> None:
    def script(connection: Connection) -> None:
        connection.receive()
        connection.reset()

    with serving(script) as server:
        assert failure(connect, secretive(server.url)).maybe_received
        assert len(server.requests) == 1


CUT = {
    "head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "head after a line": b"HTTP/1.1 204 No Content\r\nX: y\r\n",
    "head with a line that is none": b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 0\r\n\r\n",
    "length": head(Content_Length="100") + b"x" * 99,
    "chunk": head(Transfer_Encoding="chunked") + b"a\r\n12345",
    "chunks": head(Transfer_Encoding="chunked") + b"5\r\n12345\r\n",
    "chunk size": head(Transfer_Encoding="chunked") + b"zz\r\n12345\r\n0\r\n\r\n",
    "not http": b"220 mail.example ESMTP\r\n",
    "status": b"HTTP/1.1 OK\r\n\r\n",
}


@pytest.mark.parametrize("data", CUT.values(), ids=CUT)
@pytest.mark.parametrize("how", ["send", "stream"])
def test_an_answer_that_is_cut_short_or_not_http(connect: Connect, data: bytes, how: str) -> None:
    with serving(sending(data)) as server:
        error = failure(connect, secretive(server.url, "GET"), how)
    assert error.maybe_received
    assert "to GET /path" in str(error)


GZIPPED = gzip.compress(bytes(range(256)) * 100)
WRONG = {
    "not gzip": (b"plain text", "gzip", "is not valid gzip"),
    "changed": (GZIPPED[:40] + b"\0\0\0" + GZIPPED[43:], "gzip", "is not valid gzip"),
    "wrong sum": (GZIPPED[:-8] + b"\0\0\0\0" + GZIPPED[-4:], "gzip", "is not valid gzip"),
    "cut": (GZIPPED[:-10], "gzip", "is gzip that was cut short"),
    "cut checksum": (GZIPPED[:-1], "x-gzip", "is gzip that was cut short"),
    "more": (GZIPPED + b"more", "gzip", "is not valid gzip"),
    "unknown": (b"\x0b\x02\x80hi\x03", "br", "not asked for"),
    "twice": (gzip.compress(GZIPPED), "gzip, gzip", "not asked for"),
}


@pytest.mark.parametrize(("body", "encoding", "reason"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("how", ["send", "stream"])
def test_a_body_that_is_not_as_its_encoding_says(
    connect: Connect, body: bytes, encoding: str, reason: str, how: str
) -> None:
    script = answering(200, body, Content_Encoding=encoding)
    with serving(script) as server, pytest.raises(TransportError, match=reason) as caught:
        getattr(connect(), how)(Request("GET", server.url))
    assert caught.value.maybe_received


def silent_after(data: bytes) -> Script:
    def script(connection: Connection) -> None:
        connection.receive()
        connection.send(data)
        connection.wait()

    return script


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200", head(Content_Length="9"), head(Content_Length="9") + b"x"])
def test_silence_while_receiving(connect: Connect, data: bytes) -> None:
    with serving(silent_after(data)) as server:
        error = failure(connect, secretive(server.url), read_timeout=0.1)
        assert error.maybe_received
        assert "no data was sent or received for 0.1 s" in str(error)
        assert "read_timeout=" in str(error)


def test_a_request_has_its_own_limit_of_silence(connect: Connect) -> None:
    def script(connection: Connection) -> None:
        while connection.receive():
            time.sleep(0.15)
            connection.answer(200, b"late")

    with serving(script) as server:
        assert connect(read_timeout=0.05).send(Request("GET", server.url, read_timeout=10)).body == b"late"
        error = failure(connect, Request("GET", server.url, read_timeout=0.05), read_timeout=10)
    assert "for 0.05 s" in str(error)


@pytest.mark.parametrize("tls", [False, True])
def test_silence_while_sending(connect: Connect, authority: Authority, tls: bool) -> None:
    with serving(Connection.wait, authority.serving() if tls else None) as server:
        request = secretive(server.url, "PUT", b"x" * 30_000_000)
        error = failure(connect, request, read_timeout=0.2, connect_timeout=30, ssl_context=authority.trusting)
    assert error.maybe_received
    assert "no data was sent or received for 0.2 s" in str(error)


def test_a_slow_reader_is_not_silent(connect: Connect) -> None:
    def script(connection: Connection) -> None:
        connection.receive(body=False)
        for _ in range(20):
            connection.read(1_000_000)
            time.sleep(0.06)
        connection.answer(200, b"all")

    with serving(script) as server:
        caller = connect(read_timeout=1, connect_timeout=1)
        assert caller.send(Request("PUT", server.url, body=b"x" * 20_000_000)).body == b"all"


def test_an_answer_before_the_end_of_the_body(connect: Connect) -> None:
    def script(connection: Connection) -> None:
        connection.receive(body=False)
        connection.answer(429, b"slow down", Retry_After="1", Connection="close")

    with serving(script) as server:
        caller = connect(read_timeout=5)
        for _ in range(10):
            [outcome] = caller.send_all([Request("PUT", server.url, body=b"x" * 20_000_000)])
            if isinstance(outcome, Response):
                assert (outcome.status, outcome.body) == (429, b"slow down")
            else:  # the server's reset overtook its answer
                assert isinstance(outcome, TransportError)
                assert outcome.maybe_received
        assert caller.send(Request("GET", server.url)).status == 429


def test_a_connection_that_the_server_closed_while_idle_is_not_used(connect: Connect) -> None:
    def script(connection: Connection) -> None:
        if connection.receive():
            connection.answer(200, b"x")
            time.sleep(0.01)  # Hang up when the event loop has stopped, and not together with the answer.

    with serving(script) as server:
        caller = connect()
        for number in range(3):
            assert caller.send(Request("POST", server.url, body=b"x")).status == 200
            while server.open_connections:  # the caller is busy elsewhere, and its event loop stands still
                time.sleep(0.001)
            time.sleep(0.06)
            assert len(server.requests) == number + 1


@pytest.mark.parametrize("value", ["se\r\ncret", "se\ncret", "se\0cret", "se\N{SNOWMAN}cret", "se\x7fcret"])
def test_a_header_that_cannot_be_sent_is_refused_without_being_shown(connect: Connect, value: str) -> None:
    with serving(answering()) as server:
        with pytest.raises(ConfigurationError, match="Authorization") as caught:
            connect().send(Request("GET", server.url, {"Authorization": value}))
        assert "cret" not in "".join(traceback.format_exception(caught.value))
        assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{}/a b",
        "http://127.0.0.1:{}/a\r\nX: y",
        "http://127.0.0.1:{}/é",
        "http://user:s3cr3t@127.0.0.1:{}/",
        "ftp://127.0.0.1:{}/",
        "127.0.0.1:{}/",
        "http:///{}",
        "http://[::1/{}",
        "http://127.0.0.1:x/{}",
        "http://127.0.0.1:{}0000/",
        "http://double..dot:{}/",
        f"http://{'long' * 16}:{{}}/",
        "",
    ],
)
def test_a_url_that_is_none_is_refused(connect: Connect, url: str) -> None:
    with serving(answering()) as server:
        with pytest.raises(ConfigurationError) as caught:
            connect().send(Request("GET", url.format(server.port)))
        assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert server.requests == []


def test_errors_of_the_reader_stay_what_they_are(connect: Connect) -> None:
    with serving(answering(200, b"x" * 1_000_000)) as server:
        caller = connect()
        with pytest.raises(OSError, match="disk is full"):
            caller.stream_into(Request("GET", server.url), full_disk)
        assert caller.send(Request("GET", server.url)).status == 200


@pytest.fixture
def any_answer() -> Iterator[tuple[Server, list[bytes]]]:
    """A server that sends the last of the answers, and hangs up."""
    answers: list[bytes] = []

    def script(connection: Connection) -> None:
        if connection.receive():
            connection.send(answers[-1])

    with serving(script) as server:
        yield server, answers


def full_disk(_: bytes) -> None:
    raise OSError("disk is full")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda body: head(Content_Length=str(len(body))) + body),
        st.tuples(st.sampled_from(["Content-Length", "Transfer-Encoding", "Content-Encoding", "X"]), st.text()).map(
            lambda pair: f"HTTP/1.1 200 OK\r\n{pair[0]}: {pair[1]}\r\n\r\nxyz".encode()
        ),
        st.binary(max_size=20).map(lambda part: head(Transfer_Encoding="chunked") + b"5\r\n" + part + b"\r\n0\r\n\r\n"),
    )
)
def test_whatever_a_server_says_is_an_answer_or_a_transport_error(
    connect: Connect, any_answer: tuple[Server, list[bytes]], data: bytes
) -> None:
    server, answers = any_answer
    answers.append(data)
    [outcome] = connect().send_all([Request("GET", server.url)])
    assert isinstance(outcome, Response) or (isinstance(outcome, TransportError) and outcome.maybe_received)
