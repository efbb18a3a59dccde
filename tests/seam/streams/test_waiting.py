"""Locks, threads, and clean-ups that run to their end."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import threading
from contextlib import suppress

import pytest

from anaplan_sdk._io import aio, blocking
from stage.wire.colours import Colour


def test_a_lock_is_held_by_one_task_at_a_time() -> None:
    async def run() -> None:
        lock = aio.Lock()
        inside = 0

        async def work() -> None:
            nonlocal inside
            for _ in range(10):
                async with lock:
                    inside += 1
                    await asyncio.sleep(0)
                    assert inside == 1
                    inside -= 1

        await asyncio.gather(*(work() for _ in range(10)))

    asyncio.run(run(), debug=True)


def test_a_lock_is_held_by_one_task_at_a_time_across_event_loops_in_threads() -> None:
    lock = aio.Lock()
    inside = finished = 0

    async def work() -> None:
        nonlocal inside, finished
        for _ in range(50):
            async with lock:
                inside += 1
                await asyncio.sleep(0)
                assert inside == 1
                inside -= 1
                finished += 1

    async def run() -> None:
        await asyncio.gather(work(), work())

    threads = [threading.Thread(target=lambda: asyncio.run(run())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert finished == 400


def test_a_blocking_lock_is_held_by_one_thread_at_a_time() -> None:
    lock = blocking.Lock()
    together = threading.Barrier(4)
    inside = 0

    def work() -> None:
        nonlocal inside
        together.wait()
        for _ in range(200):
            with lock:
                before = inside
                inside = before + 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == 800


def test_waiting_for_a_lock_has_a_limit() -> None:
    async def run() -> None:
        lock = aio.Lock()
        assert await lock.acquire()
        assert not await lock.acquire(0.01)
        assert not await lock.acquire(0)
        patient = asyncio.create_task(lock.acquire(60))
        await asyncio.sleep(0)
        lock.release()
        assert await patient
        lock.release()
        assert await lock.acquire(0)

    asyncio.run(run())


def test_waiting_for_a_blocking_lock_has_a_limit() -> None:
    lock = blocking.Lock()
    assert lock.acquire()
    assert not lock.acquire(0.01)
    assert not lock.acquire(0)
    lock.release()
    assert lock.acquire(0)


@pytest.mark.parametrize("awaits", range(6))
def test_a_waiter_that_is_cancelled_does_not_keep_the_lock(awaits: int) -> None:
    async def run() -> None:
        lock = aio.Lock()

        async def wait() -> None:
            async with lock:
                await asyncio.sleep(0)

        async with lock:
            cancelled = asyncio.create_task(wait())
            patient = asyncio.create_task(wait())
            await asyncio.sleep(0)
        for _ in range(awaits):
            await asyncio.sleep(0)
        cancelled.cancel()
        with suppress(asyncio.CancelledError):
            await cancelled
        await patient
        async with lock:
            pass

    asyncio.run(run())


def test_a_lock_survives_loops_that_were_closed_while_holding_it_and_waiting_for_it() -> None:
    lock = aio.Lock()

    async def hold() -> None:
        await lock.__aenter__()

    for _ in range(2):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(hold())
        loop.close()
    asyncio.run(hold())


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@pytest.mark.parametrize("twin", ["aio", "blocking"])
def test_a_lock_that_the_parent_process_holds_is_free_in_the_child(twin: str) -> None:
    async def take() -> None:
        async with async_lock:
            pass

    async_lock, lock = aio.Lock(), blocking.Lock()
    with asyncio.Runner() as runner:
        runner.run(async_lock.__aenter__())
        lock.__enter__()
        if (child := os.fork()) == 0:
            if twin == "aio":
                asyncio.run(take())
            else:
                with lock:
                    pass
            os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_functions_run_in_another_thread_with_the_context_of_the_caller() -> None:
    variable = contextvars.ContextVar("variable", default="unset")

    def where(*args: int, **kwargs: int) -> tuple[int, str, tuple[int, ...], dict[str, int]]:
        return threading.get_ident(), variable.get(), args, kwargs

    async def run() -> None:
        variable.set("set")
        thread, value, args, kwargs = await aio.in_thread(where, 1, key=2)
        assert thread != threading.get_ident()
        assert (value, args, kwargs) == ("set", (1,), {"key": 2})

    asyncio.run(run())
    assert blocking.in_thread(where, 1, key=2) == (threading.get_ident(), "unset", (1,), {"key": 2})


def test_sleeping_ends() -> None:
    asyncio.run(aio.sleep(0.001))
    blocking.sleep(0.001)


def test_a_clean_up_gives_its_result_or_its_failure(colour: Colour) -> None:
    def fail() -> None:
        raise TimeoutError("its own")

    assert colour.shielded(lambda: "done", 10) == "done"
    with pytest.raises(TimeoutError, match="its own"):
        colour.shielded(fail, 10)


def test_a_clean_up_runs_to_its_end_though_its_caller_is_cancelled_again_and_again() -> None:
    async def run() -> None:
        ended = False

        async def clean_up() -> str:
            nonlocal ended
            for _ in range(5):
                await asyncio.sleep(0.001)
            ended = True
            return "done"

        async def work() -> None:
            try:
                await asyncio.sleep(30)
            finally:
                await aio.shielded(clean_up, seconds=30)

        task = asyncio.create_task(work())
        while not task.done():
            await asyncio.sleep(0)
            task.cancel()
        assert task.cancelled()
        assert ended
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_a_clean_up_that_takes_too_long_is_cancelled() -> None:
    async def run() -> None:
        cancelled = False

        async def clean_up() -> str:
            nonlocal cancelled
            try:
                return await asyncio.sleep(30, "done")
            except asyncio.CancelledError:
                cancelled = True
                raise

        assert await aio.shielded(clean_up, seconds=0.01) is None
        assert cancelled
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_a_clean_up_that_fails_under_cancellation_is_not_logged_as_lost(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async def clean_up() -> None:
            await asyncio.sleep(0.001)
            raise LookupError

        task = asyncio.create_task(aio.shielded(clean_up, seconds=30))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    gc.collect()
    assert caplog.records == []
