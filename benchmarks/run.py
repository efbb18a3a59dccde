"""Measure, and print the table: ``nox -s bench``, or ``python -m benchmarks.run`` in a checkout.

--quick          a fifth of the content and one round, in about a minute
--rows upload    only rows whose name contains a word; may be given several times
--rounds 9       more rounds, for a noisy machine
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import attrs

from benchmarks.content.planning import planning_csv, repeated
from benchmarks.measurement import Job, Scale, measure
from benchmarks.rows import Row, Table
from benchmarks.table import Result, Rounds, heading, markdown

QUICK = Scale(
    content_bytes=50_000_000,
    chunk_bytes=5_000_000,
    huge_bytes=500_000_000,
    slow_bytes=10_000_000,
    slow_chunk_bytes=1_000_000,
    models=10_000,
    line_items=10_000,
    cells=200_000,
    calls=200,
    rounds=1,
)


def main() -> int:
    chosen = parse_arguments()
    scale = QUICK if chosen.quick else Scale()
    scale = attrs.evolve(scale, rounds=chosen.rounds or scale.rounds)
    rows = [row for row in table_of(scale).rows() if not chosen.rows or any(word in row.name for word in chosen.rows)]
    rounds = measured(rows, scale)
    results = [Result(row, rounds) for row in rows]
    print(heading(scale), markdown(results), sep="\n\n")
    return 0 if all(result.reached for result in results) else 1


def table_of(scale: Scale) -> Table:
    content = planning_csv(scale.content_bytes)
    return Table(scale, content, planning_csv(scale.slow_bytes), repeated(content, scale.huge_bytes))


def measured(rows: Sequence[Row], scale: Scale) -> Rounds:
    """The figures of all jobs. Each round runs every job once, so that what else the machine does meets all alike."""
    jobs = list(dict.fromkeys(figure.job for row in rows for figure in row.figures()))
    rounds: Rounds = {job: [] for job in jobs}
    for number in range(scale.rounds):
        for job in (job for job in jobs if number < job.rounds):
            show(number, job)
            rounds[job].append(measure(job, scale.chunk_bytes))
    show(None, None)
    return rounds


def show(number: int | None, job: Job | None) -> None:
    """What is being measured, on one line that is written again and again."""
    if sys.stderr.isatty():
        text = f"round {number + 1}: {job.does} {dict(job.options)}" if job and number is not None else ""
        print(f"\r{text[:100]:100}", end="" if job else "\r", file=sys.stderr, flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--rows", action="append", default=[], metavar="WORD", help="rows with this in their name")
    parser.add_argument("--rounds", type=int, help="rounds that the medians are taken of")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
