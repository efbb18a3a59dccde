# Source of both colours: scripts/codegen.py emits this file twice.
"""Views that are uncommon: a stall at a hundred pages, one label of two items, line items without dimensions."""

from __future__ import annotations

import pytest

from anaplan_sdk import AsyncClient, ConfigurationError
from anaplan_sdk.emulator import Emulator, LineItem
from anaplan_sdk.emulator.world.planning.demo import BUDGET_ID, PRICING_ID, VIEW_ID
from stage.observed import Clock, OnArrival, model_of
from stage.tables import fetched, table_of


@pytest.mark.parametrize("pages", [99, 100])
async def test_one_that_stalls_after_so_many_pages_is_kept_alive(
    emulator: Emulator, client: AsyncClient, clock: Clock, pages: int
) -> None:
    emulator.tenant.options.read_page_bytes = 40
    emulator.tenant.options.read_polls = 550  # several looks for each page
    passed = 0.0

    def pass_time() -> None:
        nonlocal passed
        if emulator.read_requests and max(fetched(emulator), default=-1) == pages - 1:
            passed += 1_000
            clock.put_forward(passed)
            emulator.age_read_requests(1_000)

    emulator.inject(OnArrival("GET", r"/readRequests/\w+$", pass_time))
    rows = await client.transactional.get_view_rows(VIEW_ID, large=True)
    assert [list(row.values) for row in rows] == table_of(emulator, VIEW_ID)[1:]
    assert passed >= 2_000


@pytest.mark.parametrize("large", [None, True])
async def test_an_item_whose_label_another_has_is_not_mixed_with_it(
    emulator: Emulator, client: AsyncClient, large: bool | None
) -> None:
    one = await client.transactional.get_view_rows(PRICING_ID, pages={"Versions": BUDGET_ID}, large=large)
    model_of(emulator).versions[BUDGET_ID].name = "Actual"
    try:
        rows = await client.transactional.get_view_rows(PRICING_ID, pages={"Versions": BUDGET_ID}, large=large)
    except ConfigurationError:
        return  # it may be refused; rows of both items are neither
    assert len(rows) == len(one)


@pytest.mark.parametrize("headings", [19, 25])
async def test_items_of_large_views_are_found_after_line_items_without_dimensions(
    emulator: Emulator, client: AsyncClient, headings: int
) -> None:
    module = model_of(emulator).modules[PRICING_ID]
    for number in range(headings):
        heading = LineItem(
            f"2060000009{number:02}", f"Heading {number}", "NONE", applies_to=[], time_scale="", versions=False
        )
        module.line_items.insert(0, heading)
    emulator.tenant.options.view_cell_limit = 10
    assert await client.transactional.get_view_rows(VIEW_ID, pages={"Versions": "Budget"})
