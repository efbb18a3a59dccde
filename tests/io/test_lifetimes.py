"""Transports from their making to their end: threads, processes, event loops, interruptions, and silence at exit."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from anaplan_sdk._core.http import Request, TransportOptions
from anaplan_sdk._io import aio, blocking
from anaplan_sdk.errors import ClientClosedError, TransportError

from .certificates import Authority
from .conftest import Connect
from .server import Connection, Server, answering, head, serving


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
        finished = False
        awaits = 0
        while not finished:
            task = asyncio.create_task(exchange())
            for _ in range(awaits):
                await asyncio.sleep(0)
            finished = task.done()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)
            assert asyncio.all_tasks() == {asyncio.current_task()}
            awaits += 1
        assert awaits > 10
        await exchange()
        assert server.open_connections == 1
        await transport.close()

    with serving(slow, authority.serving() if tls else None) as server:
        transport = aio.Transport(TransportOptions(connections=1, ssl_context=authority.trusting))
        asyncio.run(run())
        gc.collect()


QUIET = {
    "never closed": """
        asyncio.run(main(3))
        """,
    "used again in new loops": """
        for _ in range(3):
            asyncio.run(main(2))
        """,
    "closed": """
        async def all():
            await main(3)
            await transport.close()
        asyncio.run(all())
        """,
    "dropped while the loop runs": """
        async def all():
            global transport
            await main(3)
            del transport
            gc.collect()
            await asyncio.sleep(0.01)
        asyncio.run(all())
        """,
    "dropped after the loop": """
        asyncio.run(main(3))
        del transport
        gc.collect()
        """,
    "left in the middle of a stream": """
        async def all():
            global left
            left = transport.stream(requests[1])
            answer = await left.__aenter__()
            await anext(answer.blocks)
        asyncio.run(all())
        """,
    "left in the middle of a send": """
        async def all():
            global task
            await main(1)
            task = asyncio.create_task(main(1_000))
            await asyncio.sleep(0.01)
        asyncio.run(all())
        """,
    "blocking, never closed": """
        sync_main(3)
        """,
    "blocking, from threads": """
        threads = [threading.Thread(target=sync_main, args=[3]) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        """,
    "blocking, dropped": """
        sync_main(3)
        del sync_transport
        gc.collect()
        """,
    "blocking, left in the middle of a stream": """
        left = sync_transport.stream(requests[1])
        next(left.__enter__().blocks)
        """,
}
SCRIPT = """
import asyncio, gc, logging, os, ssl, sys, threading
from anaplan_sdk._core.http import Request, TransportOptions
from anaplan_sdk._io import aio, blocking

authority, *urls = sys.argv[1:]
options = TransportOptions(ssl_context=ssl.create_default_context(cafile=authority))
transport, sync_transport = aio.Transport(options), blocking.Transport(options)
requests = [Request("GET", url) for url in urls]
logging.getLogger("asyncio").setLevel(logging.ERROR)  # In debug mode it warns of callbacks that take 0.1 s.

async def main(times):
    for _ in range(times):
        for request in requests:
            await transport.send(request)

def sync_main(times):
    for _ in range(times):
        for request in requests:
            sync_transport.send(request)
"""


@pytest.fixture
def servers(authority: Authority) -> Iterator[list[Server]]:
    """One with TLS and one without."""
    script = answering(200, b"x" * 600_000)
    with serving(script) as plain, serving(script, authority.serving()) as secure:
        yield [plain, secure]


def run_script(script: str, servers: list[Server], authority: Authority, *flags: str) -> None:
    urls = [server.url for server in servers]
    command = [sys.executable, *flags, "-c", SCRIPT + textwrap.dedent(script), str(authority.file), *urls]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("script", QUIET.values(), ids=QUIET)
def test_scripts_end_without_a_word(servers: list[Server], authority: Authority, script: str) -> None:
    run_script(script, servers, authority, "-X", "dev", "-W", "error")


UNTIDY = {
    "closed loop": """
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main(2))
        loop.close()
        """,
    "closed loop, and another": """
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main(2))
        loop.close()
        asyncio.run(main(2))
        gc.collect()
        """,
    "loop never closed": """
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main(2))
        """,
    "loop in a daemon thread": """
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(main(2), loop).result()
        """,
}


@pytest.mark.parametrize("script", UNTIDY.values(), ids=UNTIDY)
def test_scripts_that_do_not_shut_their_loop_down_end_without_a_word(
    servers: list[Server], authority: Authority, script: str
) -> None:
    run_script(script, servers, authority)


FORKS = {
    "aio": """
        with asyncio.Runner() as runner:
            runner.run(main(1))
            if (child := os.fork()) == 0:
                asyncio.run(main(2))
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            runner.run(main(2))
        """,
    "aio, inside of the loop": """
        async def all():
            await main(1)
            if (child := os.fork()) == 0:
                asyncio.run(main(2))
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            await main(2)
        asyncio.run(all())
        """,
    "blocking": """
        sync_main(1)
        if (child := os.fork()) == 0:
            sync_main(2)
            gc.collect()
            sys.exit(0)
        assert os.waitpid(child, 0)[1] == 0
        sync_main(2)
        """,
}


@pytest.mark.parametrize("script", FORKS.values(), ids=FORKS)
def test_a_child_process_uses_connections_of_its_own(servers: list[Server], authority: Authority, script: str) -> None:
    run_script(script, servers, authority)
    assert [(len(server.requests), server.connections) for server in servers] == [(5, 2)] * 2
