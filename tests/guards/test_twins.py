"""The two twins of `_io` have the same names, and each name takes the same parameters."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from anaplan_sdk._io import aio, blocking

CONTEXT = {"__aenter__": "__enter__", "__aexit__": "__exit__"}


def parameters(function: Any) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


def methods(kind: type) -> dict[str, Any]:
    """What a user of the class can call, by its blocking name."""
    public = {name: function for name, function in vars(kind).items() if not name.startswith("_")}
    special = {CONTEXT.get(name, name): vars(kind)[name] for name in vars(kind) if name.startswith(("__a", "__e"))}
    return {**public, **special, "__init__": vars(kind)["__init__"]}


def test_they_have_the_same_public_names() -> None:
    assert aio.__all__ == blocking.__all__
    for twin in (aio, blocking):
        ours = [
            name
            for name, value in vars(twin).items()
            if (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__.startswith("anaplan_sdk._io")
        ]
        assert sorted(name for name in ours if not name.startswith("_")) == sorted(twin.__all__)


@pytest.mark.parametrize("name", aio.__all__)
def test_they_take_the_same_parameters(name: str) -> None:
    ours, theirs = getattr(aio, name), getattr(blocking, name)
    if not isinstance(ours, type):
        assert parameters(ours) == parameters(theirs)
        return
    assert methods(ours).keys() == methods(theirs).keys()
    for method, function in methods(ours).items():
        assert parameters(function) == parameters(methods(theirs)[method]), method


def test_differences_are_found() -> None:
    class One:
        def __init__(self, options: int) -> None: ...
        async def __aenter__(self) -> None: ...
        async def send(self, *, limit: int) -> None: ...

    class Other:
        def __init__(self, options: int) -> None: ...
        def __enter__(self) -> None: ...
        def send(self, *, limit: int = 1) -> None: ...

    assert methods(One).keys() == methods(Other).keys()
    assert parameters(One.__init__) == parameters(Other.__init__)
    assert parameters(One.send) != parameters(Other.send)
