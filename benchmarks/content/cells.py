"""Cells of a module, as a program has them and as Anaplan takes them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any

from benchmarks.content.planning import PERIODS, PRODUCTS, REGIONS

MODULE_ID = "102000000011"
LINE_ITEMS = {
    name: f"20600000000{number}" for number, name in enumerate(("Price", "Units", "Sales", "Returns", "Cost"))
}
# The id of each dimension, what the ids of its items begin with, and their names.
DIMENSIONS = {
    "Products": ("101000000001", "2070001", PRODUCTS),
    "Regions": ("101000000002", "2080001", REGIONS),
    "Time": ("20000000003", "5440001", PERIODS),
    "Versions": ("20000000020", "1070001", ("Actual", "Forecast")),
}
_IDS = {
    key: {name: f"{first}{at:05}" for at, name in enumerate(names)} for key, (_, first, names) in DIMENSIONS.items()
}
# What one request may hold.
_MOST_CELLS, _MOST_BYTES = 100_000, 15_000_000


def cell_rows(cells: int) -> Iterator[dict[str, Any]]:
    """Rows of names and numbers with so many cells, one for each line item."""
    numbers = random.Random(cells)
    for place in islice(product(PRODUCTS, REGIONS, PERIODS, ("Forecast", "Actual")), cells // len(LINE_ITEMS)):
        row: dict[str, Any] = dict(zip(DIMENSIONS, place, strict=True))
        row |= {name: round(numbers.random() * 1_000, 2) for name in LINE_ITEMS}
        row["Units"] = numbers.randrange(2_000)
        yield row


def dumped(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """The bodies of requests with these rows, as a program makes them that knows all ids."""
    body: list[str] = []
    size_bytes = 2
    for row in rows:
        dimensions = [{"dimensionId": DIMENSIONS[key][0], "itemId": _IDS[key][row[key]]} for key in DIMENSIONS]
        for name, line_item_id in LINE_ITEMS.items():
            cell = {"lineItemId": line_item_id, "dimensions": dimensions, "value": row[name]}
            text = json.dumps(cell, separators=(",", ":"))
            if len(body) == _MOST_CELLS or size_bytes + len(text) + 1 > _MOST_BYTES:
                yield f"[{','.join(body)}]".encode()
                body, size_bytes = [], 2
            body.append(text)
            size_bytes += len(text) + 1
    yield f"[{','.join(body)}]".encode()


def answers() -> dict[tuple[str, str], dict[str, Any]]:
    """What Anaplan says about the module, by method and the end of the path. Look-ups find all items."""
    line_items = [{"id": key, "name": name, "format": "NUMBER"} for name, key in LINE_ITEMS.items()]
    dimensions = [{"id": key, "name": name} for name, (key, _, _) in DIMENSIONS.items()]
    said: dict[tuple[str, str], dict[str, Any]] = {
        ("GET", f"/modules/{MODULE_ID}/lineItems"): {"items": line_items},
        ("POST", f"/modules/{MODULE_ID}/data"): {"failures": []},
    }
    said |= {("GET", f"/lineItems/{key}/dimensions"): {"dimensions": dimensions} for key in LINE_ITEMS.values()}
    for name, (key, _, _) in DIMENSIONS.items():
        items = [{"id": item_id, "name": item} for item, item_id in _IDS[name].items()]
        said["POST", f"/dimensions/{key}/items"] = {"items": items}
    return said
