"""The export of the audit log in the examples: whatever happens to it, its file has every event once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.world.events import AuditEvent
from stage.programs import COLOURS, EXAMPLES, run


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ANAPLAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def note(emulator: Emulator, count: int, chance: random.Random) -> list[int]:
    """Events that happened within the last 50 minutes and appear in the log only now; their ids."""
    dates = (time.time() - chance.uniform(0, 3_000) for _ in range(count))
    return [emulator.tenant.audit.add(AuditEvent("INT-06", "Noted", "8a1b", date=date)).id for date in dates]


def exported_events() -> list[int]:
    return [json.loads(line)["id"] for line in Path("audit.jsonl").read_text("utf-8").splitlines()]


def audited(emulator: Emulator) -> int:
    """How many requests for the audit log there were."""
    return len(emulator.received("GET", "/audit/"))


def size(name: str) -> int:
    return Path(name).stat().st_size if Path(name).exists() else 0


def kill_once(seen: Callable[[], int], command: list[str], on: Emulator, seconds: float) -> None:
    """Kill a program so many seconds after something is seen to change."""
    before, deadline = seen(), time.monotonic() + 60
    with subprocess.Popen(command, env={**os.environ, **on.environment}) as process:
        while seen() == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.0002)
        time.sleep(seconds)
        process.kill()


def test_exports_of_the_audit_log_that_are_killed_at_any_moment_miss_nothing_and_double_nothing(
    emulator: Emulator,
) -> None:
    chance, ids = random.Random(20), set[int]()
    moments: list[tuple[Callable[[], int], float]] = [
        (lambda: audited(emulator), 0.3),
        (lambda: size("audit.jsonl.new"), 0.01),
        (lambda: size("audit.jsonl"), 0.0),
        (lambda: size("audit.jsonl"), 0.005),
        (lambda: size("audit.jsonl.checkpoint"), 0.0),
    ]
    for attempt in range(10):
        ids |= set(note(emulator, 2_000, chance))
        command = [sys.executable, str(EXAMPLES / "audit_export.py"), "audit.jsonl", *COLOURS[attempt % 2]]
        seen, longest = moments[attempt % 5]
        kill_once(seen, command, emulator, chance.uniform(0, longest))
    done = run("audit_export.py", "audit.jsonl", on=emulator)
    assert done.returncode == 0, done.stderr
    found = exported_events()
    assert len(found) == len(set(found))
    assert ids <= set(found) <= {event.id for event in emulator.tenant.audit.events()}


def test_an_export_of_the_audit_log_goes_on_where_the_last_one_ended(emulator: Emulator) -> None:
    chance = random.Random(1)
    first = note(emulator, 30, chance)
    for colour in COLOURS:
        done = run("audit_export.py", "audit.jsonl", "--category", "int", *colour, on=emulator)
        assert done.returncode == 0, done.stderr
        assert sorted(exported_events()) == first
    late = note(emulator, 3, chance)
    done = run("audit_export.py", "audit.jsonl", "--category", "int", on=emulator)
    assert done.stdout.startswith("3 new events in audit.jsonl, up to ")
    assert sorted(exported_events()) == first + late


def test_what_a_killed_export_had_appended_is_cut_off(emulator: Emulator) -> None:
    ids = note(emulator, 3, random.Random(1))
    for _ in range(2):
        run("audit_export.py", "audit.jsonl", "--category", "int", on=emulator)
        with Path("audit.jsonl").open("a") as file:
            file.write('{"id": 1}\n{"id": ')
    assert run("audit_export.py", "audit.jsonl", "--category", "int", on=emulator).returncode == 0
    assert sorted(exported_events()) == ids


def test_a_file_of_somebody_else_is_not_touched(emulator: Emulator) -> None:
    Path("audit.jsonl").write_text("mine")
    done = run("audit_export.py", "audit.jsonl", on=emulator)
    assert (done.returncode, Path("audit.jsonl").read_text()) == (1, "mine")
    assert "audit.jsonl.checkpoint does not" in done.stderr
    Path("other.jsonl.checkpoint").write_text('{"bytes": 9, "checkpoint": null}')
    done = run("audit_export.py", "other.jsonl", on=emulator)
    assert done.returncode == 1
    assert "other.jsonl has 0 bytes, but had 9 after the last run" in done.stderr
    assert audited(emulator) == 0


def test_two_exports_at_a_time_do_not_mix(emulator: Emulator) -> None:
    with FileLock("audit.jsonl.lock"):
        done = run("audit_export.py", "audit.jsonl", on=emulator)
    assert done.returncode == 1
    assert "another run is writing to audit.jsonl" in done.stderr


def test_an_export_by_who_is_no_auditor_says_what_is_missing(emulator: Emulator) -> None:
    emulator.tenant.administrator.roles.clear()
    done = run("audit_export.py", "audit.jsonl", "--async", on=emulator)
    assert done.returncode == 1
    assert "role of Tenant Auditor" in done.stderr
