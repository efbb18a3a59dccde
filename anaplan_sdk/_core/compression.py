"""Gzip: each chunk is a gzip member of its own, which Anaplan decodes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from anaplan_sdk._core.deadline import now
from anaplan_sdk._core.http import Body
from anaplan_sdk._core.wire import Wire
from anaplan_sdk.errors import ConfigurationError

try:  # about 30 times as fast as level 9 of the standard library; no wheel exists for some platforms
    from isal import isal_zlib
except ImportError:
    isal_zlib = None  # type: ignore[assignment]

Compression: TypeAlias = Literal["auto", "off"] | int

_GZIP_WBITS = 31  # 15, the largest window, plus 16 for a gzip header and trailer
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
    _compressed: int = attrs.field(default=0, init=False)

    @property
    def headers(self) -> Mapping[str, str]:
        return _PLAIN if self.compression == "off" else _GZIPPED

    def compress(self, blocks: Iterable[Body]) -> Body:
        """The content of *blocks* as it travels. Takes its time: call it in a thread."""
        if self.compression == "off":
            first, *others = blocks
            return b"".join([first, *others]) if others else first
        if self.compression != "auto":
            return gzipped(blocks, self.compression)[0]
        level, before = self.level(), now()
        body, size_bytes = gzipped(blocks, level)
        if size_bytes:
            # By the clock, not by the thread's own time: where others use the cores too, dense gzip takes them longer.
            self._costs[level] = Cost((now() - before) / size_bytes, len(body) / size_bytes)
        self._compressed += 1
        return body

    def undecided(self) -> bool:
        """Whether the next chunk may wait for what is under way: soon it will be known how fast that goes."""
        if self.compression != "auto" or self._compressed < self.early:
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


def gzipped(blocks: Iterable[Body], level: int) -> tuple[bytes, int]:
    """The content of *blocks* as one gzip member, and its size before.

    Level 1 is the fast library's where there is one, others are zlib's.
    """
    library: Any = isal_zlib if level == CHEAP and isal_zlib is not None else zlib
    member = library.compressobj(level, zlib.DEFLATED, _GZIP_WBITS)
    parts: list[bytes] = []
    size_bytes = 0
    for block in blocks:
        size_bytes += len(block)
        parts.append(member.compress(block))
    return b"".join([*parts, member.flush()]), size_bytes
