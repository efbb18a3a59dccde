# Source of both colours: scripts/codegen.py emits this file twice.
"""Writes whose answer was lost: made again where that changes nothing, looked for where it would, else in doubt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from anaplan_sdk import (
    AsyncClient,
    NotFoundError,
    WriteInterruptedError,
    WriteTimeoutError,
)
from anaplan_sdk._core.transactional.writing import batches
from anaplan_sdk.emulator import Emulator, Fault, GeneralList, Model
from anaplan_sdk.emulator.world.planning.demo import PRICING_ID, UNITS_ID
from anaplan_sdk.models import WriteResult
from stage.calls.transactional_calls import ORDERS, REGIONS, add_lists
from stage.observed import Clock, OnArrival
from stage.support import QUICK_POLL, options_for
from stage.writing.cells import DATA, limit_cells, sent, unit_rows, value

ITEMS = f"/lists/{REGIONS}/items$"
STATUS = "/status$"
# Anaplan has written the rows, and its answer does not come back as it should.
ANSWER_LOST: dict[str, dict[str, Any]] = {
    "dropped": {"drop": "after"},
    "cut": {"drop": "midway"},
    "500": {"status": 500, "handle": True},
    "504": {"status": 504, "handle": True, "body": ""},
    "a page of a proxy": {"status": 200, "handle": True, "content_type": "text/html"},
    "an empty body": {"status": 200, "handle": True, "body": ""},
    "cut JSON": {"status": 200, "handle": True, "body": '{"added": 3, "fail'},
}
# The request never got there, which the client cannot know.
REQUEST_LOST: dict[str, dict[str, Any]] = {"before": {"drop": "before"}, "502": {"status": 502, "body": ""}}
LOST = ANSWER_LOST | REQUEST_LOST


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_lists(emulator)


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[AsyncClient]:
    """A client that does not wait long for additions that arrive late: here, none do."""
    async with AsyncClient(**options_for(emulator, poll=attrs.evolve(QUICK_POLL, settling_time=0.02))) as client:
        yield client


@pytest.fixture
def regions(model: Model) -> GeneralList:
    """North (code N-01) and South (without a code)."""
    return model.lists[REGIONS]


def names(one: GeneralList) -> list[str]:
    return [one.name_at(position) for position in one.positions()]


def adds(emulator: Emulator, list_id: str = REGIONS) -> list[list[Any]]:
    """The items of each request that adds some."""
    received = emulator.received("POST", f"/lists/{list_id}/items$")
    return [each.json["items"] for each in received if each.query.get("action") == "add"]


NEW = [{"name": name, "code": name.lower()} for name in "ABC"]


@pytest.mark.parametrize("fault", LOST)
async def test_cells_are_written_once_more(
    client: AsyncClient, emulator: Emulator, model: Model, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    emulator.inject(Fault("POST", DATA, skip=1, **LOST[fault]))
    result = await client.transactional.write_cells(PRICING_ID, unit_rows(12))
    assert result == WriteResult(total=12, changed=12)
    assert [len(body) for body in sent(emulator) if body] == ([5, 5, 2] if fault in REQUEST_LOST else [5, 5, 5, 2])
    assert value(model, UNITS_ID, "Espresso", "Jun 26") == "5"


async def test_nothing_is_sent_before_the_model_is_idle(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", DATA, drop="after"))
    updating = '{"requestStatus": {"currentStep": "Updating", "progress": -1.0}}'
    running = '{"requestStatus": {"currentStep": "Processing import", "progress": 0.3}}'
    for body in (updating, running):
        emulator.inject(Fault("GET", STATUS, status=200, body=body))
    emulator.inject(Fault("GET", STATUS, status=400))
    with pytest.raises(WriteInterruptedError) as caught:  # by a look that says nothing and will never say more
        await client.transactional.write_cells(PRICING_ID, unit_rows(2))
    assert list(caught.value.in_doubt) == [0, 1]
    emulator.clear_faults()
    emulator.inject(Fault("POST", DATA, drop="after"))
    for body in (updating, running):
        emulator.inject(Fault("GET", STATUS, status=200, body=body))
    before = len(emulator.received("GET", STATUS))
    assert (await client.transactional.write_cells(PRICING_ID, unit_rows(2))).changed == 2
    assert len(emulator.received("GET", STATUS)) == before + 3


async def test_cells_that_are_lost_twice_are_in_doubt(
    client: AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    emulator.inject(Fault("POST", DATA, skip=1, times=2, drop="after"))
    with pytest.raises(WriteInterruptedError, match="It is not known whether rows 5 to 9 were written") as caught:
        await client.transactional.write_cells(PRICING_ID, unit_rows(12))
    error = caught.value
    assert (error.result, error.in_doubt, error.next_row) == (WriteResult(total=5, changed=5), range(5, 10), 10)
    assert len(sent(emulator)) == 3


async def test_updates_are_sent_once_more(client: AsyncClient, emulator: Emulator, regions: GeneralList) -> None:
    for fault in LOST.values():
        emulator.inject(Fault("PUT", ITEMS, **fault))
        result = await client.transactional.update_list_items(REGIONS, [{"code": "N-01", "name": "Nord"}])
        assert result == WriteResult(total=1, updated=1)
    assert names(regions) == ["Nord", "South"]
    assert len(emulator.received("PUT", ITEMS)) == 2 * len(LOST)


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("shape", ["counts", "deleted", "result"])
async def test_deletions_are_sent_once_more_and_what_is_gone_then_was_deleted(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, fault: str, shape: Any
) -> None:
    emulator.tenant.options.deletion_answer = shape
    emulator.inject(Fault("POST", ITEMS, **LOST[fault]))
    result = await client.transactional.delete_list_items(REGIONS, [regions.item_id(0), {"name": "South"}])
    assert (result.total, result.deleted, result.ignored, result.failures) == (2, 2, 0, ())
    assert names(regions) == []


@pytest.mark.parametrize("fault", ANSWER_LOST)
async def test_additions_that_arrived_are_found(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, fault: str
) -> None:
    emulator.inject(Fault("POST", ITEMS, **ANSWER_LOST[fault]))
    assert await client.transactional.add_list_items(REGIONS, NEW) == WriteResult(total=3, added=3)
    assert names(regions) == ["North", "South", "A", "B", "C"]
    assert len(emulator.received("POST", ITEMS)) == 1


@pytest.mark.parametrize("fault", REQUEST_LOST)
async def test_additions_that_did_not_arrive_are_sent_again(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, fault: str
) -> None:
    emulator.inject(Fault("POST", ITEMS, **REQUEST_LOST[fault]))
    rows = [*NEW, {"name": "South"}]
    result = await client.transactional.add_list_items(REGIONS, rows, on_failures="ignore")
    assert (result.total, result.added, result.failed_rows) == (4, 3, (3,))
    assert names(regions) == ["North", "South", "A", "B", "C"]
    assert len(emulator.received("POST", ITEMS)) == 2


async def test_of_additions_those_that_failed_are_sent_again_for_the_reason(
    client: AsyncClient, emulator: Emulator, regions: GeneralList
) -> None:
    emulator.inject(Fault("POST", ITEMS, drop="after"))
    rows: list[dict[str, Any]] = [NEW[0], {"name": "X", "parent": "nowhere"}, NEW[1]]
    result = await client.transactional.add_list_items(REGIONS, rows, on_failures="ignore")
    assert (result.total, result.added, result.failed_rows) == (3, 2, (1,))
    assert [len(items) for items in adds(emulator)] == [3, 1]
    assert names(regions) == ["North", "South", "A", "B"]


async def test_additions_in_the_middle_of_a_call_are_counted_from_there(
    client: AsyncClient, emulator: Emulator, regions: GeneralList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MAX_ENTRIES", 2)
    for skipped in (1, 0):
        emulator.inject(Fault("POST", ITEMS, skip=skipped, drop="after"))
    rows = [{"name": name} for name in "ABCDEF"]
    assert (await client.transactional.add_list_items(REGIONS, rows)).added == 6
    assert names(regions)[2:] == list("ABCDEF")
    assert len(adds(emulator)) == 3


async def test_additions_of_which_some_were_there_before_are_in_doubt(
    client: AsyncClient, emulator: Emulator, regions: GeneralList
) -> None:
    emulator.inject(Fault("POST", ITEMS, drop="after"))
    rows = [NEW[0], {"name": "South"}, {"name": "X", "parent": "nowhere"}]
    with pytest.raises(WriteInterruptedError) as caught:
        await client.transactional.add_list_items(REGIONS, rows)
    assert (caught.value.in_doubt, caught.value.unwritten, caught.value.next_row) == (range(2), range(2, 3), 3)
    assert len(adds(emulator)) == 1


async def test_an_upsert_adds_once(client: AsyncClient, emulator: Emulator, regions: GeneralList) -> None:
    for method in ("POST", "PUT"):
        emulator.inject(Fault(method, ITEMS, drop="after"))
    rows = [*NEW, {"code": "N-01", "name": "Nord"}]
    result = await client.transactional.upsert_list_items(REGIONS, rows)
    assert (result.total, result.added, result.updated) == (4, 3, 1)
    assert names(regions) == ["Nord", "South", "A", "B", "C"]


@pytest.mark.parametrize("fault", ANSWER_LOST)
async def test_items_of_a_numbered_list_are_never_added_twice(
    client: AsyncClient, emulator: Emulator, model: Model, fault: str
) -> None:
    orders = model.lists[ORDERS]
    before = orders.count
    emulator.inject(Fault("POST", f"/lists/{ORDERS}/items$", **ANSWER_LOST[fault]))
    assert (await client.transactional.add_list_items(ORDERS, [{"code": "O-8"}, {}, {}])).added == 3
    assert orders.count == before + 3
    assert len(adds(emulator, ORDERS)) == 1


async def test_items_of_a_numbered_list_that_did_not_arrive_are_sent_again(
    client: AsyncClient, emulator: Emulator, model: Model
) -> None:
    orders = model.lists[ORDERS]
    before = orders.count
    emulator.inject(Fault("POST", f"/lists/{ORDERS}/items$", drop="before"))
    assert (await client.transactional.add_list_items(ORDERS, [{}, {}])).added == 2
    assert orders.count == before + 2


async def test_items_without_a_code_are_in_doubt_where_others_were_added_as_well(
    client: AsyncClient, emulator: Emulator, model: Model
) -> None:
    orders = model.lists[ORDERS]
    emulator.inject(Fault("POST", f"/lists/{ORDERS}/items$", drop="after"))
    emulator.inject(OnArrival("GET", STATUS, lambda: orders.add_item(code=f"by somebody else {orders.count}")))
    with pytest.raises(WriteInterruptedError, match="It is not known whether rows 0 to 2 were written") as caught:
        await client.transactional.add_list_items(ORDERS, [{"code": "O-8"}, {}, {}])
    assert (caught.value.in_doubt, len(adds(emulator, ORDERS))) == (range(3), 1)


async def test_a_late_request_is_waited_for(client: AsyncClient, emulator: Emulator, model: Model) -> None:
    orders = model.lists[ORDERS]
    before = orders.count
    emulator.tenant.options.write_seconds = 0.3  # the model is updating as long
    emulator.inject(Fault("POST", f"/lists/{ORDERS}/items$", status=504, handle=True))
    assert (await client.transactional.add_list_items(ORDERS, [{}, {}])).added == 2
    assert orders.count == before + 2


async def test_a_time_limit_leaves_rows_in_doubt(client: AsyncClient, emulator: Emulator, clock: Clock) -> None:
    emulator.inject(OnArrival("POST", ITEMS, clock.put_forward))
    emulator.inject(Fault("POST", ITEMS, drop="after"))
    with pytest.raises(WriteTimeoutError, match="It is not known whether rows 0 to 2 were written") as caught:
        await client.transactional.add_list_items(REGIONS, NEW, timeout=60)
    assert (caught.value.in_doubt, caught.value.next_row) == (range(3), 3)


async def test_a_time_limit_between_two_requests_leaves_nothing_in_doubt(
    client: AsyncClient, emulator: Emulator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_cells(monkeypatch, emulator, 5)
    emulator.inject(OnArrival("POST", DATA, clock.put_forward))
    with pytest.raises(WriteTimeoutError, match="From row 5 on, nothing was written") as caught:
        await client.transactional.write_cells(PRICING_ID, unit_rows(12), timeout=60)
    assert (caught.value.result.changed, list(caught.value.in_doubt), caught.value.next_row) == (5, [], 5)


async def test_a_refusal_is_no_lost_answer(client: AsyncClient, emulator: Emulator) -> None:
    emulator.inject(Fault("POST", ITEMS, status=404))
    with pytest.raises(NotFoundError):
        await client.transactional.add_list_items(REGIONS, NEW)
    for status in (410, 423, 429):
        emulator.inject(Fault("POST", ITEMS, status=status))
    assert (await client.transactional.add_list_items(REGIONS, NEW[:1])).added == 1
    assert emulator.received("GET", STATUS) == []
