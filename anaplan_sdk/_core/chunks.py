"""Cutting content into chunks within Anaplan's limits."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from anaplan_sdk.errors import ConfigurationError, ContentTypeError, TransferError

# Limits of the server, from Anaplan's help pages: uncompressed bytes a chunk, and chunks a file.
MAX_CHUNK_BYTES = 50_000_000
MAX_CHUNKS = 1_000
# A stream of unknown length keeps to the wanted size for so many chunks (5 GB at the default size), then grows.
_STEADY_CHUNKS = 200
# Characters that are encoded at a time, so that a large text is never held a second time.
_TEXT_PIECE = 1 << 20


def check_chunk_bytes(wanted_bytes: int) -> int:
    """*wanted_bytes* if it is a chunk size that Anaplan takes."""
    if isinstance(wanted_bytes, bool) or not isinstance(wanted_bytes, int) or not 1 <= wanted_bytes <= MAX_CHUNK_BYTES:
        raise ConfigurationError(
            f"upload_chunk_size must be 1 to {MAX_CHUNK_BYTES:,} bytes (Anaplan's limit), not {wanted_bytes!r}."
        )
    return wanted_bytes


def fixed_chunk_bytes(total_bytes: int, wanted_bytes: int) -> int:
    """The chunk size for content of a known size: as wanted, or as large as 1,000 chunks make necessary."""
    if total_bytes > MAX_CHUNK_BYTES * MAX_CHUNKS:
        raise TransferError(
            f"{total_bytes:,} bytes do not fit into one Anaplan file: its limit is {MAX_CHUNKS:,} chunks of "
            f"{MAX_CHUNK_BYTES:,} bytes. Split the content over several files."
        )
    return max(wanted_bytes, -(-total_bytes // MAX_CHUNKS))


def stream_chunk_bytes(index: int, wanted_bytes: int) -> int:
    """The size of chunk *index* where the end is unknown: steady at first, then doubling to the limit.

    At the default of 25 MB, the 1,000 chunks hold 45 GB; from 50 MB on, the whole 50 GB.
    """
    if index >= MAX_CHUNKS:
        raise TransferError(
            f"The stream does not fit into one Anaplan file: its limit is {MAX_CHUNKS:,} chunks. Give a larger "
            f"upload_chunk_size (up to {MAX_CHUNK_BYTES:,} bytes), or split the content over several files."
        )
    doublings = min(max(0, index - _STEADY_CHUNKS + 1), 26)  # 2**26 takes a single byte above the limit
    return min(MAX_CHUNK_BYTES, wanted_bytes << doublings)


@attrs.frozen
class Slice:
    """A chunk of content that can be read at any place."""

    index: int
    offset: int
    size_bytes: int


@attrs.frozen
class SlicePlan:
    """How content of a known size is cut."""

    total_bytes: int
    chunk_bytes: int

    @classmethod
    def of(cls, total_bytes: int, wanted_bytes: int) -> SlicePlan:
        return cls(total_bytes, fixed_chunk_bytes(total_bytes, wanted_bytes))

    @property
    def count(self) -> int:
        return -(-self.total_bytes // self.chunk_bytes)

    def __iter__(self) -> Iterator[Slice]:
        for index, offset in enumerate(range(0, self.total_bytes, self.chunk_bytes)):
            yield Slice(index, offset, min(self.chunk_bytes, self.total_bytes - offset))


def byte_view(content: object) -> memoryview:
    """*content* as a flat view of its bytes, not a copy."""
    if not isinstance(content, bytes | bytearray | memoryview):
        raise ContentTypeError(
            f"Content must be str or bytes-like, not {type(content).__name__}: serialise it first, as CSV for example."
        )
    view = memoryview(content)
    if not view.c_contiguous:
        raise ContentTypeError("A memoryview to upload must be contiguous.")
    return view if view.format == "B" and view.ndim == 1 else view.cast("B")


def encoded(text: str) -> Iterator[bytes]:
    """*text* as UTF-8, a piece at a time."""
    for start in range(0, len(text), _TEXT_PIECE):
        try:
            yield text[start : start + _TEXT_PIECE].encode()
        except UnicodeEncodeError as error:
            raise TransferError(
                f"Character {start + error.start:,} of the text cannot be encoded as UTF-8: a lone surrogate."
            ) from None
