"""Results of writing: added up over requests, and carried by errors."""

from __future__ import annotations

import pickle

import pytest

from anaplan_sdk import AnaplanError, ConfigurationError, RowError, WriteFailedError, WriteInterruptedError
from anaplan_sdk.models import RowFailure, WriteResult

FAILURE = RowFailure(7, "cellIsCalculated", "the cell is a calculated/aggregate cell and is not writeable")


def test_results_add_up() -> None:
    first = WriteResult(3, added=2, ignored=1, failures=(FAILURE,))
    second = WriteResult(4, updated=1, deleted=1, changed=2, failures=(RowFailure(9), RowFailure(7)))
    assert first + second == WriteResult(7, 2, 1, 1, 2, 1, (FAILURE, RowFailure(9), RowFailure(7)))
    assert (first + second).failed_rows == (7, 9)
    assert first + WriteResult() == first


def test_a_result_is_successful_without_failures() -> None:
    assert WriteResult(3, changed=3).successful
    assert not WriteResult(3, failures=(FAILURE,)).successful


def test_a_result_is_a_sentence() -> None:
    assert str(WriteResult(2_000, added=1_999, failures=(FAILURE,))) == "2,000 rows: 1,999 added, 1 failed"
    assert str(WriteResult()) == "0 rows: 0 failed"


@pytest.mark.parametrize(
    "error",
    [
        RowError("Row 7", row=7, result=WriteResult(3)),
        WriteFailedError("1 row", result=WriteResult(3, failures=(FAILURE,))),
        WriteInterruptedError("lost", result=WriteResult(3), in_doubt=range(3, 5), next_row=5),
    ],
)
def test_errors_carry_it_also_to_other_processes(error: AnaplanError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


def test_a_row_error_is_a_mistake_of_the_caller() -> None:
    assert issubclass(RowError, ConfigurationError)
    assert list(WriteInterruptedError("lost", result=WriteResult()).in_doubt) == []
