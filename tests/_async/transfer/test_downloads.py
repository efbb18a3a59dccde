# Source of both colours: scripts/codegen.py emits this file twice.
"""What is downloaded is all of it and in order, or an error."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import (
    AnaplanError,
    ApiError,
    AsyncClient,
    NotFoundError,
    TransferError,
    TransferTimeoutError,
    TransportError,
    UnexpectedResponseError,
)
from anaplan_sdk._io.aio import closing
from anaplan_sdk.emulator import Emulator, Fault
from stage.observed import EXPORT, FILE, Clock, OnArrival, rows
from stage.support import options_for, ordinary_user

BYTES = rows(60).encode()
HISTORY = 113000000040


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[AsyncClient]:
    """A client whose uploads have ten chunks, and which has uploaded one."""
    size = len(BYTES) // 10 + 1
    async with AsyncClient(**options_for(emulator, upload_chunk_size=size, concurrency=3)) as client:
        await client.upload_file(FILE, BYTES)
        yield client


async def streamed(client: AsyncClient, file_id: int = FILE) -> list[bytes]:
    return [chunk async for chunk in client.get_file_stream(file_id)]


async def test_default_content_in_chunks_that_split_characters(client: AsyncClient) -> None:
    chunks = await streamed(client, HISTORY)
    assert len(chunks) > 2
    with pytest.raises(UnicodeDecodeError):
        chunks[0].decode()
    text = b"".join(chunks).decode()
    assert text == (await client.get_file(HISTORY)).decode()
    assert text.count("\n") == 61


async def test_the_stream_has_the_chunks_as_they_are_stored(client: AsyncClient, emulator: Emulator) -> None:
    chunks = await streamed(client)
    assert len(chunks) == 10
    assert b"".join(chunks) == BYTES
    assert emulator.peak_in_flight <= 3


async def test_chunks_that_overtake_each_other_come_in_order(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/chunks/[036]$", delay=0.06, times=3))
    assert b"".join(await streamed(client)) == BYTES


async def test_a_download_to_a_path_takes_the_place_of_what_was_there(client: AsyncClient, tmp_path: Path) -> None:
    target = tmp_path / "Sales.csv"
    assert await client.download_file(FILE, str(target)) == target
    assert target.read_bytes() == BYTES
    target.write_text("older")
    await client.download_file(FILE, target)
    assert target.read_bytes() == BYTES
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="links, modes and named pipes are those of POSIX")
async def test_a_download_leaves_links_and_modes_as_they_are(client: AsyncClient, tmp_path: Path) -> None:
    real, link, new = tmp_path / "real.csv", tmp_path / "latest.csv", tmp_path / "new.csv"
    real.write_text("older")
    real.chmod(0o664)
    link.symlink_to(real)
    assert await client.download_file(FILE, link) == link
    assert link.is_symlink()
    assert (real.read_bytes(), real.stat().st_mode & 0o777) == (BYTES, 0o664)
    before = os.umask(0o022)
    try:
        await client.download_file(FILE, new)
    finally:
        os.umask(before)
    assert new.stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(os.name != "posix", reason="links, modes and named pipes are those of POSIX")
async def test_a_download_to_a_named_pipe_goes_through_it(client: AsyncClient, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(pipe.read_bytes)
        await client.download_file(FILE, pipe)
        assert reading.result(20) == BYTES
    with pytest.raises(TransferTimeoutError, match="waiting for a reader"):
        await client.download_file(FILE, pipe, timeout=0.2)
    assert pipe.is_fifo()


async def test_a_partial_file_is_for_its_owner_only(client: AsyncClient, emulator: Emulator, tmp_path: Path) -> None:
    modes: list[int] = []

    def look() -> None:
        modes.extend(path.stat().st_mode & 0o777 for path in tmp_path.iterdir())

    emulator.inject(OnArrival("GET", "/chunks/9$", look))
    await client.download_file(FILE, tmp_path / ("n" * 250))
    assert modes == [0o600]


EMPTY: dict[str, Any] = {"status": 200, "body": b"", "times": None}


@pytest.mark.parametrize(
    "fault",
    [{"status": 503, "times": None}, {"drop": "midway", "times": None}, {"status": 404}, EMPTY],
    ids=["503", "cut", "404", "empty"],
)
async def test_a_failed_download_leaves_the_old_file(
    client: AsyncClient, emulator: Emulator, tmp_path: Path, fault: dict[str, Any]
) -> None:
    target = tmp_path / "Sales.csv"
    target.write_text("older")
    emulator.inject(Fault("GET", "/chunks/8$", **fault))
    with pytest.raises(AnaplanError, match=r"chunks/8|Chunk 8"):
        await client.download_file(FILE, target)
    assert target.read_text() == "older"
    assert list(tmp_path.iterdir()) == [target]


async def test_a_target_that_cannot_be_written_is_told_before_anything_is_asked_for(
    client: AsyncClient, emulator: Emulator, tmp_path: Path
) -> None:
    before = len(emulator.received("GET", "/chunks"))
    for target in (tmp_path, tmp_path / "missing" / "Sales.csv", Path("/")):
        with pytest.raises(TransferError, match="Cannot write to"):
            await client.download_file(FILE, target)
    assert len(emulator.received("GET", "/chunks")) == before


@pytest.mark.parametrize("drop", ["before", "after", "midway"])
async def test_a_cut_answer_is_asked_for_again(client: AsyncClient, emulator: Emulator, drop: Any) -> None:
    before = len(emulator.received("GET", "/chunks"))
    for path in ("/chunks$", "/chunks/0$", "/chunks/5$"):
        emulator.inject(Fault("GET", path, drop=drop))
    assert await client.get_file(FILE) == BYTES
    assert len(emulator.received("GET", "/chunks")) - before == 14


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_chunk_that_is_refused_in_passing_is_asked_for_again(
    client: AsyncClient, emulator: Emulator, status: int
) -> None:
    emulator.inject(Fault("GET", "/chunks/[05]$", status=status, times=2))
    assert await client.get_file(FILE) == BYTES


async def test_an_answer_that_is_always_cut_is_an_error(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/chunks/5$", drop="midway", times=None))
    with pytest.raises(TransportError) as caught:
        await client.get_file(FILE)
    assert len(caught.value.earlier) == 3


@pytest.mark.parametrize("status", [200, 204])
async def test_an_empty_chunk_is_an_error(client: AsyncClient, emulator: Emulator, status: int) -> None:
    emulator.inject(Fault("GET", "/chunks/9$", status=status, body=b""))
    assert await client.get_file(FILE) == BYTES  # what happens once is tried again
    emulator.inject(Fault("GET", "/chunks/9$", status=status, body=b"", times=None))
    with pytest.raises(TransferError, match=r"Chunk 9 of .* is empty"):
        await client.get_file(FILE)


async def test_a_page_of_a_proxy_is_no_content(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/chunks/9$", status=200, content_type="text/html", times=None))
    with pytest.raises(UnexpectedResponseError, match="chunks/9: status 200 with an HTML page"):
        await client.get_file(FILE)


async def test_a_file_without_content_is_an_error(client: AsyncClient, emulator: Emulator, tmp_path: Path) -> None:
    with pytest.raises(TransferError, match=f"File {EXPORT} has nothing to download.*48 hours"):
        await client.get_file(EXPORT)
    with pytest.raises(TransferError, match="has nothing to download"):
        await streamed(client, EXPORT)
    with pytest.raises(TransferError, match="has nothing to download"):
        await client.download_file(EXPORT, tmp_path / "export.csv")
    assert list(tmp_path.iterdir()) == []


async def test_content_belongs_to_the_user_who_uploaded_it(client: AsyncClient, emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as other:
        assert await other.get_file(FILE) != BYTES


async def test_a_file_that_does_not_exist_is_an_error(client: AsyncClient) -> None:
    with pytest.raises(NotFoundError):
        await client.get_file(113999999999)


async def test_a_stream_that_is_left_early_leaves_nothing_running(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/chunks/[4-9]$", delay=0.05, times=None))
    async with closing(client.get_file_stream(FILE)) as chunks:
        async for chunk in chunks:
            assert BYTES.startswith(chunk)
            break
    assert b"".join(await streamed(client)) == BYTES
    assert len(emulator.received("GET", "/chunks/")) <= 4 + 10


async def test_a_deadline_ends_a_download(
    client: AsyncClient, emulator: Emulator, tmp_path: Path, clock: Clock
) -> None:
    emulator.inject(OnArrival("GET", "/chunks/0$", clock.put_forward))
    with pytest.raises(TransferTimeoutError, match="time limit passed while downloading"):
        await client.download_file(FILE, tmp_path / "Sales.csv", timeout=60)
    assert len(emulator.received("GET", "/chunks/")) < 10
    assert list(tmp_path.iterdir()) == []


async def test_a_chunk_list_that_fails_for_good_is_an_error(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("GET", "/chunks$", status=502, content_type="text/html", times=None))
    with pytest.raises(ApiError, match="502"):
        await client.get_file(FILE)


@pytest.mark.parametrize(
    "order", [sorted(range(12), key=str), list(range(11, -1, -1))], ids=["as text", "newest first"]
)
async def test_chunks_come_by_their_number_however_they_are_listed(emulator: Emulator, order: list[int]) -> None:
    async with AsyncClient(**options_for(emulator, upload_chunk_size=6)) as client:
        content = b"".join(b"%02d;ro\n" % number for number in range(12))[: 12 * 6]
        await client.upload_file(FILE, content)
        emulator.inject(chunk_list(order))
        assert await client.get_file(FILE) == content


async def test_a_list_of_chunks_with_a_hole_is_no_content(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(chunk_list([0, 2, 3]))
    with pytest.raises(TransferError, match="lists the chunks 0, 2, 3 .*not be complete"):
        await client.get_file(FILE)


def chunk_list(numbers: list[int]) -> Fault:
    paging = {"currentPageSize": len(numbers), "totalSize": len(numbers), "offset": 0}
    chunks = [{"id": str(number), "name": f"Chunk {number}"} for number in numbers]
    body = json.dumps({"meta": {"paging": paging}, "chunks": chunks})
    return Fault("GET", "/chunks$", status=200, body=body, content_type="application/json")
