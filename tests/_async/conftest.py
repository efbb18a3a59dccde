# Source of both colours: scripts/codegen.py emits this file twice.
from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from anaplan_sdk import AsyncClient
from anaplan_sdk.emulator import Emulator
from stage.support import options_for


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[AsyncClient]:
    """The administrator's client of the demo development model."""
    async with AsyncClient(**options_for(emulator)) as client:
        yield client
