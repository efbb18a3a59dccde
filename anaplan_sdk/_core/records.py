"""Records of a CSV that comes in parts: where the last whole one ends, and what stands in them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

import attrs

from anaplan_sdk.errors import UnexpectedResponseError

# The csv module takes no longer cells by default.
_LONGEST_CELL = 1 << 30


def end_of_records(text: str, *, in_quotes: bool = False) -> int:
    """Where the last record ends that is whole: at a line break outside of quotes.

    *in_quotes* is whether *text* begins within quotes. Takes no longer for cells of many lines.
    """
    in_quotes ^= _turns(text)
    end = len(text)
    while (line_break := text.rfind("\n", 0, end)) >= 0:
        in_quotes ^= _turns(text, line_break, end)
        if not in_quotes:
            return line_break + 1
        end = line_break
    return 0


def _turns(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether *text* changes from within quotes to outside of them, or the other way."""
    return text.count('"', start, end) % 2 == 1


def parsed(text: str, what: str, *, separator: str = ",", lines_before: int = 0) -> Iterator[list[str]]:
    """The records of *text*. *what* they are of and the *lines_before* it are for the error."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        before = csv.field_size_limit(_LONGEST_CELL)  # for all of the program, hence only for a moment
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnexpectedResponseError(
                f"{what} cannot be read as CSV at line {lines_before + reader.line_num} ({error}). Take it as bytes."
            ) from error
        finally:
            csv.field_size_limit(before)
        yield cells


@attrs.define
class PagedCsv:
    """Makes one document of pages that are cut anywhere. Should each begin with the header, only the first keeps it:
    whether Anaplan repeats it is not documented.
    """

    header_lines: int = 1
    _header: bytes | None = attrs.field(default=None, init=False)  # None before the first page

    def joined(self, page: bytes) -> bytes:
        """A page as it continues the document."""
        if self._header is None:
            header = page[: _end_of_first(page, self.header_lines)].removeprefix(codecs.BOM_UTF8)
            self._header = header if header.strip() else b""
            return page
        return page.removeprefix(self._header)


@attrs.define
class Records:
    """The records of a CSV in UTF-8 whose bytes are cut anywhere, even within a character."""

    what: str
    _decoder: codecs.IncrementalDecoder = attrs.field(factory=codecs.getincrementaldecoder("utf-8-sig"), init=False)
    _pending: list[str] = attrs.field(factory=list, init=False)  # of a record that is not whole yet
    _in_quotes: bool = attrs.field(default=False, init=False)
    _lines: int = attrs.field(default=0, init=False)

    def feed(self, content: bytes) -> list[list[str]]:
        """The records that are whole now."""
        text = self._decoded(content)
        end = end_of_records(text, in_quotes=self._in_quotes)
        if not end:
            self._keep(text)
            return []
        records = "".join([*self._pending, text[:end]])
        self._pending, self._in_quotes = [], False
        self._keep(text[end:])
        return self._parsed(records)

    def finish(self) -> list[list[str]]:
        """The last record, where no line break follows it."""
        records = "".join([*self._pending, self._decoded(b"", final=True)])
        self._pending = []
        return self._parsed(records)

    def _keep(self, text: str) -> None:
        self._pending.append(text)
        self._in_quotes ^= _turns(text)

    def _decoded(self, content: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(content, final)
        except UnicodeDecodeError as error:
            raise UnexpectedResponseError(f"{self.what} is not in UTF-8. Take it as bytes.") from error

    def _parsed(self, text: str) -> list[list[str]]:
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            found = list(filter(None, reader))  # no blank lines
        except csv.Error:  # maybe a cell that is longer than usual, which takes another way
            found = list(filter(None, parsed(text, self.what, lines_before=self._lines)))
        self._lines += text.count("\n")
        return found


def _end_of_first(content: bytes, count: int) -> int:
    """Where the first records of *content* end, so many of them; 0 unless all are whole."""
    end = 0
    for _ in range(count):
        start, end = end, content.find(b"\n", end) + 1
        while end and content.count(b'"', start, end) % 2:
            end = content.find(b"\n", end) + 1
        if not end:
            return 0
    return end
