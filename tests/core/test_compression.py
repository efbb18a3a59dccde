"""Each chunk is a gzip member of its own."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import ConfigurationError
from anaplan_sdk._core import compression
from anaplan_sdk._core.compression import Compressor, check_compression, gzipped

ROWS = b"Code,Product,Units\n" + b"T1,Coffee,12\n" * 2_000


@given(st.binary(max_size=2_000), st.integers(1, 9))
def test_what_is_compressed_can_be_decompressed(content: bytes, level: int) -> None:
    assert gzip.decompress(gzipped(content, level)) == content
    assert gzip.decompress(gzipped(content, level) + gzipped(content, 1)) == content * 2


@pytest.mark.parametrize("setting", ["auto", 1, 6, 9])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_buffer_is_compressed(setting: Any, kind: Any) -> None:
    compressor = Compressor(check_compression(setting))
    body = compressor.compress(kind(ROWS))
    assert gzip.decompress(body) == ROWS
    assert len(body) < len(ROWS) / 10
    assert compressor.headers["Content-Type"] == "application/x-gzip"


def test_without_compression_content_travels_as_it_is() -> None:
    compressor = Compressor(check_compression("off"))
    assert compressor.compress(ROWS) is ROWS
    assert compressor.headers["Content-Type"] == "application/octet-stream"


def test_the_standard_library_serves_where_the_fast_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "isal_zlib", None)
    assert gzip.decompress(gzipped(ROWS, 1)) == ROWS


@pytest.mark.parametrize("setting", [0, 10, -1, True, 1.0, "on", "", None], ids=repr)
def test_other_settings_are_refused(setting: Any) -> None:
    with pytest.raises(ConfigurationError, match="'auto', 'off' or a level from 1 to 9"):
        check_compression(setting)
