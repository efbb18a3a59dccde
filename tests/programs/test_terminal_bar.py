"""The bar shows itself on a terminal and nowhere else."""

from __future__ import annotations

import io

from anaplan_sdk import Progress
from anaplan_sdk.progress import TerminalBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_bars() -> None:
    terminal = Terminal()
    with TerminalBar(terminal) as bar:
        bar(Progress("upload", "file 1", 50.0, 100.0))
        bar(Progress("run", "process 2", 0.5, 1.0, "Importing"))
        bar(Progress("upload", "file 1", 100.0, 100.0, ended=True))
    shown = terminal.getvalue()
    assert "upload file 1" in shown
    assert "100%" in shown
    assert "Importing" in shown


def test_rows_and_events_are_counted() -> None:
    terminal = Terminal()
    with TerminalBar(terminal) as bar:
        bar(Progress("write", "module 2", 60_000.0, 120_000.0))
        bar(Progress("write", "list 3", 5.0))
        bar(Progress("audit", "log", 7.0))
    shown = terminal.getvalue()
    assert "write module 2" in shown
    assert "60.0k/120k" in shown
    assert "5.00 rows" in shown
    assert "7.00 events" in shown


def test_nothing_is_written_where_there_is_no_terminal() -> None:
    log = io.StringIO()
    with TerminalBar(log) as bar:
        bar(Progress("download", "file 1", 50.0))
        bar(Progress("download", "file 1", 60.0, ended=True))
    assert log.getvalue() == ""


def test_what_a_server_says_drives_no_terminal() -> None:
    terminal = Terminal()
    with TerminalBar(terminal) as bar:
        bar(Progress("run", "import \x1b]0;owned\x07", 0.5, 1.0, "Importing\x1b[2J\nERROR"))
    shown = terminal.getvalue()
    assert "Importing\\x1b[2J\\nERROR" in shown
    assert "import \\x1b]0;owned\\x07" in shown
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown
