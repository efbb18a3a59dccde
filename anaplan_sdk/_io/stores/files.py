"""Token stores in memory and in files."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk._io.environment import expanded
from anaplan_sdk._io.files import acquired, file_lock, open_private
from anaplan_sdk._io.threads import reset_after_fork
from anaplan_sdk.errors import ConfigurationError, TokenStoreError

if TYPE_CHECKING:
    from filelock import BaseFileLock


# A token has a few thousand characters.
_MAX_ENTRY_BYTES = 1 << 20


class MemoryStore(NotPickled):
    """Shares tokens between the clients of one process."""

    def __init__(self) -> None:
        self._entries: dict[str, str] = {}
        self._reset()
        reset_after_fork(self)

    def _reset(self) -> None:
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def load(self, key: str) -> str | None:
        """The entry of ``key``, None if there is none."""
        return self._entries.get(key)

    def save(self, key: str, entry: str) -> None:
        """Save ``entry``."""
        self._entries[key] = entry

    def delete(self, key: str) -> None:
        """Delete the entry of ``key``."""
        self._entries.pop(key, None)

    def lock(self, key: str) -> threading.Lock:
        """The lock of ``key``."""
        return self._locks[key]


class FileLock:
    """A lock between processes, on a file that is not deleted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: BaseFileLock | None = None

    def acquire(self, *, blocking: bool) -> bool:
        """Whether the lock is held now. It is released when the process ends, however it ends."""
        with _clear(self._path, "locked"):
            _make_private(self._path.parent)
            self._lock = file_lock(self._path)
            return acquired(self._lock, blocking=blocking)

    def release(self) -> None:
        """Release the lock."""
        if self._lock is not None:
            self._lock.release()


class FileStore:
    """Shares tokens between all processes of a user, in files that only that user may read, one per key.

    As with SSH keys, a directory or an entry that belongs to another user, or that others may write to, is refused
    (TokenStoreError): what others put there would be used to log in.

    Args:
        directory: Where the files are (``~`` and variables are expanded). It is created when needed, and should be on a
            local disk: locks on network drives are not reliable.
    """

    def __init__(self, directory: str | os.PathLike[str] = "~/.anaplan-sdk/tokens") -> None:
        self._directory = expanded(directory)
        if self._directory.parts[:1] == ("~",):
            raise ConfigurationError(
                f"FileStore({str(directory)!r}): this user has no home directory. Give a directory that is its own."
            )

    def __repr__(self) -> str:
        return f"FileStore({str(self._directory)!r})"

    def load(self, key: str) -> str | None:
        """The entry of ``key``, None if there is none."""
        path = self._path(key, ".json")
        with _clear(path, "read"):
            try:
                _check_private(self._directory)
                with open(path, "rb", opener=_without_links) as file:
                    _check_owner(path, os.fstat(file.fileno()))
                    return file.read(_MAX_ENTRY_BYTES).decode("utf-8", errors="replace")
            except FileNotFoundError:
                return None

    def save(self, key: str, entry: str) -> None:
        """Save ``entry``: another process reads the old one or the new one, never half of it."""
        path = self._path(key, ".json")
        # One name for each key, which is locked while it is saved: what a process that was killed left is found again.
        unfinished = path.with_suffix(".part")
        with _clear(path, "written"):
            _make_private(self._directory)
            unfinished.unlink(missing_ok=True)
            try:
                with open_private(unfinished) as file:
                    file.write(entry.encode())
                    file.flush()
                    os.fsync(file.fileno())  # or a power failure could leave an empty file, and a used-up token
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)

    def delete(self, key: str) -> None:
        """Delete the entry of ``key``."""
        path = self._path(key, ".json")
        with _clear(path, "deleted"):
            path.unlink(missing_ok=True)

    def lock(self, key: str) -> FileLock:
        """The lock of ``key``."""
        return FileLock(self._path(key, ".lock"))

    def _path(self, key: str, suffix: str) -> Path:
        # Keys hold URLs and e-mails, which file names cannot.
        return self._directory / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}{suffix}"


def _make_private(directory: Path) -> None:
    """Make a directory, and those above it that are missing, for their owner alone whatever the umask says."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    _check_private(directory)


def _check_private(directory: Path) -> None:
    _check_owner(directory, directory.stat())


def _check_owner(path: Path, status: os.stat_result) -> None:
    """Refuse what others could have put in place. Only POSIX tells."""
    if not hasattr(os, "getuid"):
        return
    if status.st_uid != os.getuid():
        raise TokenStoreError(
            f"The token store does not trust {path}: it belongs to another user (uid {status.st_uid}). Delete it, or "
            "use a directory of your own."
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise TokenStoreError(
            f"The token store does not trust {path}: others may write to it. Take their right away (chmod go-w)."
        )


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


@contextlib.contextmanager
def _clear(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TokenStoreError(f"The token store cannot be {done} ({error.strerror or error}): {path}") from error
