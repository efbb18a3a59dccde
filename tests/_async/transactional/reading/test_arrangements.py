# Source of both colours: scripts/codegen.py emits this file twice.
"""Dimensions on axes in every arrangement: rows, types, ids and selections are the same by every way of reading."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from anaplan_sdk import AsyncClient
from anaplan_sdk.emulator import Emulator, View
from anaplan_sdk.emulator.world.planning.demo import (
    ACTUAL_ID,
    APPROVED_ID,
    BUDGET_ID,
    COMMENT_ID,
    LIST_PRICE_ID,
    PRICING_ID,
    PRODUCTS_ID,
)
from stage.observed import LINE_ITEMS, TIME, VERSIONS, model_of
from stage.tables import table_of

DIMENSIONS = (PRODUCTS_ID, LINE_ITEMS, TIME, VERSIONS)
NAMES = {PRODUCTS_ID: "Products", LINE_ITEMS: "Line Items", TIME: "Time", VERSIONS: "Versions"}
ITEMS = {PRODUCTS_ID: "Espresso", LINE_ITEMS: "List Price", TIME: "Feb 26", VERSIONS: "Budget"}


def arranged(emulator: Emulator) -> Iterator[View]:
    """A view for each way to put the dimensions on rows, columns and pages."""
    model = model_of(emulator)
    months = [period.id for period in model.calendar.periods if period.label in ("Jan 26", "Feb 26")]
    shown = {
        TIME: months,
        LINE_ITEMS: [LIST_PRICE_ID, COMMENT_ID, APPROVED_ID],
        VERSIONS: [ACTUAL_ID, BUDGET_ID],
    }
    for number, places in enumerate(product(range(3), repeat=4)):
        rows, columns, pages = (
            [dimension for dimension, place in zip(DIMENSIONS, places, strict=True) if place == axis]
            for axis in range(3)
        )
        yield View(f"10120000{number:05}", f"View {number}", PRICING_ID, rows, columns, pages, shown)


@pytest.mark.parametrize("large", [None, True], ids=["one request", "read request"])
async def test_every_arrangement(emulator: Emulator, client: AsyncClient, large: Any) -> None:
    for view in arranged(emulator):
        model_of(emulator).add(view)
        rows = await client.transactional.get_view_rows(view.id, large=large, numbers="decimal", ids=True)
        header, *expected = table_of(emulator, view.id)
        assert [*rows[0].labels, *rows[0].cells] == header, view
        assert [list(row.labels.values()) for row in rows] == [row[: len(rows[0].labels)] for row in expected], view
        kinds = {type(cell).__name__ for row in rows for cell in row.cells.values()}
        assert kinds == {"Decimal", "str", "bool", "NoneType"}, view
        assert None not in {identifier for row in rows for identifier in row.ids.values()}, view
        for dimension in view.pages[:1]:
            pages = {dimension: ITEMS[dimension]}
            chosen = await client.transactional.get_view_rows(view.id, large=large, numbers="decimal", pages=pages)
            assert chosen == [row for row in rows if row.labels[NAMES[dimension]] == ITEMS[dimension]], view
