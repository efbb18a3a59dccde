# Source of both colours: scripts/codegen.py emits this file twice.
"""Modules, line items and views, and who may see them."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError, NotFoundError, WaitTimeoutError
from anaplan_sdk.emulator import Emulator, Module, TaskScript
from anaplan_sdk.emulator.world.planning.demo import (
    ACTUAL_ID,
    COMMENT_ID,
    LIST_PRICE_ID,
    ORDERS_ID,
    PRICING_ID,
    PRODUCTS_ID,
    REVENUE_ID,
    SHELF_ID,
    TIERS_ID,
    VIEW_ID,
)
from anaplan_sdk.models import Dimension
from stage.observed import EXPORT, LINE_ITEMS, TIME, VERSIONS, model_of
from stage.support import options_for, ordinary_user


def module_of(emulator: Emulator) -> Module:
    """The module of prices in the demo model."""
    return model_of(emulator).modules[PRICING_ID]


# --- modules and line items -------------------------------------------------------------------------------------------


async def test_modules(emulator: Emulator, client: AsyncClient) -> None:
    modules = await client.transactional.list_modules()
    assert {module.id: module.name for module in modules}[PRICING_ID] == "Product Plan"
    assert [module.id for module in modules] == list(model_of(emulator).modules)


async def test_line_items_with_everything(emulator: Emulator, client: AsyncClient) -> None:
    items = {item.id: item for item in await client.transactional.list_line_items(int(PRICING_ID))}
    assert list(items) == [item.id for item in module_of(emulator).line_items]
    price, revenue = items[LIST_PRICE_ID], items[REVENUE_ID]
    assert (price.module_id, price.module_name, price.formula, price.format) == (
        PRICING_ID,
        "Product Plan",
        None,
        "NUMBER",
    )
    assert price.format_metadata is not None
    assert price.format_metadata.data_type == "NUMBER"
    assert PRODUCTS_ID in [dimension.id for dimension in price.applies_to]
    assert price.version is not None
    assert revenue.formula
    assert REVENUE_ID in [item.id for item in price.referenced_by]
    assert {"NUMBER", "TEXT", "BOOLEAN", "DATE", "LIST", "TIME PERIOD", "NONE"} <= {
        item.format for item in items.values()
    }
    formats = {item.format: item.format_metadata for item in items.values()}
    assert formats["LIST"] is not None
    assert formats["LIST"].hierarchy_entity_long_id == TIERS_ID
    assert formats["TIME PERIOD"] is not None
    assert formats["TIME PERIOD"].period_type is not None
    assert formats["TIME PERIOD"].period_type.entity_id == "MONTH"


async def test_line_items_without_details(client: AsyncClient) -> None:
    items = await client.transactional.list_line_items(PRICING_ID, details=False)
    assert LIST_PRICE_ID in [item.id for item in items]
    assert {item.format for item in items} == {None}
    assert {item.module_id for item in items} == {PRICING_ID}


async def test_line_items_of_the_model_are_those_of_its_modules(client: AsyncClient) -> None:
    model = client.transactional
    by_module = [item for module in await model.list_modules() for item in await model.list_line_items(module.id)]
    assert await model.list_line_items() == by_module


@pytest.mark.parametrize("way", ["whole", "cut", "paged"])
async def test_line_items_come_whole_whatever_a_server_does_with_limits(emulator: Emulator, way: Any) -> None:
    emulator.tenant.options.bare_listings = way
    async with AsyncClient(**options_for(emulator, page_size=2)) as client:
        found = await client.transactional.list_line_items(PRICING_ID)
        assert [item.id for item in found] == [item.id for item in module_of(emulator).line_items]
        assert len(await client.transactional.list_versions()) == len(model_of(emulator).versions)
        assert len(await client.transactional.list_line_item_dimensions(LIST_PRICE_ID)) == 3


async def test_dimensions_of_a_line_item_are_what_a_cell_is_named_by(client: AsyncClient) -> None:
    dimensions = await client.transactional.list_line_item_dimensions(LIST_PRICE_ID)
    assert {dimension.id for dimension in dimensions} == {PRODUCTS_ID, TIME, VERSIONS}
    assert Dimension(TIME, "Time") in dimensions


async def test_items_of_a_line_item_in_time_versions_and_lists(emulator: Emulator, client: AsyncClient) -> None:
    model = client.transactional
    assert "Jan 26" in [item.name for item in await model.list_line_item_dimension_items(LIST_PRICE_ID, TIME)]
    versions = await model.list_line_item_dimension_items(LIST_PRICE_ID, int(VERSIONS))
    assert "Actual" in [item.name for item in versions]
    assert ACTUAL_ID in [item.id for item in versions]
    products = await model.list_line_item_dimension_items(LIST_PRICE_ID, PRODUCTS_ID)
    assert {"P-01"} <= {item.code for item in products}


@pytest.mark.parametrize("keys", [False, True], ids=["left out", "sent"])
async def test_what_is_empty_with_and_without_its_key(emulator: Emulator, client: AsyncClient, keys: bool) -> None:
    emulator.tenant.options.send_empty_keys = keys
    model_of(emulator).clear_list(ORDERS_ID)
    assert await client.transactional.list_dimension_items(ORDERS_ID) == []
    found = await client.transactional.look_up_items(PRODUCTS_ID, names=["nothing of this name"])
    assert (found.by_name, found.missing_names) == ({}, ("nothing of this name",))
    assert (await client.transactional.get_view(VIEW_ID)).id == VIEW_ID
    assert (await client.transactional.get_list(TIERS_ID)).parent is None


# --- views ------------------------------------------------------------------------------------------------------------


async def test_views_of_the_model_and_of_a_module(client: AsyncClient) -> None:
    all_views = {view.id: view for view in await client.transactional.list_views()}
    of_module = {view.id: view for view in await client.transactional.list_views(int(PRICING_ID))}
    assert all_views[PRICING_ID].name == "Product Plan"
    assert of_module[PRICING_ID].name == "default"
    assert all_views[VIEW_ID].name.endswith("Plan'.'Revenue by Month'")
    assert of_module[VIEW_ID].name == "Revenue by Month"
    assert all_views[VIEW_ID].module_id == PRICING_ID
    assert set(of_module) <= set(all_views)


async def test_views_of_line_items_are_listed_on_request(emulator: Emulator, client: AsyncClient) -> None:
    for module_id in (None, PRICING_ID):
        without = {view.id for view in await client.transactional.list_views(module_id)}
        views = {view.id: view for view in await client.transactional.list_views(module_id, subsidiary=True)}
        assert without < set(views)
        assert set(views) - without <= {item.id for item in module_of(emulator).line_items}
        assert views[SHELF_ID].name.endswith("Shelf Life")


async def test_a_view_by_its_module_and_by_a_line_item(client: AsyncClient) -> None:
    model = client.transactional
    default = await model.get_view(int(PRICING_ID))
    assert (default.id, default.name) == (PRICING_ID, "Product Plan")
    axes = [dimension.id for axis in (default.rows, default.columns, default.pages) for dimension in axis]
    assert sorted(axes) == sorted([PRODUCTS_ID, TIME, VERSIONS, LINE_ITEMS])
    assert (await model.get_view(LIST_PRICE_ID)) == default  # it has none of its own
    of_line_item = await model.get_view(SHELF_ID)
    assert of_line_item.id == SHELF_ID
    assert TIME not in [
        each.id for axis in (of_line_item.rows, of_line_item.columns, of_line_item.pages) for each in axis
    ]


async def test_a_saved_view_with_two_dimensions_on_columns(client: AsyncClient) -> None:
    view = await client.transactional.get_view(VIEW_ID)
    assert [dimension.id for dimension in view.rows] == [PRODUCTS_ID]
    assert view.columns == (Dimension(LINE_ITEMS, "Line Items"), Dimension(TIME, "Time"))
    assert view.pages == (Dimension(VERSIONS, "Versions"),)
    shown = await client.transactional.list_view_dimension_items(VIEW_ID, LINE_ITEMS)
    assert [item.name for item in shown] == ["List Price", "Units", "Revenue"]


async def test_items_that_a_view_shows(client: AsyncClient) -> None:
    model = client.transactional
    shown = {item.name for item in await model.list_view_dimension_items(PRICING_ID, TIME)}
    assert "Jan 26" in shown
    line_items = await model.list_view_dimension_items(PRICING_ID, LINE_ITEMS)
    assert LIST_PRICE_ID in [item.id for item in line_items]
    with pytest.raises(NotFoundError):
        await model.list_view_dimension_items(PRICING_ID, TIERS_ID)


async def test_a_view_of_too_many_cells_says_what_reads_it(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.view_cell_limit = 10
    with pytest.raises(ApiError, match="get_view_rows reads views of any size") as caught:
        await client.transactional.list_view_dimension_items(PRICING_ID, TIME)
    assert caught.value.status == 400


# --- who may see it ---------------------------------------------------------------------------------------------------


async def test_any_role_in_the_model_suffices(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, **ordinary_user(emulator))) as client:
        model = client.transactional
        assert await model.list_modules()
        assert await model.list_line_items(PRICING_ID)
        assert await model.get_view(PRICING_ID)
        assert await model.list_line_item_dimension_items(COMMENT_ID, VERSIONS)
        assert await model.get_list(PRODUCTS_ID)
        assert await model.list_dashboards()


async def test_without_a_role_everything_is_not_found(emulator: Emulator, client: AsyncClient) -> None:
    model_of(emulator).no_access.add(emulator.tenant.administrator.id)
    model = client.transactional
    for listing in (model.list_modules, model.list_lists, model.list_views, model.list_line_items):
        with pytest.raises(NotFoundError, match="check the ids and the role"):
            await listing()


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("list_line_items", (102999999999,)),
        ("list_line_item_dimensions", (206999999999,)),
        ("list_line_item_dimension_items", (LIST_PRICE_ID, 101999999998)),
        ("list_views", (102999999999,)),
        ("get_view", (1012999999999,)),
        ("list_dimension_items", (101999999998,)),
        ("get_list", (101999999998,)),
        ("preview_list", (101999999998,)),
    ],
)
async def test_what_does_not_exist(client: AsyncClient, call: str, arguments: tuple[int | str, ...]) -> None:
    with pytest.raises(NotFoundError):
        await getattr(client.transactional, call)(*arguments)


async def test_malformed_ids_of_a_line_item_are_400(client: AsyncClient) -> None:
    with pytest.raises(ApiError, match="400"):
        await client.transactional.list_line_item_dimension_items("abc", TIME)
    with pytest.raises(ConfigurationError, match="line_item_id"):
        await client.transactional.list_line_item_dimension_items("a/b", TIME)


async def test_a_model_is_needed(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, model_id=None)) as client:
        with pytest.raises(ConfigurationError, match="model_id"):
            _ = client.transactional


async def test_a_busy_model_makes_calls_wait(emulator: Emulator, client: AsyncClient) -> None:
    script = TaskScript(hang=True)
    emulator.tenant.script_task(EXPORT, script)
    await client.run_action(EXPORT, wait_for_completion=False)
    with pytest.raises(WaitTimeoutError):
        await client.transactional.list_modules(timeout=0.2)
    script.release()
    assert await client.transactional.list_modules()
