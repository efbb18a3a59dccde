"""Transports from their making to their end: threads, processes, event loops, interruptions, and silence at exit."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from anaplan_sdk._core.http.messages import Request, TransportOptions
from anaplan_sdk._io import aio, blocking
from anaplan_sdk.errors import ClientClosedError, TransportError
from stage.wire.authority import Authority
from stage.wire.cancelling import cancel_at_every_await
from stage.wire.server import Connection, answering, head, serving

from ..conftest import Connect


def test_close_can_be_repeated_and_ends_all_use(connect: Connect) -> None:
    with serving(answering(200, b"x")) as server:
        caller = connect()
        caller.send(Request("GET", server.url))
        caller.close()
        caller.close()
        with pytest.raises(ClientClosedError):
            caller.send(Request("GET", server.url))
        with pytest.raises(ClientClosedError):
            caller.stream(Request("GET", server.url))
        while server.open_connections:
            threading.Event().wait(0.001)


def test_closing_ends_requests_that_are_under_way_or_wait() -> None:
    async def run() -> None:
        transport = aio.Transport(TransportOptions(connections=2))
        tasks = [asyncio.create_task(transport.send(Request("GET", server.url))) for _ in range(5)]
        while len(server.requests) < 2:
            await asyncio.sleep(0.001)
        await transport.close()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [TransportError] * 2 + [ClientClosedError] * 3

    def script(connection: Connection) -> None:
        connection.receive()
        connection.wait()

    with serving(script) as server:
        asyncio.run(run())


def test_a_connection_that_waits_for_its_next_request_holds_no_body(connect: Connect) -> None:
    with serving(answering(200, b"x")) as server:
        caller = connect()
        body = memoryview(b"megabytes")
        kept = weakref.ref(body)
        caller.send(Request("POST", server.url, body=body, idempotent=False))
        del body
        gc.collect()
        assert kept() is None
        assert server.open_connections == 1


def test_a_transport_that_was_never_used_can_be_closed(connect: Connect) -> None:
    connect().close()


def test_one_transport_serves_several_event_loops_one_after_the_other() -> None:
    with serving(answering(200, b"x")) as server:
        transport = aio.Transport(TransportOptions())
        for _ in range(3):
            assert asyncio.run(transport.send(Request("GET", server.url))).body == b"x"
        assert server.connections == 3


def test_one_transport_serves_event_loops_in_several_threads_at_once() -> None:
    async def work() -> int:
        answers = [await transport.send(Request("GET", server.url)) for _ in range(20)]
        return sum(len(answer.body) for answer in answers)

    with serving(answering(200, b"x")) as server:
        transport = aio.Transport(TransportOptions())
        received: list[int] = []
        threads = [threading.Thread(target=lambda: received.append(asyncio.run(work()))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (received, server.connections) == ([20] * 4, 4)


def test_connections_of_other_loops_close_with_the_transport() -> None:
    with serving(answering(200, b"x")) as server, asyncio.Runner() as first, asyncio.Runner() as second:
        transport = aio.Transport(TransportOptions())
        first.run(transport.send(Request("GET", server.url)))
        second.run(transport.send(Request("GET", server.url)))
        second.run(transport.close())
        while server.open_connections:
            gc.collect()
            first.run(asyncio.sleep(0.001))


def test_many_threads_share_a_transport_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with serving(answering(200, b"x")) as server:
        transport = blocking.Transport(TransportOptions(connections=4))
        counts: list[int] = []

        def work() -> None:
            for _ in range(20):
                transport.send(Request("GET", server.url))
                with transport.stream(Request("GET", server.url)) as answer:
                    counts.append(len(b"".join(answer.blocks)))

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        transport.close()
    assert sum(counts) == 16 * 20
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_reader_may_send_while_it_reads() -> None:
    with serving(answering(200, b"x" * 1_000_000)) as server:
        transport = blocking.Transport(TransportOptions(connections=1))
        with transport.stream(Request("GET", server.url)) as answer:
            assert next(answer.blocks)
            assert transport.send(Request("GET", server.url)).status == 200
        transport.close()


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, signal.pthread_kill, [threading.get_ident(), signal.SIGINT])
    timer.start()
    try:
        yield
    finally:
        timer.join()


def late(connection: Connection) -> None:
    """Answers GET at once; a PUT never, and a POST never wholly."""
    while received := connection.receive():
        if received.method == "PUT":
            connection.wait()
        elif received.method == "POST":
            connection.send(head(Content_Length="9") + b"x")
            connection.wait()
        else:
            connection.answer(200, b"x")


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("how", ["send", "stream"])
def test_ctrl_c_leaves_the_transport_usable(connect: Connect, method: str, how: str) -> None:
    with serving(late) as server:
        caller = connect(connections=1)
        for _ in range(3):
            with interrupted_after(0.05), pytest.raises(KeyboardInterrupt):
                getattr(caller, how)(Request(method, server.url, body=b"x"))
            assert caller.send(Request("GET", server.url)).body == b"x"


def slow(connection: Connection) -> None:
    while connection.receive():
        for part in (head(Content_Length="400000")[:20], head(Content_Length="400000")[20:], b"x" * 400_000):
            connection.send(part)


@pytest.mark.parametrize("how", ["send", "stream"])
@pytest.mark.parametrize("tls", [False, True])
def test_cancelling_at_any_await_leaves_nothing_behind(authority: Authority, how: str, tls: bool) -> None:
    async def exchange() -> None:
        request = Request("PUT", server.url, body=b"x" * 1_000_000)
        if how == "send":
            await transport.send(request)
        else:
            async with transport.stream(request) as answer:
                async for _ in answer.blocks:
                    pass

    async def run() -> None:
        assert await cancel_at_every_await(exchange) > 10
        await exchange()
        while server.open_connections > 1:  # those that were cut off, until their threads have noticed
            await asyncio.sleep(0.01)
        await transport.close()

    with serving(slow, authority.serving() if tls else None) as server:
        transport = aio.Transport(TransportOptions(connections=1, ssl_context=authority.trusting))
        asyncio.run(run())
        gc.collect()


@pytest.mark.parametrize("closed", [False, True])
def test_a_loop_that_looks_after_no_generators_ends_silently(closed: bool) -> None:
    async def run() -> None:
        sys.set_asyncgen_hooks(finalizer=None, firstiter=None)  # as a nested loop leaves them
        transport = aio.Transport(TransportOptions())
        assert (await transport.send(Request("GET", server.url))).body == b"x"
        if closed:
            await transport.close()
        del transport
        gc.collect()
        while server.open_connections:
            await asyncio.sleep(0.001)

    with serving(answering(200, b"x")) as server:
        asyncio.run(run())
        gc.collect()
