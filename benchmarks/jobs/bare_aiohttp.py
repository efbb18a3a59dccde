"""The limits of the asyncio colour: aiohttp and tasks, nothing else."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp

from benchmarks.content.cells import cell_rows, dumped
from benchmarks.content.views import REQUEST_ID
from benchmarks.jobs.gzipping import igzip
from benchmarks.setting import CONCURRENCY, Setting
from benchmarks.watch import Watch

TOKEN = {"Authorization": "AnaplanAuthToken q0Zr=="}
JSON = {"Content-Type": "application/json"}
GZIPPED = {"Content-Type": "application/x-gzip"}


def upload(setting: Setting, watch: Watch) -> None:
    """igzip on two threads, and PUTs of what comes out."""
    chunks = setting.chunks(setting.content.read_bytes())

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with _session() as session:
            with ThreadPoolExecutor(2) as gzipping, watch:
                await session.post(setting.file, json={"chunkCount": len(chunks)})
                bodies = [loop.run_in_executor(gzipping, igzip, chunk) for chunk in chunks]
                await _gathered([partial(_put, session, setting, *body) for body in enumerate(bodies)])

    asyncio.run(main())


async def _put(session: aiohttp.ClientSession, setting: Setting, index: int, body: Awaitable[bytes]) -> None:
    async with session.put(f"{setting.file}/chunks/{index}", data=await body, headers=GZIPPED) as answer:
        await answer.read()


def get_file(setting: Setting, watch: Watch) -> None:
    async def main() -> None:
        async with _session() as session:
            with watch:
                content = b"".join([chunk async for chunk in _downloaded(session, setting)])
        assert len(content) == setting.content.stat().st_size

    asyncio.run(main())


def get_file_stream(setting: Setting, watch: Watch) -> None:
    async def main() -> None:
        size_bytes = 0
        async with _session() as session:
            with watch:
                async for chunk in _downloaded(session, setting):
                    size_bytes += len(chunk)
        assert size_bytes == setting.content.stat().st_size

    asyncio.run(main())


def download_file(setting: Setting, watch: Watch) -> None:
    async def main(path: Path) -> None:
        async with _session() as session:
            with watch, path.open("wb") as file:
                async for chunk in _downloaded(session, setting):
                    await asyncio.to_thread(file.write, chunk)

    with setting.folder() as folder:
        asyncio.run(main(Path(folder, "content")))


def call(setting: Setting, watch: Watch, *, times: int) -> None:
    """Small calls, one after the other."""

    async def main() -> None:
        async with _session() as session:
            await _get(session, f"{setting.api}/users/me")
            with watch:
                for _ in range(times):
                    json.loads(await _get(session, f"{setting.api}/users/me"))

    asyncio.run(main())


def list_models(setting: Setting, watch: Watch, *, offsets: list[int], details: bool) -> None:
    """All pages, the first alone and then as many at a time as the SDK fetches."""
    first, *others = setting.model_pages(offsets, details)

    async def main() -> None:
        async with _session() as session:

            async def page(url: str) -> None:
                assert json.loads(await _get(session, url))["models"]

            with watch:
                await page(first)
                await _gathered([partial(page, url) for url in others])

    asyncio.run(main())


def list_line_items(setting: Setting, watch: Watch) -> None:
    async def main() -> None:
        async with _session() as session:
            with watch:
                assert json.loads(await _get(session, setting.line_items))["items"]

    asyncio.run(main())


def write_cells(setting: Setting, watch: Watch, *, count: int, ready: bool) -> None:
    """One post after the other, of bodies that are ``ready`` or made of rows with json.dumps."""
    rows = list(cell_rows(count))
    bodies: Iterable[bytes] = list(dumped(rows)) if ready else dumped(rows)

    async def main() -> None:
        async with _session() as session:
            await _get(session, f"{setting.api}/users/me")
            with watch:
                for body in bodies:
                    async with session.post(setting.cells, data=body, headers=JSON) as answer:
                        assert not json.loads(await answer.read())["failures"]

    asyncio.run(main())


def read_view(setting: Setting, watch: Watch, *, rows: int, kept: bool) -> None:
    """One page after the other, and csv for all of them."""

    async def main() -> None:
        async with _session() as session:
            await _get(session, f"{setting.api}/users/me")
            with watch:
                await session.post(setting.reads)
                request = f"{setting.reads}/{REQUEST_ID}"
                count = json.loads(await _get(session, request))["viewReadRequest"]["availablePages"]
                content = b"".join([await _get(session, f"{request}/pages/{page}") for page in range(count)])
                records = csv.reader(io.StringIO(content.decode(), newline=""))
                found = len(list(records)) if kept else sum(1 for _ in records)
                await session.delete(request)
        assert found == rows + 1

    asyncio.run(main())


async def _downloaded(session: aiohttp.ClientSession, setting: Setting) -> AsyncIterator[bytes]:
    """The chunks in order, the next ones fetched meanwhile."""
    listed = json.loads(await _get(session, f"{setting.file}/chunks"))["chunks"]
    urls = deque(f"{setting.file}/chunks/{chunk['id']}" for chunk in listed)
    window: deque[asyncio.Task[bytes]] = deque()
    while urls or window:
        while urls and len(window) < CONCURRENCY:
            window.append(asyncio.create_task(_get(session, urls.popleft())))
        yield await window.popleft()


async def _gathered(jobs: list[Callable[[], Awaitable[None]]]) -> None:
    """All jobs, as many at a time as the SDK works on."""
    left = deque(jobs)

    async def work() -> None:
        while left:
            await left.popleft()()

    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))


async def _get(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as answer:
        return await answer.read()


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=TOKEN) as session:
        yield session
