"""python -m anaplan_sdk check: the report of a client that is made from the environment."""

from __future__ import annotations

import os
import subprocess
import sys

from anaplan_sdk.emulator import Emulator


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ANAPLAN_")}
    command = [sys.executable, "-m", "anaplan_sdk", *arguments]
    return subprocess.run(command, env=inherited | environment, capture_output=True, text=True, timeout=60)


def test_what_works_is_reported(emulator: Emulator) -> None:
    done = run("check", **emulator.environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("anaplan-sdk ")
    assert "ada@example.com" in done.stdout


def test_what_does_not_work_is_reported_and_ends_with_1(emulator: Emulator) -> None:
    done = run("check", **emulator.environment | {"ANAPLAN_PASSWORD": "not-the-password"})
    assert (done.returncode, done.stderr) == (1, "")
    assert "failed   log-in" in done.stdout
    assert "not-the-password" not in done.stdout


def test_an_environment_without_credentials_is_told_what_to_set() -> None:
    done = run("check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No credentials. Give ")


def test_another_command_is_told_which_there_is() -> None:
    done = run("chek")
    assert done.returncode == 2
    assert "check" in done.stderr
