"""What tests of both colours share: how to reach an emulator, quickly."""

from __future__ import annotations

import re
from typing import Any

from anaplan_sdk import PollSchedule, RetryPolicy
from anaplan_sdk.emulator import Emulator

# The services whose URL has an argument of its own.
NAMED = ("API", "AUTH", "OAUTH")
# The shape of the real schedules, without their patience.
QUICK_RETRY = RetryPolicy(attempts=4, first_delay=0.01, max_delay=0.05)
QUICK_POLL = PollSchedule(first_delay=0.005, max_delay=0.02, settling_time=0.3)


def options_for(emulator: Emulator, **changes: Any) -> dict[str, Any]:
    """Arguments that make a client use *emulator* as its administrator; a change to None leaves one out."""
    environment = emulator.environment
    services = re.findall(r"ANAPLAN_(\w+)_URL", " ".join(environment))
    options: dict[str, Any] = {
        "workspace_id": environment["ANAPLAN_WORKSPACE_ID"],
        "model_id": environment["ANAPLAN_MODEL_ID"],
        "user_email": environment["ANAPLAN_USER_EMAIL"],
        "password": environment["ANAPLAN_PASSWORD"],
        **{f"{service.lower()}_url": emulator.url for service in services if service in NAMED},
        "urls": {service.lower(): emulator.url for service in services if service not in NAMED} or None,
        "retry": QUICK_RETRY,
        "poll": QUICK_POLL,
        **changes,
    }
    return {name: value for name, value in options.items() if value is not None}


def ordinary_user(emulator: Emulator) -> dict[str, Any]:
    """Arguments that log in the demo tenant's user who administers nothing."""
    user = next(user for user in emulator.tenant.users.values() if user is not emulator.tenant.administrator)
    return {"user_email": user.email, "password": user.password}


def complaints(errors: str) -> list[str]:
    """Lines of a program's stderr, without what asyncio's debug mode says about a machine that is slow just now."""
    return [line for line in errors.splitlines() if not line.startswith("Executing <")]
