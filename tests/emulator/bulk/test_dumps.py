"""Dumps of rejected rows and solution logs (facts §9 and §10)."""

from __future__ import annotations

import csv
import io

import pytest

from anaplan_sdk.emulator import Emulator, Process
from stage.calls.caller import HEADER, LIST_FILE, LIST_IMPORT, MODULE_FILE, MODULE_IMPORT, PROCESS, WM, Caller

BAD_ROWS = "A,Tea,Oslo,2026-01,1,2\n,Tea,Oslo,2026-01,1,2\nB,Tea,Oslo,2026-01,one,2.x\nA,Tea,Rome,2026-01,3,4\n"
COLUMNS = HEADER.strip().split(",")


def load_with_rejects(caller: Caller) -> str:
    """Bring A into the list, then import bad rows into the module; return the path of the task."""
    caller.upload(LIST_FILE, f"{HEADER}A,,,,,\n".encode())
    caller.run("imports", LIST_IMPORT)
    caller.upload(MODULE_FILE, (HEADER + BAD_ROWS + "C,too,many,columns,1,2,3\nA,too few\n").encode())
    task = caller.start("imports", MODULE_IMPORT)
    result = caller.finished(task)["result"]
    assert result["successful"]
    assert result["failureDumpAvailable"] is True
    return task


def rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode())))


def test_a_dump_names_rows_lines_and_reasons(admin: Caller) -> None:
    answer = admin("GET", f"{load_with_rejects(admin)}/dump")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    dump = rows(answer.body)
    assert list(dump[0])[:8] == ["_Status_", *COLUMNS, "_Line_"]
    assert list(dump[0])[8:10] == ["_Error_1_", "_Error_2_"]
    assert [(row["_Status_"], row["_Line_"], row["Code"]) for row in dump] == [
        ("E", "3", ""),
        ("E", "4", "B"),
        ("W", "5", "A"),
        ("E", "6", "C"),
        ("W", "7", "A"),
    ]
    assert dump[0]["_Error_1_"] == "The key of the row is blank"
    assert dump[0]["_Error_2_"] == ""
    assert dump[1]["_Error_1_"] == "'B' is not an item of the list Transactions"
    assert dump[1]["_Error_2_"] == "'one' is not a valid NUMBER for Units"
    assert dump[1]["_Error_3_"] == "'2.x' is not a valid NUMBER for Revenue"
    assert "7 columns" in dump[3]["_Error_1_"]


def test_good_rows_are_imported_all_the_same(admin: Caller) -> None:
    load_with_rejects(admin)
    assert admin.export() == f"{HEADER}A,too few,,,,\n".encode()


def test_a_dump_comes_in_chunks(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.dump_chunk_bytes = 100
    task = load_with_rejects(admin)
    body = admin("GET", f"{task}/dump/chunks").json
    assert body["chunks"][0] == {"id": "0", "name": "Chunk 0"}
    assert body["meta"]["paging"]["totalSize"] == len(body["chunks"])
    parts = [admin("GET", f"{task}/dump/chunks/{chunk['id']}").body for chunk in body["chunks"]]
    assert len(parts) > 2
    assert max(map(len, parts)) == 100
    assert b"".join(parts) == admin("GET", f"{task}/dump").body
    assert admin("GET", f"{task}/dump/chunks/{len(parts)}").status == 404


def test_a_dump_belongs_to_who_ran_the_import(admin: Caller, user: Caller) -> None:
    task = load_with_rejects(admin)
    assert user("GET", f"{task}/dump").status == 404
    assert user("GET", task).json["task"]["result"]["failureDumpAvailable"] is True


def test_only_the_latest_erroneous_run_has_a_dump(admin: Caller) -> None:
    first, second = load_with_rejects(admin), load_with_rejects(admin)
    assert admin("GET", f"{first}/dump").status == 404
    assert admin("GET", f"{second}/dump").status == 200
    admin.upload(MODULE_FILE, HEADER.encode())
    admin.run("imports", MODULE_IMPORT)
    assert admin("GET", f"{second}/dump").status == 404
    assert admin("GET", second).json["task"]["result"]["failureDumpAvailable"] is True


def test_a_dump_is_dropped_when_it_was_not_used_for_long(emulator: Emulator, admin: Caller) -> None:
    task = load_with_rejects(admin)
    emulator.tenant.options.retention_seconds = -1
    assert admin("GET", f"{task}/dump").status == 404


@pytest.mark.parametrize(("variant", "whole", "chunks"), [(404, 404, 404), (204, 204, 404), (400, 404, 400)], ids=str)
def test_there_are_three_ways_to_say_that_there_is_no_dump(
    emulator: Emulator, admin: Caller, variant: int, whole: int, chunks: int
) -> None:
    emulator.tenant.options.dump_missing = variant  # type: ignore[assignment]
    task = admin.start("imports", LIST_IMPORT)
    admin.finished(task)
    assert admin("GET", f"{task}/dump").status == whole
    assert admin("GET", f"{task}/dump/chunks").status == chunks
    assert admin("GET", f"{task}/dump/chunks/0").status == 404


def test_the_dump_of_a_step_is_found_under_its_process_only(admin: Caller) -> None:
    admin.upload(LIST_FILE, f"{HEADER}A,,,,,\n".encode())
    admin.upload(MODULE_FILE, (HEADER + BAD_ROWS).encode())
    task = admin.start("processes", PROCESS)
    result = admin.finished(task)["result"]
    assert result["successful"]
    assert result["failureDumpAvailable"] is True
    assert [step["failureDumpAvailable"] for step in result["nestedResults"]] == [False, True]
    dump = f"{task}/dumps/{MODULE_IMPORT}"
    assert admin("GET", f"{dump}/chunks").json["chunks"] == [{"id": "0", "name": "Chunk 0"}]
    assert len(rows(admin("GET", f"{dump}/chunks/0").body)) == 3
    assert admin("GET", dump).body == admin("GET", f"{dump}/chunks/0").body
    assert admin("GET", f"{task}/dumps/{LIST_IMPORT}/chunks").status == 404
    assert admin("GET", f"{task}/dump").status == 404
    task_id = task.rpartition("/")[2]
    assert admin("GET", f"{WM}/imports/{MODULE_IMPORT}/tasks/{task_id}/dump").status == 404


def test_solution_logs_are_for_administrators_whatever_the_ids(admin: Caller, user: Caller) -> None:
    path = f"{WM}/optimizeActions/117999999999/tasks/{'F' * 32}/solutionLogs"
    answer = user("GET", path)
    assert answer.status == 403
    assert answer.json["status"] == {"code": 403, "message": "Forbidden"}
    assert admin("GET", path).status == 404


def test_an_optimizer_leaves_a_log_under_its_own_task(admin: Caller) -> None:
    task = admin.start("actions", "117000000001")
    assert admin.finished(task)["result"]["successful"]
    task_id = task.rpartition("/")[2]
    answer = admin("GET", f"{WM}/optimizeActions/117000000001/tasks/{task_id}/solutionLogs")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.body.startswith(b"Optimize a model with ")
    assert admin("GET", f"{WM}/actions/117000000001/tasks/{task_id}/solutionLogs").status == 404


def test_an_optimizer_in_a_process_leaves_its_log_under_the_task_of_the_process(
    emulator: Emulator, admin: Caller
) -> None:
    emulator.tenant.models["1" * 32].add(Process("118000000001", "Optimize", ["117000000001"]))
    task_id = admin.start("processes", "118000000001")
    admin.finished(task_id)
    task_id = task_id.rpartition("/")[2]
    logs = f"{WM}/optimizeActions"
    assert admin("GET", f"{logs}/117000000001/tasks/{task_id}/solutionLogs").status == 200
    assert admin("GET", f"{logs}/118000000001/tasks/{task_id}/solutionLogs").status == 404
