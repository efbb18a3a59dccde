# Source of both colours: scripts/codegen.py emits this file twice.
"""What a model offers, how it is defined, and where it is found."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError, NotFoundError
from anaplan_sdk.emulator import Emulator, Fault
from stage.observed import calls
from stage.support import options_for


async def test_rows_are_typed(client: AsyncClient) -> None:
    files, imports = await client.list_files(), await client.list_imports()
    exports, actions = await client.list_exports(), await client.list_actions()
    assert (files[0].id, files[0].name, files[0].separator) == (113000000000, "Transactions.csv", ",")
    assert [row.file_id for row in imports[:2]] == [113000000000, 113000000001]
    assert (exports[0].id, exports[0].export_format) == (116000000000, "text/csv")
    assert {action.action_type for action in actions} == {"DELETE_BY_SELECTION", "OPTIMIZER", None}
    assert [process.name for process in await client.list_processes()] == ["Load Sales"]


async def test_definitions(client: AsyncClient) -> None:
    imported = await client.get_import(112000000000)
    assert imported.source is not None
    assert imported.source.header_names[:2] == ("Code", "Product")
    exported = await client.get_export("116000000000")
    assert (exported.separator, exported.column_count) == (",", 6)
    process = await client.get_process(118000000000)
    assert [(step.id, step.file_id) for step in process.steps] == [
        (112000000000, 113000000000),
        (112000000001, 113000000001),
    ]
    assert (await client.get_action(117000000000)).action_type == "DELETE_BY_SELECTION"


async def test_definitions_that_do_not_exist(client: AsyncClient) -> None:
    with pytest.raises(ApiError) as caught:
        await client.get_import(112999999999)
    assert caught.value.status == 500  # as Anaplan answers it
    for method in (client.get_export, client.get_process, client.get_action):
        with pytest.raises(NotFoundError):
            await method(116999999999)


# --- the model, and its workspace -------------------------------------------------------------------------------------


async def test_the_workspace_is_found_from_the_model_once(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, workspace_id=None)) as client:
        await client.list_files()
        assert emulator.received("GET", "/models/[^/]*$") == []  # not needed so far
        for _ in range(2):
            await client.get_action(117000000000)
        await AsyncClient.from_existing(client).get_action(117000000000)
    assert calls(emulator, "GET", "/models/[^/]*$") == 1
    assert client.workspace_id is None
    workspace = emulator.environment["ANAPLAN_WORKSPACE_ID"]
    assert calls(emulator, "GET", f"/workspaces/{workspace}/models/.*/actions/") == 3


async def test_clients_of_other_models_find_their_own_workspace(emulator: Emulator, client: AsyncClient) -> None:
    production = list(emulator.tenant.models)[1]
    other = AsyncClient.from_existing(client, model_id=production)
    assert (other.workspace_id, other.model_id) == (None, production)
    assert (await other.get_action(117000000000)).id == 117000000000
    same = AsyncClient.from_existing(client)
    assert (same.workspace_id, same.model_id) == (client.workspace_id, client.model_id)
    both = AsyncClient.from_existing(client, workspace_id="W", model_id="M")
    assert (both.workspace_id, both.model_id) == ("W", "M")


async def test_a_model_that_does_not_tell_its_workspace(emulator: Emulator) -> None:
    emulator.inject(Fault(path="/models/[^/]*$", status=200, body='{"model":{"id":"M","name":"Hub"}}'))
    async with AsyncClient(**options_for(emulator, workspace_id=None)) as client:
        with pytest.raises(ConfigurationError, match="pass workspace_id"):
            await client.get_action(117000000000)


async def test_a_model_that_was_not_given(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator, model_id=None, workspace_id=None)) as client:
        for call in (client.list_files, client.get_model, client.get_model_status, client.wake_model):
            with pytest.raises(ConfigurationError, match="ANAPLAN_MODEL_ID"):
                await call()
        with pytest.raises(ConfigurationError, match="ANAPLAN_WORKSPACE_ID"):
            await client.get_workspace()
        with pytest.raises(ConfigurationError, match="ANAPLAN_MODEL_ID"):
            assert client.alm
        assert emulator.requests == []
        assert len(await client.list_models()) == 2


# --- ids that would mean something else -------------------------------------------------------------------------------

WRONG_IDS = ["a/b", "../..", "..", ".", "", "a%2Fb", "a b", "a\nb", "a?b", "a#b", "a\\b", "ä", "a\x00", "a" * 129]


@pytest.mark.parametrize("wrong", WRONG_IDS)
async def test_ids_cannot_change_a_path(emulator: Emulator, wrong: str) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        methods = ["get_import", "get_export", "get_process", "get_action"]
        if wrong:  # an empty one means the client's own
            methods += ["get_model", "get_workspace", "wake_model", "close_model", "get_model_status"]
        for method in methods:
            with pytest.raises(ConfigurationError, match="is not an id"):
                await getattr(client, method)(wrong)
        if wrong:
            with pytest.raises(ConfigurationError, match=r"model_id: .* is not an id"):
                AsyncClient.from_existing(client, model_id=wrong)
            with pytest.raises(ConfigurationError, match=r"workspace_id: .* is not an id"):
                AsyncClient(**options_for(emulator, workspace_id=wrong))
    assert emulator.requests == []


@pytest.mark.parametrize("wrong", [True, 1.5, None, b"112000000000", ["112000000000"]])
async def test_ids_of_a_wrong_type(emulator: Emulator, client: AsyncClient, wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="is not an id"):
        await client.get_import(wrong)
    assert emulator.requests == []
