"""Whether the chunks of an answer are framed as HTTP wants it (RFC 9112, 7.1).

Parsers are lenient where they should not be: a chunk that claims one byte too many then takes a line break for content,
and what follows for the end.
"""

from __future__ import annotations

import re

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1(?!01)\d\d")
_CHUNKED = re.compile(rb"\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_TRAILER = re.compile(rb"[^\s:]+:[^\r\n]*\r\n")
_MAX_LINE_BYTES = 65_536
_MAX_HEAD_BYTES = 1_048_576


class Framing:
    """Follows one answer as it comes."""

    def __init__(self) -> None:
        self._step = self._head
        self._held = b""
        self._left_bytes = 0  # of the content of a chunk
        self._over = False

    def feed(self, data: bytes) -> bool:
        """Whether all is well up to the end of *data*."""
        at = 0
        while at < len(data) and not self._over:
            moved = self._step(data, at)
            if moved is None:
                return False
            at = moved
        return True

    def _head(self, data: bytes, at: int) -> int | None:
        held = len(self._held)
        head = self._held + data[at:]
        end = _HEAD_END.search(head, max(0, held - 3))
        if end is None:
            self._held = head
            self._over = len(head) > _MAX_HEAD_BYTES  # the parser's own limits are lower
            return len(data)
        self._held = b""
        if not _INTERIM.match(head):
            self._over = not _CHUNKED.search(head, 0, end.end())
            self._step = self._size
        return at + end.end() - held

    def _line(self, data: bytes, at: int) -> tuple[bytes, int]:
        """The rest of a line, empty as long as it has not ended, and where it ends."""
        end = data.find(b"\n", at) + 1 or len(data)
        self._held += data[at:end]
        if not self._held.endswith(b"\n"):
            return b"", end
        line, self._held = self._held, b""
        return line, end

    def _size(self, data: bytes, at: int) -> int | None:
        line, end = self._line(data, at)
        if not line:
            return end if len(self._held) <= _MAX_LINE_BYTES else None
        if (size := _SIZE.fullmatch(line)) is None:
            return None
        self._left_bytes = int(size[1], 16)
        self._step = self._content if self._left_bytes else self._trailer
        return end

    def _content(self, data: bytes, at: int) -> int | None:
        taken = min(self._left_bytes, len(data) - at)
        self._left_bytes -= taken
        if not self._left_bytes:
            self._step = self._content_end
        return at + taken

    def _content_end(self, data: bytes, at: int) -> int | None:
        end = min(len(data), at + 2 - len(self._held))
        self._held += data[at:end]
        if not b"\r\n".startswith(self._held):
            return None
        if len(self._held) == 2:
            self._held, self._step = b"", self._size
        return end

    def _trailer(self, data: bytes, at: int) -> int | None:
        line, end = self._line(data, at)
        if not line:
            return end if len(self._held) <= _MAX_LINE_BYTES else None
        self._over = line == b"\r\n"
        return end if self._over or _TRAILER.fullmatch(line) else None
