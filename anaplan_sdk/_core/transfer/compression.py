"""Gzip: each chunk is a gzip member of its own, which Anaplan decodes (RFC 1952)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from anaplan_sdk._core.http.deadline import now
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.transfer.throughput import Wire
from anaplan_sdk.errors import ConfigurationError

try:  # about 30 times as fast as level 9 of the standard library; no wheel exists for some platforms
    from isal import isal_zlib
except ImportError:
    isal_zlib = None  # type: ignore[assignment]
    crc32 = zlib.crc32
else:
    crc32 = isal_zlib.crc32

Compression: TypeAlias = Literal["auto", "off"] | int

_GZIP_WBITS = 31  # 15, the largest window, plus 16 for a gzip header and trailer
_RAW_WBITS = -15  # negative: neither header nor trailer
# Deflate, no name, no time, nothing said of the level, any system.
_HEADER = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
# A last block without content, which ends the deflated blocks before it.
_END = b"\x03\x00"
_PLAIN = {"Accept": "application/json", "Content-Type": "application/octet-stream"}
_GZIPPED = {"Accept": "application/json", "Content-Type": "application/x-gzip"}

CHEAP = 1
# Of zlib's levels, 6 is the last that pays: 9 takes half as long again for 1 % fewer bytes.
DENSE = 6


def check_compression(compression: Compression) -> Compression:
    """*compression* if it is one of the settings."""
    if compression in ("auto", "off") or (type(compression) is int and 1 <= compression <= 9):
        return compression
    raise ConfigurationError(f"compression must be 'auto', 'off' or a level from 1 to 9, not {compression!r}.")


@attrs.frozen
class Cost:
    """What a level costs for each byte of content: seconds of one core, and bytes to send."""

    seconds: float
    bytes: float

    def times(self, seconds: float, bytes: float) -> Cost:
        return Cost(self.seconds * seconds, self.bytes * bytes)

    def pace(self, cores: int, bytes_per_second: float) -> float:
        """Seconds for each byte of content where compressing and sending go on at a time: the slower one counts."""
        return max(self.seconds / cores, self.bytes / bytes_per_second)


def expected_dense(cheap: Cost) -> Cost:
    """What the dense level will cost, as long as it was not tried: as measured on a planning CSV of 250 MB."""
    return cheap.times(5, 0.85) if isal_zlib is None else cheap.times(15, 0.92)


def better_level(cheap: Cost, dense: Cost, cores: int, bytes_per_second: float) -> int:
    """The level that gets content to Anaplan sooner; if it hardly matters, the cheap one, which leaves cores free."""
    sooner = dense.pace(cores, bytes_per_second) < 0.98 * cheap.pace(cores, bytes_per_second)
    return DENSE if sooner else CHEAP


@attrs.define
class Compressor:
    """Makes the bodies of chunks, on as many *cores* at a time as the caller lets it.

    With ``"auto"`` it weighs two levels by what the chunks so far took to compress and what *wire* says of sending. The
    first *early* chunks are compressed cheaply, since nothing is known yet; they should suffice to keep the network
    busy. Safe from many threads at once, without a lock: of each level the latest cost counts, whoever noted it.
    """

    compression: Compression
    wire: Wire = attrs.field(factory=Wire)
    cores: int = 1
    early: int = 1
    _costs: dict[int, Cost] = attrs.field(factory=dict, init=False)
    _begun: int = attrs.field(default=0, init=False)

    @property
    def headers(self) -> Mapping[str, str]:
        return _PLAIN if self.compression == "off" else _GZIPPED

    def compress(self, blocks: Iterable[Body]) -> Body:
        """The content of *blocks* as it travels. Takes its time: call it in a thread."""
        level, before = self.begin(), now()
        if level is None:
            return joined(blocks)
        body, size_bytes = gzipped(blocks, level)
        self.note(level, now() - before, size_bytes, len(body))
        return body

    def begin(self) -> int | None:
        """The level for a chunk that begins now, None where it travels as it is."""
        self._begun += 1
        return None if self.compression == "off" else self.level()

    def note(self, level: int, seconds: float, size_bytes: int, body_bytes: int) -> None:
        """Take in what a chunk cost.

        The seconds are those of the clock, not of the threads: where others use the cores too, dense gzip takes longer.
        """
        if size_bytes:
            self._costs[level] = Cost(seconds / size_bytes, body_bytes / size_bytes)

    def undecided(self) -> bool:
        """Whether the next chunk may wait for what is under way: soon it will be known how fast that goes."""
        if self.compression != "auto" or self._begun < self.early:
            return False
        return self.wire.bytes_per_second() is None and self.wire.at_most() is not None and self.level() == CHEAP

    def level(self) -> int:
        """The level for the next chunk."""
        if isinstance(self.compression, int):
            return self.compression
        cheap, bytes_per_second = self._costs.get(CHEAP), self.wire.bytes_per_second() or self.wire.at_most()
        if cheap is None or bytes_per_second is None:
            return CHEAP
        dense = self._costs.get(DENSE) or expected_dense(cheap)
        return better_level(cheap, dense, self.cores, bytes_per_second)


def joined(blocks: Iterable[Body]) -> Body:
    """Blocks as one body; a single one is not copied."""
    first, *others = blocks
    return b"".join([first, *others]) if others else first


def gzipped(blocks: Iterable[Body], level: int) -> tuple[bytes, int]:
    """The content of *blocks* as one gzip member, and its size before.

    Level 1 is the fast library's where there is one, others are zlib's.
    """
    member = _library(level).compressobj(level, zlib.DEFLATED, _GZIP_WBITS)
    parts: list[bytes] = []
    size_bytes = 0
    for block in blocks:
        size_bytes += len(block)
        parts.append(member.compress(block))
    return b"".join([*parts, member.flush()]), size_bytes


@attrs.frozen
class PackedBlock:
    """What a block of a body became, and the seconds that it took."""

    content: bytes = attrs.field(repr=False)
    seconds: float


def packed(block: Body, level: int | None) -> PackedBlock:
    """A block, deflated so that others can follow, or as it is without a level."""
    before = now()
    if level is None:
        return PackedBlock(bytes(block), now() - before)
    deflate = _library(level).compressobj(level, zlib.DEFLATED, _RAW_WBITS)
    return PackedBlock(deflate.compress(block) + deflate.flush(zlib.Z_SYNC_FLUSH), now() - before)


def gzip_member(deflated: Iterable[bytes], crc: int, size_bytes: int) -> bytes:
    """Blocks that were deflated one by one as one gzip member; *crc* and size are those of the content."""
    return b"".join([_HEADER, *deflated, _END, struct.pack("<II", crc, size_bytes & 0xFFFF_FFFF)])


def _library(level: int) -> Any:
    return isal_zlib if level == CHEAP and isal_zlib is not None else zlib
