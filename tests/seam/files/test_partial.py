"""Files that take their name when they are whole, and what they keep of those that they replace."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from anaplan_sdk import TransferError
from anaplan_sdk._io import partial
from anaplan_sdk._io.partial import PartialFile

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and locks are those of POSIX")
root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def umask() -> Iterator[None]:
    """The umask that leaves reading to everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def write(target: Path, content: bytes = b"rows") -> None:
    with PartialFile(target) as file:
        file.write(content)
        file.finish()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_it_is_private_until_it_takes_the_name_and_then_has_the_mode_of_new_files(tmp_path: Path, umask: None) -> None:
    target = tmp_path / "rows.csv"
    with PartialFile(target) as file:
        [partial_path] = tmp_path.iterdir()
        assert mode_of(partial_path) == 0o600
        file.write(b"forgotten")
        file.restart()
        file.write(b"rows")
        assert not target.exists()
        file.finish()
        assert target.read_bytes() == b"rows"
    assert list(tmp_path.iterdir()) == [target]
    assert mode_of(target) == 0o644


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_file_that_is_replaced_leaves_its_mode(tmp_path: Path, umask: None, mode: int) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("older")
    target.chmod(mode)
    write(target)
    assert (mode_of(target), target.read_bytes()) == (mode, b"rows")


@posix
def test_a_private_one_is_for_its_owner_whatever_is_there(tmp_path: Path, umask: None) -> None:
    target = tmp_path / "journal"
    for _ in range(2):
        with PartialFile(target, private=True) as file:
            file.finish()
        assert mode_of(target) == 0o600
        target.chmod(0o644)


@root
def test_a_file_that_is_replaced_leaves_its_owner(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("older")
    os.chown(target, 1234, 2345)
    target.chmod(0o4750)
    write(target)
    assert (target.stat().st_uid, target.stat().st_gid, mode_of(target)) == (1234, 2345, 0o4750)


@root
def test_a_group_that_cannot_be_kept_is_not_replaced_by_another_that_may_read(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("older")
    os.chown(target, 1234, 2345)
    target.chmod(0o2664)
    tmp_path.chmod(0o777)
    for folder in (tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(folder.stat().st_mode | 0o011)
    child = os.fork()
    if child == 0:  # as somebody who may write to the directory only
        try:
            os.setgroups([])
            os.setgid(3456)
            os.setuid(3456)
            write(target)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert target.read_bytes() == b"rows"
    assert (target.stat().st_uid, mode_of(target)) == (3456, 0o644)


@posix
def test_links_stay_and_what_they_lead_to_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "2026"
    folder.mkdir()
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(folder / "rows.csv")
    for content in (b"to where nothing was yet", b"rows"):
        write(tmp_path / "first", content)
        assert (folder / "rows.csv").read_bytes() == content
    assert [path.is_symlink() for path in (tmp_path / "first", tmp_path / "second")] == [True, True]
    assert len(list(folder.iterdir())) == 1
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(TransferError, match=r"Cannot write to .*circle: "):
        write(tmp_path / "circle")


def test_one_that_is_not_finished_leaves_the_target(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("older")
    with PartialFile(target) as file:
        file.write(b"rows")
    assert target.read_text() == "older"
    assert list(tmp_path.iterdir()) == [target]


def test_targets_that_cannot_be_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="it is a directory"), PartialFile(tmp_path):
        pass
    for target, reason in ((tmp_path / "no" / "rows", "No such file"), (tmp_path / ("n" * 300), "name too long")):
        with pytest.raises(TransferError, match=f"Cannot write to .*{reason}"), PartialFile(target):
            pass
    assert list(tmp_path.iterdir()) == []


def test_the_longest_name_has_room_for_a_partial_file(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 255)
    write(target)
    assert target.read_bytes() == b"rows"


class Held:
    """A file that another program on Windows has open for a while: renaming is refused."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, refusals: int) -> None:
        self.refusals, self._replace = refusals, Path.replace
        monkeypatch.setattr(Path, "replace", lambda path, target: self.replace(path, target))

    def replace(self, path: Path, target: Path) -> Path:
        if not self.refusals:
            return self._replace(path, target)
        self.refusals -= 1
        error = PermissionError(13, "The process cannot access the file")
        error.winerror = 32  # type: ignore[attr-defined, unused-ignore]
        raise error


def test_a_file_that_a_scanner_holds_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch, refusals=3)
    write(tmp_path / "rows.csv")
    assert held.refusals == 0
    assert (tmp_path / "rows.csv").read_bytes() == b"rows"


def test_a_file_that_is_held_for_long_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("older")
    Held(monkeypatch, refusals=1_000_000)
    monkeypatch.setattr(partial, "_PATIENCE_SECONDS", 0.1)
    with pytest.raises(TransferError, match="cannot access the file"):
        write(target)
    assert target.read_text() == "older"
    assert list(tmp_path.iterdir()) == [target]


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Path]:
    """A file that is a mount of its own, as containers have them."""
    (tmp_path / "outside").write_text("older and longer")
    inside = tmp_path / "inside" / "rows.csv"
    inside.parent.mkdir()
    inside.touch()
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, "--bind", tmp_path / "outside", inside], capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    yield inside
    subprocess.run(["umount", inside], check=True)


def test_a_volume_that_is_a_single_file_is_written_to(volume: Path) -> None:
    write(volume)
    assert volume.read_bytes() == b"rows"
    assert (volume.parent.parent / "outside").read_bytes() == b"rows"
    assert list(volume.parent.iterdir()) == [volume]


def test_a_file_that_cannot_be_replaced_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> Path:
        raise OSError(errno.EBUSY, "Device or resource busy")

    target = tmp_path / "rows.csv"
    target.write_text("older and longer")
    before = target.stat().st_ino
    monkeypatch.setattr(Path, "replace", refuse)
    write(target)
    assert (target.read_bytes(), target.stat().st_ino) == (b"rows", before)
    assert list(tmp_path.iterdir()) == [target]


def write_to_full_disk(target: Path, size_bytes: int) -> None:
    with PartialFile(target) as file:
        file._file.close()
        file._file = Path("/dev/full").open("wb")  # noqa: SIM115 - closed by what it is given to
        file.write(bytes(size_bytes))
        file.finish()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_disk_that_is_full_is_told(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    for size in (1, 1_000_000):  # within the buffer, and beyond it
        with pytest.raises(TransferError, match=f"Cannot write to {target}: No space left"):
            write_to_full_disk(target, size)
    assert list(tmp_path.iterdir()) == []
