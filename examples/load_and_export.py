"""Load a CSV into Anaplan and get it back: upload, run the process, export, download, compare row for row.

    python examples/load_and_export.py                     a million rows of its own making, blocking client
    python examples/load_and_export.py sales.csv --async   your own file, asyncio client

With ANAPLAN_* credentials set it talks to that tenant, otherwise to an emulator that it starts. The first column is the
key; the model needs the imports, the process and the export that the emulator's demo model has (see the ids below).
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator, demo_tenant
from anaplan_sdk.models import Task
from anaplan_sdk.progress import OnProgress, TerminalBar

LIST_FILE, MODULE_FILE = 113000000000, 113000000001
PROCESS, EXPORT = 118000000000, 116000000000


def main() -> int:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        source = arguments.csv or make_csv(Path(folder, "source.csv"), arguments.rows)
        result = Path(folder, "result.csv")
        started = time.perf_counter()
        try:
            with Emulator.unless_configured(demo_tenant(columns_of(source))) as emulator:
                print(
                    "Anaplan:",
                    f"an emulator at {emulator.url}" if emulator else "the tenant of your ANAPLAN_* variables",
                )
                task = asyncio.run(load_async(source, result)) if arguments.asyncio else load(source, result)
        except AnaplanError as error:
            print(error, file=sys.stderr)
            return 1
        seconds = time.perf_counter() - started
        with phase("Comparing row for row"):
            rows, difference = compare(source, result)
        rejected = task.rows.failed + task.rows.invalid
        print(f"\n{rows:,} rows, {source.stat().st_size:,} bytes, {seconds:.1f} s, {rejected:,} rejected rows")
        print(difference or "What came back is what went in.")
        return 1 if difference else 0


def load(source: Path, result: Path) -> Task:
    """The whole job with the blocking client."""
    with Client() as anaplan:
        with phase("Uploading") as bar:
            anaplan.upload_file(LIST_FILE, source, on_progress=bar)
            anaplan.upload_file(MODULE_FILE, source, on_progress=bar)
        with phase("Running the process") as bar:
            task = anaplan.run_action(PROCESS, on_progress=bar)
        with phase("Exporting") as bar:
            anaplan.run_action(EXPORT, on_progress=bar)
        with phase("Downloading") as bar:
            anaplan.download_file(EXPORT, result, on_progress=bar)
    return task


async def load_async(source: Path, result: Path) -> Task:
    """The same with the asyncio client; both files travel at a time."""
    async with AsyncClient() as anaplan:
        with phase("Uploading") as bar:
            await asyncio.gather(
                anaplan.upload_file(LIST_FILE, source, on_progress=bar),
                anaplan.upload_file(MODULE_FILE, source, on_progress=bar),
            )
        with phase("Running the process") as bar:
            task = await anaplan.run_action(PROCESS, on_progress=bar)
        with phase("Exporting") as bar:
            await anaplan.run_action(EXPORT, on_progress=bar)
        with phase("Downloading") as bar:
            await anaplan.download_file(EXPORT, result, on_progress=bar)
    return task


def columns_of(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return next(csv.reader(file))


@contextmanager
def phase(name: str) -> Iterator[OnProgress | None]:
    """Show what is being done, and how long it took; give a progress bar, if there is a terminal and tqdm for one."""
    started = time.perf_counter()
    try:
        bar: TerminalBar | None = TerminalBar()
    except ImportError:
        bar = None
    with bar or nullcontext():
        yield bar
    print(f"{name}: {time.perf_counter() - started:.1f} s", flush=True)


def make_csv(path: Path, rows: int) -> Path:
    """A planning file with numbers, words that repeat, and words that do not."""
    regions = ("North", "South", "East", "West", "Île-de-France")
    with phase(f"Making a CSV of {rows:,} rows"), path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("Code", "Product", "Region", "Period", "Units", "Revenue"))
        for row in range(rows):
            month = f"{row % 12 + 1:02}/26"
            writer.writerow(
                (f"T{row:07}", f"Product {row % 997}", regions[row % 5], month, row % 1_000, row % 8_999 + 0.5)
            )
    return path


def compare(source: Path, result: Path) -> tuple[int, str | None]:
    """How many rows are equal, and the first difference in words."""
    with source.open(newline="", encoding="utf-8-sig") as left, result.open(newline="", encoding="utf-8-sig") as right:
        number = -1
        for number, (sent, got) in enumerate(itertools.zip_longest(csv.reader(left), csv.reader(right))):
            if sent != got:
                return number, f"Line {number + 1:,} differs: {sent} went in, {got} came back."
    return number, None


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", nargs="?", type=Path, help="the file to load; without one, it is made")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the file that is made")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
