"""The SDK's blocking client."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from anaplan_sdk import Client
from benchmarks.answers import FILE_ID
from benchmarks.content.cells import MODULE_ID, cell_rows
from benchmarks.content.views import VIEW_ID
from benchmarks.jobs.login import certificate_options
from benchmarks.setting import Setting
from benchmarks.watch import Watch


def upload_file(setting: Setting, watch: Watch, *, source: str = "bytes", **options: Any) -> None:
    """Upload bytes that the caller holds, or a ``path``."""
    content = setting.content if source == "path" else setting.content.read_bytes()
    with Client(**setting.client_options(**options)) as anaplan, watch:
        anaplan.upload_file(FILE_ID, content)


def upload_file_stream(setting: Setting, watch: Watch, *, repeat: int = 1) -> None:
    with Client(**setting.client_options()) as anaplan, watch:
        anaplan.upload_file_stream(FILE_ID, setting.pieces(repeat))


def get_file(setting: Setting, watch: Watch) -> None:
    with Client(**setting.client_options()) as anaplan, watch:
        content = anaplan.get_file(FILE_ID)
    assert len(content) == setting.content.stat().st_size


def get_file_stream(setting: Setting, watch: Watch, *, work: float = 0.0) -> None:
    """Download a stream, working so many seconds on each chunk."""
    size_bytes = 0
    with Client(**setting.client_options()) as anaplan, watch:
        for chunk in anaplan.get_file_stream(FILE_ID):
            size_bytes += len(chunk)
            time.sleep(work)
    assert size_bytes == setting.content.stat().st_size


def download_file(setting: Setting, watch: Watch) -> None:
    with setting.folder() as folder, Client(**setting.client_options()) as anaplan, watch:
        anaplan.download_file(FILE_ID, Path(folder, "content"))


def call(setting: Setting, watch: Watch, *, times: int) -> None:
    """Small calls, one after the other."""
    with Client(**setting.client_options()) as anaplan:
        anaplan.get_current_user()
        with watch:
            for _ in range(times):
                anaplan.get_current_user()


def call_together(setting: Setting, watch: Watch, *, times: int, log_in: bool) -> None:
    """Small calls side by side under certificate log-in, which is timed too where ``log_in`` says so."""
    started = threading.Barrier(times)
    with Client(**certificate_options(setting)) as anaplan, ThreadPoolExecutor(times) as threads:
        list(threads.map(lambda _: started.wait(), range(times)))
        if not log_in:
            anaplan.get_current_user()
        with watch:
            list(threads.map(lambda _: anaplan.get_current_user(), range(times)))


def list_models(setting: Setting, watch: Watch, *, count: int, details: bool) -> None:
    with Client(**setting.client_options()) as anaplan, watch:
        models = anaplan.list_models(details=details)
    assert len(models) == count


def list_line_items(setting: Setting, watch: Watch, *, count: int) -> None:
    with Client(**setting.client_options()) as anaplan, watch:
        items = anaplan.transactional.list_line_items()
    assert len(items) == count


def write_cells(setting: Setting, watch: Watch, *, count: int) -> None:
    """Write so many cells, of rows that the caller holds."""
    rows = list(cell_rows(count))
    with Client(**setting.client_options()) as anaplan:
        anaplan.get_current_user()
        assert anaplan.transactional
        with watch:
            result = anaplan.transactional.write_cells(MODULE_ID, rows)
    assert (result.changed, result.failures) == (count, ())


def read_view(setting: Setting, watch: Watch, *, rows: int, kept: bool) -> None:
    """The rows of a view by a read request, ``kept`` in a list or one after the other."""
    with Client(**setting.client_options()) as anaplan:
        anaplan.get_current_user()
        assert anaplan.transactional  # its modules are loaded with the first use
        with watch:
            if kept:
                count = len(anaplan.transactional.get_view_rows(VIEW_ID, large=True))
            else:
                count = sum(1 for _ in anaplan.transactional.get_view_rows_stream(VIEW_ID, large=True))
    assert count == rows
