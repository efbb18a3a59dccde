"""Sending one request of rows, as a conversation: what to do when its answer is lost.

The rules. Nothing is sent again before the model is idle: a request whose answer is lost may still be at work. Cells,
updates and deletions have the same end state after a second time, and are sent once more. Additions are looked for: by
the number of items in the list, and by the names or codes that were sent. What was not added is sent once more; what
cannot be told is in doubt, and so is whatever is lost for the second time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

import attrs

from anaplan_sdk._core.flow import Compute, Pause
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._core.jobs.poll import PollSchedule
from anaplan_sdk._core.jobs.starts import is_ambiguous, is_passing
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.transactional.writing.batches import Batch
from anaplan_sdk._core.transactional.writing.replies import Verb, read_reply, without_missing
from anaplan_sdk.errors import AnaplanError, WaitTimeoutError
from anaplan_sdk.models import DimensionItem, ModelStatus, WriteResult

logger = logger_of("transfer")

R = TypeVar("R")


@attrs.frozen
class Send:
    """Send a request, once. The result is the JSON object of the answer."""

    batch: Batch


@attrs.frozen
class Status:
    """Look at what the model is doing. The result is its status."""

    limit: Deadline


@attrs.frozen
class Count:
    """Count the items of the list. The result is the number, None where Anaplan does not say."""

    limit: Deadline


@attrs.frozen
class LookUp:
    """Look for items of the list. The result is a list of those that there are."""

    names: Sequence[str]
    codes: Sequence[str]
    limit: Deadline


Step: TypeAlias = Send | Status | Count | LookUp | Compute | Pause
Conversation: TypeAlias = Generator[Step, Any, R]


@attrs.frozen(eq=False)
class Outcome:
    """What became of one request.

    ``cause`` is why it ended early; then ``in_doubt`` are rows that may or may not have been written, ``unwritten``
    rows that were not.
    """

    result: WriteResult = attrs.field(factory=WriteResult)
    cause: AnaplanError | None = None
    in_doubt: Sequence[int] = ()
    unwritten: Sequence[int] = ()


@attrs.define
class Known:
    """How many items the list has, as far as its own writer knows. None where Anaplan does not say."""

    items: int | None = None


@attrs.frozen
class SendOnce:
    """One request of a call. ``line_item`` names that of an entry of the request, for failures."""

    verb: Verb
    batch: Batch
    poll: PollSchedule
    deadline: Deadline
    known: Known = attrs.field(factory=Known)
    numbered: bool = False
    line_item: Callable[[int], str] = lambda _: ""

    def run(self) -> Conversation[Outcome]:
        """What became of it. A failure is part of the outcome, and never raised."""
        try:
            return (yield from self._sent(self.batch))
        except AnaplanError as error:
            if not is_ambiguous(error):
                return Outcome(cause=error, unwritten=self.batch.rows)
            lost = error
        logger.warning("The response to a request that writes rows was lost; waiting for the model: %s", lost)
        try:
            yield from self._idle()
            if self.verb == "added":
                return (yield from self._look_for(lost))
            return (yield from self._again(self.batch, lost, WriteResult()))
        except AnaplanError as error:
            # Whatever kept it from finding out, the answer that was lost is the reason, unless time is over.
            cause = error if isinstance(error, WaitTimeoutError) else lost
            return Outcome(cause=cause, in_doubt=self.batch.rows)

    def _sent(self, batch: Batch) -> Conversation[Outcome]:
        payload = yield Send(batch)
        result: WriteResult = yield Compute(partial(read_reply, payload, batch, self.verb, self.line_item))
        if self.known.items is not None:
            self.known.items += result.added - result.deleted
        return Outcome(result)

    def _again(self, batch: Batch, lost: AnaplanError, before: WriteResult) -> Conversation[Outcome]:
        """Send rows once more, after *before* was found out."""
        logger.warning("Sending %d rows once more.", len(batch))
        try:
            outcome = yield from self._sent(batch)
        except AnaplanError as error:
            # Additions that were not there before are not there now, if Anaplan refuses them.
            if self.verb == "added" and not is_ambiguous(error):
                return Outcome(before, error, unwritten=batch.rows)
            return Outcome(before, error, in_doubt=batch.rows)
        result = without_missing(outcome.result) if self.verb == "deleted" else outcome.result
        return Outcome(before + result)

    def _idle(self) -> Conversation[None]:
        """Wait until the model does nothing any more, and for additions, until it has done so for a while."""
        failures, settled = 0, Deadline()
        patience = self.poll.settling_time if self.verb == "added" else 0.0
        for delay in self.poll.delays():
            yield Pause(min(delay, self.deadline.remaining(), settled.remaining()))
            self.deadline.check("waiting for the model to be idle, after a response was lost")
            try:
                status: ModelStatus = yield Status(self.deadline)
            except AnaplanError as error:
                failures, settled = failures + 1, Deadline()
                if not is_passing(error) or failures > self.poll.max_failures:
                    raise
                continue
            failures = 0
            settled = settled.or_before(Deadline.after(patience)) if _is_idle(status) else Deadline()
            if settled.passed():
                return

    def _look_for(self, lost: AnaplanError) -> Conversation[Outcome]:
        """Find out which items a request has added whose answer was lost, and send the others once more."""
        items = [json.loads(text) for text in self.batch.texts]
        keys = [_key(item, self.numbered) for item in items]
        given = [key for key in keys if key]
        before = self.known.items
        self.known.items = now = yield Count(self.deadline)
        found: list[DimensionItem] = yield LookUp(
            () if self.numbered else given, given if self.numbered else (), self.deadline
        )
        there = {((item.code or "") if self.numbered else item.name).casefold() for item in found}
        added = [place for place, key in enumerate(keys) if key and key.casefold() in there]
        hidden = [place for place, key in enumerate(keys) if not key]
        missing = [place for place, key in enumerate(keys) if key and key.casefold() not in there]
        grown = None if before is None or now is None else now - before
        if grown == 0 or not (added or hidden):  # whatever is there was there before, or somebody else added it
            return (yield from self._again(self.batch, lost, WriteResult()))
        if grown is None or grown != len(added) + len(hidden):
            doubt = sorted(added + hidden)
            return Outcome(cause=lost, in_doubt=self._rows(doubt), unwritten=self._rows(missing))
        result = WriteResult(total=len(added) + len(hidden), added=grown)
        if not missing:
            return Outcome(result)
        return (yield from self._again(self.batch.part(missing), lost, result))

    def _rows(self, places: Sequence[int]) -> Sequence[int]:
        return [self.batch.rows[place] for place in places]


def _key(item: dict[str, Any], numbered: bool) -> str:
    """What an item can be found by, empty where it cannot: the names of a numbered list are Anaplan's own."""
    return str(item.get("code" if numbered else "name") or "")


def _is_idle(status: ModelStatus) -> bool:
    """Whether the model is at rest, open or closed. During a write it says that it is updating."""
    return status.progress < 0 and not status.current_step.casefold().startswith("updating")
