"""Reading and writing files."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anaplan_sdk._io.files import open_private, read_at, read_file


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    assert read_file(path) == read_file(str(path)) == b"content"


def test_a_private_file_is_its_owners_alone_whatever_the_mask(tmp_path: Path) -> None:
    path = tmp_path / "file"
    mask = os.umask(0)
    try:
        with open_private(path) as file:
            file.write(b"content")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"content"


def test_a_private_file_replaces_nothing_and_follows_no_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(FileExistsError):
        open_private(link)
    assert not target.exists()
    target.write_bytes(b"content")
    with pytest.raises(FileExistsError):
        open_private(target)
    assert target.read_bytes() == b"content"


@pytest.mark.parametrize(
    ("offset", "size", "expected"),
    [(0, 3, b"abc"), (2, 3, b"cde"), (4, 10, b"ef"), (6, 1, b""), (100, 1, b""), (0, 0, b"")],
)
def test_a_slice_is_read_from_its_place(tmp_path: Path, offset: int, size: int, expected: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abcdef")
    with path.open("rb") as file:
        assert read_at(file, offset, size) == expected


def test_slices_can_be_read_from_many_threads_at_once(tmp_path: Path) -> None:
    content = os.urandom(1_000_000)
    path = tmp_path / "file"
    path.write_bytes(content)
    with path.open("rb") as file, ThreadPoolExecutor(8) as threads:
        slices = threads.map(lambda offset: read_at(file, offset, 1_000), range(0, len(content), 1_000))
        assert b"".join(slices) == content
