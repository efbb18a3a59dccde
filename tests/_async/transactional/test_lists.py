# Source of both colours: scripts/codegen.py emits this file twice.
"""Lists, read as items and as CSV, by one request and by read requests."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from anaplan_sdk import AsyncClient
from anaplan_sdk._io.aio import closing
from anaplan_sdk.emulator import Emulator, Fault
from anaplan_sdk.emulator.world.planning.demo import FAMILIES_ID, ORDERS_ID, PRODUCTS_ID
from anaplan_sdk.errors import ApiError, ConfigurationError, WaitTimeoutError
from anaplan_sdk.models import ListItem

ITEMS = rf"/lists/{PRODUCTS_ID}/items$"
READS = r"/readRequests"


def products(emulator: Emulator) -> list[tuple[str, str | None, str]]:
    """Ids, codes and names as the emulator has them."""
    listed = next(iter(emulator.tenant.models.values())).lists[PRODUCTS_ID]
    return [(listed.item_id(at), listed.code_at(at), listed.name_at(at)) for at in listed.positions()]


async def streamed(
    client: AsyncClient, list_id: str, *, details: bool = True, large: bool | None = None
) -> list[ListItem]:
    async with closing(client.transactional.get_list_items_stream(list_id, details=details, large=large)) as items:
        return [item async for item in items]


async def test_items_have_ids_codes_parents_subsets_and_properties(client: AsyncClient, emulator: Emulator) -> None:
    items = await client.transactional.get_list_items(PRODUCTS_ID)
    assert [(item.id, item.code, item.name) for item in items] == products(emulator)
    espresso = items[0]
    assert (espresso.parent, espresso.list_name, espresso.list_id) == ("Coffee", "Product Families", FAMILIES_ID)
    assert espresso.parent_id is not None
    assert espresso.subsets == {"Active": True}
    assert {**espresso.properties} == {"Weight": "7.5", "Since": "Jan 26", "Local": "true", "Manager": "Ada Li"}


async def test_without_details_there_are_neither_subsets_nor_properties(client: AsyncClient) -> None:
    items = await client.transactional.get_list_items(PRODUCTS_ID, details=False)
    assert items[0].name == "Espresso"
    assert (items[0].subsets, items[0].properties) == ({}, {})
    assert await streamed(client, PRODUCTS_ID, details=False) == items


async def test_a_stream_has_the_same_items(client: AsyncClient) -> None:
    for list_id in (PRODUCTS_ID, FAMILIES_ID, ORDERS_ID):
        items = await client.transactional.get_list_items(list_id)
        found = await streamed(client, list_id)
        assert [(one.id, one.name, one.code, one.parent, one.parent_id, one.subsets) for one in found] == [
            (one.id, one.name, one.code, one.parent, one.parent_id, one.subsets) for one in items
        ]
        assert [dict(one.properties) for one in found] == [
            {name: text for name, text in one.properties.items() if text} for one in items
        ]


async def test_a_read_request_has_everything_but_ids_and_is_deleted(client: AsyncClient, emulator: Emulator) -> None:
    items = await client.transactional.get_list_items(PRODUCTS_ID)
    found = await client.transactional.get_list_items(PRODUCTS_ID, large=True)
    assert {one.id for one in found} == {None}
    assert [(one.name, one.code, one.parent, one.subsets) for one in found] == [
        (one.name, one.code, one.parent, one.subsets) for one in items
    ]
    assert found[0].properties["Since"] == "Jan 26"
    assert await streamed(client, PRODUCTS_ID, large=True) == found
    assert len(emulator.received("DELETE", READS)) == len(emulator.received("POST", READS)) == 2


async def test_one_request_is_made_where_that_is_wanted(client: AsyncClient, emulator: Emulator) -> None:
    assert len(await streamed(client, PRODUCTS_ID, large=False)) == 8
    assert len(await client.transactional.get_list_items(PRODUCTS_ID, large=False)) == 8
    assert len(emulator.received("GET", ITEMS)) == 2
    assert emulator.received("POST", READS) == []


async def test_pages_that_are_cut_within_rows_make_the_same_items(client: AsyncClient, emulator: Emulator) -> None:
    whole = await client.transactional.get_list_items(PRODUCTS_ID, large=True)
    for header in (False, True):
        emulator.tenant.options.read_page_bytes = 70
        emulator.tenant.options.read_page_repeats_header = header
        assert await client.transactional.get_list_items(PRODUCTS_ID, large=True) == whole
    assert len(emulator.received("GET", r"/pages/3$")) == 2


async def test_a_list_without_items(client: AsyncClient, emulator: Emulator) -> None:
    next(iter(emulator.tenant.models.values())).clear_list(ORDERS_ID)
    assert await client.transactional.get_list_items(ORDERS_ID) == []
    assert await streamed(client, ORDERS_ID) == []
    assert await streamed(client, ORDERS_ID, large=True) == []


async def test_csv_in_memory_in_parts_and_on_disk(client: AsyncClient, tmp_path: Path, emulator: Emulator) -> None:
    content = await client.transactional.get_list_csv(PRODUCTS_ID)
    records = list(csv.DictReader(io.StringIO(content.decode())))
    assert [(row["id"], row["code"], row["name"]) for row in records] == products(emulator)
    async with closing(client.transactional.get_list_csv_stream(PRODUCTS_ID)) as parts:
        assert b"".join([part async for part in parts]) == content
    path = await client.transactional.download_list(PRODUCTS_ID, tmp_path / "products.csv")
    assert path.read_bytes() == content
    large = await client.transactional.get_list_csv(PRODUCTS_ID, large=True)
    assert large.startswith(b",Parent,Write,Read,Code,Active,Weight,")
    assert large.count(b"\n") == content.count(b"\n")


async def test_tenants_that_allow_escaped_csv_only(client: AsyncClient, emulator: Emulator) -> None:
    items = await streamed(client, PRODUCTS_ID)
    emulator.tenant.options.plain_csv = False
    assert await streamed(client, PRODUCTS_ID) == items


async def test_what_is_refused_otherwise_is_told_as_it_was_refused(client: AsyncClient) -> None:
    with pytest.raises(ApiError, match="404"):
        await client.transactional.get_list_csv("101999999998", large=False)


async def test_mistakes_are_refused_at_the_call(client: AsyncClient) -> None:
    with pytest.raises(ConfigurationError, match="list_id"):
        client.transactional.get_list_items_stream("a/b")
    with pytest.raises(ConfigurationError, match="list_id"):
        client.transactional.get_list_csv_stream("a/b")
    with pytest.raises(ConfigurationError, match="on_progress"):
        client.transactional.get_list_items_stream(PRODUCTS_ID, on_progress=1)  # type: ignore[arg-type]


async def test_a_stream_that_is_left_early_deletes_its_read_request(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.read_page_bytes = 70
    async with closing(client.transactional.get_list_items_stream(PRODUCTS_ID, large=True)) as items:
        async for item in items:
            assert item.name == "Espresso"
            break
    assert len(emulator.received("DELETE", READS)) == 1


async def test_a_time_limit_ends_a_read_request_that_does_not_end(client: AsyncClient, emulator: Emulator) -> None:
    emulator.tenant.options.read_polls = 1_000_000
    with pytest.raises(WaitTimeoutError):
        await client.transactional.get_list_items(PRODUCTS_ID, large=True, timeout=0.5)
    assert len(emulator.received("DELETE", READS)) == 1


async def test_a_lost_response_to_the_start_makes_another_read_request(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault(path=READS, method="POST", drop="after"))
    assert len(await client.transactional.get_list_items(PRODUCTS_ID, large=True)) == 8
    assert len(emulator.received("POST", READS)) == 2
