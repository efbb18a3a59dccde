"""The rows of a query into Anaplan as the cursor gives them, however many they are.

    python examples/database_to_anaplan.py                     a SQLite database of its own making, blocking client
    python examples/database_to_anaplan.py sales.db --async    your own with such a table (see make_database)

For another database, change `rows_of`: all drivers that follow PEP 249 (psycopg, oracledb, pyodbc …) have such cursors.
With ANAPLAN_* credentials set it talks to that tenant, otherwise to an emulator that it starts. The model needs the
imports and the process that the emulator's demo model has. Exit codes: 0 every row was loaded; 1 the query gave none,
rows were rejected, or database or Anaplan failed, and said why.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.models import Task

LIST_FILE, MODULE_FILE, PROCESS = 113000000000, 113000000001, 118000000000

# The names of the columns are those that the imports know.
ITEMS = "SELECT DISTINCT code AS Code FROM sales"
SALES = """
    SELECT code AS Code, product AS Product, region AS Region, period AS Period, units AS Units, revenue AS Revenue
    FROM sales
"""

FETCH_ROWS = 10_000


class Cursor(Protocol):
    """What PEP 249 says of the cursor of any database."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None: ...

    def fetchmany(self, size: int, /) -> Sequence[Sequence[Any]]: ...


def main() -> int:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        database = arguments.database or make_database(Path(folder, "sales.db"), arguments.rows)
        try:
            with Emulator.unless_configured():
                task = asyncio.run(load_async(database)) if arguments.asyncio else load(database)
        except (AnaplanError, sqlite3.Error) as error:
            print(f"Not loaded: {error}", file=sys.stderr)
            return 1
    for step in task.steps:
        print(f"{step.object_name}: {step.rows}")
    return 0


def load(database: Path) -> Task:
    """The load with the blocking client, which draws from the generators in this thread."""
    with Client() as anaplan:
        anaplan.upload_file_stream(LIST_FILE, rows_of(database, ITEMS))
        anaplan.upload_file_stream(MODULE_FILE, rows_of(database, SALES))
        return anaplan.run_action(PROCESS, timeout=3600, on_rejects="raise")


async def load_async(database: Path) -> Task:
    """The same with the asyncio client, which draws each generator in one worker thread: the event loop goes on."""
    async with AsyncClient() as anaplan:
        await asyncio.gather(
            anaplan.upload_file_stream(LIST_FILE, rows_of(database, ITEMS)),
            anaplan.upload_file_stream(MODULE_FILE, rows_of(database, SALES)),
        )
        return await anaplan.run_action(PROCESS, timeout=3600, on_rejects="raise")


def rows_of(database: Path, query: str) -> Iterator[str]:
    """The rows of *query* as CSV.

    Whatever thread draws from this generator also connects, which sqlite3 insists on (``check_same_thread``).
    psycopg and others read all rows into memory at once, unless the cursor is one of the server: give it a name.
    """
    # Read-only: sqlite3 would create a database that is not there.
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        yield from csv_pieces(connection.execute(query))


def csv_pieces(cursor: Cursor) -> Iterator[str]:
    """What *cursor* has still to give, as CSV with a header; without a row there is nothing, not even a header.

    A None becomes a blank; dates come as their ``str``, 2026-01-31, for which the import needs a format.
    """
    header = [column[0] for column in cursor.description or ()]
    while rows := cursor.fetchmany(FETCH_ROWS):
        text = io.StringIO(newline="")
        # Ending lines as csv likes to makes it quote what has a line end in it, carriage returns too.
        csv.writer(text).writerows([header, *rows] if header else rows)
        yield text.getvalue()
        header = []


def make_database(path: Path, rows: int) -> Path:
    """A table of sales with all that CSV has to quote."""
    product = 'Kettle, 1.5 l, "steel"\nnew'
    sales = ((f"{row:07}", product, None, f"{row % 12 + 1:02}/26", row % 1_000, row + 0.5) for row in range(rows))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE sales (code TEXT, product TEXT, region TEXT, period TEXT, units INT, revenue REAL)"
        )
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?)", sales)
    return path


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", nargs="?", type=Path, help="the SQLite database; without one, it is made")
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the table that is made")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
