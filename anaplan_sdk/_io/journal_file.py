"""Files that content comes from and goes to. The callers choose the thread."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from anaplan_sdk._io.files import acquired, disk_errors, file_lock
from anaplan_sdk._io.partial import PartialFile
from anaplan_sdk.errors import TransferError

if TYPE_CHECKING:
    from filelock import BaseFileLock

# Ten times the journal of 1,000 chunks: what is longer is none, and must not fill the memory.
_MAX_JOURNAL_BYTES = 1 << 21


@attrs.define(eq=False)
class JournalFile:
    """The journal of an upload on disk, readable by its owner only. A line that is written survives a crash.

    One upload has it at a time, of all processes: another is refused while it is locked.
    """

    path: Path
    _lock: BaseFileLock | None = attrs.field(default=None, init=False)
    _appending: threading.Lock = attrs.field(factory=threading.Lock, init=False)
    _torn: bool = attrs.field(default=False, init=False)  # whether the last line may have been cut off

    def lock(self) -> None:
        """Take it for this upload. Raises TransferError if another one has it."""
        with disk_errors(f"lock the journal {self.path}"):
            self.path.parent.stat()  # which would be created otherwise
            lock = file_lock(self._lock_path)
            held = acquired(lock, blocking=False)
            while held and not self._lock_path.exists():  # another upload deleted it, just after it was opened
                lock.release()
                held = acquired(lock, blocking=False)
        if not held:
            raise TransferError(
                f"The journal {self.path} is in use by another upload. Nothing was uploaded. Wait for that one, or "
                "give this one another journal."
            )
        self._lock = lock

    def unlock(self) -> None:
        """Give it back."""
        if self._lock is not None:
            with suppress(OSError):  # Windows deletes nothing that is open
                self._lock_path.unlink()
            self._lock.release()

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

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
        with self._appending, disk_errors(f"write to the journal {self.path}"):
            # Without O_CREAT: what is missing in the beginning would be taken for not stored.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            try:
                rest = memoryview(b"\n" + line if self._torn else line)
                self._torn = True
                while rest:  # a disk that is nearly full takes a part
                    rest = rest[os.write(descriptor, rest) :]
                self._torn = False
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def remove(self) -> None:
        """Delete it."""
        with disk_errors(f"delete the journal {self.path}"):
            self.path.unlink(missing_ok=True)
