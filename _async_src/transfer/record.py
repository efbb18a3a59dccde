# Source of both colours: scripts/codegen.py emits this file twice.
"""What an upload of slices remembers of itself, so that a later one can go on after a crash."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from anaplan_sdk._core.api import bulk
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.http.messages import Body
from anaplan_sdk._core.transfer.chunks import Slice, SlicePlan
from anaplan_sdk._core.transfer.journal import NOWHERE, Destination, Journal, Sum
from anaplan_sdk._io.aio import in_thread
from anaplan_sdk._io.journal_file import JournalFile

from ..engine.session import Session


class Record:
    """Nothing is remembered: every upload begins anew."""

    async def open(self, plan: SlicePlan) -> Journal:
        """How far the same upload came before."""
        return Journal(NOWHERE, plan)

    async def begin(self, journal: Journal) -> None:
        """From here on, what is stored is added to *journal*."""

    def watched(self, part: Slice, blocks: Iterable[Body]) -> Iterable[Body]:
        """The blocks of a slice on their way."""
        return blocks

    async def add(self, part: Slice) -> None:
        """A slice whose blocks were watched is stored."""

    async def remove(self) -> None:
        """All is stored, or what was stored is gone: there is nothing to remember."""

    def close(self) -> None:
        """The upload has ended, well or not."""


@attrs.define(eq=False)
class JournalRecord(Record):
    """What is stored stands in a journal on disk, which one upload has at a time."""

    session: Session
    deadline: Deadline
    file: JournalFile
    model_id: str
    file_id: int | str
    _sums: dict[int, Sum] = attrs.field(factory=dict[int, Sum], init=False)

    async def open(self, plan: SlicePlan) -> Journal:
        await in_thread(self.file.lock)
        content = await in_thread(self.file.read)
        journal = Journal(await self._destination(), plan, path=self.file.path)
        return journal if content is None else journal.continued(content)

    async def begin(self, journal: Journal) -> None:
        await in_thread(self.file.write, journal.content)  # without the line that a crash cut off

    def watched(self, part: Slice, blocks: Iterable[Body]) -> Iterable[Body]:
        self._sums[part.index] = Sum(part.index)
        return self._sums[part.index].over(blocks)

    async def add(self, part: Slice) -> None:
        await in_thread(self.file.append, self._sums.pop(part.index).stored.line)

    async def remove(self) -> None:
        await in_thread(self.file.remove)

    def close(self) -> None:
        self.file.unlock()

    async def _destination(self) -> Destination:
        user = await self.session.one(bulk.current_user(), self.deadline)
        return Destination(self.session.settings.urls["api"], self.model_id, str(self.file_id), user.id)
