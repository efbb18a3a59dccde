"""A polars frame into Anaplan, and an export back into a frame, without the whole file in memory.

    python examples/polars_frames.py                          rows of its own making, blocking client
    python examples/polars_frames.py sales.parquet --async    your own Parquet file, asyncio client

Needs polars. With ANAPLAN_* credentials set it talks to that tenant, otherwise to an emulator that it starts. The first
column is the key; the model needs the imports, the process and the export that the emulator's demo model has (see the
ids below). Exit codes: 0 what came back is what went in; 1 it is not, or Anaplan refused or failed, and said why.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator, demo_tenant

LIST_FILE, MODULE_FILE = 113000000000, 113000000001
PROCESS, EXPORT = 118000000000, 116000000000

SLICE_ROWS = 50_000


def main() -> int:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        sales = pl.scan_parquet(arguments.parquet or make_parquet(Path(folder, "sales.parquet"), arguments.rows))
        result = Path(folder, "result.csv")
        try:
            with Emulator.unless_configured(demo_tenant(sales.collect_schema().names())):
                if arguments.asyncio:
                    asyncio.run(load_async(sales, result))
                else:
                    load(sales, result)
        except AnaplanError as error:
            print(f"Not done: {error}", file=sys.stderr)
            return 1
        # Lazy: a query reads from the disk what it needs. Types inferred would make a number of a code such as 00042.
        exported = pl.scan_csv(result, schema=sales.collect_schema())
        rows, same = length(exported), equal(sales, exported)
    print(f"{rows:,} rows came back,", "as they went in." if same else "not as they went in.")
    return 0 if same else 1


def load(sales: pl.LazyFrame, result: Path) -> None:
    """The round trip with the blocking client."""
    key = sales.collect_schema().names()[0]
    with Client() as anaplan:
        anaplan.upload_file_stream(LIST_FILE, csv_pieces(sales.select(key)))
        anaplan.upload_file_stream(MODULE_FILE, csv_pieces(sales))
        anaplan.run_action(PROCESS, timeout=3600, on_rejects="raise")
        anaplan.run_action(EXPORT, timeout=3600)
        anaplan.download_file(EXPORT, result)


async def load_async(sales: pl.LazyFrame, result: Path) -> None:
    """The same with the asyncio client, which draws each generator in a thread: the event loop goes on meanwhile."""
    key = sales.collect_schema().names()[0]
    async with AsyncClient() as anaplan:
        await asyncio.gather(
            anaplan.upload_file_stream(LIST_FILE, csv_pieces(sales.select(key))),
            anaplan.upload_file_stream(MODULE_FILE, csv_pieces(sales)),
        )
        await anaplan.run_action(PROCESS, timeout=3600, on_rejects="raise")
        await anaplan.run_action(EXPORT, timeout=3600)
        await anaplan.download_file(EXPORT, result)


def csv_pieces(frame: pl.LazyFrame) -> Iterator[str]:
    """*frame* as CSV, a slice at a time. Anaplan joins the pieces to one file, so only the first has a header."""
    for number, piece in enumerate(slices(frame)):
        yield piece.write_csv(include_header=number == 0)


def slices(frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """*frame* in slices. A scan of a file reads one at a time; what has joins or sorts should be in a file first."""
    for start in range(0, length(frame), SLICE_ROWS):
        yield frame.slice(start, SLICE_ROWS).collect()


def length(frame: pl.LazyFrame) -> int:
    """The number of rows."""
    return int(frame.select(pl.len()).collect().item())


def equal(sent: pl.LazyFrame, got: pl.LazyFrame) -> bool:
    """Whether all rows are the same, in the same order."""
    return length(sent) == length(got) and all(map(pl.DataFrame.equals, slices(sent), slices(got)))


def make_parquet(path: Path, rows: int) -> Path:
    """A planning file whose codes look like numbers, with a blank here and there."""
    row = pl.int_range(rows)
    pl.select(
        Code=row.cast(pl.String).str.zfill(7),
        Product=pl.format("Product {}", row % 997),
        Region=pl.when(row % 7 > 0).then(pl.lit('Île-de-France, "Paris"')),
        Units=row % 1_000,
        Revenue=row % 8_999 + 0.5,
    ).write_parquet(path)
    return path


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parquet", nargs="?", type=Path, help="the file to load; without one, it is made")
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the file that is made")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
