"""What the tests of this room share: both colours, a transport of either, and certificates."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from anaplan_sdk._core.http.messages import TransportOptions
from stage.wire.authority import Authority
from stage.wire.colours import Aio, Blocking, Caller, Colour


class Connect(Protocol):
    """Makes a transport that is closed at the end of the test."""

    def __call__(self, **options: Any) -> Caller: ...


@pytest.fixture(autouse=True)
def no_noise(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing in this room, however it ends, makes a library or asyncio log a warning."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.fixture(params=[Aio, Blocking], ids=["aio", "blocking"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """Each twin in turn."""
    colour: Colour = request.param()
    yield colour
    colour.finish()


@pytest.fixture
def connect(colour: Colour, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Makes transports of each colour in turn, away from the proxies of this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    callers: list[Caller] = []

    def connect(**options: Any) -> Caller:
        callers.append(colour.caller(TransportOptions(**options)))
        return callers[-1]

    yield connect
    for caller in callers:
        caller.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A private CA."""
    return Authority(tmp_path_factory.mktemp("certificates"))
