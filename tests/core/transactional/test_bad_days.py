"""Requests that write rows on random days, without a socket: nothing is added twice, and every row is accounted for.

The soak (``nox -s soak -- tests/core/transactional``) tries a million days on all cores.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from operator import add

import pytest

from stage.writing.bad_writes import days

DAYS, SOAK_DAYS, BLOCK = 20_000, 1_000_000, 5_000
# Every one of these ends must come up, or the days are not as bad as they seem.
EXPECTED = (
    "added",
    "added after another try",
    "updated",
    "updated after another try",
    "deleted",
    "deleted after another try",
    "ModelBusyError, none in doubt",
    "ModelBusyError, all in doubt after another try",
    "TransportError, all in doubt",
    "TransportError, some in doubt",
    "TransportError, some in doubt after another try",
    "TransportError, all in doubt after another try",
    "WaitTimeoutError, all in doubt",
)


def blocks(count: int) -> list[range]:
    return [range(first, first + BLOCK) for first in range(0, count, BLOCK)]


@pytest.mark.hypothesis  # so that the soak takes it along
def test_nothing_is_added_twice_and_every_row_is_accounted_for_on_any_day(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--hypothesis-profile") == "soak":
        with ProcessPoolExecutor(os.cpu_count()) as processes:
            outcomes = reduce(add, processes.map(days, blocks(SOAK_DAYS)))
    else:
        outcomes = reduce(add, map(days, blocks(DAYS)), Counter[str]())
    assert all(outcomes[kind] >= DAYS / 1_000 for kind in EXPECTED), outcomes
    assert sum(count for kind, count in outcomes.items() if "Error" not in kind) > DAYS / 2, outcomes
