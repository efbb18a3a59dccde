"""The limits of the blocking colour: urllib3 and threads, nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import urllib3

from benchmarks.content.cells import cell_rows, dumped
from benchmarks.content.views import REQUEST_ID
from benchmarks.jobs.gzipping import densest, igzip
from benchmarks.setting import CONCURRENCY, Setting
from benchmarks.watch import Watch

TOKEN = {"Authorization": "AnaplanAuthToken q0Zr=="}
JSON = {**TOKEN, "Content-Type": "application/json"}
GZIPPED = {**TOKEN, "Content-Type": "application/x-gzip"}


def upload(setting: Setting, watch: Watch) -> None:
    """igzip on two threads, and PUTs of what comes out."""
    chunks = setting.chunks(setting.content.read_bytes())
    with _pool() as pool, ThreadPoolExecutor(2) as gzipping, ThreadPoolExecutor(CONCURRENCY) as sending, watch:
        _declare(pool, setting, len(chunks))
        bodies = [gzipping.submit(igzip, chunk) for chunk in chunks]

        def put(index: int) -> None:
            pool.request("PUT", f"{setting.file}/chunks/{index}", body=bodies[index].result(), headers=GZIPPED)

        list(sending.map(put, range(len(chunks))))


def upload_densest(setting: Setting, watch: Watch) -> None:
    """Level 9 of the standard library, chunk after chunk."""
    chunks = setting.chunks(setting.content.read_bytes())
    with _pool() as pool, watch:
        _declare(pool, setting, len(chunks))
        for index, chunk in enumerate(chunks):
            pool.request("PUT", f"{setting.file}/chunks/{index}", body=densest(chunk), headers=GZIPPED)


def get_file(setting: Setting, watch: Watch) -> None:
    with _pool() as pool, watch:
        content = b"".join(_downloaded(pool, setting))
    assert len(content) == setting.content.stat().st_size


def get_file_stream(setting: Setting, watch: Watch) -> None:
    with _pool() as pool, watch:
        size_bytes = sum(map(len, _downloaded(pool, setting)))
    assert size_bytes == setting.content.stat().st_size


def download_file(setting: Setting, watch: Watch) -> None:
    with setting.folder() as folder, _pool() as pool, watch, Path(folder, "content").open("wb") as file:
        for chunk in _downloaded(pool, setting):
            file.write(chunk)


def call(setting: Setting, watch: Watch, *, times: int) -> None:
    """Small calls, one after the other."""
    with _pool() as pool:
        _get(pool, f"{setting.api}/users/me")
        with watch:
            for _ in range(times):
                json.loads(_get(pool, f"{setting.api}/users/me"))


def list_models(setting: Setting, watch: Watch, *, offsets: list[int], details: bool) -> None:
    """All pages, the first alone and then as many at a time as the SDK fetches."""
    first, *others = setting.model_pages(offsets, details)
    with _pool() as pool, ThreadPoolExecutor(CONCURRENCY) as threads, watch:
        pages = [json.loads(_get(pool, first)), *threads.map(lambda url: json.loads(_get(pool, url)), others)]
    assert all(page["models"] for page in pages)


def list_line_items(setting: Setting, watch: Watch) -> None:
    with _pool() as pool, watch:
        assert json.loads(_get(pool, setting.line_items))["items"]


def write_cells(setting: Setting, watch: Watch, *, count: int, ready: bool) -> None:
    """One post after the other, of bodies that are ``ready`` or made of rows with json.dumps."""
    rows = list(cell_rows(count))
    bodies: Iterable[bytes] = list(dumped(rows)) if ready else dumped(rows)
    with _pool() as pool:
        _get(pool, f"{setting.api}/users/me")
        with watch:
            for body in bodies:
                assert not pool.request("POST", setting.cells, body=body, headers=JSON).json()["failures"]


def read_view(setting: Setting, watch: Watch, *, rows: int, kept: bool) -> None:
    """One page after the other, and csv for all of them."""
    with _pool() as pool:
        _get(pool, f"{setting.api}/users/me")
        with watch:
            pool.request("POST", setting.reads, headers=JSON)
            request = f"{setting.reads}/{REQUEST_ID}"
            count = json.loads(_get(pool, request))["viewReadRequest"]["availablePages"]
            content = b"".join(_get(pool, f"{request}/pages/{page}") for page in range(count))
            records = csv.reader(io.StringIO(content.decode(), newline=""))
            found = len(list(records)) if kept else sum(1 for _ in records)
            pool.request("DELETE", request, headers=TOKEN)
    assert found == rows + 1


def _downloaded(pool: urllib3.PoolManager, setting: Setting) -> Iterator[bytes]:
    """The chunks in order, the next ones fetched meanwhile."""
    listed = json.loads(_get(pool, f"{setting.file}/chunks"))["chunks"]
    urls = deque(f"{setting.file}/chunks/{chunk['id']}" for chunk in listed)
    with ThreadPoolExecutor(CONCURRENCY) as threads:
        window: deque[Future[bytes]] = deque()
        while urls or window:
            while urls and len(window) < CONCURRENCY:
                window.append(threads.submit(_get, pool, urls.popleft()))
            yield window.popleft().result()


def _declare(pool: urllib3.PoolManager, setting: Setting, count: int) -> None:
    pool.request("POST", setting.file, json={"chunkCount": count}, headers=TOKEN)


def _get(pool: urllib3.PoolManager, url: str) -> bytes:
    return pool.request("GET", url, headers=TOKEN).data


def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=CONCURRENCY)
