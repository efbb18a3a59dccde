"""An emulator for each test, and bare callers of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from emulator.caller import Caller

from anaplan_sdk.emulator import Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def admin(emulator: Emulator) -> Caller:
    """The workspace administrator, who is a tenant administrator too."""
    return Caller.logged_in(emulator)


@pytest.fixture
def user(emulator: Emulator) -> Caller:
    """Somebody without any administrator's role."""
    return Caller.logged_in(emulator, "grace@example.com")
