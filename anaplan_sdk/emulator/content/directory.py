"""The directory that an emulator keeps content in, and those that killed emulators left behind."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = "anaplan-emulator-"
MARK = ".made-by-anaplan-emulator"
MARKED = b"The content of an emulator of Anaplan. Once its process has ended, the next emulator removes it.\n"
# A younger directory may be one that another process has just made and not locked yet.
LEAST_ABANDONED_SECONDS = 3_600.0


class ContentDirectory:
    """A temporary directory, marked, and locked as long as its process lives.

    A process that is killed cannot remove its own: the next emulator of that user does it. What an emulator has not
    made stays, whatever its name. Windows has no such locks, and nothing is removed there.
    """

    def __init__(self) -> None:
        _remove_abandoned()
        self._directory = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        self.path = Path(self._directory.name)
        self._lock = _lock(self.path)
        (self.path / MARK).write_bytes(MARKED)

    def close(self) -> None:
        self._directory.cleanup()
        if self._lock is not None:
            os.close(self._lock)


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = _lock(path)
        if lock is not None:
            with suppress(OSError):
                _remove(path, lock)
            os.close(lock)


def _lock(directory: Path) -> int | None:
    """A descriptor that holds the directory; None where a living process does, or where that cannot be known."""
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove(path: Path, directory: int) -> None:
    """Remove a directory that an emulator of this user has made, if it holds nothing else than content."""
    if sys.platform == "win32":
        return
    found, names = os.fstat(directory), os.listdir(directory)
    is_old = time.time() - found.st_mtime >= LEAST_ABANDONED_SECONDS
    if found.st_uid != os.geteuid() or not is_old or not all(name == MARK or name.isdecimal() for name in names):
        return
    mark = os.open(MARK, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=directory)
    is_marked = os.read(mark, len(MARKED) + 1) == MARKED
    os.close(mark)
    if is_marked:
        for name in names:
            os.unlink(name, dir_fd=directory)
        path.rmdir()
