"""Partial files of calls that are gone are removed, and those of calls that go on are left alone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anaplan_sdk._io.partial import PartialFile

pytestmark = pytest.mark.skipif(os.name != "posix", reason="locks are those of POSIX")

WRITER = """
import sys, pathlib
from anaplan_sdk._io.partial import PartialFile
with PartialFile(pathlib.Path(sys.argv[1])) as file:
    file.write(b"half")
    print("written", flush=True)
    sys.stdin.read()
"""


def write(target: Path, content: bytes = b"rows") -> None:
    with PartialFile(target) as file:
        file.write(content)
        file.finish()


def begin_and_kill(target: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)


def test_what_a_killed_process_has_left_goes_with_the_next_call(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    begin_and_kill(target)
    assert len(list(tmp_path.iterdir())) == 1
    begin_and_kill(target)
    assert len(list(tmp_path.iterdir())) == 1
    write(target)
    assert list(tmp_path.iterdir()) == [target]


def test_what_was_left_for_another_target_goes_once_it_is_old(tmp_path: Path) -> None:
    target = tmp_path / "2026-02.csv"
    begin_and_kill(tmp_path / "2026-01.csv")
    [left] = tmp_path.iterdir()
    write(target)
    assert left.exists()
    os.utime(left, (0, 0))
    write(target)
    assert list(tmp_path.iterdir()) == [target]


def test_what_is_being_written_is_left_alone_however_old(tmp_path: Path) -> None:
    with PartialFile(tmp_path / "rows.csv") as slow:
        slow.write(b"slow")
        [partial_path] = tmp_path.iterdir()
        os.utime(partial_path, (0, 0))
        write(tmp_path / "rows.csv", b"quick")
        write(tmp_path / "other.csv")
        assert (tmp_path / "rows.csv").read_bytes() == b"quick"
        slow.finish()
    assert (tmp_path / "rows.csv").read_bytes() == b"slow"
    assert len(list(tmp_path.iterdir())) == 2


def test_any_number_of_calls_may_write_to_one_target(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    files = [PartialFile(target).__enter__() for _ in range(20)]
    for number, file in enumerate(files):
        file.write(b"%d" % number)
        file.finish()
        file.__exit__()
        assert target.read_bytes() == b"%d" % number
    assert list(tmp_path.iterdir()) == [target]


def test_a_call_that_is_done_leaves_the_next_one_alone(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    first, second = PartialFile(target).__enter__(), PartialFile(target)
    first.write(b"first")
    first.finish()
    with second:  # takes the name of a partial file that the first has given away
        first.__exit__()
        second.write(b"second")
        second.finish()
    assert target.read_bytes() == b"second"


HURRIED = """
import os, pathlib, sys, time
from anaplan_sdk._io.partial import PartialFile
until = time.monotonic() + 60
for number in range(int(sys.argv[2])):
    if time.monotonic() < until:
        with PartialFile(pathlib.Path(sys.argv[1])) as file:
            file.write(b"%07d" % os.getpid() * 1_000)
            if number % 10:
                file.finish()
"""


def test_many_processes_and_some_that_are_killed_leave_a_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    command = [sys.executable, "-c", HURRIED, str(target)]
    writers = [subprocess.Popen([*command, "1000"], stderr=subprocess.PIPE) for _ in range(4)]
    while any(writer.poll() is None for writer in writers):
        with subprocess.Popen([*command, "1000000"]) as killed:
            with contextlib.suppress(subprocess.TimeoutExpired):
                killed.wait(0.3)
            killed.kill()
        if target.exists():
            content = target.read_bytes()
            assert content == content[:7] * 1_000
    assert [writer.communicate()[1] for writer in writers] == [b""] * 4
    write(target)
    assert list(tmp_path.iterdir()) == [target]


def test_what_others_have_put_there_is_neither_removed_nor_written_to(tmp_path: Path) -> None:
    target, precious = tmp_path / "rows.csv", tmp_path / "precious"
    precious.write_text("precious")
    with PartialFile(target):
        [planted] = [path for path in tmp_path.iterdir() if path.suffix == ".part"]
    planted.symlink_to(precious)
    write(target)
    assert precious.read_text() == "precious"
    assert planted.is_symlink()
    assert len(list(tmp_path.iterdir())) == 3
