"""What every test shares: generated code that is current, and an Anaplan to talk to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from codegen import ROOT, emit

if TYPE_CHECKING:
    from anaplan_sdk.emulator import Emulator
    from stage.observed import Clock

if (ROOT / "_async_src").is_dir():
    emit()

# In the background of a shell Ctrl-C is ignored, and so it would be by the tests that press it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Nothing here is timed: a slow machine must not turn an example into a failure.
# The suite tries the same examples every time, so that a change is judged by what it changes; the soak tries new ones.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True, derandomize=True
)
settings.register_profile("soak", settings.get_profile("suite"), max_examples=10_000, derandomize=False)
settings.load_profile("suite")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the clients."""
    from anaplan_sdk._core.http import deadline
    from stage.observed import Clock

    clock = Clock()
    monkeypatch.setattr(deadline, "_CLOCKS", (clock.monotonic,))
    return clock


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An Anaplan with the demo tenant, for one test."""
    from anaplan_sdk.emulator import Emulator

    with Emulator() as emulator:
        yield emulator
