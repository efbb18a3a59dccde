"""Files under another name until they are whole."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from anaplan_sdk._io.files import disk_errors
from anaplan_sdk.errors import TransferError

if sys.platform != "win32":
    import fcntl

_NAME = re.compile(r"\.anaplan-[0-9a-f]{16}(-\d)?\.part")
# Calls that write to one target at a time and still find each other's remains. More than these take random names.
_SLOTS = 8
# What a killed call has left for another target is removed after so long, and everything where nothing can be locked.
_OLD_SECONDS = 86_400.0
# Virus scanners and indexers on Windows hold a file for a moment; who holds it longer is working with it.
_PATIENCE_SECONDS = 10.0
_ACCESS_DENIED, _SHARING_VIOLATION, _LOCK_VIOLATION = 5, 32, 33


class PartialFile:
    """A file under another name until it is whole: its target is replaced at the end, or left as it was.

    The target is what symbolic links lead to. It keeps the mode, and as far as the system permits it the owner, that
    it has; a new one has the mode that the umask gives, or is for its owner only if it is to be ``private``. Until the
    end only the owner may read what was written. The partial file is locked: what a killed process has left has no
    lock, and the next call removes it.
    """

    def __init__(self, target: Path, *, private: bool = False) -> None:
        self._target, self._private = target, private
        self._finished = False

    def __enter__(self) -> PartialFile:
        with self._writing():
            self._final = Path(os.path.realpath(self._target))
            exists = _exists(self._target)
            _remove_old(self._final.parent)
            mode = 0o600 if exists or self._private else 0o666
            self._path, descriptor = _create(self._final, mode)
            self._mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
            _change_mode(descriptor, 0o600)
            self._file: BinaryIO = os.fdopen(descriptor, "wb")
        return self

    def __exit__(self, *_: object) -> None:
        # As long as the file is open, and so locked, its name is that of no other call.
        if sys.platform != "win32":
            self._remove()
        with suppress(OSError):  # a disk that is full also refuses what was still to be written
            self._file.close()
        if sys.platform == "win32":
            self._remove()

    def _remove(self) -> None:
        if not self._finished:
            with suppress(OSError):
                self._path.unlink()

    def restart(self) -> None:
        """Forget what was written."""
        with self._writing():
            self._file.seek(0)
            self._file.truncate()

    def write(self, content: bytes) -> None:
        """Add a block."""
        with self._writing():
            self._file.write(content)

    def finish(self) -> None:
        """Give the file its name."""
        with self._writing():
            self._file.flush()
            if not self._private:
                self._take_over_rights()
            if sys.platform == "win32":
                self._file.close()  # an open file cannot be renamed there; elsewhere the lock lasts until it is
            self._replace()
            self._file.close()

    def _take_over_rights(self) -> None:
        descriptor, mode = self._file.fileno(), self._mode
        with suppress(FileNotFoundError):
            mode = _rights_of(self._final.stat(), descriptor)
        _change_mode(descriptor, mode)

    def _replace(self) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._path.replace(self._final)
                self._finished = True
                return
            except OSError as error:
                if error.errno == errno.EBUSY:
                    return self._overwrite()
                if not _is_held(error) or time.monotonic() > until:
                    raise
            time.sleep(0.05)

    def _overwrite(self) -> None:
        """Copy the whole file to where no file can be put in its place: a container's volume may be a single file."""
        with self._path.open("rb") as whole, self._final.open("r+b") as target:
            shutil.copyfileobj(whole, target, 1 << 20)
            target.truncate()

    def _writing(self) -> AbstractContextManager[None]:
        return disk_errors(f"write to {self._target}")


def _exists(target: Path) -> bool:
    """Whether there is a file; what cannot be written to is refused now and not after the download."""
    try:
        is_directory = stat.S_ISDIR(target.stat().st_mode)
    except FileNotFoundError:
        return False
    if is_directory:
        raise TransferError(f"Cannot write to {target}: it is a directory. Add the name of a file.")
    return True


def _is_held(error: OSError) -> bool:
    """Whether another program on Windows has the file open."""
    return getattr(error, "winerror", None) in (_ACCESS_DENIED, _SHARING_VIOLATION, _LOCK_VIOLATION)


def _rights_of(old: os.stat_result, descriptor: int) -> int:
    """The mode for a file that replaces another, once it has its owner and group as far as that is permitted."""
    mode = stat.S_IMODE(old.st_mode)
    if sys.platform == "win32":
        return mode
    for owner in (old.st_uid, -1):
        if _owner_of(descriptor) != (old.st_uid, old.st_gid):
            with suppress(OSError):
                os.fchown(descriptor, owner, old.st_gid)
    owner, group = _owner_of(descriptor)
    if group != old.st_gid:
        mode &= 0o707 | (mode & 0o7) << 3  # another group may do no more than everybody might
    return mode if (owner, group) == (old.st_uid, old.st_gid) else mode & 0o777


def _owner_of(descriptor: int) -> tuple[int, int]:
    is_now = os.fstat(descriptor)
    return is_now.st_uid, is_now.st_gid


def _change_mode(descriptor: int, mode: int) -> None:
    if sys.platform != "win32":
        with suppress(OSError):  # some network drives and memory cards know no modes
            os.fchmod(descriptor, mode)


def _create(final: Path, mode: int) -> tuple[Path, int]:
    """A new partial file, open and locked, once what was left for the same target is removed."""
    free = [path for path in _slots(final) if _is_free(path, _OLD_SECONDS if sys.platform == "win32" else 0.0)]
    for path in free:
        if (descriptor := _create_locked(path, mode)) is not None:
            return path, descriptor
    path = final.with_name(f".anaplan-{secrets.token_hex(8)}.part")
    return path, _open_new(path, mode)


def _slots(final: Path) -> Iterator[Path]:
    digest = hashlib.sha256(os.fsencode(final.name)).hexdigest()[:16]
    return (final.with_name(f".anaplan-{digest}-{slot}.part") for slot in range(_SLOTS))


def _open_new(path: Path, mode: int) -> int:
    # O_EXCL also refuses a symbolic link that someone else has put there.
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)


def _create_locked(path: Path, mode: int) -> int | None:
    """A new file, None if another call was faster."""
    try:
        descriptor = _open_new(path, mode)
    except FileExistsError:
        return None
    if _lock(descriptor) is not False and _is_at(path, descriptor):
        return descriptor
    os.close(descriptor)  # another call has taken it for something left behind, and removes it
    return None


def _lock(descriptor: int) -> bool | None:
    """Whether a file could be locked, as long as it is open; None where nothing can."""
    if sys.platform != "win32":  # there, an open file cannot be removed
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True
    return None


def _is_at(path: Path, descriptor: int) -> bool:
    with suppress(OSError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False


def _remove_old(directory: Path) -> None:
    """Remove what killed calls have left long ago for other targets, such as those with a date in their names."""
    with suppress(OSError), os.scandir(directory) as entries:
        for name in [entry.name for entry in entries if _NAME.fullmatch(entry.name)]:
            _is_free(directory / name, _OLD_SECONDS)


def _is_free(path: Path, seconds: float) -> bool:
    """Whether a name is free, once what a killed call of this user has left there for so long is removed."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        left = os.fstat(descriptor)
        ours = stat.S_ISREG(left.st_mode) and (sys.platform == "win32" or left.st_uid == os.geteuid())
        if not ours or time.time() - left.st_mtime < seconds:
            return False
        if sys.platform != "win32":
            return _lock(descriptor) is True and _is_at(path, descriptor) and _removed(path)
    finally:
        os.close(descriptor)
    return _removed(path)


def _removed(path: Path) -> bool:
    with suppress(OSError):
        path.unlink()
        return True
    return False
