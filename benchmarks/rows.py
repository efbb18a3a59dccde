"""The rows of the table: what is measured, what it is compared with, and how much of that it may take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

import attrs

from benchmarks.answers import PAGE_SIZE
from benchmarks.content.views import row_count, view_csv
from benchmarks.measurement import Job, Network, Scale
from benchmarks.setting import CONCURRENCY

Unit: TypeAlias = Literal["seconds", "bytes", "modules"]
Colour: TypeAlias = Literal["aio", "blocking"]

BARE: dict[str, str] = {"aio": "bare_aiohttp", "blocking": "bare_urllib3"}
HEAVY = ["aiohttp", "cryptography"]


@attrs.frozen
class Figure:
    """One figure of a job."""

    job: Job
    name: str = "seconds"


@attrs.frozen
class Row:
    """The figure of a job, and its limit: the least of the same figure of other jobs, or a constant."""

    name: str
    subject: Figure
    limit: tuple[Figure, ...] | float
    at_most: float
    unit: Unit = "seconds"

    def figures(self) -> tuple[Figure, ...]:
        """Everything that has to be measured."""
        return (self.subject, *self.limit) if isinstance(self.limit, tuple) else (self.subject,)


@attrs.frozen
class Table:
    """All rows for one content."""

    scale: Scale
    content: Path
    slow_content: Path
    huge_content: Path

    def rows(self) -> Iterator[Row]:
        """The rows in the order of the table."""
        for colour in ("aio", "blocking"):
            yield from self._uploads(colour)
            yield from self._downloads(colour)
            yield from self._calls(colour)
            yield from self._writes(colour)
            yield from self._views(colour)
        yield from self._stalls()
        yield from self._starts()
        yield from self._networks()

    def _uploads(self, colour: str) -> Iterator[Row]:
        upload = self._job(f"{colour}:upload_file")
        bare = self._job(f"{BARE[colour]}:upload")
        # Takes 30 times as long as the others, and always the same.
        densest = attrs.evolve(self._job("bare_urllib3:upload_densest"), rounds=2)
        stream = self._job(f"{colour}:upload_file_stream")
        yield Row(f"{colour}: upload_file / igzip and bare PUTs", Figure(upload), (Figure(bare),), 1.25)
        yield Row(f"{colour}: upload_file / zlib level 9 and bare PUTs", Figure(upload), (Figure(densest),), 1 / 12)
        yield Row(f"{colour}: upload_file_stream / upload_file", Figure(stream), (Figure(upload),), 1.3)
        times = self.scale.huge_bytes // self.scale.content_bytes
        huge_stream = attrs.evolve(stream.with_options(repeat=times), rounds=1)
        huge_path = attrs.evolve(upload.with_options(source="path"), content=self.huge_content, rounds=1)
        for name, job in (("bytes", upload), ("huge path", huge_path), ("huge stream", huge_stream)):
            yield self._chunks_in_memory(f"{colour}: memory of an upload of {name}", job)

    def _downloads(self, colour: str) -> Iterator[Row]:
        for name, at_most in (("get_file", 1.3), ("get_file_stream", 1.2), ("download_file", 1.2)):
            job, bare = self._job(f"{colour}:{name}"), self._job(f"{BARE[colour]}:{name}")
            yield Row(f"{colour}: {name} / bare", Figure(job), (Figure(bare),), at_most)
            if name == "get_file":
                size_bytes = float(self.scale.content_bytes)
                yield Row(f"{colour}: memory of {name}", Figure(job, "peak_bytes"), size_bytes, 1.25, "bytes")
            else:
                yield self._chunks_in_memory(f"{colour}: memory of {name}", job)
        # Without fetching ahead it would take 1.6 times as long. The first chunk has to be waited for, and shares the
        # network with the next three.
        busy = self._job(f"{colour}:get_file_stream", network=Network(latency=0.05)).with_options(work=0.1)
        work = 0.1 * self.scale.content_bytes / self.scale.chunk_bytes
        yield Row(f"{colour}: get_file_stream / work on its chunks", Figure(busy), work, 1.3)

    def _calls(self, colour: str) -> Iterator[Row]:
        bare = BARE[colour]
        call, bare_call = (self._job(f"{room}:call").with_options(times=self.scale.calls) for room in (colour, bare))
        yield Row(f"{colour}: small calls one by one / bare", Figure(call), (Figure(bare_call),), 1.5)
        latency = Network(latency=0.05)
        together = Job(f"{colour}:call_together", network=latency).with_options(times=100)
        for name, log_in, waits in (("100 small calls", False, 1), ("log-in and 100 small calls", True, 2)):
            subject = Figure(together.with_options(log_in=log_in))
            yield Row(f"{colour}: {name} / latency", subject, waits * latency.latency, 2.0)
        models = self.scale.models
        for what, details in (("", False), (" with details", True)):
            listing = Job(f"{colour}:list_models", models=models).with_options(count=models, details=details)
            pages = Job(f"{bare}:list_models", models=models)
            pages = pages.with_options(offsets=tuple(range(0, models, PAGE_SIZE)), details=details)
            yield Row(f"{colour}: list_models{what} / bare and json.loads", Figure(listing), (Figure(pages),), 2.5)

        count = self.scale.line_items
        listing = Job(f"{colour}:list_line_items", line_items=count).with_options(count=count)
        whole = Job(f"{bare}:list_line_items", line_items=count)
        name = f"{colour}: list_line_items with details / bare and json.loads"
        yield Row(name, Figure(listing), (Figure(whole),), 2.5)

    def _writes(self, colour: str) -> Iterator[Row]:
        """Requests follow one another: what is not done while one travels takes time."""
        for network, ready, name, at_most, rounds in (
            (Network(100), True, "ready bodies at 100 Mbit/s", 1.3, 1),
            (Network(), False, "json.dumps of cells with ids", 1.0, 3),
        ):
            job = Job(f"{colour}:write_cells", network=network, rounds=rounds).with_options(count=self.scale.cells)
            bare = attrs.evolve(job, does=f"{BARE[colour]}:write_cells").with_options(ready=ready)
            yield Row(f"{colour}: write_cells / bare posts of {name}", Figure(job), (Figure(bare),), at_most)

    def _views(self, colour: str) -> Iterator[Row]:
        for name, kept in (("get_view_rows", True), ("get_view_rows_stream", False)):
            job = self._view(f"{colour}:read_view", kept)
            bare = self._view(f"{BARE[colour]}:read_view", kept)
            yield Row(f"{colour}: {name} / the same pages bare and csv", Figure(job), (Figure(bare),), 1.3)
        yield Row(f"{colour}: memory of get_view_rows_stream", Figure(job, "peak_bytes"), 15e6, 1.0, "bytes")

    def _view(self, does: str, kept: bool) -> Job:
        job = Job(does, view_csv(self.scale.cells))
        return job.with_options(rows=row_count(self.scale.cells), kept=kept)

    def _stalls(self) -> Iterator[Row]:
        jobs = {name: self._job(f"aio:{name}") for name in ("upload_file", "get_file")}
        for name, job in {**jobs, "get_view_rows_stream": self._view("aio:read_view", kept=False)}.items():
            job = job.with_options(stalls=True)
            yield Row(f"aio: longest stall of the loop in {name}", Figure(job, "stall_seconds"), 0.02, 1.0)

    def _starts(self) -> Iterator[Row]:
        package = Job("start:imported").with_options(statement="import anaplan_sdk", unwanted=())
        yield Row("import anaplan_sdk", Figure(package), 0.04, 1.0)
        for client, unwanted in (("Client", HEAVY), ("AsyncClient", ["urllib3"])):
            statement = f"from anaplan_sdk import {client}"
            job = Job("start:imported").with_options(statement=statement, unwanted=tuple(unwanted))
            name = f"{statement}: loads {' or '.join(unwanted)}"
            yield Row(name, Figure(job, "unwanted_modules"), 1.0, 0.0, "modules")

    def _networks(self) -> Iterator[Row]:
        for colour in ("aio", "blocking"):
            job = self._at(colour, 100, "auto")
            yield Row(f"{colour}: upload at 100 Mbit/s / wire", Figure(job), (Figure(job, "wire_seconds"),), 1.1)
        for megabits in (10, 100, 1_000):
            fixed = tuple(Figure(self._at("aio", megabits, level)) for level in (1, 6))
            auto = Figure(self._at("aio", megabits, "auto"))
            yield Row(f'aio: compression="auto" at {megabits:,} Mbit/s / better of 1 and 6', auto, fixed, 1.05)

    def _at(self, colour: str, megabits: float, compression: str | int) -> Job:
        job = self._job(f"{colour}:upload_file", network=Network(megabits)).with_options(compression=compression)
        if megabits >= 100:
            return attrs.evolve(job, rounds=3)
        job = attrs.evolve(job, content=self.slow_content, rounds=1)
        return job.with_options(upload_chunk_size=self.scale.slow_chunk_bytes)

    def _chunks_in_memory(self, name: str, job: Job) -> Row:
        most_bytes = float((CONCURRENCY + 2) * self.scale.chunk_bytes)
        return Row(name, Figure(job, "peak_bytes"), most_bytes, 1.0, "bytes")

    def _job(self, does: str, **changes: Any) -> Job:
        return Job(does, self.content, **changes)
