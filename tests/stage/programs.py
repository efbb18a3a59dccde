"""Examples, run as a user would run them."""

from __future__ import annotations

import os
import subprocess
import sys

from anaplan_sdk.emulator import Emulator
from stage.snippets import ROOT

EXAMPLES = ROOT / "examples"
# The arguments that choose the client.
COLOURS: tuple[list[str], ...] = ([], ["--async"])
Done = subprocess.CompletedProcess[str]


def run(script: str, *arguments: object, on: Emulator | None = None) -> Done:
    """Run an example on an emulator of its own, or on that of the test; no warning passes."""
    command = [sys.executable, "-X", "dev", "-W", "error", EXAMPLES / script, *arguments]
    environment = {**os.environ, **(on.environment if on else {}), "PYTHONUTF8": "1"}
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, encoding="utf-8", timeout=60)
    assert "Exception ignored" not in done.stderr
    assert "Warning" not in done.stderr
    return done
