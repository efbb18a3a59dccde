# Source of both colours: scripts/codegen.py emits this file twice.
"""Content on its way up: chunks side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import attrs

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.api.service import ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.jobs.completing import Complete, Count, complete_stream
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._core.transfer.chunks import (
    Slice,
    SlicePlan,
    empty_content,
    missing,
    not_stored,
    stream_chunk_bytes,
)
from anaplan_sdk._core.transfer.compression import Compressor
from anaplan_sdk._core.transfer.content import encoder
from anaplan_sdk._core.transfer.journal import Journal, no_file_yet
from anaplan_sdk._core.transfer.packing import Chunk, Packer
from anaplan_sdk._core.transfer.source import Source, whole
from anaplan_sdk._core.transfer.target import confirmation_too_late, created_another, upload_too_late
from anaplan_sdk._io.aio import closing, each, in_thread, map_bounded, pieces, sleep
from anaplan_sdk._io.journal_file import JournalFile
from anaplan_sdk._io.workers import Workers
from anaplan_sdk.errors import NotFoundError, RequestTimeoutError, TransferTimeoutError
from anaplan_sdk.models import File

from ..engine.flows import perform
from ..engine.session import Session
from .record import JournalRecord, Record
from .staging import staged
from .stored import list_files, stored_chunks

logger = logger_of("transfer")


@attrs.frozen
class Upload:
    """One upload into one file. Any chunk that cannot be stored fails it.

    ``known`` is the file as the model has it. Where it has none, Anaplan makes one, under an id of its own.
    """

    session: Session
    at: ModelPath
    file_id: int | str
    known: File | None
    source: Source
    compressor: Compressor
    meter: Meter
    deadline: Deadline

    def recorded(self, path: Path) -> Record:
        """A record of this upload in the journal at *path*. TransferError where the model has no such file yet."""
        if self.known is None:
            raise no_file_yet(self.at.model_id, self.file_id)
        return JournalRecord(self.session, self.deadline, JournalFile(path), self.at.model_id, self.file_id)

    async def send_slices(self, plan: SlicePlan, record: Record) -> File:
        """Upload content of a known size: it is complete when its last chunk is stored."""
        try:
            journal = await record.open(plan)
            file = await (self._resumed(journal, record) if journal.stored else self._begun(journal, record))
            file = await self._finished(file, plan.count)
            await record.remove()
            return file
        finally:
            record.close()

    async def send_stream(self) -> tuple[File, bool]:
        """Upload what ends nobody knows where; also tell whether it goes on after its first line.

        It is complete when Anaplan is told so.
        """
        encode = encoder(self.known.encoding if self.known is not None else None, self.file_id)
        with Workers(self._threads) as workers:
            packer = Packer(self._chunk_bytes, self.compressor, workers.submit, encode, self.file_id)
            content = self.source.stream(self._check_deadline)
            async with closing(pieces(content, packer, self.deadline, self._too_late)) as chunks:
                file, count = await self._send_chunks(chunks)
        await self._complete(file, count)
        return await self._finished(file, count), packer.has_rows

    async def _begun(self, journal: Journal, record: Record) -> File:
        await record.begin(journal)
        file = await self._declare(journal.plan.count)
        await self._send_missing(file, journal, record)
        return file

    async def _resumed(self, journal: Journal, record: Record) -> File:
        """The file with what was missing. Not declared again: that would throw away what is stored."""
        assert self.known is not None
        await self._compare(journal)
        await record.begin(journal)
        try:
            await self._send_missing(self.known, journal, record)
            self._check_deadline()
            stored = await stored_chunks(self.session, bulk.chunks(self.at, self.known.id), self.deadline)
        except NotFoundError as gone:
            await record.remove()
            raise journal.lost() from gone
        if len(stored) != journal.plan.count:
            await record.remove()
            raise journal.lost()
        return self.known

    async def _compare(self, journal: Journal) -> None:
        """Refuse a source that is not what was stored; that it is then makes the whole of one piece."""

        async def compare(part: Slice) -> None:
            self._check_deadline()
            await in_thread(journal.check_source, part, whole(self.source, part, self.file_id))
            self.meter.advance(part.size_bytes)

        await map_bounded(compare, each(journal.kept()), limit=self.session.settings.concurrency)

    async def _send_missing(self, file: File, journal: Journal, record: Record) -> None:
        def compress(part: Slice) -> Body:
            self._check_deadline()
            return self.compressor.compress(record.watched(part, whole(self.source, part, self.file_id)))

        async def send(part: Slice, body: Body) -> None:
            await self._put(file, part, body)
            await record.add(part)

        await staged(
            each(journal.missing()),
            compress,
            send,
            ahead=self._threads,
            connections=self.session.settings.concurrency,
            undecided=self.compressor.undecided,
        )

    async def _send_chunks(self, chunks: AsyncIterator[Chunk]) -> tuple[File, int]:
        file: File | None = None

        async def declared() -> AsyncIterator[tuple[File, Chunk]]:
            nonlocal file
            async for chunk in chunks:
                if file is None:  # only now is it certain that there is anything to upload
                    file = await self._declare(-1)
                yield file, chunk
                del chunk

        def pack(item: tuple[File, Chunk]) -> Body:
            self._check_deadline()
            return item[1].pack()

        async def send(item: tuple[File, Chunk], body: Body) -> None:
            await self._put(*item, body)

        count = await staged(
            declared(),
            pack,
            send,
            ahead=1,  # which are compressed while they are drawn
            connections=self.session.settings.concurrency,
            undecided=self.compressor.undecided,
        )
        if file is None:
            raise empty_content(self.file_id)
        return file, count

    async def _declare(self, count: int) -> File:
        """Begin a new upload, in place of all that was stored before."""
        self._check_deadline()
        await in_thread(self.source.check_unchanged)  # before anything that is stored is thrown away
        creates = self.known is None
        file = await self.session.one(bulk.begin_upload(self.at, self.file_id, count, creates=creates), self.deadline)
        if str(file.id) != str(self.file_id) and not creates:
            raise created_another(self.at.model_id, self.file_id, file.id)
        return file

    async def _put(self, file: File, part: Slice | Chunk, body: Body) -> None:
        store = bulk.store_chunk(self.at, file.id, part.index, body, self.compressor.headers)
        self._check_deadline()
        try:
            with self.compressor.wire.sending(len(body)):
                await self.session.one(store, self.deadline)
        except RequestTimeoutError as error:
            raise self._too_late() from error
        self.meter.advance(part.size_bytes)

    async def _finished(self, file: File, count: int) -> File:
        """*file* as it is now that all of its chunks are stored, which Anaplan is asked to confirm."""
        await in_thread(self.source.check_unchanged)
        await self._confirm(file, count)
        self.meter.end()
        logger.info("Uploaded %d bytes to %s in %.1f s.", self.meter.done, self.meter.name, self.meter.seconds)
        return attrs.evolve(file, chunk_count=count)

    async def _confirm(self, file: File, count: int) -> None:
        """Raise TransferError for chunks that Anaplan does not list, although something accepted them."""
        chunks = bulk.chunks(self.at, file.id)
        schedule = self.session.settings.poll
        settled = self.deadline.or_before(Deadline.after(schedule.settling_time))
        for delay in schedule.delays():
            if self.deadline.passed():
                raise confirmation_too_late(file.id)
            absent = missing(await stored_chunks(self.session, chunks, self.deadline), count)
            if not absent:
                return
            if not settled.allows(delay):
                raise not_stored(file.id, absent, count)
            await sleep(delay)

    async def _complete(self, file: File, count: int) -> None:
        async def do(step: Complete | Count) -> int:
            if isinstance(step, Complete):
                self._check_deadline()
                complete = bulk.complete_upload(self.at, file.id, again=step.again)
                return (await self.session.one(complete, self.deadline)).chunk_count
            files = await list_files(self.session, self.at, self.deadline)
            return next((known.chunk_count for known in files if known.id == file.id), 0)

        await perform(complete_stream(file.id, count, self.deadline.passed), do)

    @property
    def _threads(self) -> int:
        """Threads that compress: as many as there are cores, and no more than connections."""
        return min(self.compressor.cores, self.session.settings.concurrency)

    def _chunk_bytes(self, index: int) -> int:
        return stream_chunk_bytes(index, self.session.settings.upload_chunk_size)

    def _check_deadline(self) -> None:
        if self.deadline.passed():
            raise self._too_late()

    def _too_late(self) -> TransferTimeoutError:
        return upload_too_late(self.file_id)
