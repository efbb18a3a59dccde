# Source of both colours: scripts/codegen.py emits this file twice.
"""Listings: page by page, sorted, searched, and from servers that do not tell the truth."""

from __future__ import annotations

import json
from typing import Any

import pytest

from anaplan_sdk import AnaplanError, AsyncClient, TransportError, UnexpectedResponseError, WaitTimeoutError
from anaplan_sdk.emulator import Emulator, Fault, File, Model
from stage.observed import Clock, OnArrival, calls
from stage.support import options_for

LISTINGS = [
    "list_workspaces",
    "list_models",
    "list_files",
    "list_imports",
    "list_exports",
    "list_actions",
    "list_processes",
]


def add_files(emulator: Emulator, count: int) -> list[int]:
    """Give the demo model so many files altogether; return their ids."""
    model = next(iter(emulator.tenant.models.values()))
    for number in range(count - len(model.files) - len(model.exports)):
        model.add(File(str(113000001000 + number), f"File {number}", ["Code"]))
    return [int(file_id) for file_id in [*model.files, *model.exports]]


def page(ids: list[int], total: int | None) -> str:
    """A page of files."""
    paging = {} if total is None else {"paging": {"currentPageSize": len(ids), "totalSize": total, "offset": 0}}
    return json.dumps({"meta": paging, "files": [{"id": f"113{number:09}", "name": "f"} for number in ids]})


def answer(emulator: Emulator, *bodies: str, always: str | None = None) -> None:
    """Answer requests for the files with these bodies in turn, and then always with the last."""
    for body in bodies:
        emulator.inject(Fault(path="/files$", status=200, body=body))
    if always is not None:
        emulator.inject(Fault(path="/files$", status=200, body=always, times=None))


async def numbers(client: AsyncClient) -> list[int]:
    return [file.id - 113_000_000_000 for file in await client.list_files()]


async def refused(client: AsyncClient) -> AnaplanError:
    with pytest.raises(AnaplanError) as caught:
        await client.list_files()
    return caught.value


# --- as they should be ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", LISTINGS)
async def test_every_listing_gives_all_rows_once(emulator: Emulator, client: AsyncClient, method: str) -> None:
    rows = await getattr(client, method)()
    assert rows != []
    async with AsyncClient(**options_for(emulator, page_size=1)) as other:
        assert await getattr(other, method)() == rows


@pytest.mark.parametrize("method", LISTINGS)
async def test_every_listing_may_be_empty(client: AsyncClient, emulator: Emulator, method: str) -> None:
    for has_paging in (True, False):
        emulator.tenant.options.empty_page_has_paging = has_paging
        emulator.tenant.models[client.model_id or ""] = Model(client.model_id or "", "Empty", client.workspace_id or "")
        if method == "list_workspaces":
            emulator.inject(Fault(path="/workspaces$", status=200, body='{"status":{"code":200}}'))
        if method == "list_models":
            emulator.inject(Fault(path="/models$", status=200, body='{"meta":{"paging":{"totalSize":0}}}'))
        assert await getattr(client, method)() == []


@pytest.mark.parametrize(("page_size", "cap"), [(5_000, 5_000), (7, 5_000), (5_000, 7), (25, 7), (1, 1), (40, 5_000)])
async def test_pages_of_any_size(emulator: Emulator, page_size: int, cap: int) -> None:
    ids = add_files(emulator, 40)
    emulator.tenant.options.page_cap = cap
    async with AsyncClient(**options_for(emulator, page_size=page_size)) as client:
        assert [file.id for file in await client.list_files()] == ids
    size = min(page_size, cap)
    assert calls(emulator) == -(-40 // size)
    assert {request.query["limit"] for request in emulator.requests[1:2]} == {str(page_size)}


async def test_pages_after_the_first_travel_side_by_side(emulator: Emulator) -> None:
    add_files(emulator, 40)
    async with AsyncClient(**options_for(emulator, page_size=4, concurrency=3)) as client:
        await client.list_files()
        emulator.inject(Fault(path="/files$", delay=0.05, times=None))
        assert len(await client.list_files()) == 40
    assert emulator.peak_in_flight == 3


@pytest.mark.parametrize(("sort", "reverse"), [("name", False), ("-name", True), (["-name"], True)])
async def test_sorting(client: AsyncClient, sort: Any, reverse: bool) -> None:
    for method in LISTINGS:
        rows = await getattr(client, method)(sort=sort)
        assert [row.name for row in rows] == sorted((row.name for row in rows), reverse=reverse)


async def test_sort_parameters_as_they_arrive(emulator: Emulator, client: AsyncClient) -> None:
    await client.list_workspaces(sort="-size_allowance")
    await client.list_models(sort=["active_state", "-name"])
    assert [request.query["sort"] for request in emulator.received("GET")] == ["-sizeAllowance", "+activeState,-name"]


async def test_searching(client: AsyncClient) -> None:
    assert [model.name for model in await client.list_models(search="prod")] == ["Sales Planning Production"]
    assert await client.list_workspaces(search="no such & thing?") == []
    assert len(await client.list_workspaces(search="sALES%g")) == 1


async def test_details(client: AsyncClient) -> None:
    assert {model.memory_usage for model in await client.list_models()} == {None}
    assert None not in {model.memory_usage for model in await client.list_models(details=True)}
    assert (await client.list_workspaces())[0].size_allowance is None
    assert (await client.list_workspaces(details=True))[0].size_allowance == 1 << 30


async def test_models_of_one_workspace(emulator: Emulator, client: AsyncClient) -> None:
    assert len(await client.list_models(workspace_id=client.workspace_id)) == 2
    assert emulator.received(path="/workspaces/.*/models$") != []
    choices: list[dict[str, Any]] = [{"sort": "name"}, {"search": "x"}]
    for choice in choices:
        with pytest.raises(ValueError, match="neither searches nor sorts"):
            await client.list_models(workspace_id=client.workspace_id, **choice)


async def test_a_model_without_access_is_listed_but_shows_nothing(emulator: Emulator, client: AsyncClient) -> None:
    model = emulator.tenant.models[client.model_id or ""]
    model.no_access.add(emulator.tenant.administrator.id)
    assert client.model_id in [model.id for model in await client.list_models()]
    assert "this user may not see it" in str(await refused(client))


async def test_no_page_is_asked_for_after_the_time_limit(emulator: Emulator, clock: Clock) -> None:
    add_files(emulator, 40)
    emulator.inject(OnArrival("GET", "/files$", clock.put_forward))
    async with AsyncClient(**options_for(emulator, page_size=4)) as client:
        with pytest.raises(WaitTimeoutError, match="The time limit passed while listing"):
            await client.upload_file(113000000001, b"x", timeout=60)
    assert len(emulator.received(path="/files$")) == 1


# --- as they should not be --------------------------------------------------------------------------------------------


async def test_pages_without_totals(emulator: Emulator, client: AsyncClient) -> None:
    answer(emulator, page([1, 2, 3], None), page([4, 5], None), page([], None))
    assert await numbers(client) == [1, 2, 3, 4, 5]
    assert [request.query["offset"] for request in emulator.received(path="/files$")] == ["0", "3", "5"]


async def test_a_total_that_comes_late(emulator: Emulator, client: AsyncClient) -> None:
    answer(emulator, page([1, 2], None), page([3, 4], 5), page([5], 5))
    assert await numbers(client) == [1, 2, 3, 4, 5]


async def test_pages_that_shrink(emulator: Emulator, client: AsyncClient) -> None:
    answer(emulator, page([1, 2, 3, 4], 9), page([5, 6], 9), page([9], 9), page([7, 8], 9))
    async with AsyncClient(**options_for(emulator, concurrency=1)) as one_at_a_time:
        assert await numbers(one_at_a_time) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


async def test_rows_that_move_while_they_are_read(emulator: Emulator, client: AsyncClient) -> None:
    answer(emulator, page([1, 2, 3], 6), page([3, 4, 5], 6))  # one was added at the front, and 3 comes twice
    answer(emulator, page([1, 2, 3], 6), page([4, 5, 6], 6))
    assert await numbers(client) == [1, 2, 3, 4, 5, 6]


async def test_totals_that_change_while_they_are_read(emulator: Emulator, client: AsyncClient) -> None:
    answer(emulator, page([1, 2], 4), page([4], 3), page([], 3))  # 1 was deleted, and 3 took its place
    answer(emulator, page([2, 3, 4], 3))
    assert await numbers(client) == [2, 3, 4]


@pytest.mark.parametrize(
    "body",
    [page([1, 2, 3], 1_000_000_000_000), page([1, 2], 3), page([], 3), page([], 1), page([1, 1, 1], 3)],
    ids=["endless", "repeating", "empty", "empty without a row", "the same row"],
)
async def test_totals_that_nothing_stands_behind(emulator: Emulator, client: AsyncClient, body: str) -> None:
    answer(emulator, always=body)
    error = await refused(client)
    assert isinstance(error, UnexpectedResponseError)
    assert error.json_path == "$.meta.paging.totalSize"
    assert "Anaplan reported" in str(error)
    assert calls(emulator) <= 2 * 65


async def test_a_page_that_repeats_without_a_total_is_the_last(emulator: Emulator, client: AsyncClient) -> None:
    answer(emulator, always=page([1, 2, 3], None))
    assert await numbers(client) == [1, 2, 3]
    assert calls(emulator) == 2


async def test_totals_that_are_none(emulator: Emulator, client: AsyncClient) -> None:
    for total in ("-1", '"many"', "1.5", "true", "null", "[]"):
        emulator.clear_faults()
        body = page([1], 77).replace("77", total)
        answer(emulator, body, page([], None))
        assert await numbers(client) == [1]


@pytest.mark.parametrize(
    ("lie", "problem"),
    [
        ({"content_type": "text/html"}, "status 200 with an HTML page"),
        ({"body": "<html>", "content_type": "application/json"}, "is not a JSON object: '<html>"),
        ({"body": ""}, "status 200 with an empty body instead of JSON"),
        ({"body": '{"files":[{"id":"1130'}, "cut off"),
        ({"body": "[]"}, "not an object"),
        ({"body": "null"}, "not a JSON object"),
        ({"body": '{"files":{}}'}, "$.files should be an array"),
        ({"body": '{"files":[{"name":"x"}]}'}, "$.files[0].id is missing"),
        ({"body": '{"files":[7]}'}, "$.files[0] should be an object"),
    ],
)
async def test_successes_that_are_none(
    emulator: Emulator, client: AsyncClient, lie: dict[str, Any], problem: str
) -> None:
    emulator.inject(Fault(path="/files$", status=200, times=None, **lie))
    error = await refused(client)
    assert isinstance(error, UnexpectedResponseError)
    assert problem in str(error)
    assert "/files" in error.path
    # What something in between says may pass.
    assert calls(emulator) == (4 if problem.startswith("status 200") else 1)


@pytest.mark.parametrize("encoding", ["gzip", "br"], ids=["gzip that is none", "an encoding that was not asked for"])
async def test_answers_that_cannot_be_decoded(emulator: Emulator, client: AsyncClient, encoding: str) -> None:
    headers = {"Content-Encoding": encoding}
    emulator.inject(Fault(path="/files$", status=200, body='{"files":[]}', headers=headers, times=None))
    error = await refused(client)
    assert isinstance(error, TransportError)
    assert len(error.earlier) == 3


async def test_bodies_that_stay_shorter_than_they_say(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault(path="/files$", drop="midway", times=None))
    error = await refused(client)
    assert isinstance(error, TransportError)
    assert "cut short" in str(error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_token_follows_a_redirect(emulator: Emulator, client: AsyncClient, status: int) -> None:
    with Emulator() as elsewhere:
        headers = {"Location": f"{elsewhere.url}/2/0/workspaces"}
        emulator.inject(Fault(path="/files$", status=status, headers=headers))
        error = await refused(client)
        assert isinstance(error, UnexpectedResponseError)
        assert f"status {status} is a redirect. Redirects are never followed" in str(error)
        assert elsewhere.requests == []
    assert calls(emulator) == 1
