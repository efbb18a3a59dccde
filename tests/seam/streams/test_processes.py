"""Whole programs: they end without a word, and child processes use connections of their own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest

from stage.support import complaints
from stage.wire.authority import Authority
from stage.wire.server import Server, answering, serving

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
    "left at any turn of the loop": """
        async def all(turns):
            global task
            task = asyncio.create_task(transport.send(requests[1]))
            for _ in range(turns):
                await asyncio.sleep(0)
        for turns in range(60):
            asyncio.run(all(turns))
        """,
    "left in the middle of a send": """
        async def all():
            global task
            task = asyncio.create_task(main(1_000))
            await asyncio.sleep(0.05)
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
from anaplan_sdk._core.http.messages import Request, TransportOptions
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
    assert (result.returncode, result.stdout, complaints(result.stderr)) == (0, "", [])


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
    "aio, on the loop of the parent": """
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main(1))
        if (child := os.fork()) == 0:
            loop.run_until_complete(main(2))
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        loop.run_until_complete(main(2))
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
    # Python 3.12 and later warn of any thread beside a fork.
    run_script(script, servers, authority, "-W", "ignore:This process:DeprecationWarning")
    assert [(len(server.requests), server.connections) for server in servers] == [(5, 2)] * 2
