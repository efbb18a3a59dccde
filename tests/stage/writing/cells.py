"""Cells of the demo tenant's planning module, for tests that write them in either colour."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk.emulator import Emulator, Model
from anaplan_sdk.emulator.world.planning.demo import BUDGET_ID, PRICING_ID, PRODUCTS_ID

DATA = f"/modules/{PRICING_ID}/data$"
TIME, VERSIONS = "20000000003", "20000000020"
PRODUCTS = ("Espresso", "Café crème", "Ristretto", "Earl Grey", "Rooibos", "Sencha", "Yerba maté", "Mate cocido")
MONTHS = tuple(f"{month} 26" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun"))
PLACE = {"Products": "Rooibos", "Time": "Jun 26", "Versions": "Budget"}


def planning_model(emulator: Emulator) -> Model:
    return emulator.tenant.models[emulator.environment["ANAPLAN_MODEL_ID"]]


def value(model: Model, line_item_id: str, product: str = "Rooibos", month: str = "Jun 26") -> str:
    products = model.lists[PRODUCTS_ID]
    position, period = products.by_name(product), model.calendar.labelled(month)
    assert position is not None
    assert period is not None
    place = {PRODUCTS_ID: products.item_id(position), TIME: period.id, VERSIONS: BUDGET_ID}
    return model.cell(line_item_id, place)


def unit_rows(count: int = 48) -> list[dict[str, Any]]:
    """Rows with one cell each, and its number as value."""
    places = [(product, month) for product in PRODUCTS for month in MONTHS]
    return [
        {"Products": product, "Time": month, "Versions": "Budget", "Units": number}
        for number, (product, month) in enumerate(places[:count])
    ]


def sent(emulator: Emulator) -> list[list[Any]]:
    """The bodies of the requests that write."""
    return [received.json for received in emulator.received("POST", DATA)]


def limit_cells(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, cells: int) -> None:
    """Let a request hold no more than so many cells, on both sides."""
    monkeypatch.setattr(batches, "MAX_ENTRIES", cells)
    emulator.tenant.options.written_cells_limit = cells
