# Source of both colours: scripts/codegen.py emits this file twice.
"""Items of dimensions, and looking them up by name and code."""

from __future__ import annotations

import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.world.planning.demo import (
    ACTIVE_ID,
    ACTUAL_ID,
    ORDERS_ID,
    PRODUCTS_ID,
)
from stage.observed import LINE_ITEMS, TIME, USERS, VERSIONS, calls


async def test_items_of_lists_subsets_and_users(emulator: Emulator, client: AsyncClient) -> None:
    model = client.transactional
    products = await model.list_dimension_items(int(PRODUCTS_ID))
    active = await model.list_dimension_items(ACTIVE_ID)
    assert len(active) < len(products)
    assert {item.id for item in active} <= {item.id for item in products}
    assert {item.code for item in products} >= {"P-01", "P-02"}
    assert {item.name[:1] for item in await model.list_dimension_items(ORDERS_ID)} == {"#"}
    assert {item.id for item in await model.list_dimension_items(USERS)} == set(emulator.tenant.users)


@pytest.mark.parametrize("dimension", [TIME, int(VERSIONS), LINE_ITEMS])
async def test_time_and_versions_are_refused_before_anything_is_sent(
    emulator: Emulator, client: AsyncClient, dimension: int | str
) -> None:
    with pytest.raises(ConfigurationError, match="list_line_item_dimension_items"):
        await client.transactional.list_dimension_items(dimension)
    assert calls(emulator) == 0


async def test_too_many_items_of_a_dimension(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.item_limit = 1
    with pytest.raises(ApiError, match="get_list_items_stream") as caught:
        await client.transactional.list_dimension_items(PRODUCTS_ID)
    assert caught.value.status == 400


async def test_items_are_looked_up_in_any_case(client: AsyncClient) -> None:
    model = client.transactional
    espresso = next(item for item in await model.list_dimension_items(PRODUCTS_ID) if item.code == "P-01")
    asked = espresso.name.upper()
    found = await model.look_up_items(int(PRODUCTS_ID), names=[asked, "no such"], codes=iter(["p-02", "P-99"]))
    assert found.by_name == {asked: (espresso,)}
    assert [item.code for item in found.by_code["p-02"]] == ["P-02"]
    assert (found.missing_names, found.missing_codes) == (("no such",), ("P-99",))
    assert {item.code for item in found.items} == {"P-01", "P-02"}


async def test_periods_versions_and_users_are_looked_up_by_name(emulator: Emulator, client: AsyncClient) -> None:
    model = client.transactional
    periods = await model.look_up_items(TIME, names=["jan 26", "Jan 99"])
    assert [item.name for item in periods.by_name["jan 26"]] == ["Jan 26"]
    assert periods.missing_names == ("Jan 99",)
    actual = await model.look_up_items(int(VERSIONS), names=["ACTUAL"])
    assert [item.id for item in actual.by_name["ACTUAL"]] == [ACTUAL_ID]
    ada = await model.list_dimension_items(USERS)
    assert (await model.look_up_items(USERS, names=[ada[0].name])).by_name == {ada[0].name: (ada[0],)}


async def test_nothing_asked_is_nothing_sent(emulator: Emulator, client: AsyncClient) -> None:
    found = await client.transactional.look_up_items(PRODUCTS_ID, names=[], codes=())
    assert (found.by_name, found.by_code, found.items) == ({}, {}, ())
    with pytest.raises(ConfigurationError, match="no codes"):
        await client.transactional.look_up_items(TIME, codes=["a"])
    with pytest.raises(ConfigurationError, match="list of texts"):
        await client.transactional.look_up_items(PRODUCTS_ID, names="Espresso")
    assert calls(emulator) == 0


async def test_many_items_are_looked_up_in_several_requests(emulator: Emulator, client: AsyncClient) -> None:
    asked = [f"P-{number:02}" for number in range(25_000)]
    found = await client.transactional.look_up_items(PRODUCTS_ID, codes=asked)
    assert {"P-01", "P-02"} <= set(found.by_code)
    assert len(found.by_code) + len(found.missing_codes) == 25_000
    assert calls(emulator, "POST", "/items$") == 3


async def test_items_of_a_numbered_list_are_looked_up_by_number_and_code(client: AsyncClient) -> None:
    found = await client.transactional.look_up_items(ORDERS_ID, names=["#1", "#3", "#4"], codes=["o-2"])
    assert (list(found.by_name), found.missing_names) == (["#1", "#3"], ("#4",))
    assert [item.code for item in found.by_name["#3"]] == [None]
    assert [item.name for item in found.by_code["o-2"]] == ["#2"]
