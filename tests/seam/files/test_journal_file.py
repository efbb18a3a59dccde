"""Files that content comes from and goes to."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anaplan_sdk import ConfigurationError, TransferError
from anaplan_sdk._io.files import user_path
from anaplan_sdk._io.journal_file import JournalFile

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


def test_a_journal_belongs_to_one_upload_at_a_time(tmp_path: Path) -> None:
    first, second = JournalFile(tmp_path / "rows.journal"), JournalFile(tmp_path / "rows.journal")
    first.lock()
    with pytest.raises(TransferError, match="is in use by another upload"):
        second.lock()
    first.unlock()
    second.lock()
    second.unlock()


def test_a_line_that_the_disk_takes_in_parts_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = JournalFile(tmp_path / "rows.journal")
    journal.write(b"plan\n")
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    journal.append(b"a long line\n")
    assert journal.read() == b"plan\na long line\n"

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 8:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[:5])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(TransferError, match="No space left"):
        journal.append(b"torn line\n")
    monkeypatch.setattr(os, "write", write)
    journal.append(b"next\n")
    assert (journal.read() or b"").splitlines() == [b"plan", b"a long line", b"torn ", b"next"]


def test_paths_are_what_users_mean(tmp_path: Path) -> None:
    assert user_path("~") == Path.home()
    assert user_path("~$Budget.csv") == Path("~$Budget.csv")
    with pytest.raises(ConfigurationError, match="not int"):
        user_path(7)  # type: ignore[arg-type]
