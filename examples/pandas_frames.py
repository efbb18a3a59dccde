"""A pandas frame into Anaplan, and an export back into a frame, without the whole CSV in memory.

    python examples/pandas_frames.py            blocking client
    python examples/pandas_frames.py --async    asyncio client

Needs pandas. With ANAPLAN_* credentials set it talks to that tenant, otherwise to an emulator that it starts. The model
needs the imports, the process and the export that the emulator's demo model has (see the ids below). Exit codes: 0 what
came back is what went in; 1 it is not, or Anaplan refused or failed, and said why.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LIST_FILE, MODULE_FILE = 113000000000, 113000000001
PROCESS, EXPORT = 118000000000, 116000000000

PIECE_ROWS = 50_000

# Int64 with a capital letter has whole numbers and blanks; int64 would become float64 with the first blank, and 3 be
# sent as 3.0.
TYPES = {"Code": "str", "Product": "str", "Region": "str", "Period": "str", "Units": "Int64", "Revenue": "float64"}


def main() -> int:
    arguments = parse_arguments()
    sales = make_frame(arguments.rows)
    try:
        with Emulator.unless_configured():
            exported = asyncio.run(load_async(sales)) if arguments.asyncio else load(sales)
    except AnaplanError as error:
        print(f"Not done: {error}", file=sys.stderr)
        return 1
    print(exported.groupby("Region")["Revenue"].sum())
    same = exported.equals(sales)
    print("What came back is what went in." if same else "What came back differs.")
    return 0 if same else 1


def load(sales: pd.DataFrame) -> pd.DataFrame:
    """The round trip with the blocking client; pandas reads while the next chunks of the export travel."""
    with Client() as anaplan:
        anaplan.upload_file_stream(LIST_FILE, csv_pieces(sales[["Code"]]))
        anaplan.upload_file_stream(MODULE_FILE, csv_pieces(sales))
        anaplan.run_action(PROCESS, timeout=3600, on_rejects="raise")
        anaplan.run_action(EXPORT, timeout=3600)
        return read(io.BufferedReader(ChunkReader(anaplan.get_file_stream(EXPORT))))


async def load_async(sales: pd.DataFrame) -> pd.DataFrame:
    """The same with the asyncio client, which draws each generator in a thread: the event loop goes on meanwhile.

    pandas cannot await the chunks of a download, so these go by way of a file.
    """
    async with AsyncClient() as anaplan:
        await asyncio.gather(
            anaplan.upload_file_stream(LIST_FILE, csv_pieces(sales[["Code"]])),
            anaplan.upload_file_stream(MODULE_FILE, csv_pieces(sales)),
        )
        await anaplan.run_action(PROCESS, timeout=3600, on_rejects="raise")
        await anaplan.run_action(EXPORT, timeout=3600)
        with tempfile.TemporaryDirectory() as folder:
            path = await anaplan.download_file(EXPORT, Path(folder, "result.csv"))
            return await asyncio.to_thread(read, path)


def csv_pieces(frame: pd.DataFrame) -> Iterator[str]:
    """*frame* as CSV, some rows at a time. Anaplan joins the pieces to one file, so only the first has a header."""
    for start in range(0, len(frame), PIECE_ROWS):
        # The index would be a column that the import does not know.
        yield frame.iloc[start : start + PIECE_ROWS].to_csv(index=False, header=start == 0)


def read(source: Path | BinaryIO) -> pd.DataFrame:
    """An export as a frame.

    Left to itself, pandas takes the code 00042 for the number 42, and the region NA (North America) for a blank.
    """
    return pd.read_csv(source, dtype=TYPES, keep_default_na=False, na_values=[""])


class ChunkReader(io.RawIOBase):
    """A download as a file: gives what is read from it, and holds a chunk at a time."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._rest = self._rest or memoryview(next(self._chunks, b""))
        target = memoryview(buffer)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def make_frame(rows: int) -> pd.DataFrame:
    """Planning data with all that pandas could misread: codes of digits, a region NA, blanks among whole numbers."""
    regions = ("NA", "EMEA", 'Île-de-France, "Paris"')
    columns = {
        "Code": [f"{row:07}" for row in range(rows)],
        "Product": [f"Product {row % 997}" for row in range(rows)],
        "Region": [regions[row % 3] for row in range(rows)],
        "Period": [f"{row % 12 + 1:02}/26" for row in range(rows)],
        "Units": [row % 1_000 or None for row in range(rows)],
        "Revenue": [row % 8_999 + 0.5 for row in range(rows)],
    }
    return pd.DataFrame(columns).astype(TYPES)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the frame that is made")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
