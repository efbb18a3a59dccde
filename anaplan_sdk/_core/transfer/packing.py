"""Cutting a stream into chunks, each of which is compressed while it is drawn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, TypeVar

import attrs

from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.transfer.compression import Compressor, PackedBlock, crc32, gzip_member, joined, packed
from anaplan_sdk._core.transfer.content import Encode, GzippedContent, byte_view, has_rows, is_gzip

T = TypeVar("T")

# Bytes that are compressed at a time: as few as fit into a cache, as many as make the member hardly larger (0.1 %).
_BLOCK_BYTES = 1 << 20


class Submit(Protocol):
    """Has work done in another thread, and returns what waits for its result."""

    def __call__(self, work: Callable[[], T], /) -> Callable[[], T]: ...


@attrs.frozen
class Chunk:
    """One chunk: its place, its size before it was compressed, and what waits for its body and gives it once."""

    index: int
    size_bytes: int
    pack: Callable[[], Body] = attrs.field(repr=False)


def _new_block() -> memoryview:
    return memoryview(bytearray(_BLOCK_BYTES))


@attrs.define
class Packer:
    """Joins small pieces and splits large ones. ``feed`` and ``finish`` give the chunks that are full.

    ``size_of`` gives the size of each chunk, ``encode`` the bytes of text. A caller may use a buffer again once
    ``feed`` has returned, or ``own`` has made a piece that waits its own: pieces that can change are copied. So are
    small ones, into memory that is used again and again; what is new to a process has to be cleared by the system.
    """

    size_of: Callable[[int], int]
    compressor: Compressor
    submit: Submit
    encode: Encode
    file_id: int | str
    has_rows: bool = attrs.field(default=False, init=False)  # more than a header
    _gzipped: GzippedContent | None = attrs.field(default=None, init=False)
    _index: int = attrs.field(default=0, init=False)
    _level: int | None = attrs.field(default=None, init=False)
    _size_bytes: int = attrs.field(default=0, init=False)
    _crc: int = attrs.field(default=0, init=False)
    _waits: list[Callable[[], PackedBlock]] = attrs.field(factory=list, init=False, repr=False)
    _block: memoryview = attrs.field(factory=_new_block, init=False, repr=False)
    _filled_bytes: int = attrs.field(default=0, init=False)
    _stop_bytes: int = attrs.field(default=0, init=False)  # where the block or the chunk will be full
    _free: deque[memoryview] = attrs.field(factory=deque, init=False, repr=False)

    def own(self, piece: object) -> object:
        """*piece* as it will still be when its owner has gone on."""
        return piece if isinstance(piece, bytes | str) else bytes(byte_view(piece))

    def feed(self, piece: object) -> Iterator[Chunk]:
        """Add text or bytes."""
        for part in self.encode(piece) if isinstance(piece, str) else (piece,):
            if isinstance(part, bytes) and (end := self._filled_bytes + len(part)) < self._stop_bytes:
                # What comes otherwise would do the same, but here a row is added in a third of the time.
                self._block[self._filled_bytes : end] = part
                self._filled_bytes = end
                self._size_bytes += len(part)
            else:
                yield from self._take(byte_view(part))

    def finish(self) -> Iterator[Chunk]:
        """The rest, if there is one."""
        if self._gzipped is not None:
            self._gzipped.finish()
        if self._size_bytes:
            yield self._full()

    def _take(self, view: memoryview) -> Iterator[Chunk]:
        if not self._index and not self._size_bytes and self._gzipped is None and is_gzip(view):
            self._gzipped = GzippedContent(self.file_id)
        if self._gzipped is None:
            yield from self._cut(view)
            return
        for block in self._gzipped.feed(view):
            yield from self._cut(memoryview(block))
            self._stop_bytes = 0  # the next piece is to come this way, too

    def _cut(self, view: memoryview) -> Iterator[Chunk]:
        while view:
            limit_bytes = self.size_of(self._index)
            part = view[: limit_bytes - self._size_bytes]
            self._add(part)
            view = view[len(part) :]
            if self._size_bytes == limit_bytes:
                yield self._full()
            else:
                self._stop_bytes = min(_BLOCK_BYTES, self._filled_bytes + limit_bytes - self._size_bytes)

    def _add(self, view: memoryview) -> None:
        self._size_bytes += len(view)
        while view:
            if len(view) >= _BLOCK_BYTES and not self._filled_bytes and isinstance(view.obj, bytes):
                self._compress(view[:_BLOCK_BYTES])
                view = view[_BLOCK_BYTES:]
                continue
            start, end = self._filled_bytes, min(_BLOCK_BYTES, self._filled_bytes + len(view))
            self._block[start:end] = view[: end - start]
            view = view[end - start :]
            self._filled_bytes = end
            if end == _BLOCK_BYTES:
                self._end_block()

    def _end_block(self) -> None:
        if self._filled_bytes:
            self._compress(self._block[: self._filled_bytes], self._block)
            self._block = self._free.pop() if self._free else _new_block()
            self._filled_bytes = 0

    def _compress(self, block: memoryview, afterwards_free: memoryview | None = None) -> None:
        if not self._waits:
            self._level = self.compressor.begin()
            self.has_rows = self.has_rows or has_rows(block)
        if self._level is not None:
            self._crc = crc32(block, self._crc)
        self._waits.append(self.submit(partial(self._packed, block, self._level, afterwards_free)))

    def _packed(self, block: memoryview, level: int | None, afterwards_free: memoryview | None) -> PackedBlock:
        part = packed(block, level)
        if afterwards_free is not None:
            self._free.append(afterwards_free)
        return part

    def _full(self) -> Chunk:
        self._end_block()
        pack = partial(_body, self.compressor, self._waits, self._level, self._crc, self._size_bytes)
        chunk = Chunk(self._index, self._size_bytes, pack)
        self._index += 1
        self._size_bytes, self._stop_bytes, self._crc, self._waits = 0, 0, 0, []
        return chunk


def _body(
    compressor: Compressor, waits: list[Callable[[], PackedBlock]], level: int | None, crc: int, size_bytes: int
) -> Body:
    parts = [wait() for wait in waits]
    waits.clear()  # which hold the parts, too
    blocks = [part.content for part in parts]
    if level is None:
        return joined(blocks)
    member = gzip_member(blocks, crc, size_bytes)
    compressor.note(level, sum(part.seconds for part in parts), size_bytes, len(member))
    return member
