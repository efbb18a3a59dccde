# Source of both colours: scripts/codegen.py emits this file twice.
"""Content on its way: chunks side by side up, an ordered stream down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import attrs

from anaplan_sdk._core import convert, endpoints
from anaplan_sdk._core.chunks import Chunk, Slice, SlicePlan
from anaplan_sdk._core.compression import Compressor
from anaplan_sdk._core.deadline import Deadline
from anaplan_sdk._core.endpoints import ModelPath
from anaplan_sdk._core.http import Body
from anaplan_sdk._core.starts import is_ambiguous
from anaplan_sdk._io.aio import closing, in_thread, map_bounded, prefetch
from anaplan_sdk.errors import AnaplanError, TransferError, TransferTimeoutError
from anaplan_sdk.models import Chunk as StoredChunk
from anaplan_sdk.models import File

from .session import Session, each

# Anaplan takes this long over files of several gigabytes, in seconds (40 minutes were seen).
_COMPLETION_TIMEOUT = 3_600.0


@attrs.frozen
class Upload:
    """One upload into one file. Any chunk that cannot be stored fails it."""

    session: Session
    at: ModelPath
    file_id: int | str
    deadline: Deadline
    compressor: Compressor

    async def send_slices(self, plan: SlicePlan, read: Callable[[int, int], Body]) -> File:
        """Upload content of a known size, ``read`` by offset and size: it is complete when its last chunk is stored."""

        async def put(part: Slice) -> None:
            await self._put(part.index, lambda: self.compressor.compress(self._read(part, read)))

        file = await self._declare(plan.count)
        await map_bounded(put, each(plan), limit=self.session.settings.concurrency)
        return attrs.evolve(file, chunk_count=plan.count)

    async def send_chunks(self, chunks: AsyncIterator[Chunk]) -> File:
        """Upload a stream whose end is unknown: it is complete when Anaplan is told so."""
        file: File | None = None

        async def declared() -> AsyncIterator[Chunk]:
            nonlocal file
            async for chunk in chunks:
                if file is None:  # only now is it certain that there is anything to upload
                    file = await self._declare(-1)
                yield chunk

        async def put(chunk: Chunk) -> None:
            await self._put(chunk.index, lambda: self.compressor.compress(chunk.take()))

        sent = await map_bounded(put, declared(), limit=self.session.settings.concurrency)
        if file is None:
            raise empty_content(self.file_id)
        await self._complete(file, len(sent))
        return attrs.evolve(file, chunk_count=len(sent))

    def _read(self, part: Slice, read: Callable[[int, int], Body]) -> Body:
        content = read(part.offset, part.size_bytes)
        if len(content) != part.size_bytes:
            raise TransferError(f"The source for file {self.file_id} became shorter under way: upload it again.")
        return content

    async def _declare(self, count: int) -> File:
        path = endpoints.file(self.at, self.file_id)
        payload = await self.session.post(path, {"chunkCount": count}, safe=True, deadline=self.deadline)
        file = convert.one(payload, "file", File, path=path)
        if str(file.id) != str(self.file_id) and not self.session.settings.allow_file_creation:
            raise TransferError(
                f"Model {self.at.model_id} has no file {self.file_id}: Anaplan created file {file.id} instead. "
                "Nothing was uploaded to it; delete it in Anaplan."
            )
        return file

    async def _put(self, index: int, body: Callable[[], Body]) -> None:
        if self.deadline.passed():
            raise TransferTimeoutError(f"The time limit passed while uploading to file {self.file_id}: not complete.")
        path = endpoints.file_chunk(self.at, self.file_id, index)
        content = await in_thread(body)
        await self.session.send("PUT", path, body=content, headers=self.compressor.headers, deadline=self.deadline)

    async def _complete(self, file: File, count: int) -> None:
        path = endpoints.file_complete(self.at, file.id)

        async def complete(*, safe: bool) -> int:
            # Anaplan answers 500 to this call if it has no body.
            payload = await self.session.post(path, {"id": str(file.id)}, safe=safe, timeout=_COMPLETION_TIMEOUT)
            return convert.one(payload, "file", File, path=path).chunk_count

        try:
            stored = await complete(safe=False)
        except AnaplanError as lost:
            if not is_ambiguous(lost):
                raise
            files = await list_files(self.session, self.at)
            stored = next((known.chunk_count for known in files if known.id == file.id), 0)
            if stored != count:
                stored = await complete(safe=True)
        if stored not in (0, count):
            raise TransferError(
                f"File {file.id}: {count} chunks were sent and Anaplan counts {stored}. Upload it again."
            )


def empty_content(file_id: int | str) -> TransferError:
    """The error of an upload without a byte."""
    return TransferError(
        f"The content for file {file_id} is empty; nothing was uploaded. Delete a file with delete_file."
    )


async def list_files(session: Session, at: ModelPath) -> list[File]:
    """The files of a model."""
    path = endpoints.objects(at, "files")
    return await session.listing(path, "files", File, identity=lambda file: file.id)


async def require_file(session: Session, at: ModelPath, file_id: int | str) -> None:
    """Refuse to upload to a file that the model does not have: Anaplan would create one and store the content there."""
    if session.settings.allow_file_creation or str(file_id) in session.files.get(at.model_id, ()):
        return
    names = {str(file.id): file.name for file in await list_files(session, at)}
    session.files[at.model_id] = frozenset(names)
    if str(file_id) not in names:
        by_name = next((known for known, name in names.items() if name == file_id), None)
        raise TransferError(
            f"Model {at.model_id} has no file {file_id}; nothing was uploaded. "
            + (f"Its file of that name has the id {by_name}." if by_name else "See list_files() for those it has.")
            + " Set allow_file_creation=True to let Anaplan create files."
        )


async def download(session: Session, chunks_path: str, *, deadline: Deadline | None = None) -> AsyncIterator[bytes]:
    """The chunks listed at *chunks_path*, in order; those that come next travel meanwhile."""

    async def fetch(chunk: StoredChunk) -> bytes:
        if deadline is not None and deadline.passed():
            raise TransferTimeoutError(f"The time limit passed while downloading {chunks_path}.")
        return await session.content(endpoints.chunk_content(chunks_path, chunk.id), deadline=deadline)

    chunks = await session.listing(
        chunks_path, "chunks", StoredChunk, identity=lambda chunk: chunk.id, deadline=deadline
    )
    if not chunks:
        raise TransferError(
            f"Nothing to download at {chunks_path}: this user has uploaded or exported nothing there, or it is gone. "
            "Anaplan drops content 48 hours after its last use."
        )
    async with closing(prefetch(fetch, chunks, limit=session.settings.concurrency)) as bodies:
        async for body in bodies:
            yield body
