"""Reads the rows of an import's source: a delimited file, or the list of another model."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from ..content.chunks import Chunk, ChunkReader
from ..world.definitions import File
from .results import StepFailedError

# Large enough that decoding costs little, small enough that memory does not matter.
READ_BYTES = 1_048_576


class FileRows:
    """The data rows of a delimited file with their numbers in the file, read from disk while they are used."""

    def __init__(self, file: File, chunks: Sequence[Chunk]) -> None:
        self._file = file
        self._reader = ChunkReader(chunks)
        content = io.BufferedReader(self._reader, READ_BYTES)
        try:
            self._text = io.TextIOWrapper(content, encoding=file.python_encoding, newline="")
        except LookupError:
            raise StepFailedError(f"The encoding {file.encoding} of {file.name} is not known.") from None
        if file.python_encoding.lower().startswith("utf-16") and _is_utf_8(content):
            raise StepFailedError(f"{file.name} is not {file.encoding}: it is UTF-8.")
        self._records = self._parse()
        self.header: list[str] = list(file.header_names)
        if file.header_row > 0:
            no_header: list[str] = []
            self.header = next(islice(self._records, min(file.header_row - 1, sys.maxsize), None), no_header)

    def close(self) -> None:
        self._text.close()

    @property
    def progress(self) -> float:
        return self._reader.position / max(1, self._reader.size)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        header_row = max(0, self._file.header_row)
        first = max(self._file.first_data_row, header_row + 1)
        return enumerate(islice(self._records, min(first - header_row - 1, sys.maxsize), None), start=first)

    def _parse(self) -> Iterator[list[str]]:
        file = self._file
        try:
            yield from csv.reader(
                _without_mark(self._text),
                delimiter=file.separator or ",",
                quotechar=file.delimiter or None,
                quoting=csv.QUOTE_MINIMAL if file.delimiter else csv.QUOTE_NONE,
            )
        except csv.Error as error:
            raise StepFailedError(f"{file.name} cannot be read: {error}.") from error
        except UnicodeError as error:
            reason = error.reason if isinstance(error, UnicodeDecodeError) else error
            raise StepFailedError(f"{file.name} is not {file.encoding}: {reason}.") from error
        except (TypeError, ValueError) as error:  # a separator of two characters, a row beyond all numbers
            raise StepFailedError(f"{file.name} cannot be read as its settings say: {error}.") from error
        except OSError as error:
            raise StepFailedError(f"{file.name} was changed or deleted while it was read.") from error


def _is_utf_8(content: io.BufferedReader[ChunkReader]) -> bool:
    """Whether content that is read as UTF-16 is UTF-8: in UTF-16, a separator or a line end has a zero byte."""
    try:
        beginning = content.peek()
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except (UnicodeError, OSError):  # a file that is gone is noticed where it is read
        return False
    return bool(beginning) and b"\0" not in beginning


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """Drop a byte order mark: it is no part of the first column's name."""
    rest = iter(lines)
    return chain((line.removeprefix("\ufeff") for line in islice(rest, 1)), rest)


class ListRows:
    """The items of a list of another model, as rows of one column."""

    progress = 0.0

    def __init__(self, key_column: str, codes: Iterable[str]) -> None:
        self.header = [key_column]
        self._codes = list(codes)

    def close(self) -> None:
        """Nothing is open."""

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return enumerate(([code] for code in self._codes), start=1)
