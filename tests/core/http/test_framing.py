"""The framing of chunks: whatever way an answer is cut into blocks, it is the same answer."""

from __future__ import annotations

import pytest

from anaplan_sdk._core.http.framing import Framing

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"


def well(data: bytes, size: int) -> bool:
    """Whether *data* is well framed, fed in blocks of *size*."""
    framing = Framing()
    return all(framing.feed(data[at : at + size]) for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"5\r\nabcde\r\n0\r\n\r\n",
        HEAD + b"5;name=value\r\nabcde\r\n000A\r\n0123456789\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n",
        EARLY_HINTS + HEAD + b"1 \r\n\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nzz\n",
        b"HTTP/1.1 200 OK\n\nanything",
        EARLY_HINTS + b"HTTP/1.1 204 No Content\r\n\r\n",
    ],
)
def test_what_is_well_framed(data: bytes, size: int) -> None:
    assert well(data, size)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(
    "chunks",
    [
        b"6\r\nabcde\r\n0\r\n\r\n",  # a byte too many
        b"4\r\nabcde\r\n0\r\n\r\n",  # a byte too few
        b"5\r\nabcde\n0\r\n\r\n",
        b"zz\r\n",
        b"-5\r\nabcde\r\n",
        b"\r\n",
        b"5\r\nabcde\r\nHTTP/1.1 502 Bad Gateway\r\n",
        b"5\r\nabcde\r\n0\r\nno field\r\n\r\n",
        b"5" * 100_000,
    ],
)
def test_what_is_broken(chunks: bytes, size: int) -> None:
    assert not well(HEAD + chunks, size)
    assert not well(EARLY_HINTS + HEAD + chunks, size)
