# Source of both colours: scripts/codegen.py emits this file twice.
"""What is uploaded is what is stored, whatever it comes as; what cannot be uploaded changes nothing."""

from __future__ import annotations

import array
import enum
import gzip
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import AsyncClient, ConfigurationError, TransferError
from anaplan_sdk.emulator import Emulator
from stage.observed import FILE, LIST_FILE, rows, stored_chunks
from stage.support import options_for

TEXT = rows(40)
BYTES = TEXT.encode()

KINDS: dict[str, Callable[[Path], Any]] = {
    "str": lambda path: TEXT,
    "bytes": lambda path: BYTES,
    "bytearray": lambda path: bytearray(BYTES),
    "memoryview": lambda path: memoryview(BYTES),
    "memoryview of wider items": lambda path: memoryview(array.array("H", BYTES.ljust(len(BYTES) + len(BYTES) % 2))),
    "Path": lambda path: path,
    "BytesIO": lambda path: io.BytesIO(BYTES),
    "StringIO": lambda path: io.StringIO(TEXT),
}
PIECES: dict[str, Callable[[], Any]] = {
    "a list of text": lambda: [TEXT],
    "single characters": lambda: TEXT,
    "single bytes": lambda: (BYTES[at : at + 1] for at in range(len(BYTES))),
    "one large piece": lambda: iter([BYTES]),
    "lines of text": lambda: TEXT.splitlines(keepends=True),
    "lines of an open file": lambda: io.BytesIO(BYTES),
    "text and bytes and nothing": lambda: ["", TEXT[:100], b"", memoryview(TEXT[100:].encode())],
}

NOTHING: list[str | bytes] = ["", b""]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "Umsätze.csv"
    path.write_bytes(BYTES)
    return path


@pytest.mark.parametrize("compression", ["auto", "off"])
@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_content_is_stored_byte_for_byte(
    emulator: Emulator, source: Path, kind: str, compression: Any
) -> None:
    content = KINDS[kind](source)
    expected = bytes(content) if isinstance(content, memoryview) else BYTES
    async with AsyncClient(**options_for(emulator, upload_chunk_size=199, compression=compression)) as client:
        file = await client.upload_file(FILE, content)
        assert (file.id, file.chunk_count) == (FILE, len(stored_chunks(emulator)))
        assert emulator.content(FILE) == expected
        assert {len(chunk) for chunk in list(stored_chunks(emulator).values())[:-1]} == {199}
        assert await client.get_file(FILE) == expected
    sent_as = {request.headers["content-type"] for request in emulator.received("PUT", "/chunks/")}
    assert sent_as == {"application/octet-stream" if compression == "off" else "application/x-gzip"}


@pytest.mark.parametrize("kind", PIECES)
async def test_pieces_of_any_size_are_joined_and_cut(emulator: Emulator, kind: str) -> None:
    async with AsyncClient(**options_for(emulator, upload_chunk_size=300)) as client:
        file = await client.upload_file_stream(FILE, PIECES[kind]())
        assert file.chunk_count == len(stored_chunks(emulator))
        assert {len(chunk) for chunk in list(stored_chunks(emulator).values())[:-1]} == {300}
        assert await client.get_file(FILE) == BYTES


async def test_open_files_are_uploaded_from_where_they_are(
    client: AsyncClient, source: Path, emulator: Emulator
) -> None:
    with source.open("rb") as file:
        file.seek(100)
        await client.upload_file(FILE, file)
        assert emulator.content(FILE) == BYTES[100:]
    with source.open(encoding="utf-8", newline="") as text:
        await client.upload_file(FILE, text)
    assert emulator.content(FILE) == BYTES


async def test_a_buffer_may_be_used_again_between_pieces(emulator: Emulator) -> None:
    def filled_again() -> Iterator[memoryview]:
        buffer = bytearray(64)
        for at in range(0, len(BYTES), 64):
            size = len(part := BYTES[at : at + 64])
            buffer[:size] = part
            yield memoryview(buffer)[:size]
        buffer[:] = bytes(64)

    async with AsyncClient(**options_for(emulator, upload_chunk_size=150)) as client:
        await client.upload_file_stream(FILE, filled_again())
    assert emulator.content(FILE) == BYTES


async def test_small_chunk_sizes_grow_to_fit_into_a_thousand_chunks(emulator: Emulator) -> None:
    content = bytes(range(143)) * 7
    async with AsyncClient(**options_for(emulator, upload_chunk_size=1, concurrency=8)) as client:
        emulator.tenant.options.max_chunks = 1_000
        file = await client.upload_file(FILE, content)
        assert file.chunk_count == 501
        assert emulator.content(FILE) == content
        stream = await client.upload_file_stream(FILE, iter([content]))
        assert 200 < stream.chunk_count < 220
    assert emulator.content(FILE) == content


async def test_an_upload_replaces_the_one_before(client: AsyncClient) -> None:
    await client.upload_file(FILE, BYTES)
    await client.upload_file(FILE, b"Code\nshort\n")
    assert await client.get_file(FILE) == b"Code\nshort\n"
    await client.delete_file(FILE)
    await client.delete_file(FILE)
    assert await client.get_file(FILE) != b"Code\nshort\n"


@pytest.mark.parametrize("kind", [str, bytes, bytearray, io.BytesIO, io.StringIO, Path])
async def test_empty_content_changes_nothing(
    client: AsyncClient, emulator: Emulator, kind: Any, tmp_path: Path
) -> None:
    (tmp_path / "empty.csv").touch()
    content = tmp_path / "empty.csv" if kind is Path else kind()
    with pytest.raises(TransferError, match="empty; nothing was uploaded"):
        await client.upload_file(FILE, content)
    with pytest.raises(TransferError, match="empty; nothing was uploaded"):
        await client.upload_file_stream(FILE, NOTHING)
    assert emulator.received("POST", "/files/") == []


@pytest.mark.parametrize(
    "content", [None, 5, ["rows"], {"a": 1}, object(), range(3)], ids=lambda content: type(content).__name__
)
async def test_content_of_another_type_changes_nothing(client: AsyncClient, emulator: Emulator, content: Any) -> None:
    with pytest.raises(TypeError, match="Content must be|is not the content of a file") as caught:
        await client.upload_file(FILE, content)
    assert isinstance(caught.value, TransferError)
    assert emulator.requests == []


@pytest.mark.parametrize("content", [None, 5, object(), Path("rows.csv")], ids=lambda content: type(content).__name__)
async def test_streams_must_be_iterable(client: AsyncClient, emulator: Emulator, content: Any) -> None:
    with pytest.raises(TypeError, match="must come from an iterable|uploaded with upload_file;"):
        await client.upload_file_stream(FILE, content)
    assert emulator.requests == []


async def test_pieces_of_another_type_change_nothing(client: AsyncClient, emulator: Emulator) -> None:
    pieces: Any = [b"Code\n", 5]
    with pytest.raises(TypeError, match="not int"):
        await client.upload_file_stream(FILE, pieces)
    assert emulator.received("POST", "/files/") == []


async def test_text_that_is_no_text_changes_nothing(client: AsyncClient, emulator: Emulator) -> None:
    with pytest.raises(TransferError, match=r"Character 3 .*surrogate"):
        await client.upload_file(FILE, "abc\ud800")
    assert emulator.received("POST", "/files/") == []


async def test_a_source_that_cannot_be_read_changes_nothing(
    client: AsyncClient, emulator: Emulator, tmp_path: Path
) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(TransferError, match=f"Cannot read {path}.*Nothing was uploaded"):
            await client.upload_file(FILE, path)
    assert emulator.requests == []


@pytest.mark.parametrize("size", [0, -1, 50_000_001, True, 1.5, "25"], ids=repr)
async def test_chunk_sizes_over_the_limit_are_refused(emulator: Emulator, size: Any) -> None:
    with pytest.raises(ConfigurationError, match="1 to 50,000,000 bytes"):
        AsyncClient(**options_for(emulator, upload_chunk_size=size))


async def test_a_file_too_large_for_anaplan_changes_nothing(
    client: AsyncClient, emulator: Emulator, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(50_000_000_001)  # a hole: it takes no space
    with pytest.raises(TransferError, match="50,000,000,001 bytes do not fit"):
        await client.upload_file(FILE, huge)
    assert emulator.requests == []


@pytest.mark.parametrize("file_id", [113999999999, "113999999999", "nothing.csv"], ids=repr)
async def test_files_are_not_created_by_mistake(client: AsyncClient, emulator: Emulator, file_id: Any) -> None:
    with pytest.raises(TransferError, match=r"has no file .*nothing was uploaded.*allow_file_creation"):
        await client.upload_file(file_id, BYTES)
    assert emulator.received("POST", "/files/") == []


@pytest.mark.parametrize("allowed", [False, True])
async def test_the_name_of_a_file_is_not_its_id(emulator: Emulator, allowed: bool) -> None:
    async with AsyncClient(**options_for(emulator, allow_file_creation=allowed)) as client:
        with pytest.raises(TransferError, match=f"Its file of that name has the id {LIST_FILE}"):
            await client.upload_file("Transactions.csv", BYTES)
    assert emulator.received("POST", "/files/") == []


@pytest.mark.parametrize("file_id", ["../112000000000", "a/b", "", ".", "113000000001\n", None, True], ids=repr)
async def test_ids_cannot_change_a_path(client: AsyncClient, emulator: Emulator, file_id: Any) -> None:
    with pytest.raises((ConfigurationError, TransferError)):
        await client.upload_file(file_id, BYTES)
    assert emulator.received("POST", "/files/") == []


async def test_files_are_created_where_that_is_wanted(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, allow_file_creation=True, upload_chunk_size=500)) as client:
        file = await client.upload_file("Neue Datei 1.csv", BYTES)
        assert str(file.id).startswith("113")
        assert file.name == "Neue Datei 1.csv"
        assert await client.get_file(file.id) == BYTES
        streamed = await client.upload_file_stream("Neue Datei 2.csv", iter([TEXT]))
        assert await client.get_file(streamed.id) == BYTES
        assert {file.id, streamed.id} < {known.id for known in await client.list_files()}
        again = await client.upload_file(file.id, b"Code\n")
        assert again.id == file.id


async def test_a_file_that_is_gone_by_now_is_noticed(client: AsyncClient, emulator: Emulator) -> None:
    await client.upload_file(FILE, BYTES)
    for model in emulator.tenant.models.values():
        del model.files[str(FILE)]
    with pytest.raises(TransferError, match=r"Anaplan created file 113\d{9} instead"):
        await client.upload_file(FILE, BYTES)
    assert len(emulator.received("PUT", f"/files/{FILE}/chunks/")) == 1


async def test_chunks_are_compressed(emulator: Emulator) -> None:
    content = rows(5_000).encode()
    async with AsyncClient(**options_for(emulator)) as client:
        await client.upload_file(FILE, content)
    [sent] = emulator.received("PUT", "/chunks/")
    assert int(sent.headers["content-length"]) < len(gzip.compress(content, 1)) * 1.3
    assert emulator.content(FILE) == content


async def test_ids_may_be_of_any_kind_of_number(client: AsyncClient, emulator: Emulator) -> None:
    class Files(enum.Enum):
        LIST = LIST_FILE

    class Names(enum.StrEnum):
        LIST = str(LIST_FILE)

    class Index:
        def __index__(self) -> int:
            return LIST_FILE

    ids: list[Any] = [Files.LIST, Names.LIST, Index(), str(LIST_FILE)]
    for file_id in ids:
        assert (await client.upload_file(file_id, BYTES)).id == LIST_FILE
        assert await client.get_file(file_id) == BYTES
