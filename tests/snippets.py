"""The Python snippets of a guide, in the order of the page, for each of its tabs."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

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
    """The Python of *page* that a reader of one colour runs: that of its tabs, and what stands outside of tabs."""
    return [s for s in snippets(page) if s.language == "python" and s.tab in (None, colour)]
