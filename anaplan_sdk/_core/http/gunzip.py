"""Gzip as it comes: the bodies of answers, and content that was compressed before it is uploaded."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

# Blocks of a decoded body are no larger, however well the server compressed: about 3 ms of inflating.
BLOCK_BYTES = 1_048_576


class UndecodableError(Exception):
    """A body that is not encoded as its headers say. The text goes on from "the answer"."""


class Gunzip:
    """Decodes gzip as it comes, of one or several members."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False

    def feed(self, block: bytes | memoryview) -> Iterator[bytes]:
        """What ``block`` decodes to, in blocks of at most BLOCK_BYTES. Feed less than a megabyte at once."""
        while block:
            self._begun = True
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=31)
            try:
                decoded = self._member.decompress(block, BLOCK_BYTES)
            except zlib.error:
                raise UndecodableError("is not valid gzip") from None
            if decoded:
                yield decoded
            block = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def finish(self) -> None:
        """Check that the body ended where gzip says: zlib, aiohttp and urllib3 all keep silent about a cut."""
        if self._begun and not self._member.eof:
            raise UndecodableError("is gzip that was cut short")
