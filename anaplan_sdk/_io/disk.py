"""Files that content comes from and goes to. The callers choose the thread."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, runtime_checkable

import attrs

from anaplan_sdk._io.shared import open_private
from anaplan_sdk.errors import TransferError

_BLOCK = 1 << 20  # bytes, or characters of a text file, that are read at a time


@runtime_checkable
class Readable(Protocol):
    """An open file, or whatever reads like one."""

    def read(self, size: int, /) -> bytes | str: ...


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


@attrs.define
class PartialFile:
    """A file under another name until it is whole: its target is replaced at the end, or left as it was."""

    target: Path
    _path: Path = attrs.field(init=False)
    _file: BinaryIO = attrs.field(init=False)

    def __enter__(self) -> PartialFile:
        self._path = self.target.with_name(f".{self.target.name}.{secrets.token_hex(4)}.part")
        try:
            self._file = open_private(self._path)
        except OSError as error:
            raise TransferError(f"Cannot write to {self.target.parent}: {error.strerror or error}.") from error
        return self

    def restart(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()

    def write(self, content: bytes) -> None:
        self._file.write(content)

    def finish(self) -> None:
        """Give the file its name."""
        self._file.close()
        self._path.replace(self.target)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
