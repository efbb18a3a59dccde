"""Files that content comes from and goes to. The callers choose the thread."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

import attrs

from anaplan_sdk._io.partial import PartialFile
from anaplan_sdk._io.shared import disk_errors
from anaplan_sdk.errors import TransferError

_BLOCK = 1 << 20  # bytes, or characters of a text file, that are read at a time
# Ten times the journal of 1,000 chunks: what is longer is none, and must not fill the memory.
_MAX_JOURNAL_BYTES = 1 << 21


@runtime_checkable
class Readable(Protocol):
    """An open file, or whatever reads like one."""

    def read(self, size: int, /) -> bytes | str | None: ...


def open_source(path: Path) -> BinaryIO:
    """Open a file that is to be uploaded."""
    try:
        return path.open("rb")
    except OSError as error:
        raise TransferError(f"Cannot read {path}: {error.strerror or error}. Nothing was uploaded.") from error


def size_of(file: BinaryIO) -> int:
    """The size of an open file in bytes."""
    return os.fstat(file.fileno()).st_size


def blocks_of(file: Readable) -> Iterator[bytes | str]:
    """What is left of an open file, a block at a time."""
    while block := file.read(_BLOCK):
        yield block
    if block is None:
        raise TransferError("The file to upload does not block and has nothing to read yet: open it for blocking.")


@attrs.frozen
class JournalFile:
    """The journal of an upload on disk, readable by its owner only. A line that is written survives a crash."""

    path: Path

    def read(self) -> bytes | None:
        """What it says, None if there is none."""
        with disk_errors(f"read the journal {self.path}"):
            try:
                with self.path.open("rb") as file:
                    return file.read(_MAX_JOURNAL_BYTES)
            except FileNotFoundError:
                return None

    def write(self, content: bytes) -> None:
        """Begin anew with *content*, all of it or nothing."""
        with PartialFile(self.path, private=True) as file:
            file.write(content)
            file.finish()

    def append(self, line: bytes) -> None:
        """Add a line. Safe from many threads at once."""
        with disk_errors(f"write to the journal {self.path}"):
            # Without O_CREAT: what is missing in the beginning would be taken for not stored.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            try:
                os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def remove(self) -> None:
        """Delete it."""
        with disk_errors(f"delete the journal {self.path}"):
            self.path.unlink(missing_ok=True)
