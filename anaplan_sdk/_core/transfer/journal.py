"""What the journal of an upload says: where the content goes, how it is cut, and which chunks are stored.

A line of JSON each: the plan first, then a line for every stored chunk. With one line or more after the first,
the upload was declared to Anaplan, and declaring it again would throw away what is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.transfer.chunks import Slice, SlicePlan
from anaplan_sdk.errors import TransferError

_FORMAT = "anaplan-sdk upload 1"


@attrs.frozen
class Destination:
    """Where content goes. Whose it is belongs to that: content is private to the user who uploads it."""

    api_url: str
    model_id: str
    file_id: str
    user_id: str


# Of an upload that has no journal.
NOWHERE = Destination("", "", "", "")


@attrs.frozen
class StoredSlice:
    """A chunk that Anaplan has."""

    index: int
    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, index: int, blocks: Iterable[Body]) -> StoredSlice:
        total = Sum(index)
        for _ in total.over(blocks):
            pass
        return total.stored

    @property
    def line(self) -> bytes:
        return _line(attrs.asdict(self))


@attrs.define(eq=False)
class Sum:
    """Adds up a slice while its blocks pass by, so that it need not be held to be summed up."""

    index: int
    _size_bytes: int = attrs.field(default=0, init=False)
    _digest: Any = attrs.field(factory=hashlib.sha256, init=False, repr=False)

    def over(self, blocks: Iterable[Body]) -> Iterator[Body]:
        """*blocks*, each added before it is handed on."""
        for block in blocks:
            self._digest.update(block)
            self._size_bytes += len(block)
            yield block

    @property
    def stored(self) -> StoredSlice:
        """What passed by, once it is stored."""
        return StoredSlice(self.index, self._size_bytes, self._digest.hexdigest())


@attrs.frozen
class Journal:
    """One upload, so far."""

    destination: Destination
    plan: SlicePlan
    stored: Mapping[int, StoredSlice] = attrs.field(factory=dict[int, StoredSlice])
    path: object = None  # of the file, for messages

    @property
    def first_line(self) -> bytes:
        return _line({"format": _FORMAT, **attrs.asdict(self.destination), **attrs.asdict(self.plan)})

    @property
    def content(self) -> bytes:
        """The journal as it stands in its file."""
        return b"".join([self.first_line, *(stored.line for stored in self.stored.values())])

    def missing(self) -> list[Slice]:
        """The chunks that Anaplan does not have for sure."""
        return [part for part in self.plan if part.index not in self.stored]

    def kept(self) -> list[Slice]:
        """The chunks that Anaplan has."""
        return [part for part in self.plan if part.index in self.stored]

    def continued(self, content: bytes) -> Journal:
        """This upload as the *content* of its file tells it.

        Raises TransferError if it is of another upload, or no journal at all.
        """
        if self.first_line.startswith(content):  # the crash came before anything was stored
            return self
        try:
            first, *others = content.split(b"\n")[:-1]  # what a crash cut off counts as not written
            facts = json.loads(first)
            if facts["format"] != _FORMAT:
                raise ValueError(first)
        except (ValueError, TypeError, KeyError) as error:
            raise TransferError(
                f"{self.path} is not the journal of an upload. It was left as it is, and nothing was uploaded."
            ) from error
        stored = [part for line in others if (part := _stored(line)) is not None]
        self._check(facts, stored)
        return attrs.evolve(self, stored={part.index: part for part in stored})

    def _check(self, facts: Mapping[str, Any], stored: Iterable[StoredSlice]) -> None:
        wanted = json.loads(self.first_line)
        different = [name.replace("_", " ") for name in wanted if facts.get(name) != wanted[name]]
        sizes = {part.index: part.size_bytes for part in self.plan}
        if not different and any(sizes.get(part.index) != part.size_bytes for part in stored):
            different = ["chunks"]
        if different:
            raise TransferError(
                f"{self.path} is the journal of another upload: it differs in {', '.join(different)}. Nothing was "
                "uploaded. Resume with the arguments of that upload, or delete the journal to start over."
            )

    def check_source(self, part: Slice, blocks: Iterable[Body]) -> None:
        """Raise TransferError where the *blocks* of a slice that is stored are no longer what was stored."""
        if StoredSlice.of(part.index, blocks) != self.stored[part.index]:
            raise TransferError(
                f"The source for file {self.destination.file_id} has changed since the upload in journal {self.path} "
                f"began: chunk {part.index} differs from what was stored. Nothing was uploaded. Delete the journal to "
                "upload the source as it is now."
            )

    def lost(self) -> TransferError:
        """The error where what was stored is gone: dropped after 48 hours, or replaced by another upload."""
        return TransferError(
            f"Anaplan no longer has the chunks of file {self.destination.file_id} that are recorded in journal "
            f"{self.path}. The journal was deleted: call again to upload everything."
        )


def no_file_yet(model_id: str, file_id: int | str) -> TransferError:
    """The error of an upload with a journal to a file that Anaplan would create under another id."""
    return TransferError(
        f"Model {model_id} has no file {file_id}, and only an upload to an existing file can have a journal. Nothing "
        "was uploaded."
    )


def _stored(line: bytes) -> StoredSlice | None:
    """What a line says; one that a crash or a full disk cut off says nothing, and its chunk is sent again."""
    try:
        return StoredSlice(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _line(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts).encode() + b"\n"
