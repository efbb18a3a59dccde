"""Where downloads go to that is no ordinary file."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anaplan_sdk import TransferError, TransferTimeoutError
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk._io import targets
from anaplan_sdk._io.targets import Target, as_target

pytestmark = pytest.mark.skipif(os.name != "posix", reason="named pipes are those of POSIX")

CONTENT = os.urandom(300_000)  # more than a pipe holds


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as threads:
        yield threads


def write(path: Path, content: bytes = CONTENT) -> None:
    with Target(path) as target:
        target.open()
        target.restart()
        target.write(content)
        target.finish()


def test_a_named_pipe_passes_everything_on_and_stays(pipe: Path, threads: ThreadPoolExecutor) -> None:
    reading = threads.submit(pipe.read_bytes)
    write(pipe)
    assert reading.result(20) == CONTENT
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert list(pipe.parent.iterdir()) == [pipe]


def test_a_link_to_a_pipe_leads_to_it(pipe: Path, threads: ThreadPoolExecutor) -> None:
    link = pipe.with_name("link")
    link.symlink_to(pipe)
    reading = threads.submit(pipe.read_bytes)
    write(link)
    assert reading.result(20) == CONTENT


def test_a_pipe_that_nobody_reads_is_refused(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "_PATIENCE_SECONDS", 0.2)
    with pytest.raises(TransferError, match=f"Cannot write to {pipe}: nothing reads"), Target(pipe) as target:
        target.open()
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_pipe_is_not_waited_for_beyond_the_time_limit(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "_PATIENCE_SECONDS", 600.0)
    with pytest.raises(TransferTimeoutError), Target(pipe, Deadline.after(0.1).passed) as target:
        target.open()


def test_a_reader_that_stands_still_is_not_waited_for_beyond_the_time_limit(pipe: Path) -> None:
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with Target(pipe, Deadline.after(0.3).passed) as target:
        target.open()
        with pytest.raises(TransferTimeoutError, match="waiting for the reader"):
            target.write(CONTENT)
    os.close(reading)


def test_a_reader_that_has_gone_is_told(pipe: Path) -> None:
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with Target(pipe) as target:
        target.open()
        os.close(reading)
        with pytest.raises(TransferError, match=f"Cannot write to {pipe}: Broken pipe"):
            target.write(CONTENT)


def test_whoever_is_cancelled_leaves_no_thread_behind_that_waits(pipe: Path, threads: ThreadPoolExecutor) -> None:
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with Target(pipe) as target:
        target.open()
        writing = threads.submit(target.write, CONTENT)
    with pytest.raises(TransferError, match="Given up"):
        writing.result(20)
    os.close(reading)


def test_whoever_is_cancelled_while_it_is_opened_leaves_nothing(tmp_path: Path) -> None:
    with Target(tmp_path / "rows.csv") as target:
        pass
    target.open()  # the thread comes to it after its caller has gone
    assert list(tmp_path.iterdir()) == []


def test_what_was_passed_on_cannot_be_taken_back(pipe: Path, threads: ThreadPoolExecutor) -> None:
    reading = threads.submit(pipe.read_bytes)
    with Target(pipe) as target:
        target.open().write(b"half")
        with pytest.raises(TransferError, match="after 4 bytes had been written"):
            target.restart()
    assert reading.result(20) == b"half"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_devices_stay_devices(tmp_path: Path) -> None:
    write(Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(TransferError, match="Cannot write to /dev/full: No space left"):
        write(Path("/dev/full"))
    link = tmp_path / "rows.csv"
    link.symlink_to("/dev/null")
    write(link)
    assert link.is_symlink()


PROGRAM = """
import sys
from pathlib import Path
from anaplan_sdk._io.targets import Target
print("header", flush=True)
with Target(Path(sys.argv[1])) as target:
    target.open().write(b"rows")
    target.finish()
print("footer")
"""


@pytest.mark.parametrize("link", [False, True])
def test_standard_output_is_written_to_where_it_goes(tmp_path: Path, link: bool) -> None:
    path = Path("/dev/stdout")
    if link:
        path = tmp_path / "output"
        path.symlink_to("/dev/stdout")
    command = [sys.executable, "-c", PROGRAM, str(path)]
    piped = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    assert piped.split() == [b"header", b"rowsfooter"]
    # A file that the shell has opened: what stands in it already stays.
    with (tmp_path / "file").open("wb") as file:
        subprocess.run(command, stdout=file, check=True)
    assert (tmp_path / "file").read_bytes() == piped


def test_a_path_that_ends_like_a_directory_names_none(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="it is a directory"):
        as_target(f"{tmp_path}/exports/")
    assert as_target("~/rows.csv") == Path.home() / "rows.csv"


def test_an_ordinary_file_is_replaced_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("older")
    ready, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with Target(path) as target:
            target.open().write(b"rows")
            ready.set()
            go_on.wait(20)
            target.finish()

    with ThreadPoolExecutor() as threads:
        writing = threads.submit(slowly)
        ready.wait(20)
        assert path.read_text() == "older"
        go_on.set()
        writing.result(20)
    assert path.read_bytes() == b"rows"
