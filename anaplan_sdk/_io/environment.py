"""The environment of the process, as far as it is ours."""

from __future__ import annotations

import os
from collections.abc import Mapping


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
