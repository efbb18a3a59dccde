"""Bare callers of a test's emulator."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator
from stage.calls.caller import Caller
from stage.calls.oauth_calls import DEVICE, JSON


@pytest.fixture
def admin(emulator: Emulator) -> Caller:
    """The workspace administrator, who is a tenant administrator too."""
    return Caller.logged_in(emulator)


@pytest.fixture
def user(emulator: Emulator) -> Caller:
    """Somebody without any administrator's role."""
    return Caller.logged_in(emulator, "grace@example.com")


@pytest.fixture
def nobody(emulator: Emulator) -> Caller:
    """Somebody who is not logged in."""
    return Caller(emulator.url)


@pytest.fixture
def device(emulator: Emulator, nobody: Caller) -> Any:
    """The codes of a device, which may be polled at once."""
    emulator.tenant.options.device_poll_seconds = 0
    answer = nobody(
        "POST", "/oauth/device/code", {"client_id": DEVICE, "scope": "offline_access profile"}, headers=JSON
    )
    assert answer.status == 200
    return answer.json
