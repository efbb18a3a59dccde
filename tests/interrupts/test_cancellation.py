"""Calls that are cancelled or interrupted on the way: what is asyncio's alone, and Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import (
    AsyncClient,
    Client,
    TransferError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.models import Task
from stage.observed import EXPORT, FILE, LIST_FILE, LIST_IMPORT, OnArrival, rows, starts, tasks
from stage.support import options_for

BYTES = rows(60).encode()
ONE_TASK = "/tasks/[0-9A-F]{32}$"
Call = Callable[[AsyncClient, Path], Awaitable[object]]


def client_of(emulator: Emulator) -> AsyncClient:
    """A client that cuts the content into ten chunks."""
    return AsyncClient(**options_for(emulator, upload_chunk_size=len(BYTES) // 10 + 1))


async def lines(content: bytes = BYTES) -> AsyncIterator[bytes | str]:
    for line in content.decode().splitlines(keepends=True):
        await asyncio.sleep(0)
        yield line
        yield b""


async def test_an_async_iterable_is_uploaded(emulator: Emulator) -> None:
    async with client_of(emulator) as client:
        file = await client.upload_file_stream(FILE, lines())
    assert file.chunk_count == 10
    assert emulator.content(FILE) == BYTES


async def test_an_async_iterable_that_raises_completes_nothing(emulator: Emulator) -> None:
    closed: list[bool] = []

    async def broken() -> AsyncIterator[bytes]:
        try:
            yield BYTES
            raise LookupError("the database went away")
        finally:
            closed.append(True)

    async with client_of(emulator) as client:
        with pytest.raises(LookupError, match="the database went away"):
            await client.upload_file_stream(FILE, broken())
    assert emulator.received("POST", "/complete$") == []
    assert closed == [True]


async def test_a_chunk_that_fails_closes_the_async_iterable(emulator: Emulator) -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield BYTES
        finally:
            closed.set()

    emulator.inject(Fault("PUT", "/chunks/3$", status=413))
    async with client_of(emulator) as client:
        with pytest.raises(Exception, match="chunks/3: 413"):
            await client.upload_file_stream(FILE, endless())
    assert closed.is_set()


def test_the_blocking_client_refuses_an_async_iterable(emulator: Emulator) -> None:
    with Client(**options_for(emulator)) as client, pytest.raises(TransferError, match="needs the asynchronous client"):
        client.upload_file_stream(FILE, lines())  # type: ignore[arg-type]
    assert emulator.requests == []


async def test_a_stream_may_be_left_without_closing_it(emulator: Emulator) -> None:
    async with client_of(emulator) as client:
        await client.upload_file(FILE, BYTES)
        async for chunk in client.get_file_stream(FILE):
            assert BYTES.startswith(chunk)
            break
        while len(asyncio.all_tasks()) > 1:  # asyncio closes it soon
            await asyncio.sleep(0.001)
        assert await client.get_file(FILE) == BYTES


async def upload(client: AsyncClient, folder: Path) -> object:
    source = folder / "rows.csv"
    return await client.upload_file(FILE, source)


async def upload_stream(client: AsyncClient, folder: Path) -> object:
    return await client.upload_file_stream(FILE, lines((folder / "rows.csv").read_bytes()))


async def run(client: AsyncClient, folder: Path) -> object:
    return await client.run_action(EXPORT)


async def download(client: AsyncClient, folder: Path) -> object:
    return await client.download_file(113000000040, folder / "history.csv")


@pytest.mark.parametrize("call", [upload, upload_stream, run, download])
async def test_a_call_can_be_cancelled_at_every_request(emulator: Emulator, tmp_path: Path, call: Call) -> None:
    (tmp_path / "rows.csv").write_bytes(BYTES)
    async with client_of(emulator) as client:
        await client.get_current_user()
        cancelled = 0
        while await _cancelled_at(emulator, client, call, tmp_path, cancelled):
            cancelled += 1
            assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
        assert cancelled >= 3
        emulator.clear_faults()
        await call(client, tmp_path)
    gc.collect()  # what was left open would warn now


async def _cancelled_at(emulator: Emulator, client: AsyncClient, call: Call, folder: Path, request: int) -> bool:
    """Cancel the call when so many of its requests have arrived; False if it ends before."""
    loop = asyncio.get_running_loop()
    running = asyncio.ensure_future(call(client, folder))
    left = iter(range(request, -1, -1))

    def arrived() -> None:
        if next(left, None) == 0:
            loop.call_soon_threadsafe(running.cancel)

    emulator.clear_faults()
    emulator.inject(OnArrival("*", "", arrived))
    emulator.inject(Fault(delay=0.5, drop="before", skip=request))  # the cancellation comes first
    await asyncio.wait([running])
    assert asyncio.all_tasks() == {asyncio.current_task()}
    if not running.cancelled():
        assert running.exception() is None
    return running.cancelled()


@pytest.mark.parametrize("call", [upload, upload_stream, run, download])
async def test_a_call_can_be_cancelled_at_every_await(emulator: Emulator, tmp_path: Path, call: Call) -> None:
    content = BYTES[:90]
    (tmp_path / "rows.csv").write_bytes(content)
    async with AsyncClient(**options_for(emulator, upload_chunk_size=30, concurrency=2)) as client:
        await client.get_current_user()
        awaits = 0
        while await _cancelled_after(awaits, client, call, tmp_path):
            awaits += 1
            # A thread that gives a whole file its name does so to its end.
            assert {path.name for path in tmp_path.iterdir()} <= {"rows.csv", "history.csv"}
        assert awaits >= 5
        [pool] = client._session._exchange.transport._pools.values()
        assert pool.session.connector is not None
        assert pool.session.connector._acquired == set()
    gc.collect()  # what was left open would warn now


async def _cancelled_after(awaits: int, client: AsyncClient, call: Call, folder: Path) -> bool:
    """Cancel the call when its tasks have waited so often, in the middle of that wait; False if it ends before."""
    loop = asyncio.get_running_loop()
    left = itertools.count(awaits, -1)

    def waits() -> None:
        if next(left) == 0:
            running.cancel()

    def counted(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(Counted(work, waits), loop=loop, **options)

    loop.set_task_factory(counted)
    try:
        running = asyncio.ensure_future(_awaited(call(client, folder)))
        await asyncio.wait([running])
    finally:
        loop.set_task_factory(None)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    if not running.cancelled():
        assert running.exception() is None
    return running.cancelled()


async def _awaited(work: Awaitable[object]) -> object:
    return await work


class Counted(Coroutine[Any, Any, Any]):
    """A coroutine that tells of every wait."""

    def __init__(self, work: Coroutine[Any, Any, Any], waits: Callable[[], None]) -> None:
        self._work, self._waits = work, waits

    def send(self, value: Any) -> Any:
        awaited = self._work.send(value)
        self._waits()
        return awaited

    def throw(self, *error: Any) -> Any:
        awaited = self._work.throw(*error)
        self._waits()
        return awaited

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._work.__await__()


def cancel_at_looks(emulator: Emulator, running: asyncio.Future[Task], times: int) -> None:
    """Cancel a run when the first looks at its task arrive."""
    loop = asyncio.get_running_loop()
    cancellations = iter([running.cancel] * times)

    def arrived() -> None:
        for cancel in islice(cancellations, 1):
            loop.call_soon_threadsafe(cancel)

    emulator.inject(OnArrival("GET", ONE_TASK, arrived))


@pytest.mark.parametrize("times", [1, 2], ids=["once", "again while it cleans up"])
async def test_a_task_is_cancelled_with_its_caller(emulator: Emulator, times: int) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    async with client_of(emulator) as client:
        running = asyncio.ensure_future(client.run_action(EXPORT, cancel_on_abort=True))
        cancel_at_looks(emulator, running, times)
        with pytest.raises(asyncio.CancelledError) as caught:
            await running
        [task_id] = tasks(emulator)
        if times == 1:
            assert caught.value.__notes__ == [f"Task {task_id} was cancelled."]
        assert (await client.get_task_status(EXPORT, task_id)).task_state == "CANCELLED"
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_task_goes_on_without_its_caller_unless_that_is_wanted(emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    async with client_of(emulator) as client:
        running = asyncio.ensure_future(client.run_action(EXPORT))
        cancel_at_looks(emulator, running, 1)
        with pytest.raises(asyncio.CancelledError):
            await running
        emulator.tenant.release_tasks()
        assert (await client.wait_for_task(EXPORT, tasks(emulator)[0])).successful
    assert emulator.received("DELETE", "") == []


async def test_asyncios_own_time_limits_work(emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    async with client_of(emulator) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.run_action(EXPORT, cancel_on_abort=True)
        assert (await client.get_task_status(EXPORT, tasks(emulator)[0])).task_state == "CANCELLED"


def ctrl_c_once() -> Callable[[], None]:
    signals = iter([signal.SIGINT])

    def press() -> None:
        for number in signals:
            os.kill(os.getpid(), number)

    return press


def test_a_task_is_cancelled_by_ctrl_c(emulator: Emulator) -> None:
    emulator.tenant.script_task(EXPORT, TaskScript(hang=True))
    emulator.inject(OnArrival("GET", ONE_TASK, ctrl_c_once()))
    with Client(**options_for(emulator)) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.run_action(EXPORT, cancel_on_abort=True)
        [task_id] = tasks(emulator)
        assert caught.value.__notes__ == [f"Task {task_id} was cancelled."]
        assert client.get_task_status(EXPORT, task_id).task_state == "CANCELLED"


def test_ctrl_c_in_an_upload_imports_nothing(emulator: Emulator) -> None:
    emulator.inject(OnArrival("PUT", "/chunks/5$", ctrl_c_once()))
    with Client(**options_for(emulator, upload_chunk_size=len(BYTES) // 10 + 1)) as client:
        with pytest.raises(KeyboardInterrupt):
            client.upload_and_import(LIST_FILE, BYTES, LIST_IMPORT)
        assert starts(emulator) == 0
        assert client.upload_and_import(LIST_FILE, BYTES, LIST_IMPORT).rows.successful == 60
