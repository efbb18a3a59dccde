"""The variables that clients of this process take their tenant from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

PREFIX = "ANAPLAN_"
# Without one of these nobody can log in.
CREDENTIALS = ("ANAPLAN_USER_EMAIL", "ANAPLAN_CERTIFICATE", "ANAPLAN_TOKEN")


def names_tenant() -> bool:
    return any(os.environ.get(name, "").strip() for name in CREDENTIALS)


@contextmanager
def only_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Have these ``ANAPLAN_*`` variables and no others, so that nothing of another tenant is used by accident."""
    before = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    _replace(variables)
    try:
        yield
    finally:
        _replace(before)


def _replace(variables: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(variables)
