"""What killed emulators have left is removed, and nothing else, whatever it is called."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.content.directory import MARK, MARKED, PREFIX

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")


def test_what_an_emulator_has_left_goes_with_the_next_once_it_is_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{PREFIX}left"
    left.mkdir()
    (left / MARK).write_bytes(MARKED)
    (left / "17").write_text("content")
    with Emulator():
        assert left.exists()
    os.utime(left, (0, 0))
    with Emulator():
        assert not left.exists()


def test_what_no_emulator_has_made_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    marks: dict[str, bytes | None] = {"unmarked": None, "notes": MARKED, "forged": b"another text"}
    if os.geteuid() == 0:
        marks["others"] = MARKED
    for directory, mark in [
        (elsewhere, MARKED),
        *((tmp_path / f"{PREFIX}{name}", mark) for name, mark in marks.items()),
    ]:
        directory.mkdir()
        (directory / "1").write_text("precious")
        if mark is not None:
            (directory / MARK).write_bytes(mark)
    (tmp_path / f"{PREFIX}notes" / "notes.txt").write_text("precious")
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    if os.geteuid() == 0:
        os.chown(tmp_path / f"{PREFIX}others", 1234, 1234)
    for directory in tmp_path.iterdir():
        os.utime(directory, (0, 0))
    before = sorted(path for directory in tmp_path.iterdir() for path in directory.iterdir())
    with Emulator():
        pass
    after = sorted(path for directory in tmp_path.iterdir() for path in directory.iterdir())
    assert after == before
