"""The pytest plugin, and the sample project that uses it, run as a user would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from codegen import ROOT

SAMPLE = ROOT / "examples/testing_your_integration"


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a process of its own, where variables of some tenant are set."""
    environment = {**os.environ, "ANAPLAN_API_URL": "http://127.0.0.1:9", "ANAPLAN_TOKEN": "of-a-real-tenant"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-W",
        "error",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:asyncio",
        "--rootdir",
        ".",
        *arguments,
    ]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)


def test_the_sample_project_passes() -> None:
    result = pytest_in(SAMPLE, "-c", os.devnull)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "3 passed" in result.stdout


def test_fixtures_of_both_colours_and_a_tenant_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        """
import asyncio
import pytest
from anaplan_sdk.emulator import demo_tenant

@pytest.fixture
def anaplan_tenant():
    return demo_tenant(columns=["Key", "Value"])

def test_both(anaplan_client, anaplan_async_client):
    anaplan_client.upload_file(113000000000, "Key,Value\\nA,1\\n")
    assert asyncio.run(anaplan_async_client.get_file(113000000000)) == b"Key,Value\\nA,1\\n"
    assert anaplan_client.get_import(112000000000).source.header_names == ("Key", "Value")
"""
    )
    result = pytest_in(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_nothing_is_loaded_before_a_test_asks(tmp_path: Path) -> None:
    (tmp_path / "test_none.py").write_text(
        """
import sys
from pathlib import Path

def test_light():
    assert "anaplan_sdk.pytest_plugin" in sys.modules
    assert "aiohttp" not in sys.modules
"""
    )
    result = pytest_in(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
