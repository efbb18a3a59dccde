"""The snippets of a guide in the order of the page, for each of its tabs, to be run or checked by a type checker."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent, indent
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
COLOURS = ("Synchronous", "Asynchronous")

_TAB = re.compile(r'^(\s*)=== "(?P<name>[^"]+)"\s*$')
_FENCE = re.compile(r"^(?P<indent>\s*)```(?P<language>\w*).*$")


class Snippet(NamedTuple):
    """One fenced block: where it begins, the tab that it stands in (None outside of tabs), and its code."""

    line: int
    tab: str | None
    language: str
    code: str


def snippets(page: Path) -> list[Snippet]:
    """All fenced blocks of *page*."""
    found: list[Snippet] = []
    tab: str | None = None
    block: list[str] | None = None
    language, start = "", 0
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if block is not None:
            if line.strip() == "```":
                found.append(Snippet(start, tab, language, dedent("\n".join(block))))
                block = None
            else:
                block.append(line)
        elif fence := _FENCE.match(line):
            block, language, start = [], fence["language"], number + 1
            tab = tab if fence["indent"] else None
        elif found_tab := _TAB.match(line):
            tab = found_tab["name"]
        elif line.strip() and not line.startswith(" "):
            tab = None
    return found


def of_colour(page: Path, colour: str) -> list[Snippet]:
    """The Python of *page* that a reader of one colour runs: that of its tabs, and what stands outside of tabs.

    Files that a page includes are run where they are.
    """
    return [
        snippet
        for snippet in snippets(page)
        if snippet.language == "python" and snippet.tab in (None, colour) and not snippet.code.startswith("--8<--")
    ]


def pages() -> list[Path]:
    """README and the pages of the documentation that have Python of their own."""
    candidates = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in candidates if any(of_colour(page, colour) for colour in COLOURS)]


def name_of(page: Path) -> str:
    """``guides-bulk`` and the like."""
    parts = page.relative_to(ROOT).with_suffix("").parts
    return "-".join(parts[1:] if parts[0] == "docs" else parts)


def as_module(page: Path, colour: str) -> str:
    """The Python of one colour as a module: a function whose body may say ``await``, as in a notebook."""
    return "\n".join(
        ["async def page() -> None:", *(indent(each.code, "    ") for each in of_colour(page, colour)), ""]
    )


def write_modules(folder: Path) -> Iterator[Path]:
    """A module in *folder* for each page and colour."""
    for page in pages():
        for colour in COLOURS:
            path = folder / f"{name_of(page)}-{colour.lower()}.py".replace("-", "_")
            path.write_text(as_module(page, colour), "utf-8")
            yield path


def main(arguments: Iterable[str]) -> None:
    for folder in arguments:
        print(*write_modules(Path(folder)), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
