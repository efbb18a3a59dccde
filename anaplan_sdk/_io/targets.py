"""Where downloads go to: files, and what stands among files and is none. The callers choose the thread."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from anaplan_sdk._io.files import disk_errors, user_path
from anaplan_sdk._io.partial import PartialFile
from anaplan_sdk.errors import TransferError, TransferTimeoutError

Check: TypeAlias = Callable[[str], None]
"""Raises if what is described, which goes on from "while", has taken too long."""

# How long a named pipe may have nobody that reads it: programs on both its ends start at about the same time.
_PATIENCE_SECONDS = 10.0
_TURN_SECONDS = 0.1
_PIPE_BYTES: int = getattr(select, "PIPE_BUF", 512)
_MAX_LINKS = 40


def as_target(path: str | os.PathLike[str]) -> Path:
    """The path of a file to write, ``~`` expanded. TransferError if it ends like a directory."""
    target = user_path(path)
    if os.fspath(path).endswith(("/", os.sep)):
        raise TransferError(f"Cannot write to {path}: it is a directory. Add the name of a file.")
    return target


class _Writing(Protocol):
    def restart(self) -> None: ...

    def write(self, content: bytes) -> None: ...

    def finish(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class Target:
    """The path that a download goes to. Use it with ``with``, and ``open`` it in a thread: that may take long.

    An ordinary file is replaced once the new one is whole. Named pipes, devices and open files such as /dev/stdout are
    written to as they are, as the content comes, until the time limit has ``passed``.
    """

    def __init__(self, path: Path, passed: Callable[[], bool] = lambda: False) -> None:
        self._path, self._passed = path, passed
        self._writing: _Writing | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            if self._writing is not None:
                self._writing.__exit__()

    def open(self) -> Target:
        """Begin. Whatever cannot be written to is refused here, before anything is asked for."""
        with disk_errors(f"write to {self._path}"):
            descriptor = _open_stream(self._path, self._check)
        writing: _Writing
        writing = (
            PartialFile(self._path).__enter__() if descriptor is None else _Stream(self._path, descriptor, self._check)
        )
        with self._lock:
            self._writing = writing
            if self._closed:  # whoever has begun was cancelled meanwhile
                writing.__exit__()
        return self

    def restart(self) -> None:
        """Forget what was written."""
        self._opened.restart()

    def write(self, content: bytes) -> None:
        """Add a block."""
        self._opened.write(content)

    def finish(self) -> None:
        """The content is whole."""
        self._opened.finish()

    @property
    def _opened(self) -> _Writing:
        assert self._writing is not None, "it is opened first"
        return self._writing

    def _begin(self) -> _Writing:
        with disk_errors(f"write to {self._path}"):
            descriptor = _open_stream(self._path, self._check)
        if descriptor is None:
            return PartialFile(self._path).__enter__()
        return _Stream(self._path, descriptor, self._check)

    def _check(self, doing: str) -> None:
        if self._closed:
            raise TransferError(f"Given up while {doing}.")
        if self._passed():
            raise TransferTimeoutError(f"The time limit passed while {doing}: the download is not complete.")


class _Stream:
    """A pipe, a device or an open file, written to as far as its reader keeps up."""

    def __init__(self, path: Path, descriptor: int, check: Check) -> None:
        self._path, self._descriptor, self._check = path, descriptor, check
        self._block_bytes = _PIPE_BYTES if _is_pipe(descriptor) else 1 << 20
        self._written_bytes = 0
        self._lock = threading.Lock()
        self._closed = False

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            os.close(self._descriptor)

    def restart(self) -> None:
        """Nothing is to forget, or nothing can be."""
        if self._written_bytes:
            raise TransferError(
                f"The connection broke after {self._written_bytes} bytes had been written to {self._path}, which "
                "cannot be undone: start over, or download to an ordinary file."
            )

    def write(self, content: bytes) -> None:
        """Pass a block on, a piece at a time: whoever gives up does not leave a thread behind that waits for ever."""
        view = memoryview(content)
        while view:
            self._check(f"waiting for the reader of {self._path}")
            with self._lock, disk_errors(f"write to {self._path}"):
                written_bytes = 0 if self._closed else self._write_once(view)
            self._written_bytes += written_bytes
            view = view[written_bytes:]

    def finish(self) -> None:
        """Nothing is left to do."""

    def _write_once(self, view: memoryview) -> int:
        if sys.platform != "win32" and not select.select([], [self._descriptor], [], _TURN_SECONDS)[1]:
            return 0
        try:
            # No more than a pipe takes at once: a larger block would wait for its reader.
            return os.write(self._descriptor, view[: self._block_bytes])
        except BlockingIOError:
            time.sleep(_TURN_SECONDS)
            return 0


def _is_pipe(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _open_stream(path: Path, check: Check) -> int | None:
    """Open what is written to directly; None for an ordinary file, a directory and what is not there."""
    if (own := _own_descriptor(path)) is not None:
        return os.dup(own)  # goes on where the program has stopped writing, and keeps what was written before
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return _open_pipe(path, check) if stat.S_ISFIFO(mode) else os.open(path, os.O_WRONLY)


def _own_descriptor(path: Path) -> int | None:
    """The number of the open file that a path such as /dev/stdout stands for."""
    folders = {"/dev/fd", f"/proc/{os.getpid()}/fd"}
    for _ in range(_MAX_LINKS):
        folder = Path(os.path.realpath(path.parent))
        if str(folder) in folders and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = folder / path.readlink()
    return None


def _open_pipe(path: Path, check: Check) -> int:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        else:
            if sys.platform != "win32":
                os.set_blocking(descriptor, True)
            return descriptor
        check(f"waiting for a reader of {path}")
        time.sleep(_TURN_SECONDS / 2)
    raise TransferError(f"Cannot write to {path}: nothing reads from this named pipe. Start what reads it first.")
