"""What the journal of an upload says: where the content goes, how it is cut, and which chunks are stored.

A line of JSON each: the plan first, then a line for every stored chunk. With one line or more after the first,
the upload was declared to Anaplan, and declaring it again would throw away what is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
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


@attrs.frozen
class StoredSlice:
    """A chunk that Anaplan has."""

    index: int
    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, index: int, *blocks: Body) -> StoredSlice:
        digest = hashlib.sha256()
        for block in blocks:
            digest.update(block)
        return cls(index, sum(map(len, blocks)), digest.hexdigest())

    @property
    def line(self) -> bytes:
        return _line(attrs.asdict(self))


@attrs.frozen
class Journal:
    """One upload, so far."""

    destination: Destination
    plan: SlicePlan
    stored: Mapping[int, StoredSlice] = attrs.field(factory=dict[int, StoredSlice])

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

    def continued(self, content: bytes, path: object) -> Journal:
        """This upload as the file at *path* tells it.

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
                f"{path} is not the journal of an upload. It was left as it is, and nothing was uploaded."
            ) from error
        stored = [part for line in others if (part := _stored(line)) is not None]
        self._check(facts, stored, path)
        return attrs.evolve(self, stored={part.index: part for part in stored})

    def _check(self, facts: Mapping[str, Any], stored: Iterable[StoredSlice], path: object) -> None:
        wanted = json.loads(self.first_line)
        different = [name.replace("_", " ") for name in wanted if facts.get(name) != wanted[name]]
        sizes = {part.index: part.size_bytes for part in self.plan}
        if not different and any(sizes.get(part.index) != part.size_bytes for part in stored):
            different = ["chunks"]
        if different:
            raise TransferError(
                f"{path} is the journal of another upload: it differs in {', '.join(different)}. Nothing was uploaded. "
                "Go on with what that upload began with, or delete the journal to begin anew."
            )


def _stored(line: bytes) -> StoredSlice | None:
    """What a line says; one that a crash or a full disk cut off says nothing, and its chunk is sent again."""
    try:
        return StoredSlice(**json.loads(line))
    except (ValueError, TypeError):
        return None


def changed_source(file_id: int | str, index: int, path: object) -> TransferError:
    """The error of a source that is no longer what was uploaded."""
    return TransferError(
        f"The source for file {file_id} has changed since the upload in journal {path} began: chunk {index} is not "
        "what was stored. Nothing was uploaded. Delete the journal to upload the source as it is now."
    )


def _line(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts).encode() + b"\n"
