"""A family of endpoints has the same name in every layer, and has all of them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from anaplan_sdk.emulator.server import FAMILIES
from codegen import ROOT

# What a family consists of.
PARTS = (
    "anaplan_sdk/models/{}.py",
    "anaplan_sdk/_core/api/{}.py",
    "_async_src/{}/__init__.py",
    "anaplan_sdk/emulator/{}/__init__.py",
    "tests/_async/{}",
    "docs/guides/{}.md",
)
# Folders that are shared by families; whatever else stands beside them is a family.
SHARED = {
    "_async_src": {"engine", "jobs", "transfer"},
    "anaplan_sdk/emulator": {"auth", "content", "runs", "serving", "world"},
    "tests/_async": {"engine", "jobs", "login", "transfer", "whole"},
}


def families(root: Path) -> set[str]:
    """Every name that a layer has a folder for."""
    folders = ((path, shared) for layer, shared in SHARED.items() for path in (root / layer).iterdir())
    return {path.name for path, shared in folders if path.is_dir() and path.name not in shared | {"__pycache__"}}


def gaps(root: Path) -> list[str]:
    """The parts that families lack."""
    parts = [part.format(family) for family in sorted(families(root)) for part in PARTS]
    return [part for part in parts if not (root / part).exists()]


def test_every_family_is_in_every_layer() -> None:
    assert families(ROOT) >= {"bulk", "alm", "transactional", "cloudworks", "scim", "audit", "admin"}
    assert gaps(ROOT) == []


def test_the_emulator_serves_every_family() -> None:
    served = [import_module(f"anaplan_sdk.emulator.{name}").FAMILY for name in ("auth", *families(ROOT))]
    assert len(served) == len(FAMILIES)
    assert all(any(one is family for family in FAMILIES) for one in served)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one family, and what families share."""
    for layer, shared in SHARED.items():
        for folder in shared:
            (tmp_path / layer / folder).mkdir(parents=True)
    for part in PARTS:
        path = tmp_path / part.format("audit")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch() if path.suffix else path.mkdir()
    return tmp_path


@pytest.mark.parametrize("part", [part for part in PARTS if "." in part])
def test_a_family_that_lacks_a_part_is_refused(project: Path, part: str) -> None:
    assert gaps(project) == []
    (project / part.format("audit")).unlink()
    assert gaps(project) == [part.format("audit")]


def test_a_name_in_one_layer_alone_is_refused(project: Path) -> None:
    (project / "tests/_async/audits").mkdir()
    assert gaps(project) == [part.format("audits") for part in PARTS if part != "tests/_async/{}"]
