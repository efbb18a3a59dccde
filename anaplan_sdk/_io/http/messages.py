"""Requests and responses on their way out of and into the HTTP libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping

from anaplan_sdk._core.http.gunzip import Gunzip, UndecodableError
from anaplan_sdk._core.http.messages import Body, Request
from anaplan_sdk.errors import ConfigurationError

# A body is sent in pieces: each has the whole limit of silence to itself (http.client counts it over all that it is
# given at once), and the event loop gets a turn after each.
PIECE_BYTES = 262_144
# Chunks of files are no larger than 50 MB. For a body that claims to be, memory is taken as it comes.
MAX_ROOM_BYTES = 67_108_864
# Decoded bytes that are read of an error or a page for people, whose beginning says what there is to say.
MAX_ERROR_BYTES = 65_536
# Decoded bytes of the longest JSON: listings come in pages of a few megabytes.
MAX_JSON_BYTES = 268_435_456


def outgoing_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers to send. ConfigurationError for a value that HTTP cannot carry, without showing it."""
    outgoing = {"Accept-Encoding": "gzip"}
    for name, value in headers.items():
        # Checked here because http.client puts the value, which may be a token, into its error.
        if not (value.isascii() and value.isprintable()):
            raise ConfigurationError(f"The header {name} has a line break or a letter that HTTP cannot carry.")
        outgoing[name.title()] = value
    return outgoing


def incoming_headers(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by lower-case name; repeated ones are joined with commas."""
    headers: dict[str, str] = {}
    for name, value in items:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def body_pieces(body: Body) -> Iterator[memoryview]:
    """Views of the body, none larger than PIECE_BYTES."""
    view = memoryview(body).cast("B")
    for start in range(0, len(view), PIECE_BYTES):
        yield view[start : start + PIECE_BYTES]


def room_bytes(headers: Mapping[str, str]) -> int:
    """How much memory to take at once for a body: all that it needs, where the headers say so and are credible."""
    length = headers.get("content-length", "")
    known = length.isascii() and length.isdecimal() and "content-encoding" not in headers
    return int(length) if known and int(length) <= MAX_ROOM_BYTES else 0


class Measure:
    """How much is read of the body of an answer: the beginning of an error, a credible amount of JSON, all content.

    Without it, a few megabytes of gzip could fill the memory.
    """

    def __init__(self, request: Request, status: int, headers: Mapping[str, str]) -> None:
        beginning = not 200 <= status < 300 or "html" in headers.get("content-type", "").lower()
        self._most = MAX_JSON_BYTES if request.headers.get("Accept") == "application/json" else sys.maxsize
        self._left_bytes = MAX_ERROR_BYTES if beginning else self._most
        self._beginning = beginning

    def take(self, block: bytes) -> bytes:
        """What is to be read of the next block."""
        self._left_bytes -= len(block)
        if self._left_bytes >= 0:
            return block
        if not self._beginning:
            raise UndecodableError(f"is larger than {self._most:,} bytes")
        return block[: len(block) + self._left_bytes]

    @property
    def full(self) -> bool:
        """Whether no more is read."""
        return self._left_bytes <= 0 and self._beginning


def gunzip_for(headers: Mapping[str, str]) -> Gunzip | None:
    """The decoder that the response needs, None if its body comes as it is."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return Gunzip()
    raise UndecodableError("is encoded in a way that was not asked for")
