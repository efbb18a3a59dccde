"""A module that is known without a network, for tests of what is written to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from typing import Any

import attrs

from anaplan_sdk._core.flow import Compute
from anaplan_sdk._core.transactional.writing.batches import Batch, Drawing
from anaplan_sdk._core.transactional.writing.cells import Cells, ReadDimensions, ReadLineItems, Rows
from anaplan_sdk._core.transactional.writing.dimensions import Question
from anaplan_sdk._sync.engine import flows
from anaplan_sdk.models import Dimension, DimensionItem, LineItem, LineItemFormat

PRODUCTS, REGIONS = Dimension("101000000001", "Products"), Dimension("109000000002", "Regions")
TIME, VERSIONS = Dimension("20000000003", "Time"), Dimension("20000000020", "Versions")


def line_item(number: int, name: str, data_type: str, **changes: Any) -> LineItem:
    return LineItem(f"20600000000{number}", name, format_metadata=LineItemFormat(data_type=data_type), **changes)


PRICE, UNITS = line_item(1, "Price", "NUMBER"), line_item(2, "Units", "NUMBER")
NOTE, OPEN = line_item(3, "Note", "TEXT"), line_item(4, "Open", "BOOLEAN")
REVENUE = line_item(5, "Revenue", "NUMBER", formula="Price * Units", formula_scope="All Versions")
PLAN = line_item(6, "Plan", "NUMBER", formula="Price", formula_scope="Actual Version")
HEADING, RATE = line_item(7, "Heading", "NONE"), line_item(8, "Rate", "NUMBER")
MANAGER = line_item(9, "Products", "TEXT")  # called like a dimension
DIMENSIONS: dict[str, tuple[Dimension, ...]] = {
    **{each.id: (PRODUCTS, TIME, VERSIONS) for each in (PRICE, UNITS, OPEN, REVENUE, PLAN, HEADING)},
    NOTE.id: (PRODUCTS, REGIONS),
    RATE.id: (),
    MANAGER.id: (TIME,),
}


def items(prefix: str, *names: str, codes: bool = True) -> tuple[DimensionItem, ...]:
    return tuple(
        DimensionItem(f"{prefix}{number}", name, f"c{number}" if codes else None) for number, name in enumerate(names)
    )


ITEMS: dict[str, Sequence[DimensionItem]] = {
    PRODUCTS.id: items("2070", "North", "South", "Twice", "twice", "Same", "Same", "ÄPFEL"),
    REGIONS.id: items("2080", "East", "West"),
    TIME.id: items("5440", "Jan 26", "Feb 26", codes=False),
    VERSIONS.id: items("1070", "Actual", "Budget", codes=False),
}


@attrs.define
class Planning:
    """Answers what preparing cells asks for, and counts it."""

    asked: Counter[object] = attrs.field(factory=Counter[object])
    wanted: list[Question] = attrs.field(factory=list[Question])

    def batches(self, cells: Cells, rows: Iterable[Any], block_rows: int = 100_000) -> list[Batch]:
        """The requests for *rows*."""
        drawing = Drawing(Rows(), block_rows)
        made: list[Batch] = []
        for row in rows:
            for block in drawing.feed(row):
                made += self.perform(cells.prepare(block))
        for block in drawing.finish():
            made += self.perform(cells.prepare(block))
        return [*made, *cells.finish()]

    def cells(self, cells: Cells, rows: Iterable[Any]) -> list[Any]:
        """The cells that are sent for *rows*."""
        return [cell for batch in self.batches(cells, rows) for cell in json.loads(batch.body())]

    def perform(self, flow: Generator[Any, Any, Any]) -> Any:
        return flows.perform(flow, self._do)

    def _do(self, step: object) -> Any:
        match step:
            case Compute(work):
                return work()
            case ReadLineItems():
                self.asked["line items"] += 1
                return [PRICE, UNITS, NOTE, OPEN, REVENUE, PLAN, HEADING, RATE, MANAGER]
            case ReadDimensions(line_item_id):
                self.asked[line_item_id] += 1
                return list(DIMENSIONS[line_item_id])
            case Question(dimension_id, wanted, _):
                self.wanted.append(step)
                return list(reversed(_found(ITEMS[dimension_id], wanted)))
            case _:
                raise AssertionError(step)


def _found(items: Sequence[DimensionItem], wanted: Any) -> list[DimensionItem]:
    """The items of these names or codes in any case, all of them for none."""
    names = {name.casefold() for name in wanted.get("names", ())}
    codes = {code.casefold() for code in wanted.get("codes", ())}
    if not wanted:
        return list(items)
    return [item for item in items if item.name.casefold() in names or (item.code or "").casefold() in codes]
