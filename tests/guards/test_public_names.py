"""What `import anaplan_sdk` promises, and what it does not load to keep it."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import anaplan_sdk
from anaplan_sdk import AsyncAlmClient, AsyncClient, Client, SyncAlmClient

HEAVY = {"aiohttp", "asyncio", "cattrs", "cryptography", "urllib3"}


def loaded_by(statement: str) -> set[str]:
    """The heavy modules that a fresh interpreter has loaded after *statement*."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return HEAVY.intersection(run.stdout.split())


def names_for_type_checkers() -> set[str]:
    tree = ast.parse(Path(anaplan_sdk.__file__).read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if (node.module or "").startswith("anaplan_sdk")]
    return {alias.asname or alias.name for node in ours for alias in node.names}


@pytest.mark.parametrize("name", anaplan_sdk.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(anaplan_sdk, name) is not None


def test_type_checkers_and_dir_see_the_same_names() -> None:
    assert names_for_type_checkers() == set(anaplan_sdk.__all__)
    assert set(anaplan_sdk.__all__) <= set(dir(anaplan_sdk))
    assert anaplan_sdk.__all__ == sorted(anaplan_sdk.__all__)


def calls_of(*clients: type) -> list[str]:
    """The methods of clients that may send something."""
    free = {"close", "from_existing"}
    found = [(client, name) for client in clients for name, _ in inspect.getmembers(client, callable)]
    return [f"{client.__name__}.{name}" for client, name in found if not name.startswith("_") and name not in free]


CLIENTS = {client.__name__: client for client in (Client, AsyncClient, SyncAlmClient, AsyncAlmClient)}


@pytest.mark.parametrize("call", calls_of(*CLIENTS.values()))
def test_every_call_takes_a_time_limit(call: str) -> None:
    client, _, name = call.partition(".")
    parameter = inspect.signature(getattr(CLIENTS[client], name)).parameters["timeout"]
    assert parameter.default is None
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY


def test_an_unknown_name_is_an_attribute_error() -> None:
    name = "NoSuchName"
    with pytest.raises(AttributeError, match=name):
        getattr(anaplan_sdk, name)


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import anaplan_sdk") == set()


def test_the_blocking_client_needs_neither_aiohttp_nor_cryptography() -> None:
    loaded = loaded_by("from anaplan_sdk import Client")
    assert "urllib3" in loaded
    assert not loaded & {"aiohttp", "cryptography"}


def test_the_async_client_does_not_need_urllib3() -> None:
    loaded = loaded_by("from anaplan_sdk import AsyncClient")
    assert "aiohttp" in loaded
    assert not loaded & {"urllib3", "cryptography"}
