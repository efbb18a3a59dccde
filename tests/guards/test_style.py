"""Small modules in small folders, small functions, and names that say something."""

from __future__ import annotations

import ast
import re
import statistics
from collections import Counter
from pathlib import Path

from codegen import ROOT, SOURCE_BANNER, TREES

MODULE_LINES = 350
FOLDER_MODULES = 12
FUNCTION_LINES = 40
MEDIAN_FUNCTION_LINES = 10
VAGUE = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|common|misc)(?:_|$)|(?:Util|Helper|Manager|Common)s?$")
HAND_WRITTEN = ("_async_src", "anaplan_sdk", "benchmarks", "examples", "scripts", "tests")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def hand_written() -> list[Path]:
    generated = {ROOT / output for tree in TREES for output in tree.outputs}
    paths = [path for folder in HAND_WRITTEN for path in (ROOT / folder).rglob("*.py")]
    return [*ROOT.glob("*.py"), *(path for path in paths if not generated.intersection(path.parents))]


def functions(source: str) -> dict[str, int]:
    """Name and length of every function: of its body, for a signature and a docstring are documentation."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, Function)]
    return {f"{node.name}:{node.lineno}": _body_lines(node) for node in nodes}


def _body_lines(function: Function) -> int:
    start = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - start[0].lineno + 1 if start else 0


def vague_names(source: str) -> list[str]:
    classes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))
    return [node.name for node in classes if VAGUE.search(node.name)]


def test_no_module_is_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in hand_written()}
    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_folder_is_crowded() -> None:
    folders = Counter(str(path.parent.relative_to(ROOT)) for path in hand_written() if path.name != "__init__.py")
    assert {folder: count for folder, count in folders.items() if count > FOLDER_MODULES} == {}


def test_no_function_is_long_and_most_are_short() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{name}": lines
        for path in hand_written()
        for name, lines in functions(path.read_text("utf-8")).items()
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}
    assert statistics.median(lengths.values()) < MEDIAN_FUNCTION_LINES


def test_no_name_is_vague() -> None:
    paths = hand_written()
    assert [path.name for path in paths if VAGUE.search(path.stem)] == []
    assert [name for path in paths for name in vague_names(path.read_text("utf-8"))] == []


def test_the_banner_stands_on_coloured_sources_and_nowhere_else() -> None:
    coloured = {path for tree in TREES for path in (ROOT / tree.source).rglob("*.py")}
    assert {path for path in hand_written() if path.read_text("utf-8").startswith(SOURCE_BANNER)} == coloured


def test_lengths_are_those_of_bodies() -> None:
    source = 'def f(a,\n      b):\n    """One\n    two."""\n    a += b\n    return a\n\n\nasync def g(): ...\n'
    assert functions(source) == {"f:1": 2, "g:9": 1}


def test_vague_names_are_found() -> None:
    source = "class TokenManager: ...\nclass Managed: ...\nclass Common: ...\nclass Community: ...\n"
    assert vague_names(source) == ["TokenManager", "Common"]
