"""A planning CSV like those that are loaded into Anaplan every night."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

PRODUCTS = [
    f"{name} {number}"
    for number, name in product(range(200), ("Kettle", "Toaster", "Cordless Drill", "LED Lamp 9W", "Espresso Machine"))
]
REGIONS = ("North", "South", "East", "West", "Île-de-France", "Bayern", "Lombardia", "Greater London", "Kansai")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
PERIODS = [f"{month} {year}" for year, month in product((25, 26), MONTHS)]
HEADER = "Customer,Product,Region,Period,Units,Revenue,Discount\n"


def planning_csv(size_bytes: int) -> Path:
    """The path of a CSV of that size. It is made once and kept in the folder for temporary files."""
    path = Path(tempfile.gettempdir(), f"anaplan-sdk-planning-{size_bytes}.csv")
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(b"".join(_blocks(size_bytes)))
        unfinished.replace(path)
    return path


def repeated(source: Path, size_bytes: int) -> Path:
    """The path of a file of that size, which repeats *source*; made once, too."""
    path = source.with_name(f"anaplan-sdk-repeated-{size_bytes}.csv")
    if not path.exists():
        unfinished, content = path.with_suffix(".unfinished"), source.read_bytes()
        with unfinished.open("wb") as file:
            while (left := size_bytes - file.tell()) > 0:
                file.write(content[:left])
        unfinished.replace(path)
    return path


def _blocks(size_bytes: int) -> Iterator[bytes]:
    numbers = random.Random(size_bytes)
    block = HEADER.encode()
    while size_bytes > 0:
        yield block[:size_bytes]
        size_bytes -= len(block)
        block = "".join(_rows_of(numbers.choice(PRODUCTS), numbers)).encode()


def _rows_of(product_name: str, numbers: random.Random) -> Iterator[str]:
    """All regions and periods of one product for one customer a region."""
    for region in REGIONS:
        customer = f"C{numbers.randrange(10**7):07}"
        for period in PERIODS:
            units, revenue, discount = numbers.randrange(2_000), numbers.randrange(10**7), numbers.randrange(100)
            yield f"{customer},{product_name},{region},{period},{units},{revenue / 100:.2f},0.{discount:02}\n"
