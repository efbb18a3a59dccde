"""What is known of a start whose answer was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from anaplan_sdk._core.jobs.starts import Sighting, Starts, is_ambiguous
from anaplan_sdk.errors import AnaplanError, ApiError, AuthenticationError, TransportError, UnexpectedResponseError
from anaplan_sdk.models import TaskSummary

STARTED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def task(id: str, seconds: float | None = 0.0) -> TaskSummary:
    created = None if seconds is None else STARTED + timedelta(seconds=seconds)
    return TaskSummary(id, "NOT_STARTED", created)


def refusal(status: int) -> ApiError:
    return ApiError("", status=status, message="", path="/")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TransportError("", maybe_received=True), True),
        (TransportError("", maybe_received=False), False),
        (UnexpectedResponseError(""), True),
        (refusal(500), True),
        (refusal(504), True),
        (refusal(400), False),
        (refusal(429), False),
        (AuthenticationError(""), False),
    ],
)
def test_what_leaves_a_start_in_doubt(error: AnaplanError, expected: bool) -> None:
    assert is_ambiguous(error) is expected


def test_starts_know_their_rivals_and_what_was_claimed() -> None:
    starts = Starts()
    with starts.start("/exports/1") as first, starts.start("/exports/2") as other:
        assert first.rivals() == []
        with starts.start("/exports/1") as second:
            assert (first.rivals(), second.rivals(), other.rivals()) == ([second], [first], [])
            second.claim("A")
        assert first.rivals() == []
        assert first.claimed() == {"A"}


def test_a_start_that_fails_is_no_rival_any_more() -> None:
    starts = Starts()
    with pytest.raises(KeyboardInterrupt), starts.start("/exports/1"):
        raise KeyboardInterrupt
    assert starts.under_way() == ()


def test_claims_do_not_grow_without_end() -> None:
    starts = Starts()
    for number in range(1_500):
        starts.claim(str(number))
    assert len(starts.claimed()) == 1_000
    assert "1499" in starts.claimed()


@pytest.mark.parametrize(
    ("candidates", "certain", "task_id", "nothing"),
    [
        ([], True, None, True),
        ([], False, None, False),
        ([task("A")], True, "A", False),
        ([task("A")], False, None, False),
        ([task("A"), task("B")], True, None, False),
    ],
    ids=str,
)
def test_only_one_certain_candidate_is_the_task(
    candidates: list[TaskSummary], certain: bool, task_id: str | None, nothing: bool
) -> None:
    sighting = Sighting(candidates, certain)
    assert (sighting.task and sighting.task.id, sighting.nothing) == (task_id, nothing)
