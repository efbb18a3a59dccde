"""Gzip: each chunk is a gzip member of its own, which Anaplan decodes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

from anaplan_sdk._core.http import Body
from anaplan_sdk.errors import ConfigurationError

try:  # about 30 times as fast as level 9 of the standard library; no wheel exists for some platforms
    from isal import isal_zlib
except ImportError:
    isal_zlib = None  # type: ignore[assignment]

Compression: TypeAlias = Literal["auto", "off"] | int

_GZIP_WBITS = 31  # 15, the largest window, plus 16 for a gzip header and trailer
_PLAIN = {"Accept": "application/json", "Content-Type": "application/octet-stream"}
_GZIPPED = {"Accept": "application/json", "Content-Type": "application/x-gzip"}


def check_compression(compression: Compression) -> Compression:
    """*compression* if it is one of the settings."""
    if compression in ("auto", "off") or (type(compression) is int and 1 <= compression <= 9):
        return compression
    raise ConfigurationError(f"compression must be 'auto', 'off' or a level from 1 to 9, not {compression!r}.")


@attrs.frozen
class Compressor:
    """Makes the bodies of chunks."""

    compression: Compression

    @property
    def headers(self) -> Mapping[str, str]:
        return _PLAIN if self.compression == "off" else _GZIPPED

    def compress(self, content: Body) -> Body:
        """*content* as it travels. Takes its time: call it in a thread."""
        if self.compression == "off":
            return content
        return gzipped(content, self.compression if isinstance(self.compression, int) else 1)


def gzipped(content: Body, level: int) -> bytes:
    """*content* as one gzip member. Level 1 is the fast library's where there is one, others are zlib's."""
    if level == 1 and isal_zlib is not None:
        return isal_zlib.compress(content, 1, _GZIP_WBITS)
    return zlib.compress(content, level, _GZIP_WBITS)
