# Source of both colours: scripts/codegen.py emits this file twice.
"""Uploads with a journal go on after a crash where they were."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import AnaplanError, AsyncClient, ConfigurationError, TransferError, TransferTimeoutError
from anaplan_sdk.emulator import Emulator, Fault
from stage.observed import FILE, LIST_FILE, Clock, OnArrival, rows, stored_chunks
from stage.support import options_for, ordinary_user

from ..side_by_side import together

BYTES = rows(60).encode()
CHUNK = len(BYTES) // 10 + 1


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_bytes(BYTES)
    return path


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "rows.journal"


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[AsyncClient]:
    """A client that cuts the content into ten chunks and sends one at a time."""
    async with AsyncClient(**options_for(emulator, upload_chunk_size=CHUNK, concurrency=1)) as client:
        yield client


async def interrupted(client: AsyncClient, emulator: Emulator, source: Any, journal: Path, *, at: int = 6) -> None:
    """An upload that ends after so many chunks."""
    emulator.inject(Fault("PUT", f"/chunks/{at}$", status=400))
    with pytest.raises(AnaplanError):
        await client.upload_file(FILE, source, journal=journal)
    emulator.clear_faults()
    assert len(journal.read_bytes().splitlines()) == 1 + at


def chunk_numbers(emulator: Emulator) -> list[int]:
    return sorted(int(request.path.rpartition("/")[2]) for request in emulator.received("PUT", "/chunks/"))


async def test_a_journal_is_gone_when_all_is_stored(client: AsyncClient, emulator: Emulator, source: Path) -> None:
    journal = source.with_suffix(".journal")
    seen: list[tuple[int, int]] = []
    emulator.inject(
        OnArrival("PUT", "/chunks/", lambda: seen.append((journal.stat().st_mode & 0o777, len(journal.read_bytes()))))
    )
    file = await client.upload_file(FILE, source, journal=journal)
    assert file.chunk_count == 10
    assert await client.get_file(FILE) == BYTES
    assert {mode for mode, _ in seen} == {0o600}
    assert sorted({size for _, size in seen}) == [size for _, size in seen]
    assert list(source.parent.iterdir()) == [source]


@pytest.mark.parametrize("in_memory", [False, True], ids=["path", "bytes"])
@pytest.mark.parametrize("at", [0, 1, 6, 9])
async def test_only_what_is_missing_is_sent_again(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path, at: int, in_memory: bool
) -> None:
    content = BYTES if in_memory else source
    await interrupted(client, emulator, content, journal, at=at)
    before = len(emulator.requests)
    async with AsyncClient(**options_for(emulator, upload_chunk_size=CHUNK)) as later:
        file = await later.upload_file(FILE, content, journal=str(journal))
        assert (file.name, file.chunk_count) == ("Sales.csv", 10)
        del emulator.requests[:before]
        assert chunk_numbers(emulator) == list(range(at, 10))
        assert len(emulator.received("POST", f"/files/{FILE}$")) == (1 if at == 0 else 0)
        assert await later.get_file(FILE) == BYTES
    assert not journal.exists()


async def test_a_crash_between_storing_and_recording_sends_the_chunk_twice(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    await interrupted(client, emulator, source, journal)
    content = journal.read_bytes()
    journal.write_bytes(content[:-20])  # the last line did not get to the disk
    await client.upload_file(FILE, source, journal=journal)
    assert chunk_numbers(emulator).count(5) == 2
    assert emulator.content(FILE) == BYTES


async def test_a_crash_after_the_last_chunk_sends_nothing(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    await interrupted(client, emulator, source, journal)
    kept: list[bytes] = []
    emulator.inject(OnArrival("GET", "/chunks$", lambda: kept.append(journal.read_bytes())))
    await client.upload_file(FILE, source, journal=journal)
    journal.write_bytes(kept[0])
    sent = len(emulator.received("PUT", "/chunks/"))
    assert (await client.upload_file(FILE, source, journal=journal)).chunk_count == 10
    assert len(emulator.received("PUT", "/chunks/")) == sent
    assert emulator.content(FILE) == BYTES
    assert not journal.exists()


async def test_a_crash_before_the_first_chunk_begins_anew(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    for content in (b"", b'{"format": "anaplan-sdk up'):
        journal.write_bytes(content)
        await client.upload_file(FILE, source, journal=journal)
        assert emulator.content(FILE) == BYTES


@pytest.mark.parametrize("place", [0, len(BYTES) // 2])
async def test_a_source_that_changed_is_refused(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path, place: int
) -> None:
    await interrupted(client, emulator, source, journal)
    before = journal.read_bytes(), stored_chunks(emulator), len(emulator.received("PUT", "/chunks/"))
    source.write_bytes(BYTES[:place] + b"#" + BYTES[place + 1 :])
    with pytest.raises(TransferError, match=rf"changed since .*{journal.name} began: chunk \d differs"):
        await client.upload_file(FILE, source, journal=journal)
    assert (journal.read_bytes(), stored_chunks(emulator), len(emulator.received("PUT", "/chunks/"))) == before


async def test_a_change_in_what_was_not_yet_sent_is_sent(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    await interrupted(client, emulator, source, journal)
    changed = BYTES[:-20] + b"#" + BYTES[-19:]
    source.write_bytes(changed)
    await client.upload_file(FILE, source, journal=journal)
    assert emulator.content(FILE) == changed


async def test_another_length_file_plan_or_user_is_refused(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    await interrupted(client, emulator, source, journal)
    before = journal.read_bytes(), stored_chunks(emulator), len(emulator.received("POST", "/files/"))
    longer = source.with_name("longer.csv")
    longer.write_bytes(BYTES + b"more\n")
    other_plan = options_for(emulator, upload_chunk_size=CHUNK - 1)
    other_user = options_for(emulator, upload_chunk_size=CHUNK, **ordinary_user(emulator))
    with pytest.raises(TransferError, match="another upload: it differs in total bytes"):
        await client.upload_file(FILE, longer, journal=journal)
    with pytest.raises(TransferError, match="another upload: it differs in file id"):
        await client.upload_file(LIST_FILE, source, journal=journal)
    production = AsyncClient.from_existing(client, model_id="2" * 32)
    with pytest.raises(TransferError, match="another upload: it differs in model id"):
        await production.upload_file(FILE, source, journal=journal)
    async with AsyncClient(**other_plan) as other:
        with pytest.raises(TransferError, match="another upload: it differs in chunk bytes"):
            await other.upload_file(FILE, source, journal=journal)
    async with AsyncClient(**other_user) as other:
        with pytest.raises(TransferError, match="another upload: it differs in user id"):
            await other.upload_file(FILE, source, journal=journal)
    assert (journal.read_bytes(), stored_chunks(emulator), len(emulator.received("POST", "/files/"))) == before
    await client.upload_file(FILE, source, journal=journal)
    assert emulator.content(FILE) == BYTES


async def test_what_is_no_journal_is_left_alone(
    client: AsyncClient, emulator: Emulator, source: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "thesis.txt"
    precious.write_text("years of work\n")
    for path in (precious, source):
        with pytest.raises(TransferError, match=f"{path} is not the journal of an upload"):
            await client.upload_file(FILE, source, journal=path)
    assert precious.read_text() == "years of work\n"
    assert source.read_bytes() == BYTES
    assert emulator.received("POST", "/files/") == []


async def test_a_journal_that_cannot_be_written_changes_nothing(
    client: AsyncClient, emulator: Emulator, source: Path, tmp_path: Path
) -> None:
    for path in (tmp_path / "missing" / "rows.journal", tmp_path):
        with pytest.raises(TransferError, match="Cannot "):
            await client.upload_file(FILE, source, journal=path)
    assert emulator.received("POST", "/files/") == []


async def test_chunks_that_anaplan_dropped_are_noticed(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    await interrupted(client, emulator, source, journal)
    await client.delete_file(FILE)
    with pytest.raises(TransferError, match=r"no longer has the chunks .*call again to upload everything"):
        await client.upload_file(FILE, source, journal=journal)
    assert not journal.exists()
    await client.upload_file(FILE, source, journal=journal)
    assert emulator.content(FILE) == BYTES


async def test_another_upload_to_the_file_in_between_is_noticed(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    await interrupted(client, emulator, source, journal)
    await client.upload_file(FILE, BYTES + BYTES)
    with pytest.raises(TransferError, match="no longer has the chunks"):
        await client.upload_file(FILE, source, journal=journal)
    await client.upload_file(FILE, source, journal=journal)
    assert emulator.content(FILE) == BYTES


async def test_a_deadline_leaves_a_journal_to_go_on_with(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path, clock: Clock
) -> None:
    emulator.inject(OnArrival("PUT", "/chunks/4$", clock.put_forward))
    with pytest.raises(TransferTimeoutError):
        await client.upload_file(FILE, source, journal=journal, timeout=60)
    await client.upload_file(FILE, source, journal=journal)
    # What was under way at that moment was cut off, and is sent again.
    assert 10 <= len(emulator.received("PUT", "/chunks/")) <= 14
    assert emulator.content(FILE) == BYTES


@pytest.mark.parametrize("content", ["text", io.BytesIO(b"a file"), io.StringIO("a file")], ids=["str", "rb", "r"])
async def test_content_that_cannot_be_read_again_has_no_journal(
    client: AsyncClient, emulator: Emulator, journal: Path, content: Any
) -> None:
    with pytest.raises(
        ConfigurationError, match="journal: only the upload of an ordinary file or of bytes-like content"
    ):
        await client.upload_file(FILE, content, journal=journal)
    assert emulator.requests == []
    assert not journal.exists()


async def test_a_file_that_is_to_be_created_has_no_journal(emulator: Emulator, source: Path, journal: Path) -> None:
    async with AsyncClient(**options_for(emulator, allow_file_creation=True)) as client:
        with pytest.raises(TransferError, match=r"has no file new.csv"):
            await client.upload_file("new.csv", source, journal=journal)
    assert emulator.received("POST", "/files/") == []
    assert not journal.exists()


async def test_a_journal_is_for_one_upload_at_a_time(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    emulator.inject(Fault("PUT", "/chunks/3$", delay=1.0))
    refused: list[TransferError] = []

    async def second() -> None:
        async with AsyncClient(**options_for(emulator, upload_chunk_size=CHUNK)) as other:
            while not journal.exists():
                await other.get_current_user()
            with pytest.raises(TransferError, match="is in use by another upload") as caught:
                await other.upload_file(FILE, source, journal=journal)
            refused.append(caught.value)

    await together(partial(client.upload_file, FILE, source, journal=journal), second)
    assert len(refused) == 1
    assert emulator.content(FILE) == BYTES


async def test_a_line_that_was_cut_off_costs_one_chunk(
    client: AsyncClient, emulator: Emulator, source: Path, journal: Path
) -> None:
    await interrupted(client, emulator, source, journal, at=6)
    first, second, *others = journal.read_bytes().splitlines()
    journal.write_bytes(b"\n".join([first, second[:20], *others, b""]))
    before = len(emulator.received("PUT", "/chunks/"))
    await client.upload_file(FILE, source, journal=journal)
    assert len(emulator.received("PUT", "/chunks/")) - before == 10 - len(others)
    assert emulator.content(FILE) == BYTES
