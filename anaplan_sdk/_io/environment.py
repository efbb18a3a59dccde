"""What the environment of the process says, and what it runs on: this is the one module that reads it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from urllib.request import getproxies, proxy_bypass


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The ``ANAPLAN_*`` variables that are set and not blank, as ``api_url``, ``user_email`` and so on."""
    variables = os.environ if environ is None else environ
    prefix = "ANAPLAN_"
    return {
        # A blank may belong to a password, and to nothing else.
        name.removeprefix(prefix).lower(): value if name.endswith("PASSWORD") else value.strip()
        for name, value in variables.items()
        if name.startswith(prefix) and value.strip()
    }


def expanded(path: str | os.PathLike[str]) -> Path:
    """*path* with variables and ``~`` expanded. Those that do not exist are left as they are, for "no such file"."""
    # Not Path.expanduser, which raises for them.
    return Path(os.path.expanduser(os.path.expandvars(path)))  # noqa: PTH111


def proxies() -> dict[str, str]:
    """The URLs of proxies by the kind of traffic; under ``no``, what needs none."""
    return getproxies()


def needs_no_proxy(host: str) -> bool:
    """Whether NO_PROXY, or what stands for it in the settings of the system, names *host*."""
    return bool(proxy_bypass(host))


def system() -> str:
    """The versions that a ticket should name."""
    try:
        version = metadata.version("anaplan-sdk")
    except metadata.PackageNotFoundError:  # bundled into an application
        version = "of unknown version"
    return f"anaplan-sdk {version}, Python {platform.python_version()} on {sys.platform}"
