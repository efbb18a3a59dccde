"""Files, read and written the same way in both twins. The callers choose the thread."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from anaplan_sdk.errors import AnaplanError, ConfigurationError, TransferError

if TYPE_CHECKING:
    from filelock import BaseFileLock

_BLOCK_BYTES = 1 << 20
_SEEKING = threading.Lock()


@contextmanager
def disk_errors(what: str, then: str = "") -> Iterator[None]:
    """Raise what the operating system refuses as a TransferError; a path that no system can have is refused, too."""
    try:
        yield
    except AnaplanError:
        raise  # time limits of ours are TimeoutErrors, and so OSErrors
    except OSError as error:
        raise TransferError(f"Cannot {what}: {error.strerror or error}. {then}".rstrip()) from error
    except ValueError as error:  # a NUL in a path
        raise TransferError(f"Cannot {what}: {error}. {then}".rstrip()) from error


def user_path(path: str | os.PathLike[str]) -> Path:
    """A path as a user means it: ``~`` is the home directory, and ``~$Budget.csv`` is a name like any other."""
    try:
        given = Path(path)
    except TypeError:
        raise ConfigurationError(f"A path must be text or a pathlib.Path, not {type(path).__name__}.") from None
    try:
        return given.expanduser()
    except RuntimeError:  # no such user, or none at all
        return given


def read_file(path: str | os.PathLike[str]) -> bytes:
    """The whole content of a file."""
    return Path(path).read_bytes()


def file_mode(path: str | os.PathLike[str]) -> int | None:
    """Who may read and write a file, as ``chmod`` takes it; None where the system has other ways, or does not say."""
    if os.name != "posix":
        return None
    try:
        return stat.S_IMODE(Path(path).stat().st_mode)
    except OSError:
        return None


def file_lock(path: Path) -> BaseFileLock:
    """A lock between processes on a file for its owner only; it may be taken in one thread and released in another."""
    from filelock import FileLock

    return FileLock(path, mode=0o600, thread_local=False)


def acquired(lock: BaseFileLock, *, blocking: bool) -> bool:
    """Whether a lock between processes is held now. Raises OSError where the file system has none."""
    from filelock import Timeout

    try:
        lock.acquire(blocking=blocking)
    except Timeout:
        return False
    except NotImplementedError:  # so say releases before 3.21
        raise OSError(errno.ENOLCK, "this file system has no locks") from None
    return True


def open_private(path: str | os.PathLike[str]) -> BinaryIO:
    """Create a file for writing that only its owner may read. FileExistsError if anything is there already."""
    # O_EXCL also refuses a symbolic link that someone else has put there.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def read_at(file: BinaryIO, offset: int, size_bytes: int) -> bytes:
    """Bytes from ``offset``, fewer only at the end of the file. Safe from many threads at once.

    Needs a real file. Its position is not used, and must not be relied on afterwards.
    """
    blocks: list[bytes] = []
    # One read returns at most 2 GB on Linux, and may return less than it was asked for.
    while size_bytes and (block := _read_once(file, offset, size_bytes)):
        blocks.append(block)
        offset += len(block)
        size_bytes -= len(block)
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)


def blocks_at(file: BinaryIO, offset: int, size_bytes: int) -> Iterator[bytes]:
    """The same block by block, each read when it is asked for."""
    for start in range(offset, offset + size_bytes, _BLOCK_BYTES):
        yield read_at(file, start, min(_BLOCK_BYTES, offset + size_bytes - start))


def _read_once(file: BinaryIO, offset: int, size_bytes: int) -> bytes:
    if sys.platform != "win32":
        return os.pread(file.fileno(), size_bytes, offset)
    with _SEEKING:  # Windows has no read that leaves the position alone.
        file.seek(offset)
        return file.read(size_bytes)
