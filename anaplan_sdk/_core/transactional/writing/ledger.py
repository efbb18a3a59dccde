"""What is known of the rows of one call that writes, and the error or the note that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import attrs

from anaplan_sdk._core.transactional.writing.batches import Batch
from anaplan_sdk._core.transactional.writing.sending import Outcome
from anaplan_sdk.errors import (
    AnaplanError,
    ConfigurationError,
    RowError,
    WaitTimeoutError,
    WriteFailedError,
    WriteInterruptedError,
    WriteTimeoutError,
)
from anaplan_sdk.models import RowFailure, WriteResult

OnFailures: TypeAlias = Literal["raise", "warn", "ignore"]

# Failures that are named in a message.
_SHOWN = 3


def check_on_failures(value: object) -> None:
    """Refuse a word that says nothing."""
    if value not in ("raise", "warn", "ignore"):
        raise ConfigurationError(f"on_failures must be 'raise', 'warn' or 'ignore', not {value!r}.")


@attrs.define
class Ledger:
    """The rows of one call: what Anaplan said of them, and which are under way. ``what`` is written, and where."""

    what: str
    result: WriteResult = attrs.field(factory=WriteResult)
    next_row: int = 0
    _under_way: Batch | None = attrs.field(default=None, init=False)

    def sending(self, batch: Batch) -> None:
        """These rows are sent now."""
        self._under_way = batch

    def heard(self, batch: Batch, outcome: Outcome) -> None:
        """What became of them. Raises the error of a call that ends here."""
        self._under_way = None
        self.result += outcome.result
        if outcome.cause is not None:
            raise self._interrupted(batch, outcome, outcome.cause)
        self.next_row = max(self.next_row, batch.rows[-1] + 1)

    def _interrupted(self, batch: Batch, outcome: Outcome, cause: AnaplanError) -> AnaplanError:
        if not (outcome.in_doubt or self.result.total):
            return cause
        unwritten = outcome.unwritten
        if len(unwritten) == len(batch):  # nothing of it was written
            return self._error(cause, outcome.in_doubt, (), batch.resume)
        next_row = batch.rows[-1] + 1 if batch.whole else batch.resume
        return self._error(cause, outcome.in_doubt, unwritten, next_row)

    def ended(self, error: Exception) -> Exception:
        """The error for a failure between two requests: of a row, of the source of rows, of a look-up."""
        if isinstance(error, RowError):
            error.result = self.result
        elif isinstance(error, AnaplanError) and self.result.total:
            return self._error(error, (), (), self.next_row)
        if self.result.total:
            error.add_note(self._so_far())
        return error

    def abandoned(self) -> str:
        """What a caller must know who gave up in the middle."""
        if (batch := self._under_way) is None:
            return self._so_far()
        doubt = f"A request was under way: it is not known whether {_were(batch.rows)} written."
        return f"{self._so_far()} {doubt}"

    def _error(
        self, cause: AnaplanError, in_doubt: Sequence[int], unwritten: Sequence[int], next_row: int
    ) -> WriteInterruptedError:
        kind = WriteTimeoutError if isinstance(cause, WaitTimeoutError) else WriteInterruptedError
        doubt = f"It is not known whether {_were(in_doubt)} written. " if in_doubt else ""
        left = f"{_were(unwritten)} not written. ".capitalize() if unwritten else ""
        error = kind(
            f"Writing {self.what} was interrupted. {self._so_far()} {doubt}{left}From row {next_row:,} on, nothing was "
            f"written. The reason: {cause}",
            result=self.result,
            in_doubt=as_range(in_doubt),
            unwritten=as_range(unwritten),
            next_row=next_row,
        )
        error.__cause__ = cause
        return error

    def _so_far(self) -> str:
        return f"Before that: {self.result}." if self.result.total else "Nothing was written before."


def conclude(result: WriteResult, what: str, on_failures: OnFailures) -> str:
    """What the caller should know of *result*: empty where there is nothing. Raises WriteFailedError where wanted."""
    if result.successful:
        return ""
    shown = "; ".join(_shown(failure) for failure in result.failures[:_SHOWN])
    more = len(result.failures) - _SHOWN
    tail = f"; and {more:,} more" if more > 0 else ""
    message = f"Anaplan did not write all {what}. {result}. {shown}{tail}."
    if on_failures == "raise":
        raise WriteFailedError(message, result=result)
    return message


def _shown(failure: RowFailure) -> str:
    where = f"row {failure.row:,}" if failure.row >= 0 else "a row"
    line_item = f", {failure.line_item}" if failure.line_item else ""
    return f"{where}{line_item}: {failure.kind} ({failure.message})" if failure.message else f"{where}: {failure.kind}"


def in_order(result: WriteResult) -> WriteResult:
    """The result with its failures in the order of rows: additions and updates are sent by turns."""
    return attrs.evolve(result, failures=tuple(sorted(result.failures, key=lambda failure: failure.row)))


def as_range(rows: Sequence[int]) -> Sequence[int]:
    """Positions as a range where they have no gaps, else as a tuple."""
    if not rows:
        return range(0)
    if rows[-1] - rows[0] == len(rows) - 1:
        return range(rows[0], rows[-1] + 1)
    return tuple(rows)


def _were(rows: Sequence[int]) -> str:
    """Rows in a sentence that goes on with what they were."""
    if len(rows) == 1:
        return f"row {rows[0]:,} was"
    if isinstance(as_range(rows), range):
        return f"rows {rows[0]:,} to {rows[-1]:,} were"
    shown = ", ".join(f"{row:,}" for row in rows[:20])
    return f"rows {shown}{f' and {len(rows) - 20:,} more' if len(rows) > 20 else ''} were"
