"""Every snippet of README and the guides runs word for word, in both colours, without one warning."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import inspect
import logging
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType
from typing import Any

import polars
import pytest

import anaplan_sdk
from anaplan_sdk import auth, emulator, errors, models, scim
from anaplan_sdk.emulator import Emulator, guide_tenant, structure
from anaplan_sdk.emulator.auth.tokens import TOKENS
from anaplan_sdk.emulator.world.demo import CODE_CLIENT_SECRET
from stage.certificates import KeyPair
from stage.snippets import COLOURS, ROOT, Snippet, name_of, of_colour, pages, snippets
from stage.terminal import Terminal

OLDER_GUIDES = Path(__file__).parent / "guides"
# What their snippets take for granted.
PRELUDE = "import asyncio\nfrom asyncio import gather\nfrom datetime import datetime\n"
SALES = "Code,Product,Region,Period,Units,Revenue\nT1,Kettle,North,Jan 26,3,7.5\nT2,Toaster,South,Jan 26,1,20\n"

Surroundings = Callable[[dict[str, str]], None]


@pytest.fixture(scope="session")
def ada() -> KeyPair:
    return KeyPair.rsa("ada@example.com")


@pytest.fixture
def surroundings(ada: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    """Those of somebody who follows a guide: a home with a certificate, data files, and ANAPLAN_* variables."""
    for name in [name for name in os.environ if name.startswith("ANAPLAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    begins = datetime.now(UTC) - timedelta(days=1)
    for folder, content in (("certs", ada.certificate(begins=begins)), ("keys", ada.private())):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "anaplan.pem").write_bytes(content)
    (tmp_path / "keys" / "anaplan.p12").write_bytes(ada.pkcs12(b"open sesame", begins=begins))
    monkeypatch.setenv("KEY_PASSWORD", "open sesame")
    (tmp_path / "sales.csv").write_text(SALES)
    polars.DataFrame({"Code": [f"T{row}" for row in range(1_000)], "Units": range(1_000)}).write_parquet(
        tmp_path / "massive_data.parquet"
    )

    def arrange(variables: dict[str, str]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    yield arrange
    logging.getLogger("anaplan_sdk").setLevel(logging.NOTSET)  # a guide sets it


@pytest.fixture
def sit_down(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give the guide somebody who confirms and pastes what it asks for, an OAuth client, and a token in a file."""
    monkeypatch.setenv("OAUTH_CLIENT_SECRET", CODE_CLIENT_SECRET)
    emulator.tenant.options.device_poll_seconds = 0.01
    administrator = emulator.tenant.administrator
    (tmp_path / "anaplan-token").write_text(emulator.state(TOKENS).issue(administrator, 600).value)

    def at_terminal() -> None:  # not before the test itself: pytest puts its own streams back in between
        terminal = Terminal(emulator)
        monkeypatch.setattr("sys.stdout", terminal)
        monkeypatch.setattr("sys.stdin", terminal)

    return at_terminal


def addresses(emulator: Emulator) -> dict[str, str]:
    """The variables for code that has its credentials as arguments."""
    return {name: value for name, value in emulator.environment.items() if name.endswith("_URL")}


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_page_from_top_to_bottom(
    surroundings: Surroundings, sit_down: Callable[[], None], emulator: Emulator, page: Path, colour: str
) -> None:
    surroundings(emulator.environment)
    sit_down()
    run(page, of_colour(page, colour))


@pytest.mark.parametrize("colour", COLOURS)
def test_the_web_application_of_the_guide(
    surroundings: Surroundings, sit_down: Callable[[], None], emulator: Emulator, colour: str
) -> None:
    surroundings(emulator.environment)
    sit_down()
    page = ROOT / "docs/guides/authentication.md"
    names = run(page, of_colour(page, colour))
    session: dict[str, str] = {}
    redirect = emulator.authorize(names["log_in"](session), "grace@example.com")
    for visit, arguments in (("callback", (session, redirect, "grace")), ("later", ("grace",))):
        emulator.expire_tokens()
        found = names[visit](*arguments)
        assert (asyncio.run(found) if inspect.iscoroutine(found) else found) == ["Sales Planning"]
    assert emulator.requests[-1].user == "grace@example.com"


@pytest.mark.parametrize("colour", COLOURS)
def test_snippets_that_users_have_on_transfers(surroundings: Surroundings, emulator: Emulator, colour: str) -> None:
    surroundings(addresses(emulator))
    page = OLDER_GUIDES / "bulk.md"
    run(page, of_colour(page, colour), PRELUDE)


@pytest.mark.parametrize("colour", COLOURS)
def test_snippets_that_users_have_on_lifecycle_management(surroundings: Surroundings, colour: str) -> None:
    with Emulator(guide_tenant()) as emulator:  # it has the ids that these snippets use
        surroundings(addresses(emulator))
        page = OLDER_GUIDES / "alm.md"
        run(page, of_colour(page, colour), PRELUDE)


@pytest.mark.parametrize("colour", COLOURS)
def test_the_pipeline_that_users_have(surroundings: Surroundings, emulator: Emulator, colour: str) -> None:
    surroundings(addresses(emulator))
    page = OLDER_GUIDES / "alm.md"
    client, *_, pipeline = of_colour(page, colour)
    names = run(page, [client, pipeline], PRELUDE)
    report = names["deploy_to_production"]("1" * 32, "2" * 32)
    report = asyncio.run(report) if inspect.iscoroutine(report) else report
    assert b"Headcount Plan" in report
    development, production = emulator.tenant.models.values()
    assert structure(production) == structure(development)


def run(page: Path, guide: list[Snippet], prelude: str = "") -> dict[str, Any]:
    """Run snippets one after the other; return the names that they leave."""
    names: dict[str, Any] = {}
    exec(prelude, names)
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


def commands() -> Iterator[str]:
    """Every command that a reader is asked to type."""
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for snippet in snippets(page):
            if snippet.language == "sh":
                lines = [line.partition("  #")[0] for line in snippet.code.splitlines()]
                yield from (command.strip() for line in lines for command in line.split("&&") if command.strip())


def test_commands_can_be_typed() -> None:
    known = re.compile(
        r"python3? -m venv \.venv|\. \.venv/bin/activate|(?:python -m )?pip install (?:nox|\.|-e \.)(?: .*)?"
        r"|python -m nox(?: --list)?(?: -s (?P<session>\w+)(?: -- .*)?)?"
        r"|python -m (?P<module>anaplan_sdk[\w.]*)(?: .*)?|python (?P<script>[\w/]+\.py)(?: .*)?"
    )
    found = [(command, known.fullmatch(command)) for command in sorted(set(commands()))]
    assert [command for command, match in found if match is None] == []
    noxfile = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    sessions = {node.name for node in noxfile.body if isinstance(node, ast.FunctionDef)}
    for command, match in found:
        assert match
        assert match["session"] in {None, *sessions}, command
        assert match["module"] is None or importlib.util.find_spec(match["module"]), command
        assert match["script"] is None or (ROOT / match["script"]).is_file(), command


def test_examples_that_are_named_are_there() -> None:
    text = "".join(page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md"))
    named = set(re.findall(r"\bexamples/[\w/]+(?:\.py)?", text))
    assert len(named) > 3
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_guide_names_every_error() -> None:
    page = (ROOT / "docs/guides/errors.md").read_text("utf-8")
    public = {name for name in anaplan_sdk.__all__ if hasattr(errors, name)}
    assert public - set(re.findall(r"`(\w+)`", page)) == set()


@pytest.mark.parametrize("module", [auth, emulator, scim], ids=lambda module: module.__name__)
def test_the_reference_has_every_name_of(module: Any) -> None:
    page = (ROOT / f"docs/reference/{module.__name__.rpartition('.')[2]}.md").read_text("utf-8")
    listed = re.findall(rf"^::: {re.escape(module.__name__)}\.(?:\w+\.)?(\w+)$", page, re.MULTILINE)
    assert sorted(listed) == sorted(module.__all__)


def test_the_reference_has_every_model() -> None:
    page = (ROOT / "docs/reference/models.md").read_text("utf-8")
    listed = set(re.findall(r"^::: (anaplan_sdk\.models\.\w+)$", page, re.MULTILINE))
    assert {getattr(models, name).__module__ for name in models.__all__} <= listed
