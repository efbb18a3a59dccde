"""Imports point one way, and each kind of knowledge has one home.

A *room* is a set of modules with the same rights. `TYPE_CHECKING` imports are free, since nothing runs them, except in
the emulator.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

from codegen import ROOT, TREES
from guards.rooms import ACTS, METHODS_THAT_ACT, ROOMS, Room

PATH_LITERAL = re.compile(
    r"/2/0\b|/token/|/oauth/|/(?:actions|alm|exports|files|imports|models|processes|tasks|users|workspaces|modules|lineItems|views|lists|dimensions|versions)\b"
)


class Import(NamedTuple):
    name: str
    line: int
    at_start: bool  # runs when the module is imported, not when a function is called


def violations(path: str, source: str) -> list[str]:
    """What the module at *path* does that its room does not allow, a line each."""
    pattern = next((pattern for pattern in ROOMS if fnmatch(path, pattern)), None)
    if pattern is None:
        return [f"{path}: no room is made for it in tests/guards/rooms.py"]
    room, tree = ROOMS[pattern], ast.parse(source)
    found = [*_imports_against(room, pattern, path, tree), *_acts_against(room, tree), *_paths_against(room, tree)]
    return [f"{path}:{line}: {what}" for line, what in found]


def _imports_against(room: Room, folder: str, path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    # The coloured source is run from within the package, one level below it.
    parts = path.removesuffix(".py").replace("_async_src", "anaplan_sdk/_async_src").split("/")
    own = folder.removesuffix("*").removesuffix("*.py").replace("_async_src", "anaplan_sdk/_async_src").strip("/")
    ours = (own.removesuffix(".py").replace("/", "."), *(f"anaplan_sdk.{name}" for name in room.ours))
    for name, line, at_start in _imports(tree, ".".join(parts[:-1]), types_too=room.types_too):
        top = name.partition(".")[0]
        if _within(name, room.never):
            yield line, f"may never import {name}"
        elif top in ("anaplan_sdk", "_async_src"):
            if not _within(name, ours):
                yield line, f"imports upwards or sideways: {name}"
        elif top in room.lazily:
            if at_start:
                yield line, f"imports {top} before it is needed: move it into a function"
        elif top in sys.stdlib_module_names:
            used = () if room.standard is None else _names_of(tree, name, line, room.standard)
            yield from ((at, f"may never use {each}") for each, at in used if not _within(each, room.standard or ()))
        elif top not in room.third_party:
            yield line, f"is not the place that imports {top}"


def _names_of(tree: ast.Module, name: str, line: int, allowed: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """An import of the standard library; where only names of a module are allowed, those that it is imported for."""
    used = [
        (f"{name}.{node.attr}", node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    ]
    partly = any(each.startswith(f"{name}.") for each in allowed)
    yield from used if partly and used else [(name, line)]


def _imports(node: ast.AST, package: str, at_start: bool = True, *, types_too: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_start) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            parents = package.split(".")
            base = parents[: len(parents) - child.level + 1] if child.level else []
            module = ".".join([*base, *filter(None, [child.module])])
            yield from (Import(f"{module}.{alias.name}", child.lineno, at_start) for alias in child.names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test) and not types_too:
            for orelse in child.orelse:
                yield from _imports(orelse, package, at_start, types_too=types_too)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _imports(child, package, at_start and not inside, types_too=types_too)


def _within(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _acts_against(room: Room, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or room.acts:
            continue
        match node.func:
            case ast.Name(name) if name in ACTS:
                yield node.lineno, f"acts: {name}()"
            case ast.Attribute(attr=name) if name in METHODS_THAT_ACT:
                yield node.lineno, f"acts: {name}()"
            case ast.Attribute(attr="acquire") if "blocking=False" not in map(ast.unparse, node.keywords):
                yield node.lineno, "acts: acquire() waits without blocking=False"
            case _:
                pass


def _paths_against(room: Room, tree: ast.Module) -> Iterator[tuple[int, str]]:
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if room.writes_paths or id(node) in prose or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str) and PATH_LITERAL.search(node.value):
            yield node.lineno, f"writes a path that belongs in _core/api: {node.value!r}"


def modules() -> list[Path]:
    generated = {ROOT / output for tree in TREES for output in tree.outputs}
    paths = [path for folder in ("anaplan_sdk", "_async_src") for path in (ROOT / folder).rglob("*.py")]
    return [path for path in paths if not generated.intersection(path.parents)]


def test_every_module_keeps_to_its_room() -> None:
    paths = modules()
    assert len(paths) > 20
    texts = ((path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths)
    assert "\n".join(found for path, text in texts for found in violations(path, text)) == ""


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("anaplan_sdk/errors.py", "from anaplan_sdk.models import Task", "upwards or sideways"),
        ("anaplan_sdk/errors.py", "import socket", "may never use socket"),
        ("anaplan_sdk/errors.py", "import warnings", "may never use warnings"),
        (
            "anaplan_sdk/models/bulk.py",
            "from anaplan_sdk._core.json.convert import structure",
            "upwards or sideways",
        ),
        ("anaplan_sdk/models/bulk.py", "from cattrs import Converter", "not the place that imports cattrs"),
        ("anaplan_sdk/models/bulk.py", "open('cache')", "acts: open()"),
        ("anaplan_sdk/_core/http/retry.py", "import asyncio", "may never use asyncio"),
        ("anaplan_sdk/_core/http/retry.py", "def f():\n    import threading", ":2: may never use threading"),
        ("anaplan_sdk/_core/http/retry.py", "from threading import Thread", "may never use threading.Thread"),
        ("anaplan_sdk/_core/http/retry.py", "import threading\nthreading.Event", ":2: may never use threading.Event"),
        ("anaplan_sdk/_core/http/retry.py", "lock.acquire()", "acts: acquire() waits"),
        ("anaplan_sdk/_core/http/retry.py", "lock.acquire(timeout=1)", "acts: acquire() waits"),
        ("anaplan_sdk/_core/http/retry.py", "import os\nos.environ['HOME']", ":2: may never use os.environ"),
        ("anaplan_sdk/_core/http/retry.py", "from os import getenv", "may never use os.getenv"),
        ("anaplan_sdk/_core/http/retry.py", "import os.path", "may never use os.path"),
        ("anaplan_sdk/_core/http/retry.py", "import os as system\nsystem.getenv('HOME')", "may never use os"),
        ("anaplan_sdk/_core/http/retry.py", "import tempfile", "may never use tempfile"),
        ("anaplan_sdk/_core/http/retry.py", "from importlib import metadata", "may never use importlib.metadata"),
        ("anaplan_sdk/_core/http/retry.py", "from time import sleep as nap", "may never use time.sleep"),
        ("anaplan_sdk/_core/http/retry.py", "import aiohttp", "not the place that imports aiohttp"),
        ("anaplan_sdk/_core/http/retry.py", "import urllib3", "not the place that imports urllib3"),
        ("anaplan_sdk/_core/http/retry.py", "import urllib.request", "may never use urllib.request"),
        ("anaplan_sdk/_core/http/retry.py", "import time\ntime.sleep(1)", ":2: may never use time.sleep"),
        ("anaplan_sdk/_core/login/certificate/keys.py", "Path('~').expanduser()", "acts: expanduser()"),
        ("anaplan_sdk/_core/login/certificate/keys.py", "Path(name).read_bytes()", "acts: read_bytes()"),
        ("anaplan_sdk/_core/login/certificate/keys.py", "path.open()", "acts: open()"),
        ("anaplan_sdk/_core/login/certificate/keys.py", "from cryptography import x509", "before it is needed"),
        ("anaplan_sdk/_core/http/retry.py", "import cattrs", "not the place that imports cattrs"),
        ("anaplan_sdk/_core/http/retry.py", "from anaplan_sdk._io.files import x", "upwards or sideways"),
        ("anaplan_sdk/_core/http/retry.py", "from anaplan_sdk._settings import Settings", "upwards or sideways"),
        ("anaplan_sdk/_core/http/retry.py", "from ..._io import aio", "upwards or sideways"),
        ("anaplan_sdk/_core/http/retry.py", "PATH = '/2/0/models'", "belongs in _core/api"),
        ("anaplan_sdk/_core/http/retry.py", "path = f'/models/{model_id}'", "belongs in _core/api"),
        ("anaplan_sdk/_io/aio/waiting.py", "import urllib3", "not the place that imports urllib3"),
        ("anaplan_sdk/_io/blocking/waiting.py", "import aiohttp", "not the place that imports aiohttp"),
        ("anaplan_sdk/_io/files.py", "import aiohttp", "not the place that imports aiohttp"),
        (
            "anaplan_sdk/_io/aio/waiting.py",
            "from anaplan_sdk._core.http.retry import RetryPolicy",
            "upwards or sideways",
        ),
        ("anaplan_sdk/_io/aio/waiting.py", "from anaplan_sdk.models import File", "upwards or sideways"),
        ("anaplan_sdk/_settings.py", "from anaplan_sdk._io import aio", "upwards or sideways"),
        ("_async_src/engine/session.py", "import time", "may never import time"),
        ("_async_src/engine/session.py", "from asyncio import sleep", "may never import asyncio"),
        ("_async_src/engine/session.py", "import threading", "may never import threading"),
        ("_async_src/engine/session.py", "import aiohttp", "not the place that imports aiohttp"),
        ("_async_src/engine/session.py", "from anaplan_sdk import Client", "upwards or sideways"),
        ("_async_src/engine/session.py", "from anaplan_sdk._sync import session", "upwards or sideways"),
        ("_async_src/engine/session.py", "from ...anaplan_sdk import errors", "upwards or sideways"),
        ("_async_src/client.py", "url + '/workspaces'", "belongs in _core/api"),
        ("anaplan_sdk/__init__.py", "import aiohttp", "not the place that imports aiohttp"),
        ("anaplan_sdk/emulator/serving/app.py", "from anaplan_sdk.models import File", "upwards or sideways"),
        ("anaplan_sdk/emulator/serving/app.py", "from ...errors import AnaplanError", "upwards or sideways"),
        ("anaplan_sdk/emulator/serving/app.py", "import urllib3", "not the place that imports urllib3"),
        ("anaplan_sdk/emulator/serving/app.py", "from ..auth import FAMILY", "upwards or sideways"),
        ("anaplan_sdk/emulator/runs/task.py", "from ..serving.envelope import origin", "upwards or sideways"),
        ("anaplan_sdk/emulator/alm/tasks.py", "from ..bulk.tasks import routes", "upwards or sideways"),
        ("anaplan_sdk/emulator/alm/tasks.py", "if TYPE_CHECKING:\n    from ..server import Emulator", "upwards or"),
        ("anaplan_sdk/emulator/world/demo.py", "import aiohttp", "not the place that imports aiohttp"),
        ("anaplan_sdk/misplaced.py", "", "no room is made for it"),
    ],
)
def test_a_wrong_line_is_refused(path: str, source: str, complaint: str) -> None:
    (found,) = violations(path, source)
    assert found.startswith(f"{path}:")
    assert complaint in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("anaplan_sdk/errors.py", "if TYPE_CHECKING:\n    from anaplan_sdk.models import Task"),
        ("anaplan_sdk/models/bulk.py", "import attrs\nfrom anaplan_sdk.errors import AnaplanError"),
        ("anaplan_sdk/_core/login/certificate/keys.py", "def load():\n    from cryptography import x509"),
        ("anaplan_sdk/_core/http/retry.py", "from .messages import Request\nimport time\nnow = time.monotonic()"),
        ("anaplan_sdk/_core/http/retry.py", "from threading import Lock\nLock().acquire(blocking=False)"),
        ("anaplan_sdk/_core/http/retry.py", "import os, urllib.parse\nkind: os.PathLike[str]\nlong = len('open()')"),
        ("anaplan_sdk/_core/http/retry.py", "if TYPE_CHECKING:\n    from threading import Thread"),
        ("anaplan_sdk/models/__init__.py", "import importlib\nimportlib.import_module('json')"),
        ("anaplan_sdk/_core/json/convert.py", "import cattrs"),
        ("anaplan_sdk/_core/api/bulk.py", "PATH = '/2/0/models'"),
        ("anaplan_sdk/_core/listing/offsets.py", '"""Pages of /models."""'),
        ("anaplan_sdk/_io/aio/waiting.py", "import asyncio\nimport aiohttp\nfrom ..files import read_file"),
        (
            "anaplan_sdk/_io/blocking/waiting.py",
            "import threading\nimport urllib3\nfrom anaplan_sdk._core.http import messages",
        ),
        ("_async_src/client.py", "from anaplan_sdk._io.aio import Transport\nfrom .engine.session import Session"),
        ("anaplan_sdk/emulator/bulk/files.py", "import aiohttp\nopen('chunk')\nPATH = '/2/0/files'"),
    ],
)
def test_a_right_line_passes(path: str, source: str) -> None:
    assert violations(path, source) == []


def test_one_module_reads_the_environment() -> None:
    reads = re.compile(r"\bos\.environ\b|\bgetenv\b|\bexpandvars\b|\bgetproxies\b")
    # What plays Anaplan, and what is for tests of users, are programs of their own.
    programs = ("emulator/", "pytest_plugin.py")
    package = ROOT / "anaplan_sdk"
    found = {
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if reads.search(path.read_text("utf-8"))
    }
    assert {path for path in found if not path.startswith(programs)} == {"_io/environment.py"}
