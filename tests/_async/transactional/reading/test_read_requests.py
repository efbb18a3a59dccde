# Source of both colours: scripts/codegen.py emits this file twice.
"""Read requests: pages in order while they run, kept alive, and always deleted at the end."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from anaplan_sdk import (
    AmbiguousRunError,
    AnaplanError,
    ApiError,
    AsyncClient,
    PermissionDeniedError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    UnexpectedResponseError,
    WaitTimeoutError,
)
from anaplan_sdk._io.aio import closing
from anaplan_sdk.emulator import Emulator, Fault, TaskScript
from anaplan_sdk.emulator.world.planning.demo import VIEW_ID
from anaplan_sdk.models import Task, ViewRow
from stage.observed import Clock, OnArrival
from stage.support import options_for
from stage.tables import PAGE, READS, fetched, open_reads, table_of

STATE = r"/readRequests/\w+$"


@pytest.fixture(autouse=True)
def small_pages(emulator: Emulator) -> None:
    """So that a view of the demo model has about forty."""
    emulator.tenant.options.read_page_bytes = 200


async def rows_of(client: AsyncClient) -> list[list[Any]]:
    rows = await client.transactional.get_view_rows(VIEW_ID, large=True)
    return [list(row.values) for row in rows]


async def first_of(client: AsyncClient) -> ViewRow:
    """The first row of a stream that is left then."""
    async with closing(client.transactional.get_view_rows_stream(VIEW_ID, large=True)) as rows:
        async for row in rows:
            return row
    raise AssertionError("there are rows")


def expected(emulator: Emulator) -> list[list[str]]:
    return table_of(emulator, VIEW_ID)[1:]


def methods(emulator: Emulator) -> str:
    """What was asked of read requests, in order: S for starts, L for looks, P for pages, D for deletions."""
    requests = emulator.received(path=READS)
    return "".join(
        {"POST": "S", "DELETE": "D"}.get(request.method) or ("P" if "/pages/" in request.path else "L")
        for request in requests
    )


# --- pages ------------------------------------------------------------------------------------------------------------


async def test_all_pages_in_order_and_then_the_deletion(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.read_polls = 0
    assert await rows_of(client) == expected(emulator)
    count = emulator.read_requests[0].page_count
    assert count > 30
    assert sorted(fetched(emulator)) == list(range(count))
    assert methods(emulator) == "SL" + "P" * count + "D"


async def test_pages_are_fetched_while_the_read_still_runs(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.read_polls = 6
    assert await rows_of(client) == expected(emulator)
    looks = methods(emulator).strip("SD").split("P")
    assert len([look for look in looks if look]) >= 4
    assert sorted(fetched(emulator)) == list(range(emulator.read_requests[0].page_count))


async def test_only_pages_that_are_counted_are_asked_for(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.read_polls = 3
    await rows_of(client)
    assert emulator.received("GET", PAGE)
    assert len(emulator.received("GET", PAGE)) == len(fetched(emulator))


async def test_few_pages_wait_to_be_taken(emulator: Emulator, client: AsyncClient) -> None:
    async with closing(client.transactional.get_view_csv_stream(VIEW_ID, large=True)) as parts:
        async for _ in parts:
            assert len(emulator.received("GET", PAGE)) <= 5
            break
    assert len(emulator.received("GET", PAGE)) <= 5


async def test_what_the_start_asks_for(emulator: Emulator, client: AsyncClient) -> None:
    await rows_of(client)
    await client.transactional.get_view_csv(VIEW_ID, layout="GRID_ALL_PAGES", large=True)
    bodies = [request.json for request in emulator.received("POST", READS)]
    assert bodies == [{"exportType": "TABULAR_MULTI_COLUMN"}, {"exportType": "GRID_ALL_PAGES"}]


async def test_a_page_that_fails_in_passing_is_fetched_again(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("GET", r"/pages/2$", status=503))
    emulator.inject(Fault("GET", r"/pages/3$", drop="midway"))
    assert await rows_of(client) == expected(emulator)


# --- starts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "midway"}, {"status": 504, "handle": True}], ids=str)
async def test_a_lost_start_is_made_again(emulator: Emulator, client: AsyncClient, fault: dict[str, Any]) -> None:
    emulator.inject(Fault("POST", READS, **fault))
    assert await rows_of(client) == expected(emulator)
    assert len(emulator.received("POST", READS)) >= 2
    assert len(emulator.received("DELETE", READS)) == 1  # what was lost, nobody knows; it drops itself


async def test_a_start_that_is_lost_for_good(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("POST", READS, drop="after", times=None))
    with pytest.raises(AnaplanError) as caught:
        await rows_of(client)
    assert not isinstance(caught.value, AmbiguousRunError)
    assert emulator.received("DELETE", READS) == []


async def test_a_start_that_is_refused(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("POST", READS, status=403))
    with pytest.raises(PermissionDeniedError):
        await rows_of(client)
    assert len(emulator.received("POST", READS)) == 1


async def test_a_read_that_is_not_found_at_first(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("GET", STATE, status=404, times=3))
    assert await rows_of(client) == expected(emulator)
    emulator.inject(Fault("GET", STATE, status=404, times=None))
    with pytest.raises(TaskError, match=r"gone before all of it was fetched"):
        await rows_of(client)
    assert open_reads(emulator) == 0


# --- ends -------------------------------------------------------------------------------------------------------------


async def test_a_read_that_fails_is_an_error_and_is_deleted(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.script_task(VIEW_ID, TaskScript(fail="No memory"))
    with pytest.raises(TaskFailedError, match=rf"read request of view {VIEW_ID} failed") as caught:
        await rows_of(client)
    assert isinstance(caught.value.task, Task)
    assert caught.value.task.id == emulator.read_requests[0].id
    assert (caught.value.job.family, caught.value.job.id) == ("transactional", VIEW_ID)
    assert (open_reads(emulator), methods(emulator)[-1]) == (0, "D")


async def test_a_read_that_somebody_cancels(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.script_task(VIEW_ID, TaskScript(cancel=True))
    with pytest.raises(TaskCancelledError, match="was cancelled"):
        await rows_of(client)
    assert methods(emulator)[-1] == "D"


FAILING: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "refused": ({"path": r"/pages/4$", "status": 403}, PermissionDeniedError),
    "failing": ({"path": r"/pages/4$", "status": 500, "times": None}, ApiError),
    "gone": ({"path": r"/pages/4$", "status": 404}, TaskError),
    "html": ({"path": r"/pages/4$", "content_type": "text/html", "times": None}, UnexpectedResponseError),
    "no text": ({"path": r"/pages/4$", "content_type": "text/csv", "body": b"\xff\n"}, UnexpectedResponseError),
    "no table": ({"path": r"/pages/0$", "content_type": "text/csv", "body": "A\nB\n"}, UnexpectedResponseError),
    "state": ({"path": STATE, "status": 403, "skip": 1}, PermissionDeniedError),
}


@pytest.mark.parametrize("failure", FAILING)
async def test_it_is_deleted_whatever_fails(emulator: Emulator, client: AsyncClient, failure: str) -> None:
    fault, error = FAILING[failure]
    given: dict[str, Any] = {"status": 200, **fault}
    emulator.inject(Fault("GET", **given))
    with pytest.raises(error):
        await rows_of(client)
    assert (open_reads(emulator), len(emulator.received("DELETE", READS))) == (0, 1)


async def test_it_is_deleted_where_the_reader_leaves_early(emulator: Emulator, client: AsyncClient) -> None:
    assert (await first_of(client)).labels["Products"] == "Espresso"
    assert (open_reads(emulator), len(emulator.received("DELETE", READS))) == (0, 1)


async def test_it_is_deleted_where_the_reader_fails(emulator: Emulator, client: AsyncClient) -> None:
    async def read() -> None:
        async with closing(client.transactional.get_view_rows_stream(VIEW_ID, large=True)) as rows:
            async for row in rows:
                assert 1 / 0, row

    with pytest.raises(ZeroDivisionError):
        await read()
    assert open_reads(emulator) == 0


async def test_a_client_that_is_closed_deletes_what_its_streams_have_left(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, log_out_on_close=True)) as client:
        streams = [client.transactional.get_view_rows_stream(VIEW_ID, large=True) for _ in range(2)]
        for rows in streams:
            async for row in rows:
                assert row.labels
                break
        assert open_reads(emulator) == 2
    assert (open_reads(emulator), len(emulator.received("DELETE", READS))) == (0, 2)
    for rows in streams:
        async with closing(rows):
            pass
    assert len(emulator.received("DELETE", READS)) == 2


async def test_a_client_is_closed_although_it_cannot_delete(emulator: Emulator) -> None:
    emulator.inject(Fault("DELETE", READS, status=403))
    async with AsyncClient(**options_for(emulator)) as client:
        rows = client.transactional.get_view_rows_stream(VIEW_ID, large=True)
        async for row in rows:
            assert row.labels
            break
    async with closing(rows):
        pass
    assert len(emulator.received("DELETE", READS)) == 1


async def test_a_stream_that_nobody_draws_from_starts_nothing(emulator: Emulator, client: AsyncClient) -> None:
    async with closing(client.transactional.get_view_rows_stream(VIEW_ID, large=True)):
        pass
    assert emulator.received(path=READS) == []


async def test_a_time_limit_ends_the_waiting(emulator: Emulator, client: AsyncClient, clock: Clock) -> None:
    emulator.tenant.script_task(VIEW_ID, TaskScript(hang=True))
    emulator.inject(OnArrival("GET", STATE, clock.put_forward))
    with pytest.raises(WaitTimeoutError, match=rf"read request of view {VIEW_ID}"):
        await client.transactional.get_view_rows(VIEW_ID, large=True, timeout=60)
    assert (open_reads(emulator), methods(emulator)) == (0, "SLD")


async def test_a_time_limit_ends_the_fetching(emulator: Emulator, client: AsyncClient, clock: Clock) -> None:
    emulator.inject(OnArrival("GET", r"/pages/5$", clock.put_forward))
    with pytest.raises(WaitTimeoutError):
        await client.transactional.get_view_rows(VIEW_ID, large=True, timeout=60)
    assert open_reads(emulator) == 0
    assert max(fetched(emulator)) < 10


async def test_a_deletion_that_finds_nothing_is_fine(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("DELETE", READS, status=404))
    assert await rows_of(client) == expected(emulator)


async def test_a_deletion_that_fails_is_told_and_no_error(
    emulator: Emulator, client: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.inject(Fault("DELETE", READS, status=403))
    with caplog.at_level(logging.WARNING, "anaplan_sdk"):
        assert await rows_of(client) == expected(emulator)
    assert f"read request of view {VIEW_ID} could not be deleted" in caplog.text


# --- staying alive ----------------------------------------------------------------------------------------------------


async def test_one_that_is_fetched_for_long_is_kept_alive(
    emulator: Emulator, client: AsyncClient, clock: Clock
) -> None:
    def pass_time(seconds: float) -> None:
        clock.put_forward(seconds)
        emulator.age_read_requests(1_700)

    emulator.inject(OnArrival("GET", r"/pages/5$", lambda: pass_time(1_700)))
    emulator.inject(OnArrival("GET", r"/pages/20$", lambda: pass_time(3_400)))
    assert await rows_of(client) == expected(emulator)
    pages = fetched(emulator)
    assert pages.count(0) >= 3
    assert len(pages) == emulator.read_requests[0].page_count + pages.count(0) - 1


async def test_one_that_runs_for_long_is_kept_alive(emulator: Emulator, client: AsyncClient, clock: Clock) -> None:
    emulator.tenant.options.read_polls = 90  # more than two looks for each page
    looks = 0

    def pass_time() -> None:
        nonlocal looks
        looks += 1
        clock.put_forward(looks * 1_000.0)
        emulator.age_read_requests(1_000 if emulator.received("GET", PAGE) else 0)

    emulator.inject(OnArrival("GET", STATE, pass_time))
    assert await rows_of(client) == expected(emulator)
    assert fetched(emulator).count(0) > 10


async def test_pages_that_count_by_themselves_need_no_others(
    emulator: Emulator, client: AsyncClient, clock: Clock
) -> None:
    emulator.tenant.options.read_page_bytes = 40
    emulator.inject(OnArrival("GET", r"/pages/97$", lambda: clock.put_forward(599)))
    assert await rows_of(client) == expected(emulator)
    assert emulator.read_requests[0].page_count > 110
    assert fetched(emulator).count(0) == 1


async def test_one_that_was_dropped_says_why(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(OnArrival("GET", r"/pages/5$", lambda: emulator.age_read_requests(1_800)))
    with pytest.raises(TaskError, match=r"drops it after 30 minutes .* Read it again") as caught:
        await rows_of(client)
    assert caught.value.job.noun == "read request of view"
    assert len(emulator.received("DELETE", READS)) == 1
