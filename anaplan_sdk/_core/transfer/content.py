"""What counts as content of a file, and the mistakes that look like it."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import Any, TypeAlias

import attrs

from anaplan_sdk._core.http.gunzip import Gunzip, UndecodableError
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk.errors import ConfigurationError, ContentTypeError, TransferError

# Characters that are encoded at a time, so that a large text is never held a second time.
_TEXT_PIECE = 1 << 20
# Compressed bytes that are decoded at a time.
_FED_BYTES = 1 << 18
# Where the beginning of a content is looked at.
_BLOCK_BYTES = 1 << 20

Encode: TypeAlias = Callable[[str], Iterator[bytes]]

# A line that begins like a path, or ends like the name of a data file. Rows of data look like neither.
_PATH = re.compile(
    r"""(?ix) (?: ~?[/\\] | \.{1,2}[/\\] | [a-z]:[/\\] | [a-z][a-z0-9+]*:// ) [^,;\t\n]*
    | [^,;\t\n]{1,250} \. (?: csv | tsv | tab | txt | dat | jsonl? | parquet | arrow | feather | xlsx? | gz | zip )"""
)


def looks_like_a_path(text: str) -> bool:
    """Whether a text is one line that names a file, rather than content."""
    return len(text) < 1_024 and _PATH.fullmatch(text.strip()) is not None


def refuse_mistakes(content: object) -> None:
    """Raise ContentTypeError for what a caller did not mean: a path as text, a table, a mapping, something else."""
    if isinstance(content, str):
        if looks_like_a_path(content):
            raise _path_as_text(content)
    elif not (isinstance(content, os.PathLike) or is_file(content)):
        byte_view(content)


def pieces_of(content: object) -> Any:
    """*content* as the pieces of a stream. Raises ContentTypeError for what would iterate to something else."""
    if isinstance(content, str):
        refuse_mistakes(content)
        return [content]
    if is_table(content) or isinstance(content, Mapping | Set):
        raise wrong_content(content)
    if isinstance(content, os.PathLike):
        raise ContentTypeError("A path is uploaded with upload_file; upload_file_stream takes pieces of content.")
    if is_buffer(content):
        return [content]
    return content


def not_iterable(content: object) -> ContentTypeError:
    """The error of a stream that has no pieces."""
    return ContentTypeError(
        f"The pieces to upload must come from an iterable, not {type(content).__name__}; an asynchronous one needs the "
        "asynchronous client."
    )


def refuse_journal(journal: object) -> None:
    """Refuse a journal for content that is read once, in order."""
    if journal is not None:
        raise ConfigurationError(
            "journal: only the upload of an ordinary file or of bytes-like content, not gzipped before, can have one."
        )


def is_file(content: object) -> bool:
    """Whether *content* is an open file or reads like one; a memory map is bytes."""
    return callable(getattr(content, "read", None)) and not is_buffer(content)


def is_buffer(content: object) -> bool:
    """Whether *content* is bytes-like: it has the buffer protocol."""
    try:
        memoryview(content).release()  # type: ignore[arg-type]
    except TypeError:
        return False
    except (ValueError, BufferError):  # closed, which is said when it is read
        return True
    return True


def _path_as_text(text: str) -> ContentTypeError:
    return ContentTypeError(
        f"The content {text!r} looks like the path of a file: pass pathlib.Path({text!r}) to upload the file, or "
        "bytes to upload this text itself."
    )


def byte_view(content: object) -> memoryview:
    """*content* as a flat view of its bytes, not a copy. Takes whatever has the buffer protocol."""
    try:
        view = memoryview(content)  # type: ignore[arg-type]
    except TypeError:
        raise wrong_content(content) from None
    except ValueError as error:  # a map or a buffer that is closed
        raise TransferError(f"The content to upload cannot be read: {error}.") from None
    if not isinstance(content, bytes | bytearray | memoryview) and view.itemsize != 1:
        raise wrong_content(content)  # numbers of an array, and no text
    if not view.c_contiguous:
        raise ContentTypeError("A memoryview to upload must be contiguous.")
    if view.format == "B" and view.ndim == 1:
        return view
    if not view.nbytes:
        return memoryview(b"")  # which cast() refuses
    try:
        return view.cast("B")
    except (TypeError, ValueError):  # of a foreign format, such as those of ctypes
        return memoryview(view.tobytes())


def wrong_content(content: object) -> ContentTypeError:
    """The error of an object that is no content, with what to pass instead."""
    name = type(content).__name__
    if is_table(content):
        return ContentTypeError(
            f"A {name} is a table and not the content of a file: write it as CSV first, such as "
            "frame.to_csv(index=False) of pandas or frame.write_csv() of polars, and upload that."
        )
    if isinstance(content, Mapping | Set):
        return ContentTypeError(f"A {name} is not the content of a file: write its rows as CSV first.")
    if isinstance(content, Iterable):
        return ContentTypeError(
            f"Content must be str or bytes-like, not {name}: pass pieces of text or bytes to upload_file_stream."
        )
    return ContentTypeError(
        f"Content must be str, bytes-like, a pathlib.Path or an open file, not {name}: serialise it first, as CSV for "
        "example."
    )


def is_table(content: object) -> bool:
    """Whether *content* is a frame, a table or an array of a library of data."""
    names = ("__arrow_c_stream__", "__arrow_c_array__", "__dataframe__", "__array_interface__", "to_csv", "write_csv")
    return any(hasattr(type(content), name) for name in names)


def encoder(encoding: str | None, file_id: int | str) -> Encode:
    """What encodes text as Anaplan reads the file, in pieces that belong together: UTF-8 where it does not say.

    The encoder raises TransferError for a character that the encoding does not have.
    """
    name = encoding or "UTF-8"
    try:
        encode = codecs.getincrementalencoder(name)().encode
    except LookupError:
        raise ContentTypeError(
            f"Anaplan reads file {file_id} as {name!r}, which Python does not know: encode the text yourself and "
            "upload bytes."
        ) from None
    before = 0  # characters that are encoded already

    def encoded(text: str) -> Iterator[bytes]:
        nonlocal before
        for start in range(0, len(text), _TEXT_PIECE):
            piece = text[start : start + _TEXT_PIECE]
            try:
                yield encode(piece)
            except UnicodeEncodeError as error:
                raise _not_encodable(piece, before + error.start, error, name, file_id) from None
            before += len(piece)

    return encoded


def _not_encodable(
    piece: str, place: int, error: UnicodeEncodeError, encoding: str, file_id: int | str
) -> TransferError:
    character = piece[error.start]
    if 0xD800 <= ord(character) <= 0xDFFF:
        reason = "a lone surrogate"
    else:
        reason = f"{character!r} (U+{ord(character):04X}) is not in it; give the file another encoding in Anaplan"
    return TransferError(
        f"Character {place:,} of the text cannot be encoded as {encoding}, as Anaplan reads file {file_id}: {reason}."
    )


@attrs.define
class GzippedContent:
    """Content that was gzipped before: Anaplan decodes each chunk by itself, so it is cut after it was decoded."""

    file_id: int | str
    _gunzip: Gunzip = attrs.field(factory=Gunzip, init=False)

    def feed(self, block: bytes | memoryview) -> Iterator[bytes]:
        """What *block* decodes to."""
        try:
            for start in range(0, len(block), _FED_BYTES):
                yield from self._gunzip.feed(block[start : start + _FED_BYTES])
        except UndecodableError as error:
            raise self._bad(error) from None

    def finish(self) -> None:
        """Check that it is whole."""
        try:
            self._gunzip.finish()
        except UndecodableError as error:
            raise self._bad(error) from None

    def _bad(self, error: UndecodableError) -> TransferError:
        return TransferError(f"The content for file {self.file_id} begins like gzip, but {error}.")


def is_gzip(block: Body) -> bool:
    """Whether content that begins so is gzip. No text does."""
    return bytes(block[:3]) == b"\x1f\x8b\x08"


def has_rows(block: Body) -> bool:
    """Whether the beginning of a content goes on after its first line, its header."""
    _, line_break, rest = bytes(block[:_BLOCK_BYTES]).partition(b"\n")
    return bool(line_break and rest.strip(b"\r\n\t \0"))
