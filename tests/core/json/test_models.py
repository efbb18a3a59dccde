"""Users, workspaces, models and what is in them, in every shape that Anaplan is known to answer with."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

import attrs
import pytest

from anaplan_sdk import models
from anaplan_sdk._core.json.convert import structure, structure_list
from anaplan_sdk.models import (
    Action,
    DeletionFailure,
    DeletionResult,
    Export,
    ExportDefinition,
    File,
    Import,
    ImportDataSource,
    ImportDefinition,
    ImportSource,
    Model,
    ModelStatus,
    ProcessDefinition,
    TaskResult,
    User,
    Workspace,
)

T = TypeVar("T")

CREATED = datetime(2026, 7, 25, 17, 20, 0, 123_000, tzinfo=UTC)


def read(kind: type[T], payload: object) -> T:
    return structure(payload, kind, path="/2/0/any")


def test_user() -> None:
    user = {
        "id": "8a1b2c3d4e5f60718293a4b5c6d70001",
        "active": True,
        "email": "ada@example.com",
        "emailOptIn": True,
        "firstName": "Ada",
        "lastName": "Li",
        "lastLoginDate": "2026-07-01T08:15:30.000+0000",
        "customerId": "8a1b2c3d4e5f60718293a4b5c6d7ffff",
    }
    assert read(User, user) == User(
        id="8a1b2c3d4e5f60718293a4b5c6d70001",
        email="ada@example.com",
        first_name="Ada",
        last_name="Li",
        active=True,
        email_opt_in=True,
        last_login_date=datetime(2026, 7, 1, 8, 15, 30, tzinfo=UTC),
        customer_id="8a1b2c3d4e5f60718293a4b5c6d7ffff",
    )


def test_workspace_without_tenant_details_has_no_sizes() -> None:
    assert read(Workspace, {"id": "8a9b", "name": "Planning", "active": True}) == Workspace(
        id="8a9b", name="Planning", active=True, size_allowance=None, current_size=None
    )


def test_model_with_details() -> None:
    payload = {
        "id": "A1B2C3D4E5F60718293A4B5C6D7E8F90",
        "name": "Sales Hub",
        "activeState": "UNLOCKED",
        "currentWorkspaceId": "8a9b0c1d2e3f405162738495a6b7c8d9",
        "currentWorkspaceName": "Planning",
        "modelUrl": "https://us1a.app.anaplan.com/core",
        "categoryValues": [{"id": "c1", "attribute": "Stage", "categoryId": "c2", "categoryName": "Prod"}],
        "isoCreationDate": "2024-05-06T11:22:33.000+0000",
        "lastModified": "2026-05-06T11:22:33.000+0000",
        "lastModifiedByUserGuid": "8a1b2c3d4e5f60718293a4b5c6d70001",
        "lastSavedSerialNumber": 1234,
        "memoryUsage": 440123456,
        "modelTransactionRunning": False,
    }
    model = read(Model, payload)
    assert (model.active_state, model.current_workspace_name) == ("UNLOCKED", "Planning")
    assert model.category_values[0].category_name == "Prod"
    assert model.creation_date == datetime(2024, 5, 6, 11, 22, 33, tzinfo=UTC)
    assert model.last_modified == datetime(2026, 5, 6, 11, 22, 33, tzinfo=UTC)
    assert (model.last_saved_serial_number, model.memory_usage) == (1234, 440123456)
    assert model.model_transaction_running is False


@pytest.mark.parametrize("number", [1234, "1234"], ids=["number", "text"])
def test_serial_number_comes_as_number_or_text(number: int | str) -> None:
    assert read(Model, {"id": "A1", "name": "Hub", "lastSavedSerialNumber": number}).last_saved_serial_number == 1234


def test_a_state_that_is_new_is_kept_as_it_comes() -> None:
    assert read(Model, {"id": "A1", "name": "Hub", "activeState": "FROZEN"}).active_state == "FROZEN"


def test_status_of_an_idle_model_is_mostly_null() -> None:
    payload = {
        "tooltip": None,
        "progress": -1.0,
        "currentStep": "Closed",
        "exportTaskType": None,
        "creationTime": 1785000000123,
        "taskId": None,
        "peakMemoryUsageEstimate": None,
        "peakMemoryUsageTime": None,
    }
    assert read(ModelStatus, payload) == ModelStatus(current_step="Closed", creation_time=CREATED)


def test_deletions_without_failures_leave_the_key_out() -> None:
    assert read(DeletionResult, {"meta": {}, "status": {}, "modelsDeleted": 2}) == DeletionResult(2)


def test_deletions_with_failures() -> None:
    failure = {"modelId": "FFFF", "message": "Model ID does not exist."}
    assert read(DeletionResult, {"modelsDeleted": 1, "bulkDeleteModelsFailures": [failure]}) == DeletionResult(
        1, (DeletionFailure("FFFF", "Model ID does not exist."),)
    )


def test_files_of_exports_lack_what_uploads_have() -> None:
    payload = {
        "files": [
            {
                "id": "113000000042",
                "name": "sales.csv",
                "chunkCount": 3,
                "delimiter": '"',
                "encoding": "UTF-8",
                "firstDataRow": 2,
                "format": "txt",
                "headerRow": 1,
                "separator": ",",
            },
            {"id": "116000000003", "name": "Grid.csv", "chunkCount": 1, "firstDataRow": 0, "headerRow": 0},
        ]
    }
    upload, output = structure_list(payload, "files", File, path="/2/0/any")
    assert (upload.id, upload.chunk_count, upload.separator, upload.header_row) == (113000000042, 3, ",", 1)
    assert output == File(id=116000000003, name="Grid.csv", chunk_count=1, first_data_row=0, header_row=0)


def test_import_from_a_file() -> None:
    payload = {
        "id": "112000000007",
        "name": "Load Sales",
        "importDataSourceId": "113000000042",
        "importType": "MODULE_DATA",
    }
    assert read(Import, payload) == Import(112000000007, "Load Sales", "MODULE_DATA", 113000000042)
    assert read(Import, payload).file_id == 113000000042


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"importDataSourceId": ""}, None),
        ({"importDataSourceId": None}, None),
        ({}, None),
        ({"importDataSourceId": "102000000001"}, 102000000001),
        ({"importDataSourceId": "1130"}, 1130),
        ({"importDataSourceId": "B1C2D3E4"}, "B1C2D3E4"),
    ],
)
def test_import_from_elsewhere_has_no_file(given: dict[str, Any], kept: int | str | None) -> None:
    source = read(Import, {"id": "112000000008", "name": "Pull from Hub", **given})
    assert source.import_data_source_id == kept
    assert source.file_id is None


def test_import_from_a_model_names_it() -> None:
    source = {
        "importDataSourceId": "112000000008",
        "type": "MODEL",
        "sourceModelId": "B1",
        "sourceModelName": "Hub",
        "sourceWorkspaceId": "8a",
    }
    pulled = read(Import, {"id": "112000000008", "name": "Pull", "importDataSource": source})
    assert pulled.import_data_source == ImportDataSource(112000000008, "MODEL", "B1", "Hub", "8a")


def test_import_definition() -> None:
    source = {
        "columnCount": 3,
        "columnSeparator": ",",
        "decimalSeparator": ".",
        "firstDataRow": 2,
        "headerNames": ["Region", "Month", None],
        "headerRow": 1,
        "textDelimiter": '"',
        "textEncoding": "UTF-8",
    }
    definition = read(ImportDefinition, {"name": "Load Sales", "type": "FILE", "source": source})
    assert definition.source == ImportSource(
        column_count=3,
        column_separator=",",
        decimal_separator=".",
        text_delimiter='"',
        text_encoding="UTF-8",
        header_row=1,
        first_data_row=2,
        header_names=("Region", "Month", ""),
    )


def test_export_and_its_definition() -> None:
    export = {"id": "116000000003", "name": "Grid.csv", "exportType": "GRID_CURRENT_PAGE"}
    assert read(Export, export) == Export(116000000003, "Grid.csv", "GRID_CURRENT_PAGE")
    definition = {
        "columnCount": 3,
        "dataTypes": ["ENTITY", "DATE", "NUMBER"],
        "listNames": ["Regions", "Time", ""],
        "headerNames": ["Region", "Month", "Sales"],
        "rowCount": 120,
        "separator": ",",
    }
    assert read(ExportDefinition, definition) == ExportDefinition(
        column_count=3,
        row_count=120,
        header_names=("Region", "Month", "Sales"),
        data_types=("ENTITY", "DATE", "NUMBER"),
        list_names=("Regions", "Time", ""),
        separator=",",
    )


def test_action_that_opens_a_dashboard_has_no_type() -> None:
    assert read(Action, {"id": "117000000006", "name": "Open Dashboard"}).action_type is None


def test_process_definition_keeps_the_order_of_its_steps() -> None:
    steps = [
        {
            "id": "112000000007",
            "name": "Load",
            "actionType": "IMPORT",
            "importDataSourceId": "113000000042",
            "importDataSource": {"importDataSourceId": "113000000042", "type": "FILE"},
        },
        {"id": "116000000003", "name": "Grid", "actionType": "EXPORT", "exportType": "GRID_ALL_PAGES"},
    ]
    process = read(ProcessDefinition, {"name": "Nightly", "actions": steps})
    assert [(step.id, step.action_type, step.file_id) for step in process.steps] == [
        (112000000007, "IMPORT", 113000000042),
        (116000000003, "EXPORT", None),
    ]


def test_models_are_frozen() -> None:
    step = TaskResult(object_id=112000000007)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        step.successful = True  # type: ignore[misc]


def test_every_model_is_exported() -> None:
    for name in models.__all__:
        assert getattr(models, name).__module__.startswith("anaplan_sdk.models.")
    shapes = {
        name
        for module in map(
            import_module, (f"anaplan_sdk.models.{found.name}" for found in iter_modules(models.__path__))
        )
        for name, value in vars(module).items()
        if attrs.has(value) and not name.startswith("_")
    }
    assert shapes | {"Differences", "ViewRow"} == set(models.__all__)
