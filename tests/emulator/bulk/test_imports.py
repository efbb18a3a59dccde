"""Imports and exports: what goes in comes out, and what is wrong is sorted out."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, File, Import, demo_tenant
from anaplan_sdk.emulator.content.directory import MARK
from anaplan_sdk.emulator.content.storage import Storage
from anaplan_sdk.emulator.runs.results import Result
from anaplan_sdk.emulator.runs.task import Task, TaskCancelledError
from anaplan_sdk.emulator.runs.work import work
from anaplan_sdk.emulator.runs.workbench import Workbench
from anaplan_sdk.emulator.world.definitions import Kind
from stage.calls.caller import (
    DELETION,
    EXPORT,
    HEADER,
    LIST_FILE,
    LIST_IMPORT,
    MODULE_FILE,
    MODULE_IMPORT,
    PROCESS,
    WM,
    Caller,
)

ROWS = "T1,Café crème,Zürich,2026-01,12,34.50\nT2,Earl Grey,Kraków,2026-02,-3,1e3\n"


def items(emulator: Emulator, model_id: str = "1" * 32) -> list[str]:
    return list(emulator.tenant.models[model_id].lists["101000000000"].items)


def counts(result: Any) -> dict[str, str]:
    values = result["details"][0]["values"]
    return dict(zip(values[::2], values[1::2], strict=True))


def message(task: Any) -> str:
    assert task["taskState"] == "COMPLETE"
    assert task["currentStep"] == "Failed."
    assert task["result"]["successful"] is False
    text: str = task["result"]["details"][0]["localMessageText"]
    return text


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        "",
        "A,,,,,\nB,,,,,\n",
        'A,"with, comma",two,"a ""quoted"" word",1,2\n',
        'A,"two\nlines","carriage\rreturn",x,1,2\n',
        "A,日本語,🙂,x,0,0\n",
        "A, spaces ,kept,x,007,1.50\n",
    ],
    ids=["plain", "no rows", "blank cells", "quotes", "line ends in cells", "other scripts", "as written"],
)
def test_what_goes_in_comes_out(admin: Caller, rows: str) -> None:
    assert admin.load(rows)["result"]["successful"]
    assert admin.export() == (HEADER + rows).encode()


def test_content_may_be_cut_anywhere(admin: Caller) -> None:
    content = (HEADER + ROWS).encode()
    for file_id in (LIST_FILE, MODULE_FILE):
        admin.upload(file_id, *(content[start : start + 7] for start in range(0, len(content), 7)))
    admin.run("processes", PROCESS)
    assert admin.export() == content


def test_later_imports_update_and_add_in_the_order_of_the_list(admin: Caller) -> None:
    admin.load(ROWS)
    admin.load("T2,Rooibos,London,2026-03,1,1\nT3,Tea,Paris,2026-03,2,2\n")
    rows = "T1,Café crème,Zürich,2026-01,12,34.50\nT2,Rooibos,London,2026-03,1,1\nT3,Tea,Paris,2026-03,2,2\n"
    assert admin.export() == (HEADER + rows).encode()


def test_models_do_not_share_data(emulator: Emulator, admin: Caller) -> None:
    admin.load(ROWS)
    assert items(emulator) == ["T1", "T2"]
    assert items(emulator, "2" * 32) == []


def test_columns_are_matched_by_name(admin: Caller) -> None:
    content = b"Region,Code,Revenue,Units,Product,Period\nOslo,T1,2,1,Tea,2026-01\n"
    admin.upload(LIST_FILE, content)
    admin.upload(MODULE_FILE, content)
    admin.run("processes", PROCESS)
    assert admin.export() == f"{HEADER}T1,Tea,Oslo,2026-01,1,2\n".encode()


@pytest.mark.parametrize("content", [b"Hello Anaplan", b"Hello World!", HEADER.encode(), b"Hello\n\n\n"])
@pytest.mark.parametrize("import_id", [LIST_IMPORT, MODULE_IMPORT])
def test_a_file_without_data_rows_imports_nothing_and_succeeds(admin: Caller, content: bytes, import_id: str) -> None:
    admin.upload(LIST_FILE, content)
    admin.upload(MODULE_FILE, content)
    result = admin.run("imports", import_id)["result"]
    assert result["successful"]
    assert result["failureDumpAvailable"] is False
    assert "successRowCount', '0'" in str(result["details"][0]["values"])


def test_imports_of_the_demo_succeed_without_an_upload(admin: Caller) -> None:
    result = admin.run("processes", PROCESS)["result"]
    assert result["successful"]
    assert result["failureDumpAvailable"] is False
    assert admin.export() == HEADER.encode()


def test_columns_that_nobody_knows_fail_the_task(emulator: Emulator, admin: Caller) -> None:
    admin.upload(LIST_FILE, b"Code,Colour\nA,red\n")
    assert "does not know the columns 'Colour'" in message(admin.run("imports", LIST_IMPORT))
    assert items(emulator) == []


def test_columns_that_are_missing_fail_the_task(admin: Caller) -> None:
    admin.upload(MODULE_FILE, b"Code,Product\nA,Tea\n")
    assert "lacks the columns 'Region', 'Period', 'Units'" in message(admin.run("imports", MODULE_IMPORT))


def test_content_that_is_missing_or_incomplete_fails_the_task(admin: Caller) -> None:
    admin.upload(LIST_FILE)
    assert "has no content" in message(admin.run("imports", LIST_IMPORT))
    admin("POST", f"{WM}/files/{LIST_FILE}", {"chunkCount": 2})
    admin("PUT", f"{WM}/files/{LIST_FILE}/chunks/0", HEADER.encode())
    assert "has no content" in message(admin.run("imports", LIST_IMPORT))


def test_imports_read_what_their_runner_sees(emulator: Emulator, admin: Caller, user: Caller) -> None:
    admin.upload(LIST_FILE, f"{HEADER}A,,,,,\n".encode())
    user.run("imports", LIST_IMPORT)
    assert items(emulator) == []
    admin.run("imports", LIST_IMPORT)
    assert items(emulator) == ["A"]


@pytest.mark.parametrize(
    ("encoding", "codec"), [("UTF-8", "utf-8-sig"), ("UTF-16LE", "utf-16"), ("ISO-8859-1", "iso-8859-1")]
)
def test_the_definition_says_how_a_file_is_read(emulator: Emulator, admin: Caller, encoding: str, codec: str) -> None:
    model = emulator.tenant.models["1" * 32]
    file = File("113000000050", "Other.txt", ["Id", "Text"], encoding=encoding, separator="\t", delimiter="'")
    file.header_row, file.first_data_row = 2, 4
    model.add(file, Import("112000000050", "Other", "101000000000", "Id", file_id=file.id))
    text = "a title\nId\tText\nskipped\tskipped\n'Å\t1'\t,\nB\t\"\n"
    admin.upload(file.id, text.encode(codec))
    assert admin.run("imports", "112000000050")["result"]["successful"]
    assert items(emulator) == ["Å\t1", "B"]


@pytest.mark.parametrize("mark", [b"", b"\xff\xfe"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_little_endian_text_needs_no_mark(emulator: Emulator, admin: Caller, mark: bytes, quote: str) -> None:
    emulator.tenant.models["1" * 32].files[LIST_FILE].encoding = "UTF-16LE"
    content = mark + f"{quote}Code{quote}\nZürich\n日本\n".encode("utf-16-le")
    admin.upload(LIST_FILE, *(content[start : start + 3] for start in range(0, len(content), 3)))
    assert admin.run("imports", LIST_IMPORT)["result"]["successful"]
    assert items(emulator) == ["Zürich", "日本"]


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("separator", "||", "cannot be read as its settings say"),
        ("delimiter", "''", "cannot be read as its settings say"),
        ("encoding", "UTF-16LE", "is not UTF-16LE: truncated data"),
        ("encoding", "punycode", "is not punycode"),
        ("encoding", "hex", "The encoding hex of Transactions.csv is not known"),
        ("firstDataRow", 10**30, None),
    ],
)
def test_settings_that_do_not_fit_fail_the_task_with_the_reason(
    admin: Caller, setting: str, value: object, reason: str | None
) -> None:
    content = b"Code\nA--\xff" if reason else b"Code\n"
    body = {"chunkCount": 1, setting: value}
    assert admin("POST", f"{WM}/files/{LIST_FILE}", body).status == 200
    assert admin("PUT", f"{WM}/files/{LIST_FILE}/chunks/0", content).status == 204
    task = admin.run("imports", LIST_IMPORT)
    assert task["result"]["successful"] is (reason is None)
    if reason:
        assert reason in message(task)


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x1f", "\x7f"])
def test_rows_with_control_characters_are_refused(emulator: Emulator, admin: Caller, control: str) -> None:
    task = admin.load(f'A{control}b,,,,,\nB,x{control}y,,,,\nC,tab\there,"line\nend",,,\n')
    of_list, of_module = task["result"]["nestedResults"]
    assert items(emulator) == ["B", "C"]
    assert counts(of_list)["failedCount"] == "1"
    assert counts(of_module)["failedCount"] == "2"
    parent = f"{WM}/processes/{PROCESS}/tasks/{task['taskId']}/dumps"
    assert b"The key of the row has control characters" in admin("GET", f"{parent}/{LIST_IMPORT}").body
    assert b"The value for Product has control characters" in admin("GET", f"{parent}/{MODULE_IMPORT}").body


def test_control_characters_in_columns_that_are_not_mapped_do_no_harm(emulator: Emulator, admin: Caller) -> None:
    admin.upload(LIST_FILE, b"Code,Product\nA,x\x01y\n")
    assert admin.run("imports", LIST_IMPORT)["result"]["failureDumpAvailable"] is False
    assert items(emulator) == ["A"]


def test_names_have_sixty_characters_at_most(emulator: Emulator, admin: Caller) -> None:
    admin.upload(LIST_FILE, f"Code\n{'é' * 60}\n{'n' * 61}\n".encode())
    task = admin.run("imports", LIST_IMPORT)
    assert items(emulator) == ["é" * 60]
    assert counts(task["result"])["failedCount"] == "1"
    dump = admin("GET", f"{WM}/imports/{LIST_IMPORT}/tasks/{task['taskId']}/dump").body
    assert b"A name has at most 60 characters, not 61" in dump


def test_a_file_without_a_header_uses_the_columns_of_its_definition(emulator: Emulator, admin: Caller) -> None:
    file = emulator.tenant.models["1" * 32].files[LIST_FILE]
    file.header_row, file.first_data_row = 0, 1
    admin.upload(LIST_FILE, b"A,,,,,\nB,,,,,\n")
    admin.run("imports", LIST_IMPORT)
    assert items(emulator) == ["A", "B"]


def test_what_cannot_be_decoded_fails_the_task(emulator: Emulator, admin: Caller) -> None:
    admin.upload(LIST_FILE, HEADER.encode() + b"\xff\xfe,,,,,\n")
    assert "is not UTF-8" in message(admin.run("imports", LIST_IMPORT))
    emulator.tenant.models["1" * 32].files[LIST_FILE].encoding = "EBCDIC-XX"
    assert "EBCDIC-XX" in message(admin.run("imports", LIST_IMPORT))


def test_an_export_that_cannot_be_encoded_fails_the_task(emulator: Emulator, admin: Caller) -> None:
    admin.load("T1,日本語,x,x,1,1\n")
    emulator.tenant.models["1" * 32].exports[EXPORT].encoding = "ISO-8859-1"
    assert "is not ISO-8859-1" in message(admin.run("exports", EXPORT))


def test_a_list_can_come_from_another_model(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models["2" * 32].lists["101000000000"].add(["A", "B"])
    result = admin.run("imports", "112000000008")["result"]
    assert result["details"][0]["localMessageText"].startswith("Transactions: 2 (2/0) rows")
    assert items(emulator) == ["A", "B"]
    del emulator.tenant.models["2" * 32]
    assert "source model" in message(admin.run("imports", "112000000008"))


def test_data_counts_as_a_change_of_the_model(admin: Caller) -> None:
    def serial_number() -> int:
        number: int = admin("GET", f"{WM[: WM.index('/workspaces')]}/models/{'1' * 32}?modelDetails=true").json[
            "model"
        ]["lastSavedSerialNumber"]
        return number

    before = serial_number()
    admin.load(ROWS)
    assert serial_number() > before


def test_the_output_of_an_export_is_private_and_under_its_own_id(admin: Caller, user: Caller) -> None:
    admin.load(ROWS)
    path = f"{WM}/files/{EXPORT}"
    assert admin("GET", path).status == 404
    admin.export()
    assert user("GET", path).status == 404
    assert "chunks" not in user("GET", f"{path}/chunks").json
    assert admin("GET", path).status == 200


def test_the_output_of_an_export_is_split_within_rows_and_characters(emulator: Emulator, admin: Caller) -> None:
    admin.load("".join(f"T{number},Café,Zürich,2026-01,1,1\n" for number in range(100)))
    content = admin.export()
    chunks = admin("GET", f"{WM}/files/{EXPORT}/chunks").json["chunks"]
    assert len(chunks) >= 3
    parts = [admin("GET", f"{WM}/files/{EXPORT}/chunks/{chunk['id']}").body for chunk in chunks]
    assert b"".join(parts) == content
    for part in parts[:-1]:
        with pytest.raises(UnicodeDecodeError):
            part.decode()
    emulator.tenant.options.export_chunk_bytes = 100
    admin.export()
    sizes = [
        len(admin("GET", f"{WM}/files/{EXPORT}/chunks/{chunk['id']}").body)
        for chunk in admin("GET", f"{WM}/files/{EXPORT}/chunks").json["chunks"]
    ]
    assert max(sizes) <= 100
    assert sum(sizes) == len(content)


def test_the_output_of_an_export_stays_as_it_was(admin: Caller) -> None:
    admin.load(ROWS)
    content = admin.export()
    admin.run("actions", DELETION)
    assert admin("GET", f"{WM}/files/{EXPORT}").body == content
    assert admin.export() == HEADER.encode()


@pytest.mark.parametrize("kind", ["imports", "exports"])
def test_a_step_that_is_cancelled_at_work_leaves_no_trace(kind: Kind) -> None:
    tenant = demo_tenant()
    model, user = tenant.models["1" * 32], tenant.administrator
    model.lists["101000000000"].add(["A"])
    model.files[LIST_FILE].default_chunks = [f"{HEADER}B,,,,,\nB,,,,,\n".encode()]
    task = Task(model, user, kind, LIST_IMPORT if kind == "imports" else EXPORT)
    definition = model.definition(kind, task.object_id)
    assert definition is not None
    task.cancel_requested.set()
    with closing(Storage(tenant.options)) as storage:
        with pytest.raises(TaskCancelledError):
            work(Workbench(task, tenant, storage), definition, Result(task.object_id, "Cancelled"))
        assert [path.name for path in storage.new_path().parent.iterdir()] == [MARK]
        assert storage.upload((model.id, user.id, EXPORT)) is None
    assert list(model.lists["101000000000"].items) == ["A"]


def test_content_in_another_encoding_is_not_taken_for_rows(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models["1" * 32].files[LIST_FILE].encoding = "UTF-16LE"
    for content in ("Code\nT1\n", "Code,Größe\n日本,1\nZ\n"):
        admin.upload(LIST_FILE, content.encode().ljust(len(content.encode()) // 2 * 2 + 2, b"\n"))
        assert "is not UTF-16LE: it is UTF-8" in message(admin.run("imports", LIST_IMPORT))
    assert items(emulator) == []
