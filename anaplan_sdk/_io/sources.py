"""Where uploads read from: paths, pipes and open files. The callers choose the thread."""

from __future__ import annotations

import os
import select
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from inspect import isawaitable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

import attrs

from anaplan_sdk._io.files import blocks_at, disk_errors
from anaplan_sdk.errors import ContentTypeError, TransferError

BLOCK = 1 << 20  # bytes, or characters of a text file, that are read at a time
# Milliseconds between two looks at whether a pipe is still wanted.
_LOOK_MS = 200


class Readable(Protocol):
    """An open file, or whatever reads like one."""

    def read(self, size: int, /) -> bytes | str | None: ...


def blocks_of(file: Readable) -> Iterator[bytes | str]:
    """What is left of an open file, a block at a time."""
    empty = True
    while block := _read(file):
        empty = False
        yield block
    if block is None:
        raise TransferError("The file to upload does not block and has nothing to read yet: open it for blocking.")
    if empty and (place := _place(file)):
        raise TransferError(
            f"The file to upload is at its end (position {place:,}), and there is nothing left to read. If it was just "
            "written, go back with seek(0) before you upload it."
        )


def _read(file: Readable) -> bytes | str | None:
    try:
        block: Any = file.read(BLOCK)
    except ValueError as error:  # closed, or not readable
        raise TransferError(f"The file to upload cannot be read: {error}.") from error
    if isawaitable(block):
        getattr(block, "close", lambda: None)()  # or it would be said that nobody awaited it
        raise asynchronous(file)
    read: bytes | str | None = block
    return read


def asynchronous(file: object) -> ContentTypeError:
    """The error of a file that must be awaited, where nothing can await it."""
    return ContentTypeError(
        f"The read() of {type(file).__name__} is asynchronous: use AsyncClient, or await its content and upload that."
    )


def _place(file: Readable) -> int:
    try:
        return int(file.tell())  # type: ignore[attr-defined]
    except (AttributeError, OSError, TypeError, ValueError):
        return 0


@attrs.define(eq=False)
class PathSource:
    """A path that is uploaded: an ordinary file, or a pipe or device that is read once.

    Closing it ends whatever waits for it in another thread, opening included.
    """

    path: Path
    file_id: int | str
    _file: BinaryIO | None = attrs.field(default=None, init=False)
    _begun: os.stat_result | None = attrs.field(default=None, init=False)
    _closed: bool = attrs.field(default=False, init=False)
    _guard: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def open(self) -> Self:
        """Open it, without waiting for the writer of a pipe."""
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        with disk_errors(f"read {self.path}", "Nothing was uploaded."):
            if self.path.is_dir():
                raise TransferError(f"Cannot read {self.path}: it is a directory. Nothing was uploaded.")
            file = os.fdopen(os.open(self.path, flags), "rb", buffering=0)
        with self._guard:
            if self._closed:
                file.close()
            self._file, self._begun = file, None if self._closed else os.fstat(file.fileno())
        return self

    @property
    def size_bytes(self) -> int | None:
        """The size of an ordinary file when it was opened, None for a pipe or a device."""
        assert self._begun is not None
        return self._begun.st_size if stat.S_ISREG(self._begun.st_mode) else None

    def beginning(self) -> bytes:
        """The first block of an ordinary file; of what is read once, nothing yet."""
        return b"" if self.size_bytes is None else next(self.blocks(0, min(BLOCK, self.size_bytes)), b"")

    def blocks(self, offset: int, size_bytes: int) -> Iterator[bytes]:
        """A part of an ordinary file, block by block."""
        assert self._file is not None
        with disk_errors(f"read the source for file {self.file_id}"):
            yield from blocks_at(self._file, offset, size_bytes)

    def stream(self, check: Callable[[], None]) -> Iterator[bytes]:
        """All of it, block by block; ``check`` raises where a pipe is no longer waited for."""
        with disk_errors(f"read {self.path}"):
            if self.size_bytes is not None:
                yield from self.blocks(0, self.size_bytes)
                return
            while block := self._next_block(check):
                yield block

    def _next_block(self, check: Callable[[], None]) -> bytes:
        assert self._file is not None
        while not self._closed:
            check()
            if self._ready(self._file.fileno()):
                with suppress(BlockingIOError):
                    return self._file.read(BLOCK) or b""
        return b""

    def _ready(self, descriptor: int) -> bool:
        if not hasattr(select, "poll"):  # Windows, whose devices are read like files
            return True
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(_LOOK_MS))

    def check_unchanged(self) -> None:
        """Raise TransferError if the file is no longer what was there in the beginning."""
        if self.size_bytes is None:
            return
        with disk_errors(f"check {self.path} again"):
            now = self.path.stat()
        if _identity(now) != _identity(self._begun):
            raise TransferError(
                f"{self.path} was changed or replaced while it was uploaded to file {self.file_id}. What Anaplan has "
                "may be partly the old and partly the new content: upload it again."
            )

    def close(self) -> None:
        """Close it; a thread that waits for it gives up."""
        with self._guard:
            self._closed = True
            if self._file is not None:
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _identity(status: os.stat_result | None) -> tuple[int, ...]:
    assert status is not None
    return status.st_size, status.st_mtime_ns, status.st_ino
