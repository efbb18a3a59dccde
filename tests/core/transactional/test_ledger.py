"""What is said of all requests of a call: results, interruptions, failures."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from anaplan_sdk._core.transactional.writing.batches import ITEMS, Batch
from anaplan_sdk._core.transactional.writing.ledger import Ledger, as_range, conclude, in_order
from anaplan_sdk._core.transactional.writing.sending import Outcome
from anaplan_sdk.errors import (
    AnaplanError,
    NotFoundError,
    RowError,
    TransportError,
    WaitTimeoutError,
    WriteFailedError,
    WriteInterruptedError,
    WriteTimeoutError,
)
from anaplan_sdk.models import RowFailure, WriteResult

LOST = TransportError("connection reset", maybe_received=True)


def batch_of(*texts: str, first: int = 10) -> Batch:
    return Batch(ITEMS, range(first, first + len(texts)), texts, range(len(texts)), len(texts))


NAMED = batch_of(*(json.dumps({"name": name}) for name in ("a", "b", "c")))


def heard(*outcomes: tuple[Batch, Outcome]) -> Ledger:
    ledger = Ledger("cells of module 1")
    for batch, outcome in outcomes:
        ledger.sending(batch)
        ledger.heard(batch, outcome)
    return ledger


FIRST = batch_of("0", "0", first=0)
DONE = Outcome(WriteResult(total=2, changed=2))


def test_an_interruption_says_what_was_written_what_was_not_and_what_is_not_known() -> None:
    outcome = Outcome(WriteResult(total=1, added=1), LOST, in_doubt=[3, 5], unwritten=[4])
    ledger = heard((FIRST, DONE))
    with pytest.raises(WriteInterruptedError) as caught:
        ledger.heard(batch_of("0", "0", "0", "0", first=2), outcome)
    error = caught.value
    assert (error.result, error.in_doubt, error.unwritten, error.next_row) == (
        WriteResult(total=3, changed=2, added=1),
        (3, 5),
        range(4, 5),
        6,
    )
    assert error.__cause__ is LOST
    assert str(error) == (
        "Writing cells of module 1 was interrupted. Before that: 3 rows: 1 added, 2 changed, 0 failed. It is not known "
        "whether rows 3, 5 were written. Row 4 was not written. From row 6 on, nothing was written. The reason: "
        "connection reset"
    )


def test_a_refusal_in_the_middle_says_from_where_to_go_on() -> None:
    refused, batch = NotFoundError("no", status=404, message="", path=""), batch_of("0", first=2)
    with pytest.raises(WriteInterruptedError) as caught:
        heard((FIRST, DONE), (batch, Outcome(cause=refused, unwritten=batch.rows)))
    assert (caught.value.next_row, list(caught.value.in_doubt), list(caught.value.unwritten)) == (2, [], [])


def test_a_refusal_of_the_first_request_is_raised_as_it_is() -> None:
    refused = NotFoundError("no", status=404, message="", path="")
    with pytest.raises(NotFoundError) as caught:
        heard((FIRST, Outcome(cause=refused, unwritten=FIRST.rows)))
    assert caught.value is refused


def test_a_time_limit_is_one_of_both_kinds_of_error() -> None:
    late = WaitTimeoutError("late")
    with pytest.raises(WriteTimeoutError):
        heard((FIRST, Outcome(cause=late, in_doubt=FIRST.rows)))
    assert Ledger("cells").ended(late) is late
    assert isinstance(heard((FIRST, DONE)).ended(late), WriteTimeoutError)


def test_what_ends_a_call_between_requests_says_what_was_written() -> None:
    ledger = heard((FIRST, DONE))
    row = RowError("Row 3: no", row=3, result=WriteResult())
    for error in (row, ValueError("of the source")):
        assert ledger.ended(error) is error
        assert error.__notes__ == ["Before that: 2 rows: 2 changed, 0 failed."]
    assert row.result == DONE.result
    look_up = ledger.ended(LOST)
    assert isinstance(look_up, WriteInterruptedError)
    assert (look_up.next_row, list(look_up.in_doubt)) == (2, [])


def test_who_gives_up_learns_what_is_under_way() -> None:
    ledger = heard((FIRST, DONE))
    assert ledger.abandoned() == "Before that: 2 rows: 2 changed, 0 failed."
    ledger.sending(NAMED)
    assert ledger.abandoned().endswith("it is not known whether rows 10 to 12 were written.")
    assert Ledger("cells").abandoned() == "Nothing was written before."


FAILED = WriteResult(total=9, changed=4, failures=tuple(RowFailure(row, "x", "why", "Price") for row in range(5)))


def test_failures_are_raised_or_told() -> None:
    with pytest.raises(WriteFailedError) as caught:
        conclude(FAILED, "cells of module 1", "raise")
    assert caught.value.result is FAILED
    text = (
        "Anaplan did not write all cells of module 1. 9 rows: 4 changed, 5 failed. row 0, Price: x (why); "
        "row 1, Price: x (why); row 2, Price: x (why); and 2 more."
    )
    assert str(caught.value) == text
    assert conclude(FAILED, "cells of module 1", "warn") == text
    assert conclude(DONE.result, "cells", "raise") == ""


def test_failures_are_in_the_order_of_rows() -> None:
    result = WriteResult(failures=(RowFailure(5), RowFailure(2)))
    assert [failure.row for failure in in_order(result).failures] == [2, 5]


@pytest.mark.parametrize(
    ("rows", "expected"), [([], range(0)), ([3], range(3, 4)), ([3, 4], range(3, 5)), ([3, 5], (3, 5))]
)
def test_rows_without_gaps_are_a_range(rows: list[int], expected: Any) -> None:
    assert as_range(rows) == expected


def test_errors_survive_pickling() -> None:
    error: AnaplanError = WriteInterruptedError("x", result=FAILED, in_doubt=range(2), unwritten=(5,), next_row=6)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.result, copy.in_doubt, copy.unwritten, copy.next_row) == (FAILED, range(2), (5,), 6)
