# Source of both colours: scripts/codegen.py emits this file twice.
"""Where content comes from: files of every make, pipes, text in the file's encoding, sources that change under way."""

from __future__ import annotations

import gzip
import io
import mmap
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, NothingLoadedWarning, TransferError, TransferTimeoutError
from anaplan_sdk.emulator import Emulator
from stage.observed import FILE, LIST_FILE, LIST_IMPORT, OnArrival, rows
from stage.support import options_for

TEXT = rows(40)
BYTES = TEXT.encode()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "Umsätze.csv"
    path.write_bytes(BYTES)
    return path


async def test_text_is_encoded_as_anaplan_reads_the_file(emulator: Emulator) -> None:
    set_encoding(emulator, "ISO-8859-1")
    async with AsyncClient(**options_for(emulator, upload_chunk_size=3)) as client:
        for upload in (client.upload_file, client.upload_file_stream):
            await upload(FILE, "Code\nZÜ\n")
            assert emulator.content(FILE) == b"Code\nZ\xdc\n"
        await client.upload_file(FILE, io.StringIO("Code\nÄ\n"))
        assert emulator.content(FILE) == b"Code\n\xc4\n"
        await client.upload_file(FILE, "Code\nZÜ\n".encode())  # bytes are the caller's own
        assert emulator.content(FILE) == "Code\nZÜ\n".encode()
        with pytest.raises(TransferError, match=r"Character 5 .* ISO-8859-1.*'€'"):
            await client.upload_file(FILE, "Code\n€\n")


def set_encoding(emulator: Emulator, encoding: str) -> None:
    for model in emulator.tenant.models.values():
        model.files[str(FILE)].encoding = encoding


async def test_content_that_is_gzip_already_is_decoded_on_the_way(
    client: AsyncClient, emulator: Emulator, tmp_path: Path
) -> None:
    member = gzip.compress(BYTES)
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(member)
    for content in (member, path, io.BytesIO(member)):
        await client.upload_file(FILE, content)
        assert emulator.content(FILE) == BYTES
    await client.upload_file_stream(FILE, [member[:9], member[9:]])
    assert emulator.content(FILE) == BYTES
    with pytest.raises(TransferError, match="begins like gzip, but is gzip that was cut short"):
        await client.upload_file(FILE, member[:-4])


async def test_files_of_every_make_are_uploaded(client: AsyncClient, emulator: Emulator) -> None:
    class Delegating:
        def __getattr__(self, name: str) -> Any:
            return getattr(file, name)

    file = io.BytesIO(BYTES)
    delegating: Any = Delegating()
    await client.upload_file(FILE, delegating)
    assert emulator.content(FILE) == BYTES
    makes: list[Any] = [tempfile.NamedTemporaryFile, tempfile.SpooledTemporaryFile]
    for make in makes:
        with make() as content:
            content.write(BYTES[:400])
            content.seek(0)
            await client.upload_file(FILE, content)
        assert emulator.content(FILE) == BYTES[:400]


async def test_a_file_at_its_end_is_not_called_empty(client: AsyncClient, emulator: Emulator) -> None:
    written = io.StringIO()
    written.write(TEXT)
    with pytest.raises(TransferError, match=r"at its end.*seek\(0\)"):
        await client.upload_file(FILE, written)
    with mmap.mmap(-1, len(BYTES)) as pages:
        pages.write(BYTES)
        await client.upload_file(FILE, pages)
    assert emulator.content(FILE) == BYTES


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
async def test_a_pipe_is_uploaded_to_its_end(client: AsyncClient, emulator: Emulator, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Timer(0.3, pipe.write_bytes, [BYTES])
    writer.start()
    await client.upload_file(FILE, pipe)
    writer.join()
    assert emulator.content(FILE) == BYTES
    with pytest.raises(TransferTimeoutError):  # nobody writes
        await client.upload_file(FILE, pipe, timeout=0.3)


@pytest.mark.parametrize("text", ["sales.csv", "/tmp/sales.csv", "C:\\sales.csv"])
async def test_the_path_of_a_file_as_text_is_no_content(client: AsyncClient, emulator: Emulator, text: str) -> None:
    for upload in (client.upload_file, client.upload_file_stream):
        with pytest.raises(TypeError, match="pass pathlib.Path"):
            await upload(FILE, text)
    with pytest.raises(TypeError, match="pass pathlib.Path"):
        await client.upload_and_import(FILE, text, LIST_IMPORT)
    assert emulator.requests == []


@pytest.mark.parametrize("with_journal", [False, True])
async def test_a_source_that_is_rewritten_under_way_is_an_error(
    emulator: Emulator, source: Path, with_journal: bool
) -> None:
    def rewrite() -> None:
        source.write_bytes(b"x" * len(BYTES) + b"more")
        os.utime(source, ns=(1, 1))  # the clock of a file system can be coarse

    journal = source.with_suffix(".journal") if with_journal else None
    async with AsyncClient(**options_for(emulator, upload_chunk_size=200, concurrency=1)) as client:
        emulator.inject(OnArrival("PUT", "/chunks/2$", rewrite))
        with pytest.raises(TransferError, match="became shorter|was changed or replaced while it was uploaded"):
            await client.upload_file(FILE, source, journal=journal)


async def test_a_source_that_is_emptied_before_it_is_sent_changes_nothing(
    client: AsyncClient, emulator: Emulator, source: Path
) -> None:
    await client.upload_file(FILE, b"Code\nyesterday\n")
    async with AsyncClient(**options_for(emulator)) as fresh:
        emulator.inject(OnArrival("GET", "/files$", lambda: source.write_bytes(b"")))
        with pytest.raises(TransferError, match="changed or replaced"):
            await fresh.upload_file(FILE, source)
        assert await fresh.get_file(FILE) == b"Code\nyesterday\n"
        with pytest.raises(TransferError, match="is empty"):
            await fresh.upload_file(FILE, source)


async def test_an_import_that_read_no_row_is_worth_a_warning(client: AsyncClient, emulator: Emulator) -> None:
    for model in emulator.tenant.models.values():
        model.files[str(LIST_FILE)].first_data_row = 1_000
    with pytest.warns(NothingLoadedWarning, match=f"import {LIST_IMPORT} succeeded without reading a row"):
        await client.upload_and_import(LIST_FILE, TEXT, LIST_IMPORT)
    await client.upload_and_import(LIST_FILE, "Code\n", LIST_IMPORT)  # a header has no rows to load
