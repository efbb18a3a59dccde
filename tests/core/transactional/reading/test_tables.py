"""Rows of views, made of records in any order of columns and in any batches."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk import UnexpectedResponseError
from anaplan_sdk._core.transactional.reading.tables import Table, ids_by_label
from anaplan_sdk._core.transactional.reading.values import Formats
from anaplan_sdk.models import Dimension, DimensionItem, LineItem, ViewDefinition, ViewRow

PRODUCTS, TIME, VERSIONS = (Dimension(name[0], name) for name in ("Products", "Time", "Versions"))
LINE_ITEMS = Dimension("20000000012", "Line Items")
VIEW = ViewDefinition("1", "View", (PRODUCTS,), (LINE_ITEMS,), (TIME, VERSIONS))
NESTED = ViewDefinition("2", "Two on columns", (PRODUCTS,), (LINE_ITEMS, TIME), (VERSIONS,))
ITEMS = [
    LineItem("1", "Price", format="NUMBER"),
    LineItem("2", "Open", format="BOOLEAN"),
    LineItem("3", "Due", format="DATE"),
]


def rows_of(table: Table, records: list[list[str]], batch: int = 100) -> list[ViewRow]:
    batches = (records[start : start + batch] for start in range(0, len(records), batch))
    return [row for each in batches for row in table.rows(each)]


RECORDS = [
    [period, version, product_name, f"{period}{version}{product_name}", "true"]
    for period, version, product_name in product(("Jan", "Feb"), ("Actual", "Budget"), ("North", "South"))
]


@given(st.permutations([0, 1, 2]), st.integers(1, 9), st.booleans())
def test_labels_are_known_by_the_header_in_any_order(order: list[int], batch: int, kept: bool) -> None:
    header = ["Time", "Versions", "Products", "Price", "Open"]
    records = [[record[place] for place in [*order, 3, 4]] for record in [header, *RECORDS]]
    table = Table(VIEW, {"Versions": {"Budget"}, "Time": {"Jan"}}, kept=kept)
    assert [(row.labels, row.cells) for row in rows_of(table, records, batch)] == [
        (
            {"Time": "Jan", "Versions": "Budget", "Products": name},
            {"Price": f"JanBudget{name}", "Open": "true"},
        )
        for name in ("North", "South")
    ]


@given(st.integers(1, 5))
def test_a_page_has_its_labels_before_the_header(batch: int) -> None:
    table = Table(VIEW, {}, page=("Jan", "Budget"))
    rows = rows_of(table, [["Jan", "Budget"], ["", "Price", "Open"], ["North", "1", "true"], ["South", "2", ""]], batch)
    assert [row.to_dict() for row in rows] == [
        {"Time": "Jan", "Versions": "Budget", "Products": "North", "Price": "1", "Open": "true"},
        {"Time": "Jan", "Versions": "Budget", "Products": "South", "Price": "2", "Open": ""},
    ]


def test_the_innermost_dimension_stays_on_columns() -> None:
    records = [["Versions", "Products", "Line Items", "Jan", "Feb"], ["Actual", "North", "Price", "1.50", ""]]
    ids = {"Time": {"Jan": "61", "Feb": "62"}, "Line Items": {"Price": "1"}}
    (row,) = Table(NESTED, {}, ids, Formats.of(NESTED, ITEMS, "decimal")).rows(records)
    assert row.labels == {"Versions": "Actual", "Products": "North", "Line Items": "Price"}
    assert row.cells == {"Jan": Decimal("1.50"), "Feb": None}
    assert (row.ids, row.column_ids) == ({"Line Items": "1"}, {"Jan": "61", "Feb": "62"})


def test_headers_that_name_items_of_several_dimensions() -> None:
    """Should Anaplan leave both on columns."""
    records = [["Versions", "Products", "Price Jan", "Open Jan", "Else"], ["Actual", "North", "1.50", "true", "x"]]
    (row,) = Table(NESTED, {}, formats=Formats.of(NESTED, ITEMS, "decimal")).rows(records)
    assert row.labels == {"Versions": "Actual", "Products": "North"}
    assert row.cells == {"Price Jan": Decimal("1.50"), "Open Jan": True, "Else": "x"}


def test_columns_that_are_called_like_dimensions() -> None:
    records = [
        ["Time", "Versions", "Products", "Line Items", "Time", "Time"],
        ["Jan", "Actual", "North", "1", "2", "3"],
    ]
    (row,) = Table(VIEW, {}).rows(records)
    assert row.labels == {"Time": "Jan", "Versions": "Actual", "Products": "North"}
    assert row.cells == {"Line Items": "1", "Time": "2", "Time (2)": "3"}
    assert row.values == ("Jan", "Actual", "North", "1", "2", "3")


@pytest.mark.parametrize("numbers", ["float", "decimal"])
@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), ("-1E-3", Decimal("-0.001")), ("", None), ("n/a", "n/a"), ("1,5", "1,5")]
)
def test_numbers(numbers: Any, text: str, value: object) -> None:
    convert = Formats.of(VIEW, ITEMS, numbers).converters["Price"]
    assert convert(text) == (float(value) if numbers == "float" and isinstance(value, Decimal) else value)


@pytest.mark.parametrize(("name", "text"), [("Open", "maybe"), ("Due", "31.12.2026"), ("Due", "2026-13-01")])
def test_what_does_not_fit_its_format_stays_text(name: str, text: str) -> None:
    assert Formats.of(VIEW, ITEMS, "float").converters[name](text) == text


def test_a_header_without_cells_is_an_error() -> None:
    with pytest.raises(UnexpectedResponseError, match="leaves none for cells"):
        Table(VIEW, {}).rows([["Time", "Versions", "Products"]])


def test_ids_of_labels_that_are_there_twice() -> None:
    items = [DimensionItem("1", "North"), DimensionItem("2", "South"), DimensionItem("3", "North")]
    assert ids_by_label(items) == {"North": None, "South": "2"}
