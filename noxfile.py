"""Every chore of the project. `nox` does what CI does, `nox --list` names the rest."""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "docs", "tests"]
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True
# Where CI is set, nox would fail for every Python that the machine does not have.
nox.options.error_on_missing_interpreters = False

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
# Nothing is imported from the working directory: what is installed is what runs.
INSTALLED_ONLY = {"PYTHONSAFEPATH": "1"}


def group(name: str) -> tuple[str, ...]:
    """The requirements of one dependency group of pyproject.toml."""
    return nox.project.dependency_groups(PYPROJECT, name)


@nox.session
def lint(session: nox.Session) -> None:
    """ruff: rules and format."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """mypy and pyright over the source and over what is generated from it; mypy over the code of the guides."""
    session.install("-e", ".", *group("types"), *group("docs"))
    session.run("python", "scripts/codegen.py")
    session.run("mypy")
    session.run("pyright")
    guides = session.create_tmp()
    session.run("python", "tests/stage/snippets.py", guides)
    session.run("mypy", guides)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation in site/; `nox -s docs -- serve` shows it while you write."""
    session.install(".", *group("docs"), *group("lint"))  # ruff lays out long signatures
    session.run("mkdocs", *(session.posargs or ["build", "--strict"]), env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """pytest in both colours against the built wheel, on every Python found."""
    session.install(".", *group("test"))
    session.run("pytest", *session.posargs, env=INSTALLED_ONLY)


@nox.session(python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """pytest against the oldest dependencies that pyproject.toml allows."""
    oldest = [requirement.replace(">=", "==") for requirement in PYPROJECT["project"]["dependencies"]]
    session.install(".", *oldest, *group("test"))
    session.run("pytest", *session.posargs, env=INSTALLED_ONLY)


@nox.session
def coverage(session: nox.Session) -> None:
    """What the tests reach, both colours counted as one source."""
    session.install(".", *group("coverage"))
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs, env=INSTALLED_ONLY)
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def soak(session: nox.Session) -> None:
    """The property tests with thousands of examples each: about an hour on two cores.

    `-- tests/schedules` runs those of whole uploads, runs and downloads alone, `-- tests/core/jobs` a million days of
    runs on a simulated Anaplan, in about two minutes.
    """
    session.install(".", *group("test"))
    session.run(
        "pytest",
        "-m",
        "hypothesis",
        "--hypothesis-profile=soak",
        "--timeout=0",
        "-o",
        "faulthandler_timeout=0",  # or it would end the run
        "-p",
        "no:logging",  # every retry of ten thousand bad days would be kept in memory
        *session.posargs,
        env=INSTALLED_ONLY,
    )


@nox.session
def bench(session: nox.Session) -> None:
    """The benchmarks: a table of ratios to bare clients, measured in the same run."""
    session.install("-e", ".", *group("codegen"))
    session.run("python", "scripts/codegen.py")
    session.run("python", "-m", "benchmarks.run", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Load a million rows, run the process, export, and compare row for row."""
    session.install(".[progress]")
    session.run("python", "examples/load_and_export.py", *session.posargs)


@nox.session
def codegen(session: nox.Session) -> None:
    """Write what is generated from _async_src and tests/_async; `-- --check` only looks."""
    session.install(*group("codegen"))
    session.run("python", "scripts/codegen.py", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """The sdist and the wheel in dist/, ready for the package index."""
    session.install(*group("build"))
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build")
    session.run("twine", "check", "--strict", *map(str, Path("dist").iterdir()))
