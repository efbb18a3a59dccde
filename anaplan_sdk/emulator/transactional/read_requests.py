"""Large reads: made whole at once, and handed out little by little."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from aiohttp import web

from ..content.chunks import Chunk
from ..world.options import Options
from ..world.scripts import TaskScript
from ..world.tenant import upper_hex_id
from ..world.times import forget

MOST_REMEMBERED = 1_000
# Only pages whose number this divides keep a read request from expiring.
ACTIVITY_STEP = 100

State: TypeAlias = Literal["NOT_STARTED", "IN_PROGRESS", "CANCELLING", "CANCELLED", "COMPLETE"]


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A large read as it stood when you looked."""

    id: str
    kind: Literal["views", "lists"]
    object_id: str
    """What is read: the view as it was named, or the list."""
    model_id: str
    user: str
    """E-mail of whoever made it."""
    export_type: str | None
    """None for lists."""
    state: State
    is_open: bool
    """Whether it still takes space: it was neither deleted nor has it expired."""
    page_count: int
    """All of its pages, be they available yet or not."""
    fetched_pages: tuple[int, ...]
    """The pages that were sent, in order and as often."""
    created_at: float
    """In seconds since the epoch."""


@dataclass(slots=True, eq=False)
class RunningRead:
    """A read request with its pages; what of them is available depends on how often somebody looked."""

    kind: Literal["views", "lists"]
    object_id: str
    model_id: str
    user: str
    export_type: str | None
    pages: Sequence[Sequence[Chunk]]
    path: Path
    script: TaskScript
    polls_needed: int
    active_at: float
    """On the clock of ``ReadRequests``, as is all that follows from it."""
    id: str = field(default_factory=upper_hex_id)
    created_at: float = field(default_factory=time.time)
    polls: int = 0
    fetched: list[int] = field(default_factory=list[int])
    cancelled: bool = False
    is_open: bool = True

    @property
    def state(self) -> State:
        if self.cancelled:
            return "CANCELLED"
        if not self._is_held and not self.script.cancel:
            return "COMPLETE"
        if not self._is_held:
            return "CANCELLING" if self.polls == self.polls_needed + 1 else "CANCELLED"
        return "NOT_STARTED" if self.polls < min(2, self.polls_needed) else "IN_PROGRESS"

    @property
    def _is_held(self) -> bool:
        waits = time.time() - self.created_at < (self.script.seconds or 0)
        return waits or self.polls <= self.polls_needed or self.script.holds(self.polls)

    @property
    def successful(self) -> bool:
        return self.state == "COMPLETE" and self.script.fail is None

    @property
    def available_pages(self) -> int:
        """All at the end, and before that the more the oftener somebody looked."""
        if self.script.fail is not None or self.cancelled:
            return 0
        if self.state == "COMPLETE":
            return len(self.pages)
        if self.state == "NOT_STARTED":
            return 0
        return len(self.pages) * self.polls // (max(self.polls, self.polls_needed) + 1)

    def snapshot(self) -> ReadRequest:
        return ReadRequest(
            id=self.id,
            kind=self.kind,
            object_id=self.object_id,
            model_id=self.model_id,
            user=self.user,
            export_type=self.export_type,
            state=self.state,
            is_open=self.is_open,
            page_count=len(self.pages),
            fetched_pages=tuple(self.fetched),
            created_at=self.created_at,
        )

    def close(self) -> None:
        """Give up what it keeps. One that still runs is cancelled by this."""
        self.cancelled = self.cancelled or self.state != "COMPLETE"
        self.is_open = False
        self.pages = [() for _ in self.pages]
        self.path.unlink(missing_ok=True)


class ReadRequests:
    """All large reads, with a clock that can be put forward."""

    def __init__(self) -> None:
        self._reads: dict[str, RunningRead] = {}
        self._ahead_seconds = 0.0

    @property
    def now(self) -> float:
        return time.monotonic() + self._ahead_seconds

    def put_forward(self, seconds: float) -> None:
        self._ahead_seconds += seconds

    def add(self, read: RunningRead) -> None:
        forget(self._reads, lambda _: False, most=MOST_REMEMBERED - 1, may_go=lambda read: not read.is_open)
        self._reads[read.id] = read

    def expire(self, options: Options) -> None:
        """Drop those of which nobody fetched a page that counts for long enough."""
        for read in list(self._reads.values()):
            if read.is_open and self.now - read.active_at >= options.read_idle_seconds:
                read.close()

    def find(self, read_id: str) -> RunningRead | None:
        """One that is open."""
        read = self._reads.get(read_id)
        return read if read is not None and read.is_open else None

    def fetch(self, read: RunningRead, number: int) -> Sequence[Chunk] | None:
        """A page, if it is available by now."""
        if number >= read.available_pages:
            return None
        if number % ACTIVITY_STEP == 0:
            read.active_at = self.now
        read.fetched.append(number)
        return read.pages[number]

    def snapshots(self) -> list[ReadRequest]:
        return [read.snapshot() for read in list(self._reads.values())]


READS = web.AppKey("read requests", ReadRequests)
