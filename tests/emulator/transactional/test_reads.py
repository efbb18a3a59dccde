"""Large reads of views and lists (facts of the Transactional API, §6)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator, Model, TaskScript
from stage.calls.caller import MODEL, WM, Caller
from stage.calls.transactional_calls import (
    BY_REGION,
    REGIONS,
    SALES,
    add_sales,
    read_state,
    start_read,
    text_rows,
)

VIEW, LIST = f"/views/{BY_REGION}", f"/lists/{REGIONS}"
MULTI = {"exportType": "TABULAR_MULTI_COLUMN"}


@pytest.fixture(autouse=True)
def model(emulator: Emulator) -> Model:
    return add_sales(emulator)


def finished(caller: Caller, read: str) -> int:
    """Look until a large read has ended and return the number of its pages."""
    while (state := read_state(caller, read))["requestState"] in ("NOT_STARTED", "IN_PROGRESS"):
        pass
    pages: int = state["availablePages"]
    return pages


def content(caller: Caller, read: str) -> bytes:
    return b"".join(caller("GET", f"{read}/pages/{number}").body for number in range(finished(caller, read)))


def test_a_list_comes_without_ids_and_without_a_title_over_its_names(admin: Caller) -> None:
    rows = content(admin, start_read(admin, LIST)).decode().splitlines()
    assert rows == [
        ",Parent,Write,Read,Code,Active,Weight,Since,Local",
        'North,Northern Area,ada@example.com,"ada@example.com,ben@example.com",N-01,true,12.5,,true',
        "South,Northern Area,,,,false,,,",
    ]


def test_a_view_comes_whole_as_its_data_in_one_answer_do(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.read_page_bytes = 40
    read = start_read(admin, VIEW, MULTI)
    whole = admin("GET", f"{MODEL}{VIEW}/data?exportType=TABULAR_MULTI_COLUMN&moduleId={SALES}")
    assert len(text_rows(whole)) > 2
    assert content(admin, read) == whole.body
    assert emulator.read_requests[0].page_count > 10


def test_pages_end_anywhere(emulator: Emulator, admin: Caller, model: Model) -> None:
    model.lists[REGIONS].add(["Île-de-France", "Zürich"])
    emulator.tenant.options.read_page_bytes = 100
    read = start_read(admin, LIST)
    pages = [admin("GET", f"{read}/pages/{number}").body for number in range(finished(admin, read))]
    assert len(pages) > 1
    assert not any(page.endswith(b"\n") for page in pages[:-1])
    assert len(b"".join(pages).decode().splitlines()) == 5


def test_a_header_may_be_repeated(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.read_page_repeats_header = True
    emulator.tenant.options.read_page_bytes = 100
    read = start_read(admin, LIST)
    assert finished(admin, read) > 1
    assert admin("GET", f"{read}/pages/1").body.startswith(b",Parent,Write,Read,Code,Active,Weight,Since,Local\n")


@pytest.mark.parametrize(
    ("path", "key", "id_key"), [(VIEW, "viewReadRequest", "viewId"), (LIST, "listReadRequest", "listId")]
)
def test_states_and_shapes(admin: Caller, path: str, key: str, id_key: str) -> None:
    made = admin("POST", f"{WM}{path}/readRequests/", MULTI).json
    assert made["meta"]["schema"].endswith(f"/2/0/objects/{key}")
    assert set(made[key]) == {"requestId", "requestState", "url"}
    read = f"{WM}{path}/readRequests/{made[key]['requestId']}"
    running = read_state(admin, read)
    assert set(running) == {"requestId", "requestState", "url", id_key, "availablePages", "successful"}
    assert running[id_key] == int(path.rpartition("/")[2])
    assert (running["requestState"], running["successful"]) == ("IN_PROGRESS", False)
    assert not running["url"].endswith(read)
    done = read_state(admin, read)
    assert (done["requestState"], done["successful"], done["availablePages"]) == ("COMPLETE", True, 1)
    ended = admin("DELETE", read).json[key]
    assert ended["requestState"] == "COMPLETE"
    assert "availablePages" not in ended
    assert admin("DELETE", read).status == admin("GET", read).status == 404


def test_pages_become_more_while_it_runs(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.read_page_bytes = 12
    emulator.tenant.script_task(REGIONS, TaskScript(polls=3))
    read = start_read(admin, LIST)
    seen = [read_state(admin, read) for _ in range(4)]
    assert [state["requestState"] for state in seen] == ["NOT_STARTED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETE"]
    pages = [state["availablePages"] for state in seen]
    assert 0 == pages[0] < pages[1] < pages[2] < pages[3]


def test_a_page_is_there_as_soon_as_it_is_counted(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.read_page_bytes = 12
    read = start_read(admin, LIST)
    assert admin("GET", f"{read}/pages/0").status == 404
    count = read_state(admin, read)["availablePages"]
    assert count > 0
    assert admin("GET", f"{read}/pages/{count - 1}").status == 200
    assert admin("GET", f"{read}/pages/{count}").status == 404
    assert admin("GET", f"{read}/pages/x").status == 404
    assert emulator.read_requests[0].fetched_pages == (count - 1,)


def test_a_read_fails_hangs_or_is_cancelled_by_script(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.script_task(REGIONS, TaskScript(fail="No space"))
    read = start_read(admin, LIST)
    assert finished(admin, read) == 0
    state = read_state(admin, read)
    assert (state["requestState"], state["successful"]) == ("COMPLETE", False)
    emulator.tenant.script_task(REGIONS, TaskScript(cancel=True))
    read = start_read(admin, LIST)
    states = [read_state(admin, read)["requestState"] for _ in range(3)]
    assert states == ["IN_PROGRESS", "CANCELLING", "CANCELLED"]
    emulator.tenant.script_task(REGIONS, TaskScript(hang=True))
    read = start_read(admin, LIST)
    assert {read_state(admin, read)["requestState"] for _ in range(5)} == {"IN_PROGRESS"}
    emulator.tenant.release_tasks()
    assert read_state(admin, read)["requestState"] == "COMPLETE"


def test_a_read_that_runs_is_cancelled_by_its_deletion(emulator: Emulator, admin: Caller) -> None:
    read = start_read(admin, LIST)
    assert admin("DELETE", read).json["listReadRequest"]["requestState"] == "CANCELLED"
    (gone,) = emulator.read_requests
    assert (gone.state, gone.is_open) == ("CANCELLED", False)


def test_only_pages_that_a_hundred_divides_keep_a_read(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.read_page_bytes = 1
    read = start_read(admin, LIST)
    assert finished(admin, read) > 101
    for number in (0, 100, 0):
        emulator.age_read_requests(1_000)
        assert admin("GET", f"{read}/pages/{number}").status == 200
    emulator.age_read_requests(1_000)
    assert admin("GET", f"{read}/pages/1").status == 200
    emulator.age_read_requests(1_000)
    assert admin("GET", f"{read}/pages/0").status == admin("GET", read).status == admin("DELETE", read).status == 404
    assert not emulator.read_requests[0].is_open


def test_a_read_is_for_whoever_made_it_where_it_was_made(admin: Caller, user: Caller) -> None:
    read = start_read(admin, LIST)
    assert user("GET", read).status == 404
    assert admin("GET", read.replace("/lists/", "/views/")).status == 404
    assert admin("GET", read).status == 200


def test_a_read_is_a_snapshot(admin: Caller, model: Model) -> None:
    read = start_read(admin, LIST)
    model.lists[REGIONS].add(["East"])
    assert b"East" not in content(admin, read)
    assert b"East" in content(admin, start_read(admin, LIST))


def test_what_cannot_be_read_is_refused(admin: Caller) -> None:
    assert admin("POST", f"{MODEL}/views/1012000009999/readRequests", MULTI).status == 404
    assert admin("POST", f"{MODEL}/lists/101000009999/readRequests").status == 404
    assert admin("POST", f"{MODEL}{VIEW}/readRequests", {"exportType": "XLS"}).status == 400
    assert admin("POST", f"{MODEL}{VIEW}/readRequests").status == 400


def test_what_tests_look_at(emulator: Emulator, admin: Caller) -> None:
    start_read(admin, LIST)
    read = start_read(admin, VIEW, MULTI)
    finished(admin, read)
    admin("GET", f"{read}/pages/0")
    first, second = emulator.read_requests
    assert (first.kind, first.object_id, first.user, first.export_type) == ("lists", REGIONS, "ada@example.com", None)
    assert (second.kind, second.export_type, second.state) == ("views", "TABULAR_MULTI_COLUMN", "COMPLETE")
    assert second.is_open
    assert second.fetched_pages == (0,)
    assert second.id == read.rpartition("/")[2]


def test_the_control_surface_shows_and_ages_reads(admin: Caller) -> None:
    start_read(admin, LIST)
    (shown,) = admin("GET", "/emulator/read_requests").json["read_requests"]
    assert (shown["kind"], shown["is_open"]) == ("lists", True)
    assert admin("POST", "/emulator/read_requests/age", {"seconds": 1_800}).status == 204
    (shown,) = admin("GET", "/emulator/read_requests").json["read_requests"]
    assert shown["is_open"] is False
    assert admin("POST", "/emulator/read_requests/age", {"minutes": 30}).status == 400


def test_pages_are_compressed_where_that_is_wanted(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.gzip_text = True
    read = start_read(admin, LIST)
    finished(admin, read)
    page = admin("GET", f"{read}/pages/0", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert admin("GET", f"{read}/pages/0").body.startswith(b",Parent")
