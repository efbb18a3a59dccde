"""The sdist holds the source, the wheel what is generated from it, and either can be installed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import anaplan_sdk
from codegen import ROOT


def build(project: Path, target: str, output: Path) -> Path:
    """Build one distribution of *project*, offline, with the hatchling that is installed here."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(output)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=100)
    (path,) = output.iterdir()
    return path


@pytest.fixture(scope="module")
def unpacked_sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(build(ROOT, "sdist", folder / "dist")) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"anaplan_sdk-{anaplan_sdk.__version__}"


@pytest.fixture(scope="module")
def wheel(unpacked_sdist: Path) -> Path:
    return build(unpacked_sdist, "wheel", unpacked_sdist.parent / "wheel")


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_sdist_holds_the_source_and_nothing_generated(unpacked_sdist: Path) -> None:
    assert (unpacked_sdist / "_async_src/client.py").is_file()
    assert (unpacked_sdist / "tests/_async").is_dir()
    assert (unpacked_sdist / "LICENSE").is_file()
    assert [name for name in ("_async", "_sync") if (unpacked_sdist / "anaplan_sdk" / name).exists()] == []
    assert not (unpacked_sdist / "tests/_sync").exists()


def test_the_wheel_holds_both_colours_and_no_source(wheel: Path) -> None:
    modules = {f"anaplan_sdk/{path.name}" for path in (ROOT / "anaplan_sdk").glob("*.py")}
    assert {
        "anaplan_sdk/_async/client.py",
        "anaplan_sdk/_sync/client.py",
        "anaplan_sdk/py.typed",
        *modules,
    } <= names(wheel)
    assert {name.partition("/")[0] for name in names(wheel)} == {
        "anaplan_sdk",
        f"anaplan_sdk-{anaplan_sdk.__version__}.dist-info",
    }


def test_a_wheel_of_the_checkout_is_the_same_as_one_of_the_sdist(wheel: Path, tmp_path: Path) -> None:
    assert names(build(ROOT, "wheel", tmp_path / "wheel")) == names(wheel)
