# Source of both colours: scripts/codegen.py emits this file twice.
"""What callers get wrong is told kindly, and before anything is sent."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from anaplan_sdk import AnaplanError, AsyncClient, ConfigurationError
from anaplan_sdk.emulator import Emulator
from stage.observed import EXPORT, FILE, IMPORT, LIST_FILE
from stage.support import options_for

ODD: list[Any] = [
    None,
    True,
    -1,
    1.5,
    float("nan"),
    "",
    " ",
    "a\0b",
    "../x",
    "\ud800",
    "x" * 5_000,
    b"x",
    (),
    [],
    {},
    {1},
    object(),
    timedelta(seconds=60),
    Decimal(60),
    Exception("x"),
    type,
    (3, 60),
    "~nobody-here/x",
]
# Names of parameters whose values are read as something else than an id, a limit or an option.
CONTENT = {"content", "task", "path"}
ANYTHING = {"name", "description", "search"}


FAMILIES = ("alm", "transactional", "admin", "audit", "cloudworks", "scim")
STREAMS = ("get_file_stream", "get_rejected_rows_stream")


def calls(client: AsyncClient) -> list[tuple[Any, str]]:
    """Every public method of the client and of its namespaces."""
    found: list[tuple[Any, str]] = [(client, name) for name in dir(client) if not name.startswith("_")]
    for family in FAMILIES:
        owner = getattr(client, family)
        found += [(owner, name) for name in dir(owner) if not name.startswith("_")]
    skipped = ("from_existing", "with_options", "close", *FAMILIES, "model_id", "workspace_id")
    return [(owner, name) for owner, name in found if name not in skipped]


def arguments(method: Any) -> dict[str, Any]:
    """Good values for what a method must be given."""
    good: dict[str, Any] = {
        "file_id": FILE,
        "action_id": EXPORT,
        "import_id": IMPORT,
        "content": b"Code",
        "task": "0F1E",
    }
    good |= {
        "export_id": EXPORT,
        "path": "/nowhere/at/all",
        "status": "online",
        "name": "R",
    }
    good |= {"model_ids": ["A1"]}
    needed = [
        parameter.name
        for parameter in inspect.signature(method).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    return {name: good.get(name, "A1") for name in needed}


async def test_nothing_but_our_errors_comes_out_of_odd_arguments(emulator: Emulator) -> None:
    async with AsyncClient(**options_for(emulator)) as client:
        await client.get_current_user()
        wrong: list[str] = []
        for owner, name in calls(client):
            method = getattr(owner, name)
            good = arguments(method)
            for parameter in inspect.signature(method).parameters:
                if parameter in CONTENT | ANYTHING | {"options"}:
                    continue
                for odd in ODD:
                    if error := await provoked(method, good | {parameter: odd}):
                        wrong.append(f"{name}({parameter}={odd!r:.40}): {error!r}")
    assert wrong == [], "\n".join(wrong)


async def provoked(method: Any, given: dict[str, Any]) -> Exception | None:
    """What comes out that is no error of ours."""
    try:
        if re.fullmatch("(get|search)_.*_stream", method.__name__):
            [part async for part in method(**given)]
        else:
            await method(**given)
    except AnaplanError:
        return None
    except Exception as error:
        return error
    return None


SETTINGS: dict[str, list[Any]] = {
    "poll": [2, "fast"],
    "retry": [3, True],
    "pacing": [10],
    "read_timeout": ["60", None, timedelta(seconds=60)],
    "connect_timeout": ["1", 0],
    "page_size": ["5", 0],
    "proxy": [7, ("http", "x")],
    "ssl_context": ["verify", True],
    "region": [7],
    "api_url": [7, b"https://x"],
    "workspace_id": [7.5, "a/b"],
    "model_id": ["a b", object()],
    "concurrency": ["4"],
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_a_wrong_kind_are_refused_where_they_are_made(emulator: Emulator, name: str) -> None:
    for value in SETTINGS[name]:
        with pytest.raises(ConfigurationError, match=name):
            AsyncClient(**{**options_for(emulator), name: value})


@pytest.mark.parametrize("limit", ["60", (3, 60), timedelta(seconds=60), Decimal(60), True, -1, float("nan")], ids=repr)
async def test_a_time_limit_is_a_number_of_seconds(client: AsyncClient, emulator: Emulator, limit: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout must be"):
        await client.upload_file(FILE, b"Code\n", timeout=limit)
    assert emulator.requests == []


@pytest.mark.parametrize(
    "options",
    [
        {"mapping_parameters": {"entityType": "Version"}},
        {"mapping_parameters": "Version"},
        {"mapping_parameters": [1]},
        {"connector_parameters": [{"a": 1}]},
        {"locale_name": 7},
        {"on_rejects": "never"},
    ],
    ids=str,
)
async def test_options_of_a_run_are_refused_before_its_upload(
    client: AsyncClient, emulator: Emulator, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError):
        await client.upload_and_import(LIST_FILE, b"Code\n", IMPORT, **options)
    assert emulator.requests == []


async def test_a_client_is_not_copied(client: AsyncClient) -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="make a client in each process"):
            attempt(client)


async def test_a_client_is_made_from_one_of_its_own_kind(client: AsyncClient) -> None:
    strangers: list[Any] = [object(), None, client.alm]
    for stranger in strangers:
        with pytest.raises(ConfigurationError, match="of its own kind"):
            AsyncClient.from_existing(stranger)


async def test_a_client_that_was_made_from_another_does_not_close_it(client: AsyncClient, emulator: Emulator) -> None:
    for _ in range(2):
        async with AsyncClient.from_existing(client) as other:
            await other.list_imports()
    await client.list_imports()
    assert len(emulator.received("GET", "/imports$")) == 3


@pytest.mark.parametrize(
    ("stream", "given"), [("get_file_stream", (FILE,)), ("get_rejected_rows_stream", (IMPORT, "0F1E"))], ids=STREAMS
)
async def test_streams_refuse_mistakes_at_the_call(emulator: Emulator, stream: str, given: tuple[Any, ...]) -> None:
    async with AsyncClient(**options_for(emulator, workspace_id=None, model_id=None)) as nowhere:
        with pytest.raises(ConfigurationError, match="has no model_id"):
            getattr(nowhere, stream)(*given)
    async with AsyncClient(**options_for(emulator)) as client:
        with pytest.raises(ConfigurationError, match="timeout"):
            getattr(client, stream)(*given, timeout=-1)
        with pytest.raises(ConfigurationError, match="id"):
            getattr(client, stream)("a/b", *given[1:])
    assert emulator.requests == []
