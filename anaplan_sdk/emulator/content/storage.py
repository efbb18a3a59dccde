"""Uploaded content, export output and dumps, kept on disk and each belonging to one user."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ..world.definitions import File
from ..world.model import Model
from ..world.options import Options
from ..world.tenant import User
from .chunks import Chunk
from .directory import ContentDirectory

Owner: TypeAlias = tuple[str, str, str]
"""Model, user, file."""


@dataclass(slots=True)
class Upload:
    """Private content of a file, whole or still on its way; ``declared`` is -1 for a number not known yet."""

    declared: int
    chunks: dict[int, Chunk] = field(default_factory=dict[int, Chunk])
    completed: bool = False
    accessed: float = field(default_factory=time.time)

    @property
    def is_whole(self) -> bool:
        return self.completed or len(self.chunks) == self.declared

    @property
    def chunk_count(self) -> int:
        """The count that the file list names: what was declared, or 0 until a stream is completed."""
        return max(self.declared, 0) if not self.completed else len(self.chunks)

    @property
    def content(self) -> list[Chunk]:
        return [self.chunks[index] for index in sorted(self.chunks)] if self.is_whole else []


@dataclass(slots=True)
class Dump:
    """Rejected rows of one task, at the place where the task's parent looks for them."""

    task_id: str
    chunks: list[Chunk]
    accessed: float = field(default_factory=time.time)


class Storage:
    """Content by owner. Its directory is temporary and goes when the emulator stops."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._directory = ContentDirectory()
        self._numbers = itertools.count()
        self._uploads: dict[Owner, Upload] = {}
        self._deleted_counts: dict[Owner, int] = {}
        self._dumps: dict[tuple[str, str, str, str], Dump] = {}

    def close(self) -> None:
        self._uploads.clear()
        self._dumps.clear()
        self._directory.close()

    def new_path(self) -> Path:
        return self._directory.path / str(next(self._numbers))

    def begin_upload(self, owner: Owner, declared: int) -> Upload:
        """Start a new upload, which takes the place of what this user had uploaded before."""
        self._forget_expired()
        self.delete(owner)
        self._deleted_counts.pop(owner, None)
        self._uploads[owner] = upload = Upload(declared)
        return upload

    def keep(self, owner: Owner, chunks: list[Chunk]) -> None:
        """Store whole content, as the output of an export is."""
        upload = self.begin_upload(owner, len(chunks))
        upload.chunks = dict(enumerate(chunks))

    def upload(self, owner: Owner) -> Upload | None:
        """The user's private content; asking for it counts as an access."""
        upload = self._uploads.get(owner)
        if upload is None:
            return None
        if self._expired(upload.accessed):
            self.delete(owner)
            return None
        upload.accessed = time.time()
        return upload

    def put_chunk(self, upload: Upload, index: int, chunk: Chunk) -> None:
        replaced = upload.chunks.get(index)
        upload.chunks[index] = chunk
        if replaced is not None:
            _remove([replaced])

    def delete(self, owner: Owner) -> None:
        upload = self._uploads.pop(owner, None)
        if upload is not None:
            self._deleted_counts[owner] = upload.chunk_count
            _remove(upload.chunks.values())

    def content(self, model: Model, user: User, file_id: str, *, as_admin: bool) -> list[Chunk]:
        """The content of a file as the user sees it: their own, else the default if they may see that."""
        upload = self.upload((model.id, user.id, file_id))
        if upload is not None:
            return upload.content
        file = model.files.get(file_id)
        return default_content(file, as_admin=as_admin) if file else []

    def chunk_count(self, model: Model, user: User, file_id: str, *, as_admin: bool) -> int:
        """The count in the file list. It may be stale: live tenants go on naming deleted chunks."""
        owner = (model.id, user.id, file_id)
        upload = self.upload(owner)
        if upload is not None:
            return upload.chunk_count
        if self._options.stale_chunk_count and self._deleted_counts.get(owner):
            return self._deleted_counts[owner]
        return len(self.content(model, user, file_id, as_admin=as_admin))

    def keep_dump(self, owner: Owner, object_id: str, dump: Dump | None) -> None:
        """Store the dump of the latest run; a clean run (None) removes what was there."""
        self._forget_expired()
        place = (*owner, object_id)
        replaced = self._dumps.pop(place, None)
        if replaced is not None:
            _remove(replaced.chunks)
        if dump is not None:
            self._dumps[place] = dump

    def dump(self, owner: Owner, object_id: str, task_id: str) -> Dump | None:
        dump = self._dumps.get((*owner, object_id))
        if dump is None or dump.task_id != task_id or self._expired(dump.accessed):
            return None
        dump.accessed = time.time()
        return dump

    def _forget_expired(self) -> None:
        """Free what nobody will ask for, and what would be refused if anybody did."""
        for owner, upload in list(self._uploads.items()):
            if self._expired(upload.accessed):
                self.delete(owner)
        for place, dump in list(self._dumps.items()):
            if self._expired(dump.accessed):
                _remove(self._dumps.pop(place).chunks)

    def _expired(self, accessed: float) -> bool:
        return time.time() - accessed > self._options.retention_seconds


def default_content(file: File, *, as_admin: bool) -> list[Chunk]:
    visible = as_admin or file.default_for == "everyone"
    return [Chunk.of(chunk) for chunk in file.default_chunks] if visible else []


def _remove(chunks: Iterable[Chunk]) -> None:
    for path in {chunk.source for chunk in chunks if isinstance(chunk.source, Path)}:
        # Where a file that is being read cannot be deleted, it goes with the directory.
        with suppress(OSError):
            path.unlink()
