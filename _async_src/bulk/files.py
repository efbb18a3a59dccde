# Source of both colours: scripts/codegen.py emits this file twice.
"""Files of a model: upload, download, delete."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, cast

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.ids import as_id, file_segment
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.progress import Meter, OnProgress, check_on_progress
from anaplan_sdk._core.transfer.chunks import no_content
from anaplan_sdk._core.transfer.compression import Compressor
from anaplan_sdk._core.transfer.content import (
    byte_view,
    has_rows,
    is_file,
    not_iterable,
    pieces_of,
    refuse_journal,
    refuse_mistakes,
)
from anaplan_sdk._core.transfer.source import Buffer, Passing, Piece, Source, plan_of
from anaplan_sdk._io.aio import blocks_of, closing, in_thread, sleep
from anaplan_sdk._io.files import user_path
from anaplan_sdk._io.sources import PathSource, Readable
from anaplan_sdk._io.spool import Maps
from anaplan_sdk._io.targets import Target, as_target
from anaplan_sdk._io.workers import core_count
from anaplan_sdk.errors import NotFoundError
from anaplan_sdk.models import File

from ..scope import Scope
from ..transfer.download import download
from ..transfer.record import Record
from ..transfer.stored import ensure_file
from ..transfer.upload import Upload

Content: TypeAlias = Piece | os.PathLike[str] | Readable


class Files(Scope):
    """Upload, download and delete the content of files.

    Content is private: each user sees what that user uploaded or exported, until 48 hours after its last use.
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
        """Upload ``content`` in gzipped chunks, several at the same time.

        Memory use stays within a few chunks of ``upload_chunk_size``, however large the content.

        Args:
            file_id: The file, 113….
            content: Text (encoded as Anaplan reads the file), bytes-like, a ``pathlib.Path`` (of a file or a named
                pipe) or an open file. A plain ``str`` is content, never a path. Gzipped content is decompressed on the
                way.
            timeout: Seconds for the whole upload, None for no limit.
            journal: Makes the upload resumable, for paths and bytes-like content: a path where the stored chunks are
                recorded, readable by its owner only, until all are stored. After a crash or an error the same call
                sends what is missing. The source, the file, the user and ``upload_chunk_size`` must be the same:
                anything else is refused, and changes nothing. Upload nothing else to the file in the meantime.
            on_progress: Called with a ``Progress``, at most a few times per second.

        Returns:
            The file as Anaplan lists it.

        Raises:
            TransferError: Before anything is changed: the content is empty or over Anaplan's limits (1,000 chunks of 50
                MB), or the model has no such file. Later: a chunk could not be stored, and the upload is not complete.
            TransferTimeoutError: ``timeout`` passed; the upload is not complete.
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
        """Upload pieces of any size as they come, such as those of a generator.

        Pieces are joined and cut into chunks of ``upload_chunk_size``; after 200 chunks, these grow to hold 45 GB at
        the default size, 50 GB at the largest. Nothing is completed if the iterable raises: the import then has nothing
        new to read. Errors, result, ``timeout`` and ``on_progress`` are those of ``upload_file``.

        Args:
            file_id: The file, 113….
            content: An iterable of text or bytes-like pieces. An ordinary iterable is drawn from in a worker thread by
                the asynchronous client, in the calling thread by the other.
            timeout: Seconds for the whole upload, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second.
        """
        check_on_progress(on_progress)
        file_id, deadline = as_id(file_id), Deadline.after(timeout)
        pieces = pieces_of(content)
        if not isinstance(pieces, Iterable | AsyncIterable):
            raise not_iterable(pieces)
        async with self._session.using_file(self._model().model_id, file_id, deadline):
            return (await self._send(file_id, Passing(pieces), deadline, on_progress))[0]

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
            with PathSource(user_path(content), file_id) as source:
                await in_thread(source.open)
                return await self._send(file_id, source, deadline, on_progress, journal)
        if isinstance(content, str):
            return await self._send(file_id, Passing([content]), deadline, on_progress, journal)
        if is_file(content):
            passing = Passing(blocks_of(cast(Readable, content)))
            return await self._send(file_id, passing, deadline, on_progress, journal)
        return await self._send(file_id, Buffer(byte_view(content)), deadline, on_progress, journal)

    async def _send(
        self,
        file_id: int | str,
        source: Source,
        deadline: Deadline,
        on_progress: OnProgress | None,
        journal: str | os.PathLike[str] | None = None,
    ) -> tuple[File, bool]:
        beginning = await in_thread(source.beginning)
        plan = plan_of(source.size_bytes, beginning, self._session.settings.upload_chunk_size, file_id)
        if plan is None:
            refuse_journal(journal)
        meter = Meter(on_progress, "upload", f"file {file_id}", plan.total_bytes if plan else None)
        upload = await self._begin(file_id, source, meter, deadline)
        if plan is None:
            return await upload.send_stream()
        record = Record() if journal is None else upload.recorded(user_path(journal))
        return await upload.send_slices(plan, record), has_rows(beginning)

    async def _begin(self, file_id: int | str, source: Source, meter: Meter, deadline: Deadline) -> Upload:
        """An upload to a file that is there, or may be created."""
        at = await self._model_in_workspace(deadline)
        known = await ensure_file(self._session, at, file_id, deadline)
        settings = self._session.settings
        compressor = Compressor(settings.compression, self._session.wire, core_count(), settings.concurrency)
        return Upload(self._session, at, file_id, known, source, compressor, meter, deadline)

    async def get_file(
        self, file_id: int | str, *, timeout: float | None = None, on_progress: OnProgress | None = None
    ) -> bytes:
        """The whole content of a file or of an export's output, in memory.

        Args:
            file_id: The file (113…) or the export (116…).
            timeout: Seconds for the whole download, None for no limit.
            on_progress: Called with a ``Progress``, at most a few times per second; its ``total`` is not known.

        Raises:
            TransferError: There is no content for this user, or it is not complete.
        """
        check_on_progress(on_progress)
        return await self._content(file_id, Deadline.after(timeout), on_progress)

    async def _content(self, file_id: int | str, deadline: Deadline, on_progress: OnProgress | None) -> bytes:
        listed = bulk.chunks(await self._model_in_workspace(deadline), file_id)
        meter = Meter(on_progress, "download", f"file {file_id}")
        absent = no_content(file_id)
        chunks = download(self._session, listed, meter, absent=absent, deadline=deadline, maps=Maps())
        content = io.BytesIO()  # grows in place and gives its bytes away without a copy
        async with closing(chunks) as spools:
            async for spool in spools:
                for block in spool.drain():
                    content.write(block)
                    await sleep(0)  # to copy a whole chunk would hold up an event loop
        return content.getvalue()

    def get_file_stream(
        self, file_id: int | str, *, timeout: float | None = None, on_progress: OnProgress | None = None
    ) -> AsyncIterator[bytes]:
        """The content of a file, chunk by chunk and in order; the next chunks are fetched while you process this one.

        Chunks end anywhere, even within a row or a character. Errors, ``timeout`` and ``on_progress`` are those of
        ``get_file``.
        """
        check_on_progress(on_progress)
        file_segment(file_id)
        self._model()  # here, at the call: what follows runs when the first chunk is wanted
        return self._chunks(file_id, Deadline.after(timeout), on_progress)

    async def _chunks(
        self, file_id: int | str, deadline: Deadline, on_progress: OnProgress | None
    ) -> AsyncIterator[bytes]:
        listed = bulk.chunks(await self._model_in_workspace(deadline), file_id)
        meter = Meter(on_progress, "download", f"file {file_id}")
        content = download(self._session, listed, meter, absent=no_content(file_id), deadline=deadline)
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
        """Download a file to ``path`` and return that path. Memory use stays within a few chunks.

        Content is written to a partial file beside ``path``, readable by its owner only, and renamed at the end:
        ``path`` is either complete or left as it was. Links are followed. An existing file keeps its mode and owner; a
        new one gets its mode from the umask. Named pipes, devices and ``/dev/stdout`` are written to directly. Errors,
        ``timeout`` and ``on_progress`` are those of ``get_file``.
        """
        check_on_progress(on_progress)
        target, deadline = as_target(path), Deadline.after(timeout)
        with Target(target, deadline.passed) as file:
            await in_thread(file.open)
            async with closing(self._chunks(file_id, deadline, on_progress)) as chunks:
                async for chunk in chunks:
                    await in_thread(file.write, chunk)
            await in_thread(file.finish)
        return target

    async def delete_file(self, file_id: int | str, *, timeout: float | None = None) -> None:
        """Delete this user's content of a file. The file itself stays, with its default content if it has any.

        Succeeds if there is nothing to delete.
        """
        deadline = Deadline.after(timeout)
        delete = bulk.delete_file(await self._model_in_workspace(deadline), file_id)
        with suppress(NotFoundError):
            await self._session.one(delete, deadline)
