# Source of both colours: scripts/codegen.py emits this file twice.
"""Uploads that go on after a crash where they were."""

from __future__ import annotations

from pathlib import Path

import attrs

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.transfer.chunks import Slice, SlicePlan
from anaplan_sdk._core.transfer.journal import Destination, Journal, StoredSlice, changed_source
from anaplan_sdk._io.aio import in_thread, map_bounded
from anaplan_sdk._io.journal_file import JournalFile
from anaplan_sdk.errors import NotFoundError, TransferError
from anaplan_sdk.models import File, User

from ..engine.session import each
from .stored import list_files, stored_chunks
from .upload import Read, Upload


@attrs.frozen
class JournaledUpload:
    """An upload whose stored chunks are on record."""

    upload: Upload
    journal: JournalFile

    async def send(self, plan: SlicePlan, read: Read) -> File:
        """Store the chunks that the journal does not have; it is deleted when all are stored."""
        await in_thread(self.journal.lock)
        try:
            return await self._send(plan, read)
        finally:
            self.journal.unlock()

    async def _send(self, plan: SlicePlan, read: Read) -> File:
        content = await in_thread(self.journal.read)
        journal = Journal(await self._destination(), plan)
        if content is not None:
            journal = journal.continued(content, self.journal.path)
        if journal.stored:
            file = await self._go_on(journal, read)
        else:
            await in_thread(self.journal.write, journal.content)
            file = await self.upload.declare(plan.count)
            await self._store(file, journal, read)
        finished = await self.upload.finished(file, plan.count)
        await in_thread(self.journal.remove)
        return finished

    async def _go_on(self, journal: Journal, read: Read) -> File:
        """Send what is missing. Not declared again: that would throw away what is stored."""
        await self._compare(journal, read)
        await in_thread(self.journal.write, journal.content)  # without the line that a crash cut off
        file = await self._file()
        try:
            await self._store(file, journal, read)
        except NotFoundError as gone:
            raise await self._lost() from gone
        self.upload.check_deadline()
        chunks = endpoints.file_chunks(self.upload.at, file.id)
        stored = await stored_chunks(self.upload.session, chunks, self.upload.deadline)
        if len(stored) != journal.plan.count:
            raise await self._lost()
        return file

    async def _compare(self, journal: Journal, read: Read) -> None:
        """Refuse a source that is not what was stored; that it is then makes the whole of one piece."""

        def same(part: Slice) -> bool:
            return StoredSlice.of(part.index, *self.upload.read(part, read)) == journal.stored[part.index]

        async def compare(part: Slice) -> None:
            self.upload.check_deadline()
            if not await in_thread(same, part):
                raise changed_source(self.upload.file_id, part.index, self.journal.path)
            self.upload.meter.advance(part.size_bytes)

        await map_bounded(compare, each(journal.kept()), limit=self.upload.session.settings.concurrency)

    async def _store(self, file: File, journal: Journal, read: Read) -> None:
        async def put(part: Slice) -> None:
            stored: list[StoredSlice] = []

            def content() -> list[Body]:
                blocks = list(self.upload.read(part, read))
                stored.append(StoredSlice.of(part.index, *blocks))
                return blocks

            await self.upload.put(file, part, content)
            await in_thread(self.journal.append, stored[0].line)

        missing = self.upload.in_turn(each(journal.missing()))
        await map_bounded(put, missing, limit=self.upload.session.settings.concurrency)

    async def _lost(self) -> TransferError:
        """What was stored is gone: dropped 48 hours after its last use, or replaced by another upload."""
        await in_thread(self.journal.remove)
        return TransferError(
            f"Anaplan no longer has the chunks of file {self.upload.file_id} that journal {self.journal.path} tells "
            "of. The journal was deleted: call again to upload everything."
        )

    async def _destination(self) -> Destination:
        session = self.upload.session
        path = endpoints.CURRENT_USER
        user = convert.one(await session.get(path, deadline=self.upload.deadline), "user", User, path=path)
        return Destination(session.settings.urls["api"], self.upload.at.model_id, str(self.upload.file_id), user.id)

    async def _file(self) -> File:
        for file in await list_files(self.upload.session, self.upload.at, self.upload.deadline):
            if str(file.id) == str(self.upload.file_id):
                return file
        raise await self._lost()


def journaled(upload: Upload, path: Path) -> JournaledUpload:
    """*upload* with a journal at *path*. Raises TransferError where the model has no such file yet."""
    if upload.creates:
        raise TransferError(
            f"Model {upload.at.model_id} has no file {upload.file_id}, and only an upload to a file that is there can "
            "have a journal. Nothing was uploaded."
        )
    return JournaledUpload(upload, JournalFile(path))
