"""Files that content comes from and goes to."""

from __future__ import annotations

import io
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anaplan_sdk import TransferError
from anaplan_sdk._io.disk import JournalFile, Readable, blocks_of, open_source, size_of

posix = pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")


@posix
def test_a_journal_is_private_and_grows_line_by_line(tmp_path: Path) -> None:
    journal = JournalFile(tmp_path / "rows.journal")
    assert journal.read() is None
    journal.write(b"plan\n")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(journal.append, (b"%03d\n" % number for number in range(50))))
    content = journal.read() or b""
    assert content.startswith(b"plan\n")
    assert sorted(content.splitlines()[1:]) == [b"%03d" % number for number in range(50)]
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    journal.write(b"anew\n")
    assert journal.read() == b"anew\n"
    journal.remove()
    journal.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_went_away_is_not_begun_in_the_middle(tmp_path: Path) -> None:
    journal = JournalFile(tmp_path / "rows.journal")
    with pytest.raises(TransferError, match=r"Cannot write to the journal .*No such file"):
        journal.append(b"line\n")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TransferError, match="Cannot read the journal"):
        JournalFile(tmp_path).read()
    with pytest.raises(TransferError, match="Cannot delete the journal"):
        JournalFile(tmp_path).remove()


def test_what_is_too_long_for_a_journal_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    assert len(JournalFile(path).read() or b"") < 10_000_000


def test_sources_are_opened_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"rows")
    with open_source(path) as file:
        assert size_of(file) == 4
    for missing in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(TransferError, match="Nothing was uploaded"):
            open_source(missing)


def test_open_files_are_read_in_blocks() -> None:
    content = bytes(range(256)) * 10_000
    blocks = list(blocks_of(io.BytesIO(content)))
    assert b"".join(block for block in blocks if isinstance(block, bytes)) == content
    assert len(blocks) == 3
    assert "".join(map(str, blocks_of(io.StringIO("Zürich\n" * 3)))) == "Zürich\n" * 3
    assert isinstance(io.BytesIO(), Readable)
    assert not isinstance(b"", Readable)


def test_a_file_that_does_not_block_is_not_taken_for_ended() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.write(writing, b"first")
    with os.fdopen(reading, "rb", buffering=0) as file, os.fdopen(writing, "wb"):
        blocks = blocks_of(file)
        assert next(blocks) == b"first"
        with pytest.raises(TransferError, match="nothing to read yet"):
            next(blocks)
