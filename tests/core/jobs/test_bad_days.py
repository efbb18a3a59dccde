"""Runs at once on random days, without a socket: nobody takes the task of another, and waits end when they should.

The soak (``nox -s soak -- tests/core/jobs``) tries a million days on all cores.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from operator import add

import pytest

from stage.bad_runs import days

DAYS, SOAK_DAYS, BLOCK = 20_000, 1_000_000, 5_000
# Every one of these ends must come up, or the days are not as bad as they seem.
EXPECTED = ("Task", "AmbiguousRunError", "TaskTimeoutError", "TaskError", "TransportError", "NotFoundError", "gave up")


def blocks(count: int) -> list[range]:
    return [range(first, first + BLOCK) for first in range(0, count, BLOCK)]


@pytest.mark.hypothesis  # so that the soak takes it along
def test_a_run_is_started_once_and_waited_for_on_any_day(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--hypothesis-profile") == "soak":
        with ProcessPoolExecutor(os.cpu_count()) as processes:
            outcomes = reduce(add, processes.map(days, blocks(SOAK_DAYS)))
    else:
        outcomes = reduce(add, map(days, blocks(DAYS)), Counter[str]())
    assert all(outcomes[kind] >= DAYS / 1_000 for kind in EXPECTED), outcomes
    assert outcomes["Task"] > DAYS / 2
