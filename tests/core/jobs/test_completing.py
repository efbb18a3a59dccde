"""Completing a stream on any day, without a socket: it is complete exactly where the call says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from anaplan_sdk._core.jobs.completing import Complete, Count, complete_stream
from anaplan_sdk.errors import AnaplanError, ApiError, TransferError, TransportError

LOST = TransportError("lost", maybe_received=True)
UNREACHED = TransportError("unreached", maybe_received=False)
FORBIDDEN = ApiError("forbidden", status=403, message="", path="/complete")

Answer = int | AnaplanError


def steps_of(answers: Sequence[Answer], *, too_late: bool = False) -> Iterator[Complete | Count]:
    """What completing a file of three chunks asks for, given these answers; raises what it raises."""
    flow = complete_stream(113, 3, lambda: too_late)
    step = next(flow)
    for answer in answers:
        yield step
        try:
            step = flow.throw(answer) if isinstance(answer, AnaplanError) else flow.send(answer)
        except StopIteration:
            return
    raise AssertionError(f"{step} is left")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([3], [Complete(False)]),
        ([0], [Complete(False)]),
        ([LOST, 3], [Complete(False), Count()]),
        ([LOST, 0, 3], [Complete(False), Count(), Complete(True)]),
        ([LOST, 7, 0], [Complete(False), Count(), Complete(True)]),
    ],
    ids=["counted", "no word of chunks", "taken note of", "not taken note of", "another upload's count"],
)
def test_a_stream_is_completed(answers: Sequence[Answer], expected: list[Complete | Count]) -> None:
    assert list(steps_of(answers)) == expected


@pytest.mark.parametrize("error", [UNREACHED, FORBIDDEN], ids=str)
def test_what_is_no_lost_answer_is_raised(error: AnaplanError) -> None:
    with pytest.raises(type(error)):
        list(steps_of([error]))


def test_a_lost_answer_is_raised_where_the_time_is_over() -> None:
    with pytest.raises(TransportError):
        list(steps_of([LOST], too_late=True))


@pytest.mark.parametrize("answers", [[2], [LOST, 0, 4]], ids=["at once", "told again"])
def test_other_counts_are_no_success(answers: Sequence[Answer]) -> None:
    with pytest.raises(TransferError, match=r"3 chunks were sent, but Anaplan counts \d"):
        list(steps_of(answers))
