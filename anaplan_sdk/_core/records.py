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


def end_of_records(text: str) -> int:
    """Where the last record ends that is whole: at a line break outside of quotes."""
    end = text.rfind("\n") + 1
    while end and text.count('"', 0, end) % 2:
        end = text.rfind("\n", 0, end - 1) + 1
    return end


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
    """Makes one document of pages that are cut anywhere. Should each begin with the header line, only the first keeps
    it: whether Anaplan repeats it is not documented.
    """

    _header: bytes = attrs.field(default=b"", init=False)

    def joined(self, page: bytes) -> bytes:
        """A page as it continues the document."""
        if self._header:
            return page.removeprefix(self._header)
        self._header = page[: _end_of_first(page)]
        return page


@attrs.define
class Records:
    """The records of a CSV in UTF-8 whose bytes are cut anywhere, even within a character."""

    what: str
    _decoder: codecs.IncrementalDecoder = attrs.field(factory=codecs.getincrementaldecoder("utf-8-sig"), init=False)
    _text: str = attrs.field(default="", init=False)
    _lines: int = attrs.field(default=0, init=False)

    def feed(self, content: bytes) -> list[list[str]]:
        """The records that are whole now."""
        self._text += self._decoded(content)
        whole = end_of_records(self._text)
        records, self._text = self._text[:whole], self._text[whole:]
        return self._parsed(records)

    def finish(self) -> list[list[str]]:
        """The last record, where no line break follows it."""
        rest, self._text = self._text + self._decoded(b"", final=True), ""
        return self._parsed(rest)

    def _decoded(self, content: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(content, final)
        except UnicodeDecodeError as error:
            raise UnexpectedResponseError(f"{self.what} is not in UTF-8. Take it as bytes.") from error

    def _parsed(self, text: str) -> list[list[str]]:
        found = [cells for cells in parsed(text, self.what, lines_before=self._lines) if cells]
        self._lines += text.count("\n")
        return found


def _end_of_first(content: bytes) -> int:
    """Where the first record of *content* ends, if it is whole."""
    end = content.find(b"\n") + 1
    while end and content.count(b'"', 0, end) % 2:
        end = content.find(b"\n", end) + 1
    return end
