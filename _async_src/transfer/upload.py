# Source of both colours: scripts/codegen.py emits this file twice.
"""Content on its way up: chunks side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.endpoints import ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.jobs.completing import Complete, Count, complete_stream
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._core.transfer.chunks import Slice, SlicePlan, empty_content, missing, not_stored
from anaplan_sdk._core.transfer.compression import Compressor
from anaplan_sdk._core.transfer.content import has_rows
from anaplan_sdk._core.transfer.packing import Chunk
from anaplan_sdk._core.transfer.target import confirmation_too_late, created_another, shorter_source, upload_too_late
from anaplan_sdk._io.aio import Slots, closing, in_thread, map_bounded, sleep
from anaplan_sdk._io.files import disk_errors
from anaplan_sdk.errors import RequestTimeoutError, TransferTimeoutError
from anaplan_sdk.models import File

from ..engine.flows import perform
from ..engine.session import Session, each
from .stored import list_files, stored_chunks

logger = logger_of("transfer")

T = TypeVar("T")
Read: TypeAlias = Callable[[int, int], Iterable[Body]]

# Anaplan takes this long over files of several gigabytes, in seconds (40 minutes were seen).
_COMPLETION_TIMEOUT = 3_600.0
# Seconds between looks at how fast the first chunks travel.
_GLANCE = 0.01


def _unchanging() -> None:
    """Content that nobody can change meanwhile."""


@attrs.define
class Upload:
    """One upload into one file. Any chunk that cannot be stored fails it.

    ``creates`` says that the model has no such file: Anaplan makes one, under an id of its own.
    """

    session: Session
    at: ModelPath
    file_id: int | str
    deadline: Deadline
    compressor: Compressor
    meter: Meter
    creates: bool = False
    encoding: str | None = None  # as which Anaplan reads text, where it says so
    check_source: Callable[[], None] = _unchanging  # raises where the content is no longer what it was
    has_rows: bool = attrs.field(default=False, init=False)  # whether the content goes on after its first line
    _cores: Slots = attrs.field(init=False)
    _connections: Slots = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._cores = Slots(self.threads)
        self._connections = Slots(self.session.settings.concurrency)

    @property
    def threads(self) -> int:
        """Threads that compress: as many as there are cores, and no more than connections."""
        return min(self.compressor.cores, self.session.settings.concurrency)

    @property
    def limit(self) -> int:
        """Chunks at a time: those that travel, and two compressed meanwhile, so that the network never waits."""
        return self.session.settings.concurrency + 2

    async def in_turn(self, chunks: AsyncIterator[T]) -> AsyncIterator[T]:
        """*chunks*, each drawn when a core is free to compress it. Every one must be given to ``put``."""
        async with closing(chunks) as source:
            await self._cores.take()
            async for chunk in source:
                yield chunk
                await self._cores.take()

    async def send_slices(self, plan: SlicePlan, read: Read) -> File:
        """Upload content of a known size, ``read`` by offset and size: it is complete when its last chunk is stored."""

        async def put(part: Slice) -> None:
            await self.put(file, part, lambda: self.read(part, read))

        file = await self.declare(plan.count)
        await map_bounded(put, self.in_turn(each(plan)), limit=self.limit)
        return await self.finished(file, plan.count)

    async def send_chunks(self, chunks: AsyncIterator[Chunk]) -> File:
        """Upload a stream whose end is unknown: it is complete when Anaplan is told so."""
        file: File | None = None

        async def declared() -> AsyncIterator[tuple[File, Chunk]]:
            nonlocal file
            async for chunk in chunks:
                if file is None:  # only now is it certain that there is anything to upload
                    file = await self.declare(-1)
                await self._connections.take()  # here, so that a single connection sends in order
                yield file, chunk
                await self._decided()  # before the next one is drawn, which compresses it

        async def put(item: tuple[File, Chunk]) -> None:
            target, chunk = item
            try:
                self.check_deadline()
                await self._send(target, chunk, await in_thread(chunk.pack))
            finally:
                self._connections.give()

        sent = await map_bounded(put, declared(), limit=self.limit)
        if file is None:
            raise empty_content(self.file_id)
        await self._complete(file, len(sent))
        return await self.finished(file, len(sent))

    def read(self, part: Slice, read: Read) -> Iterator[Body]:
        """The blocks of one slice, all of it."""
        left_bytes = part.size_bytes
        with disk_errors(f"read the source for file {self.file_id}"):
            for block in read(part.offset, part.size_bytes):
                if left_bytes == part.size_bytes and not part.offset:
                    self.has_rows = has_rows(block)
                left_bytes -= len(block)
                yield block
        if left_bytes:
            raise shorter_source(self.file_id)

    async def declare(self, count: int) -> File:
        """Begin a new upload, in place of all that was stored before."""
        self.check_deadline()
        await in_thread(self.check_source)  # before anything that is stored is thrown away
        path = endpoints.file(self.at, self.file_id)
        # Repeated, it would create a second file.
        payload = await self.session.post(path, {"chunkCount": count}, safe=not self.creates, deadline=self.deadline)
        file = convert.one(payload, "file", File, path=path)
        if str(file.id) != str(self.file_id) and not self.creates:
            raise created_another(self.at.model_id, self.file_id, file.id)
        return file

    async def put(self, file: File, part: Slice, read: Callable[[], Iterable[Body]]) -> None:
        """Store one slice; the blocks that it consists of are ``read`` and compressed in a thread."""
        try:
            content = await self._compressed(read)
        finally:
            self._cores.give()
        async with self._connections:
            await self._send(file, part, content)

    async def _send(self, file: File, part: Slice | Chunk, content: Body) -> None:
        path = endpoints.file_chunk(self.at, file.id, part.index)
        self.check_deadline()
        try:
            with self.compressor.wire.sending(len(content)):
                await self.session.send(
                    "PUT", path, body=content, headers=self.compressor.headers, deadline=self.deadline
                )
        except RequestTimeoutError as error:
            raise self.too_late() from error
        self.meter.advance(part.size_bytes)

    async def _compressed(self, read: Callable[[], Iterable[Body]]) -> Body:
        self.check_deadline()
        await self._decided()
        return await in_thread(lambda: self.compressor.compress(read()))

    async def _decided(self) -> None:
        """Wait until the compressor knows enough to choose a level for the next chunk."""
        while self.compressor.undecided():
            await sleep(_GLANCE)

    async def finished(self, file: File, count: int) -> File:
        """*file* as it is now that all of its chunks are stored, which Anaplan is asked to confirm."""
        await in_thread(self.check_source)
        await self._confirm(file, count)
        self.meter.end()
        logger.info("Uploaded %d bytes to %s in %.1f s.", self.meter.done, self.meter.name, self.meter.seconds)
        return attrs.evolve(file, chunk_count=count)

    def check_deadline(self) -> None:
        """Raise TransferTimeoutError if the time is over."""
        if self.deadline.passed():
            raise self.too_late()

    def too_late(self) -> TransferTimeoutError:
        """The error of an upload whose time is over."""
        return upload_too_late(self.file_id)

    async def _confirm(self, file: File, count: int) -> None:
        """Raise TransferError for chunks that Anaplan does not list, although something accepted them."""
        path = endpoints.file_chunks(self.at, file.id)
        schedule = self.session.settings.poll
        settled = self.deadline.or_before(Deadline.after(schedule.settling_time))
        for delay in schedule.delays():
            if self.deadline.passed():
                raise confirmation_too_late(file.id)
            absent = missing(await stored_chunks(self.session, path, self.deadline), count)
            if not absent:
                return
            if not settled.allows(delay):
                raise not_stored(file.id, absent, count)
            await sleep(delay)

    async def _complete(self, file: File, count: int) -> None:
        async def do(step: Complete | Count) -> int:
            if isinstance(step, Complete):
                return await self._complete_once(file, repeatable=step.repeatable)
            files = await list_files(self.session, self.at, self.deadline)
            return next((known.chunk_count for known in files if known.id == file.id), 0)

        await perform(complete_stream(file.id, count, self.deadline.passed), do)

    async def _complete_once(self, file: File, *, repeatable: bool) -> int:
        self.check_deadline()
        path = endpoints.file_complete(self.at, file.id)
        # Past the deadline for no longer than any other request.
        patience = max(self.session.settings.read_timeout, min(_COMPLETION_TIMEOUT, self.deadline.remaining()))
        # Anaplan answers 500 to this call if it has no body.
        payload = await self.session.post(
            path, {"id": str(file.id)}, safe=repeatable, timeout=patience, deadline=self.deadline
        )
        return convert.one(payload, "file", File, path=path).chunk_count
