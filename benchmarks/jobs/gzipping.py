"""Gzip without a client's help."""

from __future__ import annotations

import zlib

try:
    from isal import isal_zlib
except ImportError:  # no wheel for this platform
    isal_zlib = None  # type: ignore[assignment]

GZIP_WBITS = 31


def igzip(content: memoryview) -> bytes:
    """Level 1 of igzip, or of zlib where there is none."""
    if isal_zlib is None:
        return zlib.compress(content, 1, GZIP_WBITS)
    return isal_zlib.compress(content, 1, GZIP_WBITS)


def densest(content: memoryview) -> bytes:
    """Level 9 of the standard library."""
    return zlib.compress(content, 9, GZIP_WBITS)
