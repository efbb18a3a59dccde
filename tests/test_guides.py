"""Every snippet of the guides runs word for word, in both colours, without one warning."""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType
from typing import Any

import polars
import pytest
from certificates import KeyPair
from snippets import Snippet, of_colour

from anaplan_sdk.emulator import Emulator, guide_tenant, structure

ROOT = Path(__file__).resolve().parent.parent
PAGES = [Path(__file__).parent / "guides/bulk.md", ROOT / "docs/guides/bulk.md", ROOT / "docs/guides/alm.md"]
COLOURS = ["Synchronous", "Asynchronous"]
Surroundings = Callable[[Emulator], None]
# What the snippets take for granted.
PRELUDE = "import asyncio\nfrom asyncio import gather\nfrom datetime import datetime\n"


@pytest.fixture(scope="session")
def ada() -> KeyPair:
    return KeyPair.rsa("ada@example.com")


@pytest.fixture
def surroundings(ada: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """Those of somebody who follows a guide: a home with a certificate, a data file, and two URLs."""
    for name in [name for name in os.environ if name.startswith("ANAPLAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    certificate = ada.certificate(begins=datetime.now(UTC) - timedelta(days=1))
    for folder, content in (("certs", certificate), ("keys", ada.private())):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "anaplan.pem").write_bytes(content)
    polars.DataFrame({"Code": [f"T{row}" for row in range(1_000)], "Units": range(1_000)}).write_parquet(
        tmp_path / "massive_data.parquet"
    )

    def arrange(emulator: Emulator) -> None:
        monkeypatch.setenv("ANAPLAN_API_URL", emulator.url)
        monkeypatch.setenv("ANAPLAN_AUTH_URL", emulator.url)

    return arrange


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.parent.name}-{page.stem}")
def test_a_guide_from_top_to_bottom(surroundings: Surroundings, emulator: Emulator, page: Path, colour: str) -> None:
    surroundings(emulator)
    run(page, of_colour(page, colour))


@pytest.mark.parametrize("colour", COLOURS)
def test_snippets_on_lifecycle_management(surroundings: Surroundings, colour: str) -> None:
    with Emulator(guide_tenant()) as emulator:  # it has the ids that these snippets use
        surroundings(emulator)
        page = Path(__file__).parent / "guides/alm.md"
        run(page, of_colour(page, colour))


@pytest.mark.parametrize("colour", COLOURS)
def test_the_pipeline_of_the_guide(surroundings: Surroundings, emulator: Emulator, colour: str) -> None:
    surroundings(emulator)
    page = Path(__file__).parent / "guides/alm.md"
    client, *_, pipeline = of_colour(page, colour)
    names = run(page, [client, pipeline])
    report = names["deploy_to_production"]("1" * 32, "2" * 32)
    report = asyncio.run(report) if inspect.iscoroutine(report) else report
    assert b"Headcount Plan" in report
    development, production = emulator.tenant.models.values()
    assert structure(production) == structure(development)


def run(page: Path, guide: list[Snippet]) -> dict[str, Any]:
    """Run snippets one after the other; return the names that they leave."""
    names: dict[str, Any] = {}
    exec(PRELUDE, names)
    for snippet in guide:
        result = eval(compiled(snippet.code, page, snippet.line), names)
        if inspect.iscoroutine(result):
            asyncio.run(result)  # a loop of its own for each: clients outlive them
    return names


def compiled(code: str, page: Path, line: int) -> CodeType:
    """*code* with its own file and line in tracebacks, ``await`` allowed at its top."""
    source = "\n" * (line - 1) + code
    code_object: CodeType = compile(source, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return code_object
