"""When the next request may go, and how much time is left."""

from __future__ import annotations

import math

import pytest

from anaplan_sdk._core.http.deadline import Deadline, now
from anaplan_sdk._core.http.pacing import Gate, Pacing
from anaplan_sdk.errors import ConfigurationError


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    gate = Gate(Pacing(10, burst=3))
    assert [round(gate.reserve(1_000), 3) for _ in range(6)] == [0, 0, 0, 0.1, 0.2, 0.3]


def test_a_burst_is_earned_again_and_never_more_than_one() -> None:
    gate = Gate(Pacing(10, burst=3))
    for _ in range(3):
        gate.reserve(1_000)
    assert [round(gate.reserve(1_000.1), 3) for _ in range(2)] == [0, 0.1]
    assert [round(gate.reserve(9_999), 3) for _ in range(4)] == [0, 0, 0, 0.1]


def test_a_clock_that_has_just_started() -> None:
    gate = Gate(Pacing(0.001, burst=2))
    assert gate.reserve(0.0) == 0
    assert gate.reserve(0.0) <= 1_000


def test_without_pacing_nothing_waits() -> None:
    assert {Gate().reserve(1_000) for _ in range(100)} == {0}


def test_a_pause_holds_all_for_its_time_and_is_never_shortened() -> None:
    gate = Gate()
    assert gate.held(1_000) == 0
    gate.hold(1_000, 5)
    gate.hold(1_001, 1)
    assert 4 <= gate.held(1_001) <= 4.4
    assert gate.held(1_005) == 0


@pytest.mark.parametrize("wrong", [(0.0, 1), (-1.0, 1), (math.nan, 1), (1.0, 0)])
def test_paces_out_of_range(wrong: tuple[float, int]) -> None:
    with pytest.raises(ConfigurationError, match="requests_per_second must be above 0"):
        Pacing(*wrong)


def test_deadlines() -> None:
    never, soon, past = Deadline.after(None), Deadline.after(60), Deadline.after(0)
    assert (never.remaining(), never.left(), never.passed(), never.allows(1e9)) == (math.inf, None, False, True)
    assert 59 < soon.remaining() <= 60
    assert soon.allows(50)
    assert not soon.allows(70)
    assert (past.remaining(), past.left(), past.passed(), past.allows(0)) == (0, 0, True, False)
    assert soon.at > now()


@pytest.mark.parametrize("wrong", [-1, math.nan])
def test_times_that_are_none(wrong: float) -> None:
    with pytest.raises(ConfigurationError, match="zero or more seconds"):
        Deadline.after(wrong)
