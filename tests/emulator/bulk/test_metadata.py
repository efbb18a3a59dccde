"""Lists and definitions of imports, exports, actions and processes (facts §7.1 to §7.4)."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import Emulator, demo_tenant
from stage.calls.caller import DELETION, EXPORT, LIST_FILE, LIST_IMPORT, MODULE_FILE, MODULE_IMPORT, PROCESS, WM, Caller

COLUMNS = ["Code", "Product", "Region", "Period", "Units", "Revenue"]


def test_imports_name_the_file_to_upload(admin: Caller) -> None:
    first, second, from_model = admin("GET", f"{WM}/imports").json["imports"]
    assert (first["id"], first["importDataSourceId"]) == (LIST_IMPORT, LIST_FILE)
    assert (first["importType"], second["importType"]) == ("HIERARCHY_DATA", "MODULE_DATA")
    assert "importDataSource" not in first
    assert from_model["importDataSourceId"] == ""
    assert from_model["importDataSource"] == {
        "importDataSourceId": from_model["id"],
        "type": "MODEL",
        "sourceModelId": "2" * 32,
        "sourceModelName": "Sales Planning Production",
        "sourceWorkspaceId": "A" * 32,
    }


def test_the_definition_of_an_import_describes_its_source(admin: Caller) -> None:
    assert admin("GET", f"{WM}/imports/{LIST_IMPORT}").json["importMetadata"] == {
        "name": "Transactions from Transactions.csv",
        "type": "FILE",
        "source": {
            "columnCount": 6,
            "columnSeparator": ",",
            "decimalSeparator": ".",
            "firstDataRow": 2,
            "headerNames": COLUMNS,
            "headerRow": 1,
            "textDelimiter": '"',
            "textEncoding": "UTF-8",
        },
    }
    assert admin("GET", f"{WM}/imports/112000000008").json["importMetadata"]["type"] == "MODEL"


@pytest.mark.parametrize(("kind", "status"), [("imports", 500), ("exports", 404), ("processes", 404)])
def test_an_unknown_import_is_500_where_others_are_404(admin: Caller, kind: str, status: int) -> None:
    assert admin("GET", f"{WM}/{kind}/999000000000").status == status


def test_exports_and_their_definition(admin: Caller) -> None:
    admin.load("A1,Tea,Zürich,2026-01,1,2\n")
    assert admin("GET", f"{WM}/exports").json["exports"] == [
        {
            "id": EXPORT,
            "name": "Sales Export.csv",
            "exportType": "TABULAR_MULTI_COLUMN",
            "exportFormat": "text/csv",
            "encoding": "UTF-8",
            "layout": "TABULAR_MULTI_COLUMN",
        }
    ]
    assert admin("GET", f"{WM}/exports/{EXPORT}").json["exportMetadata"] == {
        "columnCount": 6,
        "dataTypes": ["ENTITY", "TEXT", "TEXT", "TEXT", "NUMBER", "NUMBER"],
        "delimiter": '"',
        "encoding": "UTF-8",
        "exportFormat": "text/csv",
        "headerNames": COLUMNS,
        "listNames": ["Transactions", "", "", "", "", ""],
        "rowCount": 1,
        "separator": ",",
        "layout": "TABULAR_MULTI_COLUMN",
    }


def test_other_actions_are_listed_alone_and_dashboards_have_no_type(admin: Caller) -> None:
    rows = {row["id"]: row for row in admin("GET", f"{WM}/actions").json["actions"]}
    assert all(action_id.startswith("117") for action_id in rows)
    deletion, optimizer, dashboard = (rows[f"11700000000{number}"] for number in range(3))
    assert (deletion["actionType"], optimizer["actionType"]) == ("DELETE_BY_SELECTION", "OPTIMIZER")
    assert "actionType" not in dashboard
    action = admin("GET", f"{WM}/actions/{DELETION}").json["action"]
    assert action == deletion | {"listId": "101000000000"}
    assert admin("GET", f"{WM}/actions/117999999999").status == 404


def test_processes_name_their_steps_in_order(admin: Caller) -> None:
    assert admin("GET", f"{WM}/processes").json["processes"] == [{"id": PROCESS, "name": "Load Sales"}]
    metadata = admin("GET", f"{WM}/processes/{PROCESS}").json["processMetadata"]
    assert metadata["name"] == "Load Sales"
    assert [(step["id"], step["actionType"]) for step in metadata["actions"]] == [
        (LIST_IMPORT, "IMPORT"),
        (MODULE_IMPORT, "IMPORT"),
    ]
    assert "importDataSourceId" not in metadata["actions"][0]


def test_processes_name_the_sources_of_imports_when_asked(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models["1" * 32].processes[PROCESS].step_ids += [EXPORT, "117000000000"]
    answer = admin("GET", f"{WM}/processes/{PROCESS}?showImportDataSource=true")
    actions = answer.json["processMetadata"]["actions"]
    assert [step.get("importDataSourceId") for step in actions] == [LIST_FILE, MODULE_FILE, None, None]
    assert actions[2]["actionType"] == "EXPORT"
    assert actions[3]["actionType"] == "DELETE_BY_SELECTION"


def test_codes_are_shown_where_there_are_some(emulator: Emulator, admin: Caller) -> None:
    model = emulator.tenant.models["1" * 32]
    model.imports[LIST_IMPORT].code = "LOAD"
    model.processes[PROCESS].code = "NIGHTLY"
    assert admin("GET", f"{WM}/imports").json["imports"][0]["code"] == "LOAD"
    assert admin("GET", f"{WM}/processes").json["processes"][0]["code"] == "NIGHTLY"


def test_a_demo_tenant_can_have_other_columns() -> None:
    with Emulator(demo_tenant(columns=["Key", "Text"])) as emulator:
        caller = Caller.logged_in(emulator)
        assert caller("GET", f"{WM}/exports/{EXPORT}").json["exportMetadata"]["dataTypes"] == ["ENTITY", "TEXT"]
        caller.upload(LIST_FILE, b"Key,Text\n1,not a number\n")
        caller.upload(MODULE_FILE, b"Key,Text\n1,not a number\n")
        caller.run("processes", PROCESS)
        assert caller.export() == b"Key,Text\n1,not a number\n"
