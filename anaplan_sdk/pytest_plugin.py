"""Fixtures for tests of your own integration. pytest finds them by itself once anaplan-sdk is installed.

``anaplan_emulator`` is an Anaplan for one test, and ``ANAPLAN_*`` variables point to it, so that code which makes its
own client needs no change. ``anaplan_client`` and ``anaplan_async_client`` are clients of its administrator. Override
``anaplan_tenant`` to arrange another tenant. Nothing is imported or started before a test asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from anaplan_sdk import AsyncClient, Client
    from anaplan_sdk.emulator import Emulator, Tenant


@pytest.fixture
def anaplan_tenant() -> Tenant:
    """What the emulator serves: the demo tenant, unless you override this fixture."""
    from anaplan_sdk.emulator import demo_tenant

    return demo_tenant()


@pytest.fixture
def anaplan_emulator(anaplan_tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An emulator for this test; script faults with its ``inject``, and tasks with its ``tenant.script_task``."""
    from anaplan_sdk.emulator import Emulator

    with Emulator(anaplan_tenant) as emulator:
        for name in [name for name in os.environ if name.startswith("ANAPLAN_")]:
            monkeypatch.delenv(name)  # no test may reach a tenant by accident
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
def anaplan_client(anaplan_emulator: Emulator) -> Iterator[Client]:
    """A blocking client of the emulator's administrator and first model, which does not wait long for anything."""
    from anaplan_sdk import Client, PollSchedule, RetryPolicy

    with Client(retry=RetryPolicy(first_delay=0.01), poll=PollSchedule(0.01, settling_time=1.0)) as client:
        yield client


@pytest.fixture
def anaplan_async_client(anaplan_emulator: Emulator) -> AsyncClient:
    """The same for asyncio. It needs no closing: its connections close with the event loop."""
    from anaplan_sdk import AsyncClient, PollSchedule, RetryPolicy

    return AsyncClient(retry=RetryPolicy(first_delay=0.01), poll=PollSchedule(0.01, settling_time=1.0))
