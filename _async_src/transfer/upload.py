# Source of both colours: scripts/codegen.py emits this file twice.
"""Content on its way: chunks side by side up, an ordered stream down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sized
from typing import Protocol, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.api import endpoints
from anaplan_sdk._core.api.endpoints import ModelPath
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.jobs.starts import is_ambiguous
from anaplan_sdk._core.json import convert
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.progress import Meter
from anaplan_sdk._core.transfer.chunks import Slice, SlicePlan, empty_content, in_order, missing, not_stored
from anaplan_sdk._core.transfer.compression import Compressor
from anaplan_sdk._core.transfer.content import has_rows
from anaplan_sdk._core.transfer.packing import Chunk
from anaplan_sdk._io.aio import Slots, closing, in_thread, map_bounded, prefetch, sleep
from anaplan_sdk._io.files import disk_errors
from anaplan_sdk._io.spool import Pages, Spool
from anaplan_sdk.errors import AnaplanError, RequestTimeoutError, TransferError, TransferTimeoutError
from anaplan_sdk.models import Chunk as StoredChunk
from anaplan_sdk.models import File

from ..engine.session import Session, each

logger = logger_of("transfer")

ContentT = TypeVar("ContentT", bound=Sized)
ContentT_co = TypeVar("ContentT_co", bound=Sized, covariant=True)
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
            raise TransferError(f"The source for file {self.file_id} became shorter under way: upload it again.")

    async def declare(self, count: int) -> File:
        """Begin a new upload, in place of all that was stored before."""
        self.check_deadline()
        await in_thread(self.check_source)  # before anything that is stored is thrown away
        path = endpoints.file(self.at, self.file_id)
        # Repeated, it would create a second file.
        payload = await self.session.post(path, {"chunkCount": count}, safe=not self.creates, deadline=self.deadline)
        file = convert.one(payload, "file", File, path=path)
        if str(file.id) != str(self.file_id) and not self.creates:
            raise TransferError(
                f"Model {self.at.model_id} has no file {self.file_id}: Anaplan created file {file.id} instead. "
                "Nothing was uploaded to it; delete it in Anaplan."
            )
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
        return TransferTimeoutError(f"The time limit passed while uploading to file {self.file_id}: not complete.")

    async def _confirm(self, file: File, count: int) -> None:
        """Raise TransferError for chunks that Anaplan does not list, although something accepted them."""
        path = endpoints.file_chunks(self.at, file.id)
        schedule = self.session.settings.poll
        settled = self.deadline.or_before(Deadline.after(schedule.settling_time))
        for delay in schedule.delays():
            if self.deadline.passed():
                raise TransferTimeoutError(
                    f"The time limit passed when all of file {file.id} was sent, before Anaplan confirmed it."
                )
            absent = missing(await stored_chunks(self.session, path, self.deadline), count)
            if not absent:
                return
            if not settled.allows(delay):
                raise not_stored(file.id, absent, count)
            await sleep(delay)

    async def _complete(self, file: File, count: int) -> None:
        try:
            stored = await self._complete_once(file, safe=False)
        except AnaplanError as lost:
            if not is_ambiguous(lost) or self.deadline.passed():
                raise
            files = await list_files(self.session, self.at, self.deadline)
            stored = next((known.chunk_count for known in files if known.id == file.id), 0)
            if stored != count:
                stored = await self._complete_once(file, safe=True)
        if stored not in (0, count):
            raise TransferError(
                f"File {file.id}: {count} chunks were sent and Anaplan counts {stored}. Upload it again."
            )

    async def _complete_once(self, file: File, *, safe: bool) -> int:
        self.check_deadline()
        path = endpoints.file_complete(self.at, file.id)
        # Past the deadline for no longer than any other request.
        patience = max(self.session.settings.transport.timeout, min(_COMPLETION_TIMEOUT, self.deadline.remaining()))
        # Anaplan answers 500 to this call if it has no body.
        payload = await self.session.post(
            path, {"id": str(file.id)}, safe=safe, timeout=patience, deadline=self.deadline
        )
        return convert.one(payload, "file", File, path=path).chunk_count


async def list_files(session: Session, at: ModelPath, deadline: Deadline | None = None) -> list[File]:
    """The files of a model."""
    path = endpoints.objects(at, "files")
    return await session.listing(path, "files", File, deadline=deadline)


async def find_file(session: Session, at: ModelPath, file_id: int | str, deadline: Deadline) -> File | None:
    """The file of the model; None where it has none, and a setting lets Anaplan create it.

    An upload to an unknown id or name would create one and store the content there.
    """
    known = session.files.get(at.model_id)
    if known is not None and str(file_id) in known:
        return known[str(file_id)]
    files = {str(file.id): file for file in await list_files(session, at, deadline)}
    session.files.put(at.model_id, files)
    if str(file_id) in files:
        return files[str(file_id)]
    by_name = next((known for known, file in files.items() if file.name == file_id), None)
    if by_name is not None:
        raise TransferError(
            f"Model {at.model_id} has no file with the id {file_id!r}; nothing was uploaded. Its file of that name "
            f"has the id {by_name}."
        )
    if not session.settings.allow_file_creation:
        raise TransferError(
            f"Model {at.model_id} has no file {file_id}; nothing was uploaded. See list_files() for those it has. "
            "Set allow_file_creation=True to let Anaplan create files."
        )
    return None


async def stored_chunks(session: Session, path: str, deadline: Deadline | None = None) -> list[str]:
    """The ids of the chunks of a file or dump at *path*."""
    chunks = await session.listing(path, "chunks", StoredChunk, deadline=deadline)
    return [chunk.id for chunk in chunks]


class Fetch(Protocol[ContentT_co]):
    """How the content of one chunk is fetched."""

    async def __call__(self, path: str, /) -> ContentT_co: ...


def download(
    session: Session, path: str, meter: Meter, *, absent: TransferError, deadline: Deadline | None = None
) -> AsyncIterator[bytes]:
    """The content of the chunks listed at *path*, in order; those that come next travel meanwhile.

    Raises *absent* if there is none.
    """

    async def fetch(path: str) -> bytes:
        return await session.content(path, deadline=deadline)

    return _fetched(fetch, session, path, meter, absent, deadline or Deadline())


def download_spooled(
    session: Session, path: str, meter: Meter, *, absent: TransferError, deadline: Deadline | None = None
) -> AsyncIterator[Spool]:
    """The same, for content that is put together in memory: a chunk takes no room any more once it is drained."""
    pages = Pages()

    async def fetch(path: str) -> Spool:
        spool = Spool(pages)
        await session.save(path, spool, deadline=deadline)
        return spool

    return _fetched(fetch, session, path, meter, absent, deadline or Deadline())


async def _fetched(
    fetch: Fetch[ContentT], session: Session, path: str, meter: Meter, absent: TransferError, deadline: Deadline
) -> AsyncIterator[ContentT]:
    async def fetch_one(chunk: str) -> ContentT:
        if deadline.passed():
            raise TransferTimeoutError(f"The time limit passed while downloading {path}.")
        policy = session.settings.retry
        for failures in range(1, policy.attempts + 1):
            try:
                content = await fetch(endpoints.chunk_content(path, chunk))
            except RequestTimeoutError as error:
                raise TransferTimeoutError(f"The time limit passed while downloading {path}.") from error
            if content:
                return content
            delay = policy.delay(failures)  # a 204, or the empty answer of a proxy: maybe in passing
            if failures == policy.attempts or not deadline.allows(delay):
                break
            await sleep(delay)
        raise TransferError(f"Chunk {chunk} of {path} came back empty: the content is not complete. Try again.")

    chunks = in_order(await stored_chunks(session, path, deadline), path)
    if not chunks:
        raise absent
    async with closing(prefetch(fetch_one, chunks, limit=session.settings.concurrency)) as contents:
        async for content in contents:
            meter.advance(len(content))
            yield content
            del content  # Maybe megabytes, and the caller is done with them.
    meter.end()
    logger.info("Downloaded %d bytes of %s in %.1f s.", meter.done, meter.name, meter.seconds)
