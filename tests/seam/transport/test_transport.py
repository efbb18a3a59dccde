"""What both transports send and give back where nothing goes wrong."""

from __future__ import annotations

import gzip
import threading
import time

import pytest

from anaplan_sdk._core.http.messages import Request
from stage.wire.server import Connection, answering, head, sending, serving

from ..conftest import Connect


def test_the_answer_comes_back_with_headers_in_lower_case(connect: Connect) -> None:
    with serving(answering(201, b"content", X_Some="thing")) as server:
        response = connect().send(Request("GET", f"{server.url}/a/b?c=d"))
    assert (response.status, response.body, response.headers["x-some"]) == (201, b"content", "thing")
    assert (server.requests[0].method, server.requests[0].target) == ("GET", "/a/b?c=d")


def test_large_headers_are_read(connect: Connect) -> None:
    with serving(answering(X_Policy="x" * 60_000)) as server:
        assert len(connect().send(Request("GET", server.url)).headers["x-policy"]) == 60_000


def test_repeated_headers_are_joined(connect: Connect) -> None:
    with serving(sending(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n")) as server:
        assert connect().send(Request("GET", server.url)).headers["x-a"] == "1, 2"


@pytest.mark.parametrize("target", ["/a%2Fb%20c", "/a/../b", "/a//b", "/%C3%A9?q=%2B+%26", "/"])
def test_the_path_is_sent_as_it_was_written(connect: Connect, target: str) -> None:
    with serving(answering()) as server:
        connect().send(Request("GET", server.url + target))
    assert server.requests[0].target == target


def test_a_url_without_a_path_asks_for_the_root(connect: Connect) -> None:
    with serving(answering()) as server:
        connect().send(Request("GET", server.url))
        connect().send(Request("GET", f"{server.url}?a=b"))
    assert [received.target for received in server.requests] == ["/", "/?a=b"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(connect: Connect, status: int) -> None:
    with serving(answering()) as other, serving(answering(status, Location=f"{other.url}/there")) as server:
        response = connect().send(Request("GET", server.url, {"Authorization": "secret"}))
    assert (response.status, response.headers["location"]) == (status, f"{other.url}/there")
    assert (len(server.requests), other.requests) == (1, [])


def test_cookies_are_not_kept(connect: Connect) -> None:
    with serving(answering(Set_Cookie="a=b; Path=/")) as server:
        caller = connect()
        caller.send(Request("GET", server.url))
        caller.send(Request("GET", server.url))
    assert [received.headers.get("cookie") for received in server.requests] == [None, None]


def test_netrc_is_not_read(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hidden\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(answering()) as server:
        connect().send(Request("GET", server.url))
    assert "authorization" not in server.requests[0].headers


def test_connections_are_used_again(connect: Connect) -> None:
    with serving(answering(200, b"x")) as server:
        caller = connect()
        for _ in range(3):
            caller.send(Request("GET", server.url))
            caller.send(Request("PUT", server.url, body=b"y" * 700_000))
            caller.stream(Request("GET", server.url))
        assert (server.connections, len(server.requests)) == (1, 9)


def test_gzip_is_asked_for_and_decoded(connect: Connect) -> None:
    content = bytes(range(256)) * 20_000
    with serving(answering(200, gzip.compress(content), Content_Encoding="gzip")) as server:
        assert connect().send(Request("GET", server.url)).body == content
        assert connect().stream(Request("GET", server.url)).body == content
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_gzip_of_several_members_is_decoded_to_all_of_them(connect: Connect) -> None:
    body = b"".join(gzip.compress(part) for part in (b"one", b"", b"two" * 1_000))
    with serving(answering(200, body, Content_Encoding="GZip")) as server:
        assert connect().send(Request("GET", server.url)).body == b"one" + b"two" * 1_000


def test_a_small_answer_that_inflates_to_a_large_one_comes_in_blocks(connect: Connect) -> None:
    with serving(answering(200, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")) as server:
        assert len(connect().stream(Request("GET", server.url), blocks=3).body) <= 3 * 1_048_576


def test_another_wish_for_an_encoding_is_respected(connect: Connect) -> None:
    with serving(answering()) as server:
        connect().send(Request("GET", server.url, {"accept-encoding": "identity"}))
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [200, 204, 304])
def test_an_empty_body_is_not_decoded(connect: Connect, status: int) -> None:
    with serving(answering(status, b"", Content_Encoding="gzip")) as server:
        assert connect().send(Request("GET", server.url)).body == b""


def test_chunked_answers_are_joined(connect: Connect) -> None:
    parts = [b"a" * 70_000, b"b", b"c" * 300_000]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    with serving(sending(head(Transfer_Encoding="chunked") + chunked)) as server:
        assert connect().send(Request("GET", server.url)).body == b"".join(parts)
        assert connect().stream(Request("GET", server.url)).body == b"".join(parts)


def test_an_answer_without_a_length_ends_with_its_connection(connect: Connect) -> None:
    with serving(sending(head() + b"until the end")) as server:
        assert connect().send(Request("GET", server.url)).body == b"until the end"


@pytest.mark.parametrize("status", [100, 102, 103])
def test_interim_answers_are_skipped(connect: Connect, status: int) -> None:
    with serving(sending(head(status, Link="x") + head(200, Content_Length="2") + b"ok")) as server:
        response = connect().send(Request("GET", server.url))
    assert (response.status, response.body) == (200, b"ok")
    assert "link" not in response.headers


def test_the_answer_to_head_has_no_body(connect: Connect) -> None:
    with serving(sending(head(Content_Length="10"))) as server:
        response = connect().send(Request("HEAD", server.url))
    assert (response.body, response.headers["content-length"]) == (b"", "10")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("size", [1, 262_144, 3_000_001])
def test_bodies_are_sent_whole_with_their_length(connect: Connect, kind: type[bytes], size: int) -> None:
    content = (bytes(range(251)) * (size // 251 + 1))[:size]
    with serving(answering()) as server:
        connect().send(Request("PUT", server.url, {"Content-Type": "text/x"}, kind(content)))
    received = server.requests[0]
    assert received.body == content
    assert received.headers["content-type"] == "text/x"
    assert "transfer-encoding" not in received.headers


def test_views_of_wide_items_are_sent_as_their_bytes(connect: Connect) -> None:
    wide = memoryview(bytearray(range(240))).cast("Q")
    with serving(answering()) as server:
        connect().send(Request("PUT", server.url, body=wide))
    assert server.requests[0].body == bytes(range(240))


@pytest.mark.parametrize("body", [None, b""])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_no_body_has_length_0_and_no_type(connect: Connect, method: str, body: bytes | None) -> None:
    with serving(answering()) as server:
        connect().send(Request(method, server.url, body=body))
    assert server.requests[0].headers["content-length"] == "0"
    assert "content-type" not in server.requests[0].headers


def test_a_body_is_sent_without_being_given_a_type(connect: Connect) -> None:
    with serving(answering()) as server:
        connect().send(Request("POST", server.url, body=b"x"))
    assert "content-type" not in server.requests[0].headers


def test_a_stream_gives_its_first_block_before_the_last_one_is_sent(connect: Connect) -> None:
    read = threading.Event()

    def script(connection: Connection) -> None:
        if connection.receive():
            connection.send(head(Content_Length="600000") + b"x" * 300_000)
            read.wait()
            connection.send(b"x" * 300_000)

    with serving(script) as server:
        try:
            assert 0 < len(connect().stream(Request("GET", server.url), blocks=1).body) <= 300_000
        finally:
            read.set()


def test_a_stream_that_is_left_early_leaves_the_transport_usable(connect: Connect) -> None:
    with serving(answering(200, b"x" * 5_000_000)) as server:
        caller = connect()
        for _ in range(3):
            caller.stream(Request("GET", server.url), blocks=1)
            while server.open_connections:
                time.sleep(0.001)
        assert len(caller.send(Request("GET", server.url)).body) == 5_000_000
        assert server.connections == 4


def test_no_more_requests_than_connections_are_under_way(connect: Connect) -> None:
    counting = threading.Lock()
    together = threading.Barrier(3)
    busy: list[int] = []
    now = 0

    def script(connection: Connection) -> None:
        nonlocal now
        while connection.receive():
            with counting:
                now += 1
                busy.append(now)
            together.wait()
            with counting:
                now -= 1
            connection.answer(200, b"x")

    with serving(script) as server:
        answers = connect(connections=3).send_all([Request("GET", server.url)] * 30)
    assert [getattr(answer, "body", answer) for answer in answers] == [b"x"] * 30
    assert max(busy) == 3
    assert server.connections == 3
