# Source of both colours: scripts/codegen.py emits this file twice.
"""Items of lists: added, changed, both at once, deleted, and the index begun anew."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import (
    ApiError,
    AsyncClient,
    ConfigurationError,
    NotFoundError,
    RowError,
    WriteFailedError,
    WriteFailuresWarning,
    WriteInterruptedError,
)
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk.emulator import Emulator, Fault, GeneralList, Model
from anaplan_sdk.models import ListItem, RowFailure, WriteResult
from stage.calls.transactional_calls import ACTIVE, LOCAL, ORDERS, PLACES, REGIONS, SINCE, WEIGHT, add_lists

ITEMS = f"/lists/{REGIONS}/items$"


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_lists(emulator)


@pytest.fixture
def regions(model: Model) -> GeneralList:
    """North (code N-01) and South (without a code)."""
    return model.lists[REGIONS]


def names(one: GeneralList) -> list[str]:
    return [one.name_at(position) for position in one.positions()]


def codes(one: GeneralList) -> list[str | None]:
    return [one.code_at(position) for position in one.positions()]


def place(one: GeneralList, name: str) -> int:
    position = one.by_name(name)
    assert position is not None
    return position


def writes(emulator: Emulator) -> list[tuple[str | None, list[Any]]]:
    """What each request that writes items does, and what it says."""
    received = [each for each in emulator.received("*", "/lists/[0-9]+/items$") if each.method in ("POST", "PUT")]
    return [(each.query.get("action"), each.json["items"]) for each in received]


def limit(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, items: int) -> None:
    """Let a request hold no more than so many items, on both sides."""
    monkeypatch.setattr(batches, "MAX_ENTRIES", items)
    emulator.tenant.options.written_items_limit = items


async def test_items_are_added_with_parent_properties_and_subsets(client: AsyncClient, regions: GeneralList) -> None:
    row = {
        "name": "East",
        "code": 7,
        "parent": "Northern Area",
        "properties": {"Weight": 2.5, "Since": "Feb 26", "Local": False},
        "subsets": {"Active": True},
    }
    result = await client.transactional.add_list_items(REGIONS, [row, {"name": "West"}])
    assert result == WriteResult(total=2, added=2)
    east = place(regions, "East")
    assert (regions.code_at(east), regions.in_subset(east, ACTIVE)) == ("7", True)
    assert [regions.property_at(east, each) for each in (WEIGHT, SINCE, LOCAL)] == ["2.5", "Feb 26", "false"]


async def test_items_that_exist_are_failures_with_the_rows_of_the_caller(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 2)
    rows = [{"name": name} for name in ("A", "B", "C", "South", "D")]
    with pytest.raises(WriteFailedError, match="did not write all items of list") as caught:
        await client.transactional.add_list_items(REGIONS, rows)
    assert (caught.value.result.added, caught.value.result.ignored, caught.value.result.failed_rows) == (4, 1, (3,))
    assert [len(items) for _, items in writes(emulator)] == [2, 2, 1]
    assert names(regions) == ["North", "South", "A", "B", "C", "D"]


async def test_failures_warn_or_are_ignored(client: AsyncClient) -> None:
    with pytest.warns(WriteFailuresWarning, match="1 failed") as caught:
        await client.transactional.add_list_items(REGIONS, [{"name": "South"}], on_failures="warn")
    assert [warning.filename for warning in caught] == [__file__]
    result = await client.transactional.delete_list_items(REGIONS, ["999"], on_failures="ignore")
    assert result.failures == (RowFailure(0, "Not found", "ID '999' not found"),)


async def test_items_of_a_numbered_list_have_no_names(client: AsyncClient, model: Model) -> None:
    assert (await client.transactional.add_list_items(ORDERS, [{"code": "O-9"}, {}])).added == 2
    with pytest.raises(RowError, match="Row 0: it has a name, which Anaplan makes itself"):
        await client.transactional.add_list_items(ORDERS, [{"name": "A"}])
    assert codes(model.lists[ORDERS])[-2:] == ["O-9", None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"code": "N"}, "it needs a name"),
        ({"name": "A", "properties": {"Size": 1}}, "properties: the list has no 'Size'. It has Weight, Since, Local"),
        ({"name": "A", "properties": {"Weight": "heavy"}}, "properties: Weight takes numbers"),
        ({"name": "A", "subsets": {"Old": True}}, "subsets: the list has no 'Old'. It has Active"),
        ({"name": "A", "colour": "red"}, "'colour' is none of the keys"),
        ({"name": "first"}, "another row has the name 'first'"),
    ],
    ids=str,
)
async def test_an_item_that_cannot_be_sent_is_told_before_anything_is(
    client: AsyncClient, emulator: Emulator, row: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RowError, match=f"Row 1: {reason}"):
        await client.transactional.add_list_items(REGIONS, [{"name": "first"}, row])
    assert writes(emulator) == []


async def test_updates_name_the_codes_that_their_items_have(
    client: AsyncClient, emulator: Emulator, regions: GeneralList
) -> None:
    south = regions.item_id(place(regions, "South"))
    rows = [
        {"name": "north", "properties": {"Weight": 99}},
        {"id": south, "name": "Deep South", "subsets": {"Active": True}},
    ]
    assert await client.transactional.update_list_items(REGIONS, rows) == WriteResult(total=2, updated=2)
    assert regions.property_at(0, WEIGHT) == "99"
    assert names(regions) == ["North", "Deep South"]
    assert writes(emulator)[0][1][0]["code"] == "N-01"


async def test_codes_are_set_and_changed_and_items_renamed_and_moved(client: AsyncClient, regions: GeneralList) -> None:
    north = regions.item_id(place(regions, "North"))
    rows: list[dict[str, Any]] = [
        {"id": north, "code": "N-02", "name": "Far North", "parent": ""},
        {"name": "South", "code": "S-01"},
    ]
    await client.transactional.update_list_items(REGIONS, rows)
    assert (names(regions), codes(regions)) == (["Far North", "South"], ["N-02", "S-01"])
    await client.transactional.update_list_items(REGIONS, [{"code": "S-01", "name": "Far South"}])
    assert names(regions) == ["Far North", "Far South"]


@pytest.mark.parametrize("status", [200, 500])
async def test_an_update_never_lacks_a_code(client: AsyncClient, emulator: Emulator, status: Any) -> None:
    emulator.tenant.options.missing_code = status
    assert (await client.transactional.update_list_items(REGIONS, [{"name": "North", "parent": ""}])).updated == 1


async def test_items_that_are_not_there_are_failures_of_an_update(client: AsyncClient) -> None:
    rows = [{"name": "Nobody", "parent": ""}, {"code": "?", "parent": ""}, {"id": "99", "parent": ""}]
    with pytest.raises(WriteFailedError, match="Not found") as caught:
        await client.transactional.update_list_items(REGIONS, rows)
    assert caught.value.result.failed_rows == (0, 1, 2)


async def test_an_upsert_adds_and_changes(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 3)
    monkeypatch.setattr(batches, "BLOCK_ROWS", 4)
    rows: list[dict[str, Any]] = [
        {"name": "A"},
        {"code": "N-01", "name": "Northern", "properties": {"Weight": 1}},
        {"name": "South", "code": "S-01"},
        {"name": "B", "code": "b"},
        {"name": "Northern", "properties": {"Local": "nonsense"}},
        {"name": "C"},
    ]
    with pytest.raises(RowError, match="Row 4: properties: Local takes True and False") as caught:
        await client.transactional.upsert_list_items(REGIONS, rows)
    assert caught.value.result == WriteResult(total=4, added=2, updated=2)
    rows[4]["properties"] = {"Local": False}
    result = await client.transactional.upsert_list_items(REGIONS, rows)
    assert (result.total, result.added, result.updated) == (6, 1, 5)
    assert (names(regions), codes(regions)) == (
        ["Northern", "South", "A", "B", "C"],
        ["N-01", "S-01", None, "b", None],
    )


async def test_the_failures_of_an_upsert_are_in_the_order_of_rows(client: AsyncClient) -> None:
    rows = [
        {"id": "999", "name": "nobody"},
        {"name": "North", "code": "another"},  # has the code N-01, which only its id could change
        {"name": "A"},
    ]
    result = await client.transactional.upsert_list_items(REGIONS, rows, on_failures="ignore")
    assert (result.failed_rows, [failure.row for failure in result.failures], result.added) == ((0, 1), [0, 1], 1)


async def test_an_upsert_in_a_numbered_list_goes_by_code(client: AsyncClient, model: Model) -> None:
    await client.transactional.add_list_items(ORDERS, [{"code": "O-1"}])
    result = await client.transactional.upsert_list_items(ORDERS, [{"code": "o-1"}, {"code": "O-2"}])
    assert (result.added, result.updated) == (1, 1)
    with pytest.raises(RowError, match="it needs an id or a code"):
        await client.transactional.upsert_list_items(ORDERS, [{}])


@pytest.mark.parametrize("shape", ["counts", "deleted", "result"])
@pytest.mark.parametrize("empty", ["omit", "empty"])
async def test_items_are_deleted_whatever_the_answer_looks_like(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, shape: Any, empty: Any
) -> None:
    emulator.tenant.options.deletion_answer, emulator.tenant.options.no_failures = shape, empty
    await client.transactional.add_list_items(REGIONS, [{"name": "A", "code": "a"}, {"name": "B"}])
    rows: list[Any] = [
        int(regions.item_id(0)),
        regions.item_id(1),
        {"id": regions.item_id(place(regions, "A")), "code": "a", "name": "A"},
        {"name": "B"},
    ]
    result = await client.transactional.delete_list_items(REGIONS, rows)
    assert (result.total, result.deleted, result.successful) == (4, 4, True)
    assert names(regions) == []
    result = await client.transactional.delete_list_items(REGIONS, rows[:2], on_failures="ignore")
    assert (result.deleted, result.failed_rows) == (0, (0, 1))


async def test_a_list_is_emptied_reset_and_filled_again_with_what_was_read(
    client: AsyncClient, regions: GeneralList, model: Model
) -> None:
    read = [
        ListItem(
            regions.item_id(0),
            "North",
            "N-01",
            "Northern Area",
            subsets={"Active": True},
            properties={"Weight": "12.5"},
        ),
        ListItem(regions.item_id(1), "South", None, "Northern Area"),
    ]
    with pytest.raises(ApiError, match="We can't reset the list item index of a list that contains data"):
        await client.transactional.reset_list_index(REGIONS)
    await client.transactional.delete_list_items(REGIONS, read)
    areas = model.lists[regions.parent_list_id or ""]
    await client.transactional.delete_list_items(areas.id, [areas.item_id(0)])
    await client.transactional.reset_list_index(REGIONS)
    await client.transactional.add_list_items(areas.id, [{"name": "Northern Area"}])
    assert (await client.transactional.add_list_items(REGIONS, read)).added == 2
    assert (names(regions), codes(regions)) == (["North", "South"], ["N-01", None])
    north = place(regions, "North")
    assert (regions.in_subset(north, ACTIVE), regions.property_at(north, WEIGHT)) == (True, "12.5")


async def test_a_deployed_model_refuses_items_of_structure(client: AsyncClient, model: Model) -> None:
    model.active_state = "PRODUCTION"
    assert (await client.transactional.add_list_items(REGIONS, [{"name": "A"}])).added == 1
    with pytest.raises(ApiError, match="425.*deployed"):
        await client.transactional.add_list_items(PLACES, [{"name": "A"}])


async def test_an_empty_source_sends_nothing(client: AsyncClient, emulator: Emulator) -> None:
    tr = client.transactional
    for write in (tr.add_list_items, tr.update_list_items, tr.upsert_list_items, tr.delete_list_items):
        assert await write(REGIONS, []) == WriteResult()
    assert emulator.received("*", "/lists/") == []


async def test_a_refusal_in_the_middle_says_from_where_to_go_on(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, emulator, 2)
    emulator.inject(Fault("POST", ITEMS, status=422, skip=1))
    rows = [{"name": name} for name in "ABCDE"]
    with pytest.raises(WriteInterruptedError, match="From row 2 on, nothing was written") as caught:
        await client.transactional.add_list_items(REGIONS, rows)
    assert (caught.value.result.added, caught.value.next_row) == (2, 2)
    await client.transactional.add_list_items(REGIONS, rows[caught.value.next_row :])
    assert names(regions)[2:] == list("ABCDE")


async def test_an_interrupted_upsert_goes_on_where_it_says(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BLOCK_ROWS", 4)
    rows: list[dict[str, Any]] = [{"name": name, "parent": ""} for name in ("A", "South", "B", "C", "D", "North", "E")]
    emulator.inject(Fault("PUT", ITEMS, status=422, skip=1))
    with pytest.raises(WriteInterruptedError) as caught:
        await client.transactional.upsert_list_items(REGIONS, rows)
    assert (caught.value.result.added, caught.value.result.updated, caught.value.next_row) == (5, 1, 4)
    result = await client.transactional.upsert_list_items(REGIONS, rows[caught.value.next_row :])
    assert (result.added, result.updated) == (0, 3)
    assert sorted(names(regions)) == sorted(row["name"] for row in rows)


@pytest.mark.parametrize("wrong", ["123", {"name": "A"}, 5], ids=repr)
async def test_what_is_no_iterable_of_items_is_refused(client: AsyncClient, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="items must be an iterable of rows"):
        await client.transactional.delete_list_items(REGIONS, wrong)


async def test_a_list_that_is_not_there_is_told(client: AsyncClient) -> None:
    for write in (client.transactional.add_list_items, client.transactional.delete_list_items):
        with pytest.raises(NotFoundError):
            await write("101000000999", [{"name": "A"}])
