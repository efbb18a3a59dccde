"""A view of a module, and the pages of a read request of it."""

from __future__ import annotations

import random
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.content.planning import PERIODS, PRODUCTS, REGIONS

VIEW_ID, REQUEST_ID = "1012000000007", "5E4D3C2B1A09F8E7D6C5B4A392817060"
READS = f"/views/{VIEW_ID}/readRequests"
# How large the pages of a read request are is documented nowhere.
PAGE_BYTES = 1_000_000

_COLUMNS = ("Price", "Units", "Sales", "Returns", "Cost")
_AXES = {
    "pages": (("20000000020", "Versions"), ("20000000003", "Time")),
    "rows": (("101000000001", "Products"), ("101000000002", "Regions")),
    "columns": (("20000000012", "Line Items"),),
}


def view_csv(cells: int) -> Path:
    """The path of a view of so many cells, made once and kept in the folder for temporary files."""
    path = Path(tempfile.gettempdir(), f"anaplan-sdk-view-{cells}.csv")
    if not path.exists():
        numbers = random.Random(cells)
        places = product(("Forecast", "Actual"), PERIODS, PRODUCTS, REGIONS)
        rows = [",".join(("Versions", "Time", "Products", "Regions", *_COLUMNS))]
        for place, _ in zip(places, range(cells // len(_COLUMNS)), strict=False):
            rows.append(",".join((*place, *(f"{numbers.random() * 1_000:.2f}" for _ in _COLUMNS))))
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text("\n".join([*rows, ""]), "utf-8")
        unfinished.replace(path)
    return path


def row_count(cells: int) -> int:
    """How many rows so many cells are."""
    return cells // len(_COLUMNS)


def page_count(content: Path) -> int:
    """How many pages a read request of *content* has."""
    return -(-content.stat().st_size // PAGE_BYTES)


def answers(pages: int) -> dict[tuple[str, str], dict[str, Any]]:
    """What Anaplan says about the view and its read request, by method and the end of the path."""
    axes = {axis: [{"id": key, "name": name} for key, name in found] for axis, found in _AXES.items()}
    request = {"requestId": REQUEST_ID, "requestState": "COMPLETE", "availablePages": pages, "successful": True}
    said = {"viewReadRequest": request}
    return {
        ("GET", f"/views/{VIEW_ID}"): {"viewName": "By region", "viewId": VIEW_ID, **axes},
        ("POST", READS): said,
        ("GET", f"{READS}/{REQUEST_ID}"): said,
        ("DELETE", f"{READS}/{REQUEST_ID}"): said,
    }
