"""What a program does that is no single call: end without closing, fork, use many event loops or threads."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable

import pytest

from anaplan_sdk import AsyncClient, Client, ClientClosedError
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.models import User
from stage.logins import certificate_options
from stage.observed import calls, log_ins
from stage.support import complaints, options_for

BLOCKING = """
    from anaplan_sdk import Client
    client = Client()
    print(len(client.list_files()), flush=True)
    """
ASYNCIO = """
    import asyncio
    from anaplan_sdk import AsyncClient
    client = AsyncClient()
    async def main():
        print(len(await client.list_files()), flush=True)
    asyncio.run(main())
    """
SEVERAL_RUNS = ASYNCIO + "asyncio.run(main())\n" + " " * 4 + "asyncio.run(main())\n"
INSIDE_A_FUNCTION = """
    import asyncio
    from anaplan_sdk import AsyncClient
    async def main():
        client = AsyncClient()
        first = asyncio.ensure_future(client.list_files())
        print(len(await first), flush=True)
    asyncio.run(main())
    """
CLIENT_IN_A_GLOBAL_CYCLE = BLOCKING + "client.itself = client\n"
FORK_BLOCKING = (
    BLOCKING
    + """
    import os
    child = os.fork()
    print(len(client.list_files()), flush=True)
    if child:
        assert os.waitpid(child, 0)[1] == 0
    """
)
FORK_ASYNCIO = (
    ASYNCIO
    + """
    import os
    child = os.fork()
    asyncio.run(main())
    if child:
        assert os.waitpid(child, 0)[1] == 0
    """
)


def run(emulator: Emulator, script: str) -> str:
    """The output of a script that must not say anything else, not even at its very end."""
    environment = {**os.environ, **emulator.environment}
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(script)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, complaints(done.stderr)) == (0, [])
    return done.stdout


@pytest.mark.parametrize(
    ("script", "listings"),
    [
        pytest.param(BLOCKING, 1, id="blocking"),
        pytest.param(ASYNCIO, 1, id="asyncio"),
        pytest.param(SEVERAL_RUNS, 3, id="several asyncio.run"),
        pytest.param(INSIDE_A_FUNCTION, 1, id="a client that goes with its function"),
        pytest.param(CLIENT_IN_A_GLOBAL_CYCLE, 1, id="a client that is collected last"),
    ],
)
def test_a_client_that_is_never_closed_makes_no_noise(emulator: Emulator, script: str, listings: int) -> None:
    assert run(emulator, script) == "4\n" * listings
    assert (log_ins(emulator), calls(emulator)) == (1, listings)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("script", [FORK_BLOCKING, FORK_ASYNCIO], ids=["blocking", "asyncio"])
def test_a_client_is_used_by_parent_and_child_after_a_fork(emulator: Emulator, script: str) -> None:
    assert run(emulator, script).replace("\n", "") == "444"  # both write to one pipe
    assert (log_ins(emulator), calls(emulator)) == (1, 3)


def test_one_client_in_several_event_loops_one_after_another(emulator: Emulator) -> None:
    client = AsyncClient(**options_for(emulator))
    for _ in range(3):
        asyncio.run(client.get_current_user())
    asyncio.run(client.close())
    with pytest.raises(ClientClosedError):
        asyncio.run(client.get_current_user())
    assert (log_ins(emulator), calls(emulator)) == (1, 3)


def test_one_client_in_several_event_loops_at_once(emulator: Emulator) -> None:
    client = AsyncClient(**options_for(emulator))
    users: list[User] = []

    async def several() -> None:
        users.extend(await asyncio.gather(*(client.get_current_user() for _ in range(5))))

    in_threads(lambda: asyncio.run(several()), 8)
    assert [user.email for user in users] == ["ada@example.com"] * 40
    assert (log_ins(emulator), calls(emulator)) == (1, 40)


def test_one_client_in_many_threads(emulator: Emulator) -> None:
    users: list[User] = []
    with Client(**options_for(emulator)) as client:

        def several() -> None:
            users.extend(client.get_current_user() for _ in range(5))

        in_threads(several, 20)
        emulator.expire_tokens()
        in_threads(several, 20)
    assert [user.email for user in users] == ["ada@example.com"] * 200
    assert log_ins(emulator) == 2


def test_many_small_calls_of_an_async_client_take_as_long_as_one(emulator: Emulator) -> None:
    emulator.latency = 0.05
    emulator.inject(Fault(path="/status$", delay=0.7, times=None))  # a slow machine may take so long to send them all

    async def main() -> None:
        async with AsyncClient(**options_for(emulator, **certificate_options())) as client:
            await asyncio.gather(*(client.get_model_status() for _ in range(100)))

    asyncio.run(main())
    assert emulator.peak_in_flight >= 90
    assert (log_ins(emulator), calls(emulator)) == (1, 100)


def test_a_task_that_logs_in_for_others_may_be_cancelled(emulator: Emulator) -> None:
    emulator.latency = 0.05

    async def main() -> list[User]:
        async with AsyncClient(**options_for(emulator)) as client:
            tasks = [asyncio.ensure_future(client.get_current_user()) for _ in range(5)]
            while not emulator.requests:
                await asyncio.sleep(0.005)
            tasks[0].cancel()
            return await asyncio.gather(*tasks[1:])

    assert len(asyncio.run(main())) == 4
    assert log_ins(emulator) == 2
    assert calls(emulator) == 4


def in_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
