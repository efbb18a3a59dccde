"""The SDK's asyncio client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from anaplan_sdk import AsyncClient
from benchmarks.answers import FILE_ID
from benchmarks.content.cells import MODULE_ID, cell_rows
from benchmarks.content.views import VIEW_ID
from benchmarks.jobs.login import certificate_options
from benchmarks.setting import Setting
from benchmarks.watch import Watch


def upload_file(setting: Setting, watch: Watch, *, source: str = "bytes", stalls: bool = False, **options: Any) -> None:
    """Upload bytes that the caller holds, or a ``path``."""
    content = setting.content if source == "path" else setting.content.read_bytes()
    _run(lambda anaplan: anaplan.upload_file(FILE_ID, content), setting.client_options(**options), watch, stalls=stalls)


def upload_file_stream(setting: Setting, watch: Watch, *, repeat: int = 1) -> None:
    _run(lambda anaplan: anaplan.upload_file_stream(FILE_ID, setting.pieces(repeat)), setting.client_options(), watch)


def get_file(setting: Setting, watch: Watch, *, stalls: bool = False) -> None:
    content = _run(lambda anaplan: anaplan.get_file(FILE_ID), setting.client_options(), watch, stalls=stalls)
    assert len(content) == setting.content.stat().st_size


def get_file_stream(setting: Setting, watch: Watch, *, work: float = 0.0) -> None:
    """Download a stream, working so many seconds on each chunk."""

    async def get(anaplan: AsyncClient) -> int:
        size_bytes = 0
        async for chunk in anaplan.get_file_stream(FILE_ID):
            size_bytes += len(chunk)
            await asyncio.sleep(work)
        return size_bytes

    assert _run(get, setting.client_options(), watch) == setting.content.stat().st_size


def download_file(setting: Setting, watch: Watch) -> None:
    with setting.folder() as folder:
        path = Path(folder, "content")
        _run(lambda anaplan: anaplan.download_file(FILE_ID, path), setting.client_options(), watch)


def call(setting: Setting, watch: Watch, *, times: int) -> None:
    """Small calls, one after the other."""

    async def calls(anaplan: AsyncClient) -> None:
        for _ in range(times):
            await anaplan.get_current_user()

    _run(calls, setting.client_options(), watch, warm=True)


def call_together(setting: Setting, watch: Watch, *, times: int, log_in: bool) -> None:
    """Small calls side by side under certificate log-in, which is timed too where ``log_in`` says so."""

    async def calls(anaplan: AsyncClient) -> None:
        await asyncio.gather(*(anaplan.get_current_user() for _ in range(times)))

    _run(calls, certificate_options(setting), watch, warm=not log_in)


def list_models(setting: Setting, watch: Watch, *, count: int, details: bool) -> None:
    models = _run(lambda anaplan: anaplan.list_models(details=details), setting.client_options(), watch)
    assert len(models) == count


def list_line_items(setting: Setting, watch: Watch, *, count: int) -> None:
    items = _run(lambda anaplan: anaplan.transactional.list_line_items(), setting.client_options(), watch)
    assert len(items) == count


def write_cells(setting: Setting, watch: Watch, *, count: int, stalls: bool = False) -> None:
    """Write so many cells, of rows that the caller holds."""
    rows = list(cell_rows(count))
    options = setting.client_options()
    result = _run(
        lambda anaplan: anaplan.transactional.write_cells(MODULE_ID, rows), options, watch, warm=True, stalls=stalls
    )
    assert (result.changed, result.failures) == (count, ())


def read_view(setting: Setting, watch: Watch, *, rows: int, kept: bool, stalls: bool = False) -> None:
    """The rows of a view by a read request, ``kept`` in a list or one after the other."""

    async def read(anaplan: AsyncClient) -> int:
        if kept:
            return len(await anaplan.transactional.get_view_rows(VIEW_ID, large=True))
        count = 0
        async for _ in anaplan.transactional.get_view_rows_stream(VIEW_ID, large=True):
            count += 1
        return count

    assert _run(read, setting.client_options(), watch, warm=True, stalls=stalls) == rows


def _run(
    job: Callable[[AsyncClient], Awaitable[Any]],
    options: dict[str, Any],
    watch: Watch,
    *,
    warm: bool = False,
    stalls: bool = False,
) -> Any:
    """The result of a job with a client of its own, which is logged in and connected already if it is ``warm``."""

    async def main() -> Any:
        async with AsyncClient(**options) as anaplan, AsyncExitStack() as stack:
            if warm:
                await anaplan.get_current_user()
                assert anaplan.transactional  # its modules are loaded with the first use
            if stalls:
                await stack.enter_async_context(watch.stalls())
            with watch:
                return await job(anaplan)

    return asyncio.run(main())
