"""Tables as tests of both colours compare them: what an emulator holds of a view, read without the client."""

from __future__ import annotations

import csv
import io

from anaplan_sdk.emulator import Emulator
from stage.observed import model_of

DATA, READS, PAGE = r"/data$", r"/readRequests", r"/pages/\d+$"


def table_of(emulator: Emulator, view_id: str, layout: str = "TABULAR_MULTI_COLUMN") -> list[list[str]]:
    """The header and the rows of a view in a layout."""
    model = model_of(emulator)
    view = model.view(view_id)
    assert view is not None
    return list(model.read_view(view).csv_rows(layout))


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows of a file."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def open_reads(emulator: Emulator) -> int:
    """How many large reads still take space."""
    return len([read for read in emulator.read_requests if read.is_open])


def fetched(emulator: Emulator) -> list[int]:
    """The pages of the last large read that were fetched, in order."""
    return list(emulator.read_requests[-1].fetched_pages)
