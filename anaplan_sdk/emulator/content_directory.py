"""The directory that an emulator keeps content in, and those that killed emulators left behind."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = "anaplan-emulator-"
# A younger directory may be one that another process has just made and not locked yet.
LEAST_ABANDONED_SECONDS = 3_600.0


class ContentDirectory:
    """A temporary directory, locked as long as its process lives.

    A process that is killed cannot remove its own: the next emulator that starts does it. Windows has no such locks,
    and nothing is removed there.
    """

    def __init__(self) -> None:
        _remove_abandoned()
        self._directory = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        self.path = Path(self._directory.name)
        self._lock = _lock(self.path)

    def close(self) -> None:
        self._directory.cleanup()
        if self._lock is not None:
            os.close(self._lock)


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime < LEAST_ABANDONED_SECONDS:
                continue
        lock = _lock(path)
        if lock is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _lock(directory: Path) -> int | None:
    """Return a descriptor that holds the directory; None where a living process does, or where that cannot be known."""
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
