"""What uploads read from."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import TransferError
from anaplan_sdk._io.sources import PathSource, blocks_of
from anaplan_sdk.errors import ContentTypeError


def unhurried() -> None:
    """A limit that never comes."""


def test_a_source_is_opened_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"rows")
    with PathSource(path, 1).open() as source:
        assert source.size_bytes == 4
        assert (source.beginning(), list(source.blocks(1, 2))) == (b"rows", [b"ow"])
        assert b"".join(source.stream(unhurried)) == b"rows"
        source.check_unchanged()
    for missing in (tmp_path, tmp_path / "missing.csv", Path("a\0b"), Path("x" * 300)):
        with pytest.raises(TransferError, match="Nothing was uploaded"):
            PathSource(missing, 1).open()


def rewrite(path: Path) -> None:
    path.write_bytes(b"ROWS")
    os.utime(path, ns=(1, 1))


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"rows")
    other.replace(path)


@pytest.mark.parametrize("change", [rewrite, append, replace, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_source_that_changes_is_noticed(tmp_path: Path, change: Any) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"rows")
    with PathSource(path, 1).open() as source:
        change(path)
        with pytest.raises(TransferError, match=r"changed or replaced|No such file"):
            source.check_unchanged()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_to_its_end_whenever_somebody_writes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with PathSource(pipe, 1).open() as source:
        assert source.size_bytes is None
        writer = threading.Timer(0.3, pipe.write_bytes, [b"rows" * 100_000])
        writer.start()
        assert b"".join(source.stream(unhurried)) == b"rows" * 100_000
        writer.join()
        source.check_unchanged()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for_after_the_limit_or_the_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def passed() -> None:
        raise TransferError("over")

    with PathSource(pipe, 1).open() as source:
        with pytest.raises(TransferError, match="over"):
            next(source.stream(passed))
        closing = threading.Timer(0.3, source.close)
        closing.start()
        with pytest.raises(TransferError, match="closed file"):
            list(source.stream(unhurried))
        closing.join()


def test_a_source_that_is_closed_while_it_is_opened_is_not_left_open(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"rows")
    source = PathSource(path, 1)
    source.close()
    assert source.open()._file is not None
    assert source._file is not None
    assert source._file.closed


def test_open_files_are_read_in_blocks() -> None:
    content = bytes(range(256)) * 10_000
    blocks = list(blocks_of(io.BytesIO(content)))
    assert b"".join(block for block in blocks if isinstance(block, bytes)) == content
    assert len(blocks) == 3
    assert "".join(map(str, blocks_of(io.StringIO("Zürich\n" * 3)))) == "Zürich\n" * 3


def test_a_file_that_does_not_block_is_not_taken_for_ended() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.write(writing, b"first")
    with os.fdopen(reading, "rb", buffering=0) as file, os.fdopen(writing, "wb"):
        blocks = blocks_of(file)
        assert next(blocks) == b"first"
        with pytest.raises(TransferError, match="nothing to read yet"):
            next(blocks)


def test_a_file_at_its_end_is_told_from_an_empty_one() -> None:
    written = io.BytesIO()
    written.write(b"Code\n")
    with pytest.raises(TransferError, match=r"at its end \(position 5\).*seek\(0\)"):
        list(blocks_of(written))
    assert list(blocks_of(io.BytesIO())) == []


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(TransferError, match="closed file"):
        list(blocks_of(closed))
    with (tmp_path / "out").open("wb") as writing, pytest.raises(TransferError, match="cannot be read"):
        list(blocks_of(writing))


def test_a_file_whose_reading_must_be_awaited_is_told() -> None:
    class Later:
        def read(self, size: int) -> Any:
            async def read() -> bytes:
                return b""

            return read()

    with pytest.raises(ContentTypeError, match="AsyncClient"):
        list(blocks_of(Later()))
