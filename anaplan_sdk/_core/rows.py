"""Rows of failure dumps."""

from __future__ import annotations

import csv
import io
import re

from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models.rows import RejectedRow

_ERROR_COLUMN = re.compile(r"_Error_\d+_")


def parse_dump(content: bytes) -> list[RejectedRow]:
    """The rows of a failure dump, in order.

    A dump is a CSV in UTF-8, with ``_Status_``, the columns of the source, ``_Line_``, ``_Error_1_``,
    ``_Error_2_`` and so on.
    """
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", errors="replace", newline="")
    lines = csv.reader(text)
    try:
        header = next(lines, list[str]())
        return [_rejected_row(header, cells) for cells in lines if cells]
    except csv.Error as error:
        raise UnexpectedResponseError(
            f"The failure dump cannot be read as CSV at line {lines.line_num} ({error}). Take it as bytes."
        ) from error


def _rejected_row(header: list[str], cells: list[str]) -> RejectedRow:
    values = dict(zip(header, cells, strict=False))
    status = values.pop("_Status_", "")
    line = values.pop("_Line_", "")
    errors = [values.pop(name) for name in header if _ERROR_COLUMN.fullmatch(name) and name in values]
    return RejectedRow(
        status=status,
        line=int(line) if line.isdecimal() else None,
        values=values,
        errors=tuple(filter(None, errors)),
    )
