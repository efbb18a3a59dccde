"""Gzip without a client's help."""

from __future__ import annotations

import zlib

GZIP_WBITS = 31


def igzip(content: memoryview) -> bytes:
    """Level 1 of igzip, or of zlib where there is no wheel of isal."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compress(content, 1, GZIP_WBITS)
    return isal_zlib.compress(content, 1, GZIP_WBITS)


def densest(content: memoryview) -> bytes:
    """Level 9 of the standard library."""
    return zlib.compress(content, 9, GZIP_WBITS)
