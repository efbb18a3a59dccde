"""What `import anaplan_sdk` promises, and what it does not load to keep it."""

from __future__ import annotations

import ast
import inspect
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

import anaplan_sdk
from anaplan_sdk import (
    AsyncAdminClient,
    AsyncAlmClient,
    AsyncAuditClient,
    AsyncClient,
    AsyncCloudWorksClient,
    AsyncScimClient,
    AsyncTransactionalClient,
    Client,
    SyncAdminClient,
    SyncAlmClient,
    SyncAuditClient,
    SyncCloudWorksClient,
    SyncScimClient,
    SyncTransactionalClient,
    auth,
    models,
    progress,
    scim,
)

FAMILIES = {"admin", "alm", "audit", "cloudworks", "scim", "transactional"}
HEAVY = {"aiohttp", "asyncio", "cattrs", "cryptography", "urllib3"}


def modules_of(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after *statement*."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(run.stdout.split())


def loaded_by(statement: str) -> set[str]:
    """The heavy ones among them."""
    return HEAVY & modules_of(statement)


def families_of(statement: str) -> set[str]:
    """The modules of families with a namespace of their own among them."""
    ours = {name for name in modules_of(statement) if name.startswith("anaplan_sdk.")}
    return {name for name in ours if FAMILIES.intersection(name.split("."))}


DOORS = (anaplan_sdk, models, auth, scim)


def names_for_type_checkers(door: ModuleType) -> set[str]:
    tree = ast.parse(Path(str(door.__file__)).read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if (node.module or "").startswith("anaplan_sdk")]
    return {alias.asname or alias.name for node in ours for alias in node.names}


@pytest.mark.parametrize(("door", "name"), [(door, name) for door in DOORS for name in door.__all__])
def test_every_public_name_resolves(door: ModuleType, name: str) -> None:
    assert getattr(door, name) is not None


@pytest.mark.parametrize("door", DOORS)
def test_type_checkers_and_dir_see_the_same_names(door: ModuleType) -> None:
    assert names_for_type_checkers(door) == set(door.__all__)
    assert set(door.__all__) <= set(dir(door))
    assert door.__all__ == sorted(door.__all__)


def test_each_name_has_one_door() -> None:
    names = Counter(name for door in (*DOORS, progress) for name in door.__all__)
    assert [name for name, doors in names.items() if doors > 1] == []


def calls_of(*clients: type) -> list[str]:
    """The methods of clients that may send something."""
    free = {"close", "from_existing", "with_options"}
    found = [(client, name) for client in clients for name, _ in inspect.getmembers(client, callable)]
    return [f"{client.__name__}.{name}" for client, name in found if not name.startswith("_") and name not in free]


CLIENTS = {
    client.__name__: client
    for client in (
        Client,
        AsyncClient,
        SyncAlmClient,
        AsyncAlmClient,
        SyncCloudWorksClient,
        AsyncCloudWorksClient,
        SyncScimClient,
        AsyncScimClient,
        SyncTransactionalClient,
        AsyncTransactionalClient,
        SyncAdminClient,
        AsyncAdminClient,
        SyncAuditClient,
        AsyncAuditClient,
    )
}


@pytest.mark.parametrize("call", calls_of(*CLIENTS.values()))
def test_every_call_takes_a_time_limit(call: str) -> None:
    client, _, name = call.partition(".")
    parameter = inspect.signature(getattr(CLIENTS[client], name)).parameters["timeout"]
    assert parameter.default is None
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize("door", [anaplan_sdk, models])
def test_an_unknown_name_is_an_attribute_error(door: ModuleType) -> None:
    name = "NoSuchName"
    with pytest.raises(AttributeError, match=name):
        getattr(door, name)


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert modules_of("import anaplan_sdk") & {*HEAVY, "attr", "attrs", "inspect", "json"} == set()


def test_the_blocking_client_needs_neither_aiohttp_nor_cryptography() -> None:
    loaded = loaded_by("from anaplan_sdk import Client")
    assert "urllib3" in loaded
    assert not loaded & {"aiohttp", "cryptography"}


def test_the_async_client_does_not_need_urllib3() -> None:
    loaded = loaded_by("from anaplan_sdk import AsyncClient")
    assert "aiohttp" in loaded
    assert not loaded & {"urllib3", "cryptography"}


@pytest.mark.parametrize("client", ["Client", "AsyncClient"])
def test_families_are_loaded_when_they_are_first_used(client: str) -> None:
    made = f"import anaplan_sdk; client = anaplan_sdk.{client}(token='T', model_id='M')"
    assert families_of(made) == set()
    for family in FAMILIES:
        assert families_of(f"{made}; client.{family}") != set()


def test_a_checkout_without_generated_code_says_how_to_make_it(tmp_path: Path) -> None:
    generated = shutil.ignore_patterns("_async", "_sync")
    shutil.copytree(Path(anaplan_sdk.__file__).parent, tmp_path / "anaplan_sdk", ignore=generated)
    code = "from anaplan_sdk import AnaplanError, RetryPolicy; from anaplan_sdk import Client"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("ImportError: ")
    assert "run python scripts/codegen.py" in run.stderr
    assert "_sync" not in run.stderr.splitlines()[-1]
