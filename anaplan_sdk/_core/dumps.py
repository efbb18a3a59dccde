"""Rows of failure dumps, read as they come: a dump of a million rows is never held."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

import attrs

from anaplan_sdk._core.records import end_of_records, parsed
from anaplan_sdk.models.rows import RejectedRow

_ERROR_COLUMN = re.compile(r"_Error_\d+_")
_STATUS, _LINE = "_Status_", "_Line_"
_SEPARATORS = ",\t;|"
# As many as a byte order mark has at the most.
_TELLING_BYTES = 4


@attrs.define
class Columns:
    """Which cell of a dump is what.

    Anaplan puts ``_Status_`` before the columns of the source, ``_Line_``, ``_Error_1_`` and so on behind them. The
    source may have columns of these names as well, where it was a dump itself: the outer ones are Anaplan's.
    """

    header: list[str]
    _first: int = attrs.field(init=False)
    _line: int | None = attrs.field(init=False)
    _end: int = attrs.field(init=False)  # of the columns of the source
    _names: list[str] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        count = len(self.header)
        while count and _ERROR_COLUMN.fullmatch(self.header[count - 1]):
            count -= 1
        has_line = bool(count) and self.header[count - 1] == _LINE
        self._line = count - 1 if has_line else None
        self._end = count - has_line
        self._first = int(bool(self.header) and self.header[0] == _STATUS)
        self._names = _distinct(self.header[self._first : self._end])

    def row(self, cells: Sequence[str]) -> RejectedRow:
        """One row; cells beyond the header are further messages."""
        source = cells[self._first : self._end]
        line = cells[self._line] if self._line is not None and self._line < len(cells) else ""
        behind = self._end if self._line is None else self._end + 1
        return RejectedRow(
            status=cells[0] if self._first and cells else "",
            line=int(line) if line.isdecimal() else None,
            values=dict(zip(self._names, source, strict=False)),
            errors=tuple(filter(None, cells[behind:])),
            cells=tuple(zip(self.header[self._first : self._end], source, strict=False)),
        )


def _distinct(names: Sequence[str]) -> list[str]:
    """*names*, each once: blank ones by their place, repeated ones with a number."""
    distinct: list[str] = []
    for place, name in enumerate(names, 1):
        base = candidate = (name.strip() and name) or f"Column {place}"
        number = 1
        while candidate in distinct:
            number += 1
            candidate = f"{base} ({number})"
        distinct.append(candidate)
    return distinct


class DumpReader:
    """Takes the bytes of a dump as they come, and gives rows.

    A dump is a CSV in UTF-8. One in UTF-16, or with another separator, is read as well: what Anaplan does for files of
    these kinds is not documented.
    """

    def __init__(self) -> None:
        self._decoder: codecs.IncrementalDecoder | None = None
        self._first = b""  # bytes that do not tell the encoding yet
        self._text = ""
        self._columns: Columns | None = None
        self._separator = ","
        self._lines = 0

    def feed(self, content: bytes) -> Iterator[RejectedRow]:
        """The rows that are whole now."""
        self._text += self._decoded(content)
        whole = end_of_records(self._text)
        records, self._text = self._text[:whole], self._text[whole:]
        yield from self._rows(records)

    def finish(self) -> Iterator[RejectedRow]:
        """The last row, where no line break follows it."""
        rest, self._text = self._text + self._decoded(b"", final=True), ""
        yield from self._rows(rest)

    def _decoded(self, content: bytes, *, final: bool = False) -> str:
        if self._decoder is None:
            self._first += content
            if len(self._first) < _TELLING_BYTES and not final:
                return ""
            content, self._first = self._first, b""
            self._decoder = codecs.getincrementaldecoder(_encoding_of(content))("replace")
        return self._decoder.decode(content, final)

    def _rows(self, records: str) -> Iterator[RejectedRow]:
        if records and self._columns is None:
            records = records.removeprefix("\ufeff")
            self._separator = _separator_of(records)
        for cells in self._records(records):
            if self._columns is None:
                self._columns = Columns(cells)
            elif cells:
                yield self._columns.row(cells)

    def _records(self, text: str) -> Iterator[list[str]]:
        yield from parsed(text, "The failure dump", separator=self._separator, lines_before=self._lines)
        self._lines += text.count("\n")


def _encoding_of(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8"


def _separator_of(text: str) -> str:
    """The character behind ``_Status_``, where that is one that separates."""
    name = f'"{_STATUS}"' if text.startswith('"') else _STATUS
    behind = text[len(name) : len(name) + 1] if text.startswith(name) else ""
    return behind if behind and behind in _SEPARATORS else ","
