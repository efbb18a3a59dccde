# Source of both colours: scripts/codegen.py emits this file twice.
"""Files of a model: upload, download, delete."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, cast

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.ids import as_id
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._core.transfer.chunks import SlicePlan, check_size, no_content, stream_chunk_bytes
from anaplan_sdk._core.transfer.compression import Compressor
from anaplan_sdk._core.transfer.content import (
    byte_view,
    encoder,
    is_file,
    is_gzip,
    not_iterable,
    pieces_of,
    refuse_journal,
    refuse_mistakes,
)
from anaplan_sdk._core.transfer.packing import Packer
from anaplan_sdk._io.aio import blocks_of, closing, in_thread, pieces, sleep
from anaplan_sdk._io.files import core_count, user_path
from anaplan_sdk._io.sources import Readable, Source, first_bytes
from anaplan_sdk._io.targets import Target, as_target
from anaplan_sdk._io.workers import Workers
from anaplan_sdk.errors import NotFoundError
from anaplan_sdk.models import File

from ..scope import Scope
from ..transfer.download import download, download_spooled
from ..transfer.journaled import journaled
from ..transfer.stored import ensure_file
from ..transfer.upload import Read, Upload

Piece: TypeAlias = str | Body
Content: TypeAlias = Piece | os.PathLike[str] | Readable


class Files(Scope):
    """Content of files.

    It is private: each user sees what that user uploaded or exported, for 48 hours after its last use.
    """

    async def upload_file(
        self,
        file_id: int | str,
        content: Content,
        *,
        timeout: float | None = None,
        journal: str | os.PathLike[str] | None = None,
        on_progress: OnProgress | None = None,
    ) -> File:
        """Upload *content* in gzipped chunks, side by side, and return the file as Anaplan has it.

        ``content`` is text (encoded as Anaplan reads the file), bytes-like, a ``pathlib.Path`` (of a file or a named
        pipe) or an open file; a plain ``str`` is content, never a path. What is gzip already is decoded on the way.
        Memory stays within a few chunks of ``upload_chunk_size``, however large the file. ``timeout`` is in seconds,
        None for no limit. ``on_progress`` is called with a ``Progress``, a few times a second at most.

        ``journal`` is a path where the stored chunks are recorded, readable by its owner only, until all are stored.
        After a crash or an error the same call sends what is missing. The source must still be the same, and the
        file, the user and ``upload_chunk_size`` too: anything else is refused, and changes nothing. Upload nothing
        else to the file meanwhile. For paths and bytes-like content.

        Raises TransferError before anything is changed if the content is empty, over Anaplan's limits (1,000
        chunks of 50 MB), or the model has no such file; and whenever a chunk could not be stored: the upload is
        then not complete.
        """
        check_on_progress(on_progress)
        file_id, deadline = as_id(file_id), Deadline.after(timeout)
        refuse_mistakes(content)
        async with self._session.using_file(self._model().model_id, file_id, deadline):
            return (await self._upload(file_id, content, deadline, on_progress, journal))[0]

    async def upload_file_stream(
        self,
        file_id: int | str,
        content: Iterable[Piece] | AsyncIterable[Piece],
        *,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> File:
        """Upload pieces of any size as they come, such as those of a generator; return the file as Anaplan has it.

        Pieces are text or bytes-like, and are joined and cut to chunks of ``upload_chunk_size``; after 200
        chunks, these grow to hold 45 GB at the default size, 50 GB at the largest. Pieces of an ordinary
        iterable are drawn in a worker thread where the client does not block, in the calling thread where it
        does. Nothing is completed if the iterable raises: the import then has nothing new to read. Errors,
        ``timeout`` and ``on_progress`` are those of ``upload_file``.
        """
        check_on_progress(on_progress)
        file_id, deadline = as_id(file_id), Deadline.after(timeout)
        pieces = pieces_of(content)
        if not isinstance(pieces, Iterable | AsyncIterable):
            raise not_iterable(pieces)
        async with self._session.using_file(self._model().model_id, file_id, deadline):
            return await self._send_stream(await self._begin(file_id, deadline, on_progress), pieces)

    async def _upload(
        self,
        file_id: int | str,
        content: Content,
        deadline: Deadline,
        on_progress: OnProgress | None,
        journal: str | os.PathLike[str] | None = None,
    ) -> tuple[File, bool]:
        """Upload to a file that the caller has to itself; also tell whether there is more than a header."""
        if isinstance(content, os.PathLike):
            with Source(user_path(content), file_id) as source:
                await in_thread(source.open)
                return await self._upload_source(file_id, source, deadline, on_progress, journal)
        if isinstance(content, str) or is_file(content):
            refuse_journal(journal)
            upload = await self._begin(file_id, deadline, on_progress)
            pieces = [content] if isinstance(content, str) else blocks_of(cast(Readable, content))
            return await self._send_stream(upload, pieces), upload.has_rows
        view = byte_view(content)
        if is_gzip(view):
            refuse_journal(journal)
            upload = await self._begin(file_id, deadline, on_progress)
            return await self._send_stream(upload, [view]), upload.has_rows
        check_size(len(view), file_id)
        upload = await self._begin(file_id, deadline, on_progress, len(view))
        file = await self._send_slices(upload, len(view), lambda at, size: [view[at : at + size]], journal)
        return file, upload.has_rows

    async def _upload_source(
        self,
        file_id: int | str,
        source: Source,
        deadline: Deadline,
        on_progress: OnProgress | None,
        journal: str | os.PathLike[str] | None,
    ) -> tuple[File, bool]:
        size_bytes = source.size_bytes
        if size_bytes is not None:
            check_size(size_bytes, file_id)
        if size_bytes is None or is_gzip(await in_thread(first_bytes, source.blocks(0, 3))):
            refuse_journal(journal)
            upload = await self._begin(file_id, deadline, on_progress)
            upload.check_source = source.check_unchanged
            return await self._send_stream(upload, source.stream(upload.check_deadline)), upload.has_rows
        upload = await self._begin(file_id, deadline, on_progress, size_bytes)
        upload.check_source = source.check_unchanged
        file = await self._send_slices(upload, size_bytes, source.blocks, journal)
        return file, upload.has_rows

    async def _send_stream(self, upload: Upload, content: Iterable[Piece] | AsyncIterable[Piece]) -> File:
        wanted_bytes = self._session.settings.upload_chunk_size
        with Workers(upload.threads) as workers:
            packer = Packer(
                lambda index: stream_chunk_bytes(index, wanted_bytes),
                upload.compressor,
                workers.submit,
                encoder(upload.encoding, upload.file_id),
                upload.file_id,
            )
            async with closing(pieces(content, packer, upload.deadline, upload.too_late)) as chunks:
                file = await upload.send_chunks(chunks)
        upload.has_rows = packer.has_rows
        return file

    async def _send_slices(
        self, upload: Upload, size_bytes: int, read: Read, journal: str | os.PathLike[str] | None
    ) -> File:
        plan = SlicePlan.of(size_bytes, self._session.settings.upload_chunk_size)
        if journal is None:
            return await upload.send_slices(plan, read)
        return await journaled(upload, user_path(journal)).send(plan, read)

    async def _begin(
        self,
        file_id: int | str,
        deadline: Deadline,
        on_progress: OnProgress | None,
        size_bytes: int | None = None,
    ) -> Upload:
        """An upload to a file that is there; the size is None where it is not known."""
        at = await self._model_in_workspace(deadline)
        found = await ensure_file(self._session, at, file_id, deadline)
        settings = self._session.settings
        compressor = Compressor(settings.compression, self._session.wire, core_count(), settings.concurrency)
        meter = Meter(on_progress, "upload", f"file {file_id}", size_bytes)
        encoding = found.encoding if found is not None else None
        return Upload(self._session, at, file_id, deadline, compressor, meter, found is None, encoding)

    async def get_file(
        self, file_id: int | str, *, timeout: float | None = None, on_progress: OnProgress | None = None
    ) -> bytes:
        """The whole content of a file or of an export's output, held in memory once.

        Raises TransferError if there is none for this user. ``timeout`` is in seconds, None for no limit.
        ``on_progress`` is called with a ``Progress``, a few times a second at most; the total is not known.
        """
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        path = endpoints.file_chunks(await self._model_in_workspace(deadline), file_id)
        meter = Meter(on_progress, "download", f"file {file_id}")
        chunks = download_spooled(self._session, path, meter, absent=no_content(file_id), deadline=deadline)
        content = io.BytesIO()  # grows in place and gives its bytes away without a copy
        async with closing(chunks) as spools:
            async for spool in spools:
                for block in spool.drain():
                    content.write(block)
                    await sleep(0)  # to copy a whole chunk would hold up an event loop
        return content.getvalue()

    async def get_file_stream(
        self, file_id: int | str, *, timeout: float | None = None, on_progress: OnProgress | None = None
    ) -> AsyncIterator[bytes]:
        """The content of a file, chunk by chunk and in order; the next chunks travel while you work on this one.

        Chunks end anywhere, in the middle of a row or of a character. Errors, ``timeout`` and ``on_progress`` are
        those of ``get_file``.
        """
        check_on_progress(on_progress)
        deadline = Deadline.after(timeout)
        path = endpoints.file_chunks(await self._model_in_workspace(deadline), file_id)
        meter = Meter(on_progress, "download", f"file {file_id}")
        content = download(self._session, path, meter, absent=no_content(file_id), deadline=deadline)
        async with closing(content) as chunks:
            async for chunk in chunks:
                yield chunk

    async def download_file(
        self,
        file_id: int | str,
        path: str | os.PathLike[str],
        *,
        timeout: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> Path:
        """Download a file to *path* and return that. Memory stays within a few chunks.

        The content goes to a partial file beside it, readable by its owner only, which takes the name at the
        end: *path* holds all of it or is left as it was. Links are followed, and mode and owner of a file that is
        there are kept; a new one gets its mode by the umask. Named pipes, devices and /dev/stdout are written to as
        the content comes. Errors, ``timeout`` and ``on_progress`` are those of ``get_file``.
        """
        check_on_progress(on_progress)
        target, deadline = as_target(path), Deadline.after(timeout)
        with Target(target, deadline.passed) as file:
            await in_thread(file.open)
            content = self.get_file_stream(file_id, timeout=deadline.left(), on_progress=on_progress)
            async with closing(content) as chunks:
                async for chunk in chunks:
                    await in_thread(file.write, chunk)
            await in_thread(file.finish)
        return target

    async def delete_file(self, file_id: int | str, *, timeout: float | None = None) -> None:
        """Delete this user's content of a file; the file itself stays, with its default content if it has one.

        Deleting what is not there is a success.
        """
        deadline = Deadline.after(timeout)
        path = endpoints.file(await self._model_in_workspace(deadline), file_id)
        with suppress(NotFoundError):
            await self._session.send("DELETE", path, deadline=deadline)
