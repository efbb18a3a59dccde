"""The demo model that can be planned with, for tests of both colours."""

from __future__ import annotations

from anaplan_sdk.emulator import Emulator, Model

TIME, VERSIONS, LINE_ITEMS, USERS = "20000000003", "20000000020", "20000000012", "101999999999"


def model_of(emulator: Emulator) -> Model:
    """The development model of the demo tenant."""
    return next(iter(emulator.tenant.models.values()))
