"""Looks at a task come quickly at first, then settle."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import ConfigurationError, PollSchedule

SECONDS = st.floats(0, 1e6)


@given(SECONDS, st.floats(1, 100), SECONDS)
def test_delays_grow_to_their_maximum(first: float, factor: float, most: float) -> None:
    delays = list(islice(PollSchedule(first_delay=first, factor=factor, max_delay=most).delays(), 50))
    assert delays[0] == min(first, most)
    assert delays == sorted(delays)
    assert delays[-1] <= most


def test_the_default_is_quick_for_short_tasks_and_polite_to_long_ones() -> None:
    delays = list(islice(PollSchedule().delays(), 40))
    assert sum(delays[:4]) < 2
    assert delays[-1] == 10


@pytest.mark.parametrize(
    "settings",
    [{"first_delay": -1}, {"max_delay": -1}, {"factor": 0.5}, {"max_failures": -1}, {"settling_time": -0.1}],
    ids=str,
)
def test_impossible_schedules_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="factor must be at least 1, everything else zero or more"):
        PollSchedule(**settings)
