"""Cutting content into chunks within Anaplan's limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from anaplan_sdk.errors import ConfigurationError, TransferError

# Limits of the server, from Anaplan's help pages: uncompressed bytes a chunk, and chunks a file.
MAX_CHUNK_BYTES = 50_000_000
MAX_CHUNKS = 1_000
# A stream of unknown length keeps to the wanted size for so many chunks (5 GB at the default size), then grows.
_STEADY_CHUNKS = 200


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
        assert total_bytes > 0, "declaring no chunks would throw away what is stored"
        return cls(total_bytes, fixed_chunk_bytes(total_bytes, wanted_bytes))

    @property
    def count(self) -> int:
        return -(-self.total_bytes // self.chunk_bytes)

    def __iter__(self) -> Iterator[Slice]:
        for index, offset in enumerate(range(0, self.total_bytes, self.chunk_bytes)):
            yield Slice(index, offset, min(self.chunk_bytes, self.total_bytes - offset))


def in_order(chunks: Sequence[str], path: str) -> list[str]:
    """The ids of a list of chunks in the order of their content, which need not be that of the list.

    Anaplan numbers them from 0; a list with a gap or a repetition would give content with a hole.
    """
    if not all(chunk.isascii() and chunk.isdecimal() for chunk in chunks):
        return list(chunks)  # ids of another kind, of which only the order of the list is known
    numbers = sorted(map(int, chunks))
    if numbers != list(range(len(numbers))):
        raise TransferError(
            f"Anaplan lists the chunks {_some(numbers)} at {path}: some are missing or repeated, so the content would "
            "not be complete. Nothing was returned. Try again, or upload or export it again."
        )
    return sorted(chunks, key=int)


def missing(chunks: Sequence[str], count: int) -> list[int]:
    """The chunks of an upload of *count* that a list does not have."""
    if all(chunk.isascii() and chunk.isdecimal() for chunk in chunks):
        stored = set(map(int, chunks))
        return [index for index in range(count) if index not in stored]
    return list(range(len(chunks), count))


def not_stored(file_id: int | str, absent: Sequence[int], count: int) -> TransferError:
    """The error of an upload that Anaplan has not kept whole."""
    return TransferError(
        f"File {file_id}: {count} chunks were sent and accepted, but Anaplan does not list {_some(absent)} of them. "
        "Something in between may be responding in Anaplan's place. The content is not complete: upload it again."
    )


def _some(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown} … ({len(numbers)})" if len(numbers) > 10 else shown


def empty_content(file_id: int | str) -> TransferError:
    """The error of an upload without a byte."""
    return TransferError(
        f"The content for file {file_id} is empty; nothing was uploaded. Delete a file with delete_file."
    )


def no_content(file_id: int | str) -> TransferError:
    """The error of a download of nothing."""
    return TransferError(
        f"File {file_id} has nothing to download: this user has not uploaded or exported anything to it, or it has "
        "expired. Anaplan deletes content 48 hours after its last use."
    )
