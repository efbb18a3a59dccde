"""Streams are cut by bytes and compressed block by block, and lose none."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anaplan_sdk import TransferError
from anaplan_sdk._core.transfer import compression, packing
from anaplan_sdk._core.transfer.chunks import MAX_CHUNK_BYTES, stream_chunk_bytes
from anaplan_sdk._core.transfer.compression import CHEAP, DENSE, Compressor, gzip_member, packed
from anaplan_sdk._core.transfer.content import encoder, is_gzip
from anaplan_sdk._core.transfer.packing import Chunk, Packer
from anaplan_sdk._io.workers import Workers
from anaplan_sdk.errors import ContentTypeError

T = TypeVar("T")
ROWS = b"".join(b"T%05d,Norm\xc3\xa4l,Jan 26,%d\n" % (number, number * 7) for number in range(100_000))


def at_once(work: Callable[[], T]) -> Callable[[], T]:
    result = work()
    return lambda: result


def packer(size_bytes: int, setting: Any = 1, *, growth: int = 0, submit: Any = at_once) -> Packer:
    return Packer(lambda index: size_bytes + growth * index, Compressor(setting), submit, encoder(None, 1), 1)


def chunks_of(packer: Packer, pieces: list[Any]) -> Iterator[Chunk]:
    for piece in pieces:
        yield from packer.feed(piece)
    yield from packer.finish()


def unpacked(chunk: Chunk, setting: Any) -> bytes:
    body = chunk.pack()
    return bytes(body) if setting == "off" else gzip.decompress(body)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_BLOCK_BYTES", 8)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("setting", ["off", "auto", 1, 6])
def test_pieces_are_joined_and_cut_without_loss(setting: Any) -> None:
    @given(st.lists(st.binary(max_size=40) | st.text(max_size=15)), st.integers(1, 30), st.integers(0, 3))
    def check(pieces: list[bytes | str], size: int, growth: int) -> None:
        assume(not any(isinstance(piece, bytes) and is_gzip(piece) for piece in pieces))
        chunks = list(chunks_of(packer(size, setting, growth=growth), pieces))
        assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
        assert all(chunk.size_bytes == size + growth * chunk.index for chunk in chunks[:-1])
        assert all(0 < chunk.size_bytes <= size + growth * chunk.index for chunk in chunks[-1:])
        contents = [unpacked(chunk, setting) for chunk in chunks]
        assert [chunk.size_bytes for chunk in chunks] == [len(content) for content in contents]
        assert b"".join(contents) == b"".join(p.encode() if isinstance(p, str) else p for p in pieces)

    check()


@pytest.mark.parametrize("piece_bytes", [100, 65_536, 3_000_000])
@pytest.mark.parametrize("setting", ["off", 1, 6])
def test_threads_compress_while_more_is_drawn(setting: Any, piece_bytes: int) -> None:
    buffer = bytearray(piece_bytes)  # used again by the caller while blocks wait for their threads

    def pieces() -> Iterator[memoryview]:
        for start in range(0, len(ROWS), piece_bytes):
            piece = ROWS[start : start + piece_bytes]
            buffer[: len(piece)] = piece
            yield memoryview(buffer)[: len(piece)]

    with Workers(3) as workers:
        cutter = packer(700_000, setting, submit=workers.submit)
        chunks = [chunk for piece in pieces() for chunk in cutter.feed(piece)] + list(cutter.finish())
        assert b"".join(unpacked(chunk, setting) for chunk in chunks) == ROWS
    assert len(cutter._free) <= 2 * 3 + 1


def test_large_pieces_of_bytes_are_not_copied() -> None:
    taken: list[object] = []

    def noting(work: Any) -> Any:
        taken.append(work.args[0].obj)
        return at_once(work)

    piece = bytes(10_000_000)
    list(chunks_of(packer(len(piece), submit=noting), [piece]))
    assert [memory is piece for memory in taken] == [True] * 9 + [False]  # the rest of less than a block is


@pytest.mark.parametrize("level", [CHEAP, DENSE])
def test_a_chunk_is_one_gzip_member(level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_BLOCK_BYTES", 100_000)
    [chunk] = chunks_of(packer(len(ROWS) + 1, level), [ROWS])
    member = zlib.decompressobj(wbits=31)
    body = bytes(chunk.pack())
    assert member.decompress(body) == ROWS
    assert (member.eof, member.unused_data) == (True, b"")
    assert "pack" not in repr(chunk)


def test_a_member_of_4_gib_says_its_size_as_far_as_gzip_can() -> None:
    assert gzip_member([], 0, (1 << 32) + 5).endswith(b"\x05\0\0\0")


def test_the_standard_library_serves_where_the_fast_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "isal_zlib", None)
    monkeypatch.setattr(packing, "crc32", zlib.crc32)
    [chunk] = chunks_of(packer(len(ROWS) + 1), [ROWS])
    assert gzip.decompress(chunk.pack()) == ROWS


def test_the_compressor_hears_what_a_chunk_cost() -> None:
    compressor = Compressor("auto")
    cutter = Packer(lambda index: len(ROWS), compressor, at_once, encoder(None, 1), 1)
    [chunk] = chunks_of(cutter, [ROWS])
    body = chunk.pack()
    assert compressor._costs[CHEAP].bytes == len(body) / len(ROWS)
    assert compressor._costs[CHEAP].seconds > 0


def test_blocks_cost_hardly_anything_in_size() -> None:
    [chunk] = chunks_of(packer(len(ROWS) + 1, DENSE), [ROWS])
    assert len(chunk.pack()) < 1.02 * len(gzip.compress(ROWS, DENSE))
    assert len(packed(memoryview(b"tiny"), DENSE).content) < 20


def test_a_stream_of_exactly_a_thousand_chunks_fits() -> None:
    cutter = Packer(lambda index: stream_chunk_bytes(index, 1) and 1, Compressor("off"), at_once, encoder(None, 1), 1)
    assert len(list(chunks_of(cutter, [b"x" * 1_000, b""]))) == 1_000
    with pytest.raises(TransferError, match="limit is 1,000 chunks"):
        list(cutter.feed(b"x"))
    assert stream_chunk_bytes(999, 1) == MAX_CHUNK_BYTES


def test_what_is_no_content_is_refused() -> None:
    with pytest.raises(ContentTypeError, match="A dict is not the content"):
        list(packer(10).feed({"a": 1}))


def test_what_fails_in_a_thread_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise MemoryError("no room")

    with Workers(1) as workers:
        waits = [workers.submit(fail) for _ in range(5)]  # more than there are places: each is given back
        for wait in waits:
            with pytest.raises(MemoryError, match="no room"):
                wait()


@pytest.mark.parametrize("setting", ["off", 1])
@pytest.mark.parametrize("size", [3, 700, 1 << 20])
def test_content_that_is_gzip_already_is_cut_after_it_is_decoded(setting: Any, size: int) -> None:
    member = gzip.compress(ROWS)
    pieces = [member[start : start + size] for start in range(0, len(member), size)]
    cutter = packer(100_000, setting)
    assert b"".join(unpacked(chunk, setting) for chunk in chunks_of(cutter, pieces)) == ROWS
    assert cutter.has_rows


def test_pieces_that_wait_are_what_they_were() -> None:
    buffer = bytearray(b"AAAA")
    own = packer(4).own(buffer)
    buffer[:] = b"BBBB"
    assert own == b"AAAA"
