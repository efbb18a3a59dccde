"""Measuring: every job in a fresh process, against a sink of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).resolve().parent.parent
# No measurement takes longer, in seconds: the slowest is an upload over a network of 10 Mbit/s.
PATIENCE = 300.0
# More than any job takes, the system's own copy of the files included.
TOUCHED_BYTES = 1_500_000_000


@attrs.frozen
class Scale:
    """How much is measured."""

    content_bytes: int = 250_000_000
    chunk_bytes: int = 25_000_000
    huge_bytes: int = 5_000_000_000
    # What travels at 10 Mbit/s, in the same number of chunks.
    slow_bytes: int = 50_000_000
    slow_chunk_bytes: int = 5_000_000
    models: int = 50_000
    line_items: int = 50_000
    cells: int = 1_000_000
    calls: int = 1_000
    rounds: int = 5


@attrs.frozen
class Network:
    """What the sink pretends to be far away behind."""

    megabits: float = 0.0  # a second; 0 for all that the machine can do
    latency: float = 0.0

    @property
    def bytes_per_second(self) -> float:
        return self.megabits * 1e6 / 8


@attrs.frozen
class Job:
    """A function of ``benchmarks.jobs``, as ``module:function``, and what it is called with.

    ``rounds`` is the most that it is worth: for jobs that take long and vary little.
    """

    does: str
    content: Path | None = None
    options: tuple[tuple[str, Any], ...] = ()
    network: Network = Network()
    models: int = 0
    line_items: int = 0
    rounds: int = 99

    def with_options(self, **options: Any) -> Job:
        return attrs.evolve(self, options=tuple(sorted({**dict(self.options), **options}.items())))


def measure(job: Job, chunk_bytes: int) -> dict[str, float]:
    """The figures of one run of a job: ``seconds``, ``peak_bytes``, and whatever else it notes."""
    _touch_memory()
    with _sink(job, chunk_bytes) as (url, received):
        task = {
            "does": job.does,
            "url": url,
            "content": str(job.content or ""),
            "chunk_bytes": chunk_bytes,
            "options": dict(job.options),
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.worker", json.dumps(task)],
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            timeout=PATIENCE,
            check=True,
        )
        figures: dict[str, float] = json.loads(done.stdout)
    figures |= received
    if job.network.megabits:
        figures["wire_seconds"] = received["received_bytes"] / job.network.bytes_per_second
    return figures


def _touch_memory() -> None:
    """Have the host give a virtual machine the memory that a job may need.

    It does so page by page, which takes longer than compressing as much, and takes back what was not used for seconds:
    of two jobs that are compared, the first would pay for both.
    """
    subprocess.run([sys.executable, "-c", f"b'x' * {TOUCHED_BYTES}"], check=True)


@contextmanager
def _sink(job: Job, chunk_bytes: int) -> Iterator[tuple[str, dict[str, float]]]:
    """The URL of a sink, and what it received, which is known after the block."""
    command = [sys.executable, "-m", "benchmarks.sink", f"--chunk-bytes={chunk_bytes}"]
    command += [f"--models={job.models}", f"--line-items={job.line_items}"]
    command += [f"--latency={job.network.latency}", f"--rate={job.network.bytes_per_second}"]
    command += [f"--content={job.content}"] if job.content else []
    received: dict[str, float] = {}
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", received
        process.stdin.close()
        received |= json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """The environment without what would lead clients elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ANAPLAN_") and not name.lower().endswith("_proxy")
    }
