# Source of both colours: scripts/codegen.py emits this file twice.
"""Lists, their definitions and previews, and dashboards."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import AsyncClient
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.world.planning.demo import (
    ACTIVE_ID,
    DASHBOARD_ID,
    FAMILIES_ID,
    ORDERS_ID,
    PRODUCTS_ID,
    TIERS_ID,
)
from stage.observed import USERS, calls, model_of
from stage.support import options_for


async def test_lists(emulator: Emulator, client: AsyncClient) -> None:
    lists = {found.id: found.name for found in await client.transactional.list_lists()}
    assert {FAMILIES_ID, PRODUCTS_ID, ORDERS_ID, TIERS_ID} <= set(lists)
    assert USERS not in lists
    assert ACTIVE_ID not in lists
    assert list(lists) == list(model_of(emulator).lists)


@pytest.mark.parametrize("spelling", ["nextitemIndex", "nextItemIndex"])
@pytest.mark.parametrize("top_level", ["object", "name"])
async def test_a_list_in_every_spelling(emulator: Emulator, client: AsyncClient, spelling: Any, top_level: Any) -> None:
    options, products = emulator.tenant.options, model_of(emulator).lists[PRODUCTS_ID]
    options.next_index_key, options.top_level_item = spelling, top_level
    found = await client.transactional.get_list(int(PRODUCTS_ID))
    assert (found.id, found.numbered_list, found.item_count, found.next_item_index) == (
        PRODUCTS_ID,
        False,
        products.item_count,
        products.next_index,
    )
    assert found.parent is not None
    assert found.parent.id == FAMILIES_ID
    assert ACTIVE_ID in [subset.id for subset in found.subsets]
    assert {"NUMBER", "TIME PERIOD", "BOOLEAN", "TEXT"} <= {each.format for each in found.properties}
    names = {each.name: each for each in found.properties}
    assert names["Weight"].format_metadata is not None
    assert names["Weight"].format_metadata.data_type == "NUMBER"


async def test_the_top_level_item_counts(emulator: Emulator, client: AsyncClient) -> None:
    found = {each.id: await client.transactional.get_list(each.id) for each in await client.transactional.list_lists()}
    for list_id, definition in found.items():
        emulated = model_of(emulator).lists[list_id]
        assert (definition.top_level_item.name if definition.top_level_item else None) == emulated.top_level_item
        assert definition.item_count == emulated.count + (emulated.top_level_item is not None)
    assert any(definition.top_level_item for definition in found.values())


async def test_a_numbered_list(client: AsyncClient) -> None:
    found = await client.transactional.get_list(ORDERS_ID)
    assert found.numbered_list
    assert found.display_name_property


async def test_the_first_items_of_a_list(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, workspace_id=None)) as client:
        header, *rows = (await client.transactional.preview_list(int(PRODUCTS_ID))).decode().splitlines()
    assert header == ",Parent,Code"
    assert any(row.endswith(",P-01") for row in rows)
    assert calls(emulator, "GET", "/models/[^/]*$") == 1  # the workspace was looked up


async def test_dashboards(client: AsyncClient) -> None:
    dashboards = await client.transactional.list_dashboards()
    assert [dashboard.id for dashboard in dashboards] == [DASHBOARD_ID]
    assert dashboards[0].name
