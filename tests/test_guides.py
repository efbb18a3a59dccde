"""Every snippet of the guides runs word for word, in both colours, without one warning."""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType
from typing import Any

import polars
import pytest
from certificates import KeyPair
from snippets import of_colour

from anaplan_sdk.emulator import Emulator

ROOT = Path(__file__).resolve().parent.parent
PAGES = [Path(__file__).parent / "guides/bulk.md", ROOT / "docs/guides/bulk.md"]
# What the snippets take for granted.
PRELUDE = "import asyncio\nfrom asyncio import gather\nfrom datetime import datetime\n"


@pytest.fixture
def reader(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The surroundings of somebody who follows a guide: a home with a certificate, a data file, and two URLs."""
    for name in [name for name in os.environ if name.startswith("ANAPLAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ANAPLAN_API_URL", emulator.url)
    monkeypatch.setenv("ANAPLAN_AUTH_URL", emulator.url)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    ada = KeyPair.rsa("ada@example.com")
    certificate = ada.certificate(begins=datetime.now(UTC) - timedelta(days=1))
    for folder, content in (("certs", certificate), ("keys", ada.private())):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "anaplan.pem").write_bytes(content)
    polars.DataFrame({"Code": [f"T{row}" for row in range(1_000)], "Units": range(1_000)}).write_parquet(
        tmp_path / "massive_data.parquet"
    )
    yield


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("colour", ["Synchronous", "Asynchronous"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.parent.name}-{page.stem}")
def test_guide(page: Path, colour: str) -> None:
    codes = [compiled(snippet.code, page, snippet.line) for snippet in of_colour(page, colour)]
    assert codes
    names: dict[str, Any] = {}
    exec(PRELUDE, names)
    for code in codes:
        result = eval(code, names)
        if inspect.iscoroutine(result):
            asyncio.run(result)  # a loop of its own for each: clients outlive them


def compiled(code: str, page: Path, line: int) -> CodeType:
    """*code* with its own file and line in tracebacks, ``await`` allowed at its top."""
    source = "\n" * (line - 1) + code
    return compile(source, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
