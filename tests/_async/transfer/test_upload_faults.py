# Source of both colours: scripts/codegen.py emits this file twice.
"""Uploads on a bad day: whole in the end, or an error, and never an import of half a file."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import (
    AnaplanError,
    ApiError,
    AsyncClient,
    PermissionDeniedError,
    TransferError,
    TransferTimeoutError,
    TransportError,
    UnexpectedResponseError,
    WaitTimeoutError,
)
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.models import File
from stage.observed import FILE, IMPORT, Clock, OnArrival, rows, starts
from stage.support import options_for

from ..side_by_side import together

BYTES = rows(60).encode()
PASSING = {
    "500": Fault(status=500),
    "502 of a proxy": Fault(status=502, content_type="text/html"),
    "503 after the chunk was stored": Fault(status=503, handle=True),
    "429": Fault(status=429),
    "429 with Retry-After": Fault(status=429, retry_after=0.02),
    "409": Fault(status=409),
    "dropped before": Fault(drop="before"),
    "dropped after": Fault(drop="after"),
    "401": Fault(status=401),
}


def fault(kind: str, method: str, path: str, **changes: Any) -> Fault:
    known = PASSING[kind]
    facts = {name: getattr(known, name) for name in ("status", "retry_after", "content_type", "drop", "handle")}
    return Fault(method, path, **{**facts, **changes})


def small_chunks(emulator: Emulator, **changes: Any) -> dict[str, Any]:
    """Options of a client that cuts the content into ten chunks."""
    return options_for(emulator, upload_chunk_size=len(BYTES) // 10 + 1, **changes)


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("known_size", [True, False], ids=["bytes", "stream"])
async def test_a_chunk_that_fails_in_passing_is_sent_again(emulator: Emulator, kind: str, known_size: bool) -> None:
    times = 1 if kind == "401" else 2  # twice in a row would be a refusal
    emulator.inject(fault(kind, "PUT", r"/chunks/[03]$", times=times))
    async with AsyncClient(**small_chunks(emulator)) as client:
        file = await (client.upload_file(FILE, BYTES) if known_size else client.upload_file_stream(FILE, iter([BYTES])))
        assert file.chunk_count == 10
        assert await client.get_file(FILE) == BYTES
    assert len(emulator.received("PUT", "/chunks/")) == 10 + times


@pytest.mark.parametrize("kind", PASSING)
async def test_a_lost_declaration_is_repeated(emulator: Emulator, kind: str) -> None:
    emulator.inject(fault(kind, "POST", f"/files/{FILE}$"))
    async with AsyncClient(**small_chunks(emulator)) as client:
        await client.upload_file(FILE, BYTES)
    assert emulator.content(FILE) == BYTES


@pytest.mark.parametrize("kind", PASSING)
async def test_a_lost_completion_is_looked_up(emulator: Emulator, kind: str) -> None:
    emulator.inject(fault(kind, "POST", "/complete$"))
    async with AsyncClient(**small_chunks(emulator)) as client:
        file = await client.upload_file_stream(FILE, iter([BYTES]))
        assert file.chunk_count == 10
        assert await client.get_file(FILE) == BYTES
    happened = kind in ("503 after the chunk was stored", "dropped after")
    assert len(emulator.received("POST", "/complete$")) == (1 if happened else 2)


async def test_a_completion_that_counts_other_chunks_is_an_error(emulator: Emulator) -> None:
    answer = '{"file": {"id": "113000000001", "name": "Sales.csv", "chunkCount": 9}}'
    emulator.inject(Fault("POST", "/complete$", status=200, body=answer))
    async with AsyncClient(**small_chunks(emulator)) as client:
        with pytest.raises(TransferError, match="10 chunks were sent, but Anaplan counts 9"):
            await client.upload_file_stream(FILE, iter([BYTES]))


@pytest.mark.parametrize("known_size", [True, False], ids=["bytes", "stream"])
async def test_a_chunk_that_fails_for_good_fails_the_call_and_nothing_is_imported(
    emulator: Emulator, known_size: bool
) -> None:
    emulator.inject(Fault("PUT", "/chunks/4$", status=503, times=None))
    content = BYTES if known_size else BYTES.decode()
    async with AsyncClient(**small_chunks(emulator)) as client:
        with pytest.raises(ApiError, match="chunks/4: 503") as caught:
            await client.upload_and_import(FILE, content, IMPORT)
    assert len(caught.value.earlier) == 3
    assert starts(emulator) == 0
    assert emulator.received("POST", "/complete$") == []


@pytest.mark.parametrize("known_size", [True, False], ids=["bytes", "stream"])
async def test_nothing_is_sent_after_a_chunk_that_failed(emulator: Emulator, known_size: bool) -> None:
    emulator.inject(Fault("PUT", "/chunks/3$", status=400))
    async with AsyncClient(**small_chunks(emulator, concurrency=1)) as client:
        with pytest.raises(ApiError, match="chunks/3: 400"):
            await client.upload_file(FILE, BYTES if known_size else BYTES.decode())
    sent = [request.path.rpartition("/")[2] for request in emulator.received("PUT", "/chunks/")]
    assert sent == ["0", "1", "2", "3"]


@pytest.mark.parametrize("status", [400, 403, 413])
async def test_a_definite_refusal_is_not_repeated(emulator: Emulator, status: int) -> None:
    emulator.inject(Fault("PUT", "/chunks/4$", status=status, times=None))
    async with AsyncClient(**small_chunks(emulator)) as client:
        with pytest.raises(ApiError) as caught:
            await client.upload_file(FILE, BYTES)
    assert caught.value.status == status
    assert isinstance(caught.value, PermissionDeniedError) == (status == 403)
    assert len(emulator.received("PUT", "/chunks/4$")) == 1


async def test_a_lost_creation_is_not_repeated(emulator: Emulator) -> None:
    emulator.inject(Fault("POST", "/files/new.csv$", drop="after"))
    async with AsyncClient(**options_for(emulator, allow_file_creation=True)) as client:
        with pytest.raises(TransportError):
            await client.upload_file("new.csv", BYTES)
        [created] = [file.id for file in await client.list_files() if file.name == "new.csv"]
        with pytest.raises(TransferError, match=f"has the id {created}"):
            await client.upload_file("new.csv", BYTES)
        await client.upload_file(created, BYTES)
        assert await client.get_file(created) == BYTES


async def test_a_source_that_becomes_shorter_is_an_error(emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(BYTES)
    emulator.inject(OnArrival("PUT", "/chunks/0$", lambda: os.truncate(path, len(BYTES) // 2)))
    async with AsyncClient(**small_chunks(emulator, concurrency=1)) as client:
        with pytest.raises(TransferError, match="became shorter during the upload"):
            await client.upload_and_import(FILE, path, IMPORT)
    assert len(emulator.received("PUT", "/chunks/")) <= 4
    assert starts(emulator) == 0


async def test_an_iterable_that_raises_completes_nothing(emulator: Emulator) -> None:
    def interrupted() -> Iterator[bytes]:
        yield BYTES[:700]
        raise LookupError("the database went away")

    async with AsyncClient(**small_chunks(emulator)) as client:
        with pytest.raises(LookupError, match="the database went away"):
            await client.upload_file_stream(FILE, interrupted())
    assert emulator.received("POST", "/complete$") == []


@pytest.mark.parametrize("known_size", [True, False], ids=["bytes", "stream"])
async def test_a_deadline_ends_an_upload(emulator: Emulator, clock: Clock, known_size: bool) -> None:
    async with AsyncClient(**small_chunks(emulator, concurrency=1)) as client:
        emulator.inject(OnArrival("PUT", "/chunks/2$", clock.put_forward))
        content = BYTES if known_size else BYTES.decode()
        with pytest.raises(TransferTimeoutError, match="not complete") as caught:
            await client.upload_and_import(FILE, content, IMPORT, timeout=60)
    assert isinstance(caught.value, WaitTimeoutError | TimeoutError)
    assert len(emulator.received("PUT", "/chunks/")) < 10
    assert starts(emulator) == 0
    assert emulator.received("POST", "/complete$") == []


async def test_nothing_is_started_when_the_time_is_over_after_the_upload(emulator: Emulator, clock: Clock) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        emulator.inject(OnArrival("PUT", "/chunks/", clock.put_forward))
        with pytest.raises(TransferTimeoutError, match=f"all of file {FILE} was sent, but before"):
            await client.upload_and_import(FILE, BYTES, IMPORT, timeout=60)
    assert emulator.content(FILE) == BYTES
    assert starts(emulator) == 0


async def test_a_single_connection_sends_a_stream_in_order(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, upload_chunk_size=len(BYTES) // 100 + 1, concurrency=1)) as client:
        await client.upload_file_stream(FILE, iter([BYTES]))
    sent = [int(request.path.rpartition("/")[2]) for request in emulator.received("PUT", "/chunks/")]
    assert sent == list(range(len(sent)))
    assert len(sent) > 90
    assert emulator.content(FILE) == BYTES


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_so_many_chunks_travel_at_a_time_and_no_more(emulator: Emulator, concurrency: int) -> None:
    async with AsyncClient(**small_chunks(emulator, concurrency=concurrency)) as client:
        emulator.latency = 0.01
        await client.upload_file(FILE, BYTES)
        assert await client.get_file(FILE) == BYTES
        await client.upload_file_stream(FILE, iter([BYTES]))
    assert emulator.peak_in_flight <= concurrency
    assert (emulator.peak_in_flight > 1) == (concurrency > 1)


async def test_a_stream_is_drawn_only_as_far_as_it_can_be_sent(emulator: Emulator) -> None:
    drawn: list[int] = []

    def pieces() -> Iterator[bytes]:
        size = len(BYTES) // 10 + 1
        for at in range(0, len(BYTES), size):
            drawn.append(len(emulator.received("PUT", "/chunks/")))
            yield BYTES[at : at + size]

    async with AsyncClient(**small_chunks(emulator, concurrency=2)) as client:
        await client.upload_file_stream(FILE, pieces())
    # A chunk is drawn when one of the two before it is on its way at most.
    assert all(place - sent <= 3 for place, sent in enumerate(drawn))
    assert emulator.content(FILE) == BYTES


@pytest.mark.parametrize("known_size", [True, False], ids=["bytes", "stream"])
async def test_a_page_of_a_proxy_is_no_chunk_that_was_stored(emulator: Emulator, known_size: bool) -> None:
    emulator.inject(Fault("PUT", "/chunks/4$", status=200, content_type="text/html", times=None))
    content = BYTES if known_size else BYTES.decode()
    async with AsyncClient(**small_chunks(emulator)) as client:
        with pytest.raises(UnexpectedResponseError, match="chunks/4: status 200 with an HTML page"):
            await client.upload_and_import(FILE, content, IMPORT)
    assert starts(emulator) == 0
    assert emulator.received("POST", "/complete$") == []


async def test_a_chunk_that_something_else_accepted_is_not_stored(emulator: Emulator) -> None:
    gateway = Fault("PUT", "/chunks/4$", status=200, body="The request was queued.", content_type="text/plain")
    emulator.inject(gateway)
    async with AsyncClient(**small_chunks(emulator)) as client:
        await client.upload_file(FILE, BYTES)  # what happens once is tried again
        assert emulator.content(FILE) == BYTES
        gateway.times = None
        emulator.inject(gateway)
        with pytest.raises(UnexpectedResponseError, match="chunks/4: status 200 with text instead of JSON"):
            await client.upload_and_import(FILE, BYTES, IMPORT)
    assert starts(emulator) == 0


@pytest.mark.parametrize("known_size", [True, False], ids=["bytes", "stream"])
async def test_a_chunk_that_was_swallowed_without_a_word_is_noticed(emulator: Emulator, known_size: bool) -> None:
    emulator.inject(Fault("PUT", "/chunks/4$", status=204))
    async with AsyncClient(**small_chunks(emulator)) as client:
        with pytest.raises(AnaplanError, match=r"does not list|Anaplan counts|Chunks of the upload are missing"):
            await client.upload_and_import(FILE, BYTES if known_size else BYTES.decode(), IMPORT)
    assert starts(emulator) == 0


async def test_two_uploads_into_one_file_do_not_mix(emulator: Emulator) -> None:
    contents = [f"Code\n{letter * 5}\n".encode() * 500 for letter in "ABCD"]
    async with AsyncClient(**small_chunks(emulator)) as client:
        other = AsyncClient.from_existing(client)
        who = [client, other] * 2
        uploads = [partial(each.upload_file, FILE, content) for each, content in zip(who, contents, strict=True)]
        files = await together(*uploads)
        assert [type(file) for file in files] == [File] * 4
        assert await client.get_file(FILE) in contents


async def test_an_upload_waits_for_a_load_of_the_same_file(emulator: Emulator) -> None:
    begun = threading.Event()

    async def later(client: AsyncClient) -> File:
        while not begun.is_set():
            await client.get_current_user()
        return await client.upload_file(FILE, b"Code\nlater\n")

    emulator.tenant.script_task(str(IMPORT), TaskScript(seconds=0.4))
    async with AsyncClient(**small_chunks(emulator)) as client:
        emulator.inject(OnArrival("PUT", "/chunks/0$", begun.set))
        await together(
            partial(client.upload_and_import, FILE, BYTES, IMPORT, on_rejects="ignore"),
            partial(later, client),
        )
    order = [request.path.rpartition("/")[2] for request in emulator.received("POST", f"/files/{FILE}$|/tasks$")]
    assert order == [str(FILE), "tasks", str(FILE)]
    assert emulator.content(FILE) == b"Code\nlater\n"


async def test_an_upload_does_not_wait_beyond_its_limit(emulator: Emulator) -> None:
    begun = threading.Event()
    emulator.inject(OnArrival("PUT", "/chunks/1$", begun.set))
    emulator.inject(Fault("PUT", "/chunks/0$", delay=1.0))
    async with AsyncClient(**small_chunks(emulator)) as client:

        async def late() -> None:
            while not begun.is_set():
                await client.get_current_user()
            with pytest.raises(TransferTimeoutError, match="another upload or load of this client used file"):
                await client.upload_file(FILE, b"Code\n", timeout=0.2)

        await together(partial(client.upload_file, FILE, BYTES), late)
    assert emulator.content(FILE) == BYTES
