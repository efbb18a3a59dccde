"""From figures to a table in Markdown."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeAlias

import attrs

from benchmarks.measurement import Job, Scale
from benchmarks.rows import Figure, Row, Unit

Rounds: TypeAlias = dict[Job, list[dict[str, float]]]

COLUMNS = ("what", "measured", "limit", "ratio", "at most", "", "CPU", "peak memory", "rounds")
SHOWN = ("anaplan-sdk", "aiohttp", "urllib3", "isal", "attrs", "cattrs")


@attrs.frozen
class Result:
    """A row with what came out."""

    row: Row
    rounds: Rounds

    @property
    def measured(self) -> float:
        return self._median(self.row.subject)

    @property
    def limit(self) -> float:
        if not isinstance(self.row.limit, tuple):
            return self.row.limit
        return min(map(self._median, self.row.limit))

    @property
    def ratio(self) -> float:
        """The median of the rounds' own ratios: what disturbed a round disturbed both sides of it."""
        subjects = self._figures(self.row.subject)
        if not isinstance(self.row.limit, tuple):
            return self.measured / self.row.limit
        limits: Iterable[float] = map(min, zip(*map(self._figures, self.row.limit), strict=False))
        return statistics.median(subject / limit for subject, limit in zip(subjects, limits, strict=False))

    @property
    def reached(self) -> bool:
        return self.ratio <= self.row.at_most

    def cells(self) -> tuple[str, ...]:
        unit, job = self.row.unit, self.row.subject.job
        return (
            self.row.name,
            shown(self.measured, unit),
            shown(self.limit, unit),
            f"{self.ratio:.3g}",
            f"{self.row.at_most:.3g}",
            "✓" if self.reached else "✗",
            shown(self._median(Figure(job, "cpu_seconds")), "seconds"),
            shown(self._median(Figure(job, "peak_bytes")), "bytes"),
            str(len(self.rounds[job])),
        )

    def _median(self, figure: Figure) -> float:
        return statistics.median(self._figures(figure))

    def _figures(self, figure: Figure) -> list[float]:
        return [figures[figure.name] for figures in self.rounds[figure.job]]


def shown(value: float, unit: Unit) -> str:
    """A value for people."""
    if unit == "bytes":
        return f"{value / 1e6:.0f} MB"
    if unit == "modules":
        return f"{value:.0f}"
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.2f} s"


def markdown(results: Sequence[Result]) -> str:
    """The table."""
    lines = [COLUMNS, ["---", *["---:"] * (len(COLUMNS) - 1)], *(result.cells() for result in results)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def heading(scale: Scale) -> str:
    """When, where and with what it was measured."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; {', '.join(map(_version, SHOWN))}. "
        f"{scale.content_bytes / 1e6:,.0f} MB in chunks of {scale.chunk_bytes / 1e6:,.0f} MB, "
        f"huge: {scale.huge_bytes / 1e6:,.0f} MB; {scale.models:,} models and "
        f"{scale.line_items:,} line items; {scale.calls:,} small calls."
    )


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


def _processor() -> str:
    """The processor's name, which ``platform`` does not know on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
