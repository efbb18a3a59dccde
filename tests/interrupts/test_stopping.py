"""The blocking client stops when it should; threads, interpreters and event loops of any kind are no reason to fail."""

from __future__ import annotations

import asyncio
import contextvars
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, Client, PermissionDeniedError, RetryPolicy
from anaplan_sdk._io import aio, blocking
from anaplan_sdk.auth import MemoryStore
from anaplan_sdk.emulator import Emulator, Fault
from stage.observed import EXPORT, FILE, OnArrival, rows
from stage.support import options_for

# Far more than a test may take: what waits for it fails by the limit of the test.
pytestmark = pytest.mark.timeout(60)
FOR_EVER = 300.0
BYTES = rows(60).encode()


def client_of(emulator: Emulator, **changes: Any) -> Client:
    return Client(**options_for(emulator, upload_chunk_size=len(BYTES) // 6 + 1, **changes))


def interrupt_at(emulator: Emulator, method: str, path: str) -> None:
    """Press Ctrl-C as soon as a request like this has arrived, once."""
    presses = [threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT])]

    def press() -> None:
        if presses:
            presses.pop().start()

    emulator.inject(OnArrival(method, path, press))


@pytest.mark.parametrize("fault", [{"delay": FOR_EVER}, {"status": 503, "retry_after": 60}], ids=["silence", "retries"])
def test_the_first_final_failure_waits_for_nobody(emulator: Emulator, fault: dict[str, Any]) -> None:
    with client_of(emulator, retry=RetryPolicy(max_delay=60)) as client:
        client.list_files()
        emulator.inject(Fault("PUT", "/chunks/1$", times=None, **fault))
        emulator.inject(Fault("PUT", "/chunks/0$", times=None, status=403))
        with pytest.raises(PermissionDeniedError):
            client.upload_file(FILE, BYTES)


@pytest.mark.parametrize("fault", [{"delay": FOR_EVER}, {"status": 503, "retry_after": 60}], ids=["silence", "retries"])
def test_a_stream_that_is_left_early_waits_for_nobody(emulator: Emulator, fault: dict[str, Any]) -> None:
    with client_of(emulator, retry=RetryPolicy(max_delay=60)) as client:
        client.upload_file(FILE, BYTES)
        emulator.inject(Fault("GET", "/chunks/[1-9]$", times=None, **fault))
        for chunk in client.get_file_stream(FILE):
            assert chunk
            break
        assert client.get_model().name


CALLS: dict[str, tuple[str, str, Callable[[Client, Path], object]]] = {
    "upload": ("PUT", "/chunks/", lambda client, path: client.upload_file(FILE, BYTES)),
    "download": ("GET", r"/chunks/\d+$", lambda client, path: client.download_file(FILE, path)),
    "listing": ("GET", "/files$", lambda client, path: client.list_files()),
    "run": ("GET", "/tasks/", lambda client, path: client.run_action(EXPORT)),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [{"delay": FOR_EVER}, {"status": 503, "retry_after": 60}], ids=["silence", "retries"])
def test_ctrl_c_ends_a_call_and_nothing_is_begun_after_it(
    emulator: Emulator, tmp_path: Path, call: str, fault: dict[str, Any]
) -> None:
    method, path, work = CALLS[call]
    with client_of(emulator, retry=RetryPolicy(max_delay=60)) as client:
        client.upload_file(FILE, BYTES)
        interrupt_at(emulator, method, path)
        emulator.inject(Fault(method, path, times=None, **fault))
        with pytest.raises(KeyboardInterrupt):
            work(client, tmp_path / "out")
        emulator.clear_faults()
        assert client.get_model().name  # it is still good for calls
        before = len(emulator.received(method, path))
        assert client.get_model().name
        assert len(emulator.received(method, path)) == before


SCRIPT = """
import atexit, sys, threading
from anaplan_sdk import Client, PollSchedule

client = Client(poll=PollSchedule(0.01))

def job():
    if sys.argv[1] == "thread":
        threading.main_thread().join()
    client.list_files()
    client.upload_file(113000000000, "Code\\nT1\\n")
    client.upload_file_stream(113000000000, ["Code\\n", "T1\\n"])
    print(client.get_file(113000000000), client.run_action(112000000000).task_state, flush=True)

threading.Thread(target=job).start() if sys.argv[1] == "thread" else atexit.register(job)
"""


def run(emulator: Emulator, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(script), *arguments]
    environment = {**os.environ, **emulator.environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=50)


@pytest.mark.parametrize("where", ["thread", "atexit"])
def test_calls_after_the_main_thread_has_ended_work(emulator: Emulator, where: str) -> None:
    ended = run(emulator, SCRIPT, where)
    assert (ended.stdout.split(), ended.stderr) == (["b'Code\\nT1\\n'", "COMPLETE"], "")


def test_a_program_that_leaves_a_stream_early_ends_without_a_word(emulator: Emulator) -> None:
    script = """
    import asyncio
    from anaplan_sdk import AsyncClient

    client = AsyncClient()

    async def main():
        async for chunk in client.get_file_stream(113000000040):
            break

    asyncio.run(main())
    """
    ended = run(emulator, script)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_context_variables_reach_what_is_called_in_threads(emulator: Emulator) -> None:
    request: contextvars.ContextVar[str] = contextvars.ContextVar("request", default="none")
    request.set("request 7")
    seen: set[str] = set()
    with client_of(emulator) as client:
        emulator.inject(Fault("PUT", "/chunks/", times=3, delay=0.3))
        client.upload_file(FILE, BYTES, on_progress=lambda progress: seen.add(request.get()))
    assert seen == {"request 7"}


def test_a_generator_that_is_left_in_the_middle_is_closed(emulator: Emulator) -> None:
    closed: list[bool] = []

    def source() -> Iterator[bytes]:
        try:
            for _ in range(1_000):
                yield BYTES
        finally:
            closed.append(True)

    kept = source()
    with client_of(emulator) as client:
        emulator.inject(Fault("PUT", "/chunks/1$", times=None, status=403))
        with pytest.raises(PermissionDeniedError) as caught:
            client.upload_file_stream(FILE, kept)
    assert closed == [True]
    assert caught.value is not None


async def test_a_full_default_executor_is_no_dead_end(emulator: Emulator) -> None:
    loop = asyncio.get_running_loop()
    async with AsyncClient(**options_for(emulator)) as client:

        def blocking_step() -> object:
            return asyncio.run_coroutine_threadsafe(client.upload_file(FILE, BYTES), loop).result(50)

        threads = min(32, (os.cpu_count() or 1) + 4)
        files = await asyncio.gather(*(asyncio.to_thread(blocking_step) for _ in range(threads)))
    assert len(files) == threads


def test_a_log_in_is_not_kept_waiting_by_a_loop_at_rest(emulator: Emulator) -> None:
    client = AsyncClient(**options_for(emulator))
    begun = threading.Event()
    emulator.inject(OnArrival("POST", "/token/authenticate", begun.set))
    emulator.inject(Fault("POST", "/token/authenticate", delay=0.5))
    resting, working = asyncio.new_event_loop(), asyncio.new_event_loop()
    done: list[object] = []

    def work() -> None:
        done.append(working.run_until_complete(client.get_current_user()))
        emulator.expire_tokens()
        done.append(working.run_until_complete(client.get_current_user()))

    async def begin() -> asyncio.Task[Any]:
        task = asyncio.create_task(client.get_current_user())
        await asyncio.sleep(0.1)
        return task

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    task = resting.run_until_complete(begin())  # and rests from here on, with a task that waits for the log-in
    thread.join()
    assert len(done) == 2
    assert resting.run_until_complete(task).email == "ada@example.com"
    for loop in (resting, working):
        loop.run_until_complete(client.close())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_locks_are_free_in_a_child_and_made_once() -> None:
    locks: list[Any] = [blocking.Lock(), MemoryStore().lock("ada")]
    store = MemoryStore()
    held = store.lock("ada")
    locks[0].acquire()
    assert held.acquire(blocking=False)
    lock = aio.Lock()
    asyncio.run(lock.acquire())
    if (pid := os.fork()) == 0:
        free = locks[0].acquire(1.0) and store.lock("ada").acquire(blocking=False)
        alone = not locks[0].acquire(0.05) and asyncio.run(lock.acquire(1.0))
        os._exit(0 if free and alone else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
