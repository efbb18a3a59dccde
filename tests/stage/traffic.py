"""What an emulator was asked."""

from __future__ import annotations

import re

from anaplan_sdk.emulator import Emulator, Received


def received(emulator: Emulator, method: str = "", path: str = "") -> list[Received]:
    """The requests of a method whose path has a match of *path*, in the order of their arrival."""
    return [
        request
        for request in emulator.requests
        if request.method.startswith(method) and re.search(path, request.path) is not None
    ]


def log_ins(emulator: Emulator) -> int:
    """How often somebody tried to log in with credentials."""
    return len(received(emulator, "POST", "/token/authenticate$"))


def refreshes(emulator: Emulator) -> int:
    """How often somebody tried to prolong a token."""
    return len(received(emulator, "POST", "/token/refresh$"))


def calls(emulator: Emulator, method: str = "", path: str = "") -> int:
    """How many requests of the API, log-ins excepted."""
    return len([request for request in received(emulator, method, path) if request.path.startswith("/2/0/")])
