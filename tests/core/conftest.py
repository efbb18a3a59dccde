"""Keys and certificates, made once: an RSA key takes a while."""

from __future__ import annotations

import stat
from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from anaplan_sdk._core.flow import Compute, FileMode, ReadFile, Step
from anaplan_sdk._core.http.messages import Request, Response
from anaplan_sdk._core.login.certificate.identity import Identity, load_identity
from anaplan_sdk._core.login.certificate.material import Material, Source
from anaplan_sdk._io.environment import expanded
from anaplan_sdk._sync.engine import flows
from stage.certificates import NOW, KeyPair

R = TypeVar("R")
Answer = Callable[[Request], Response]


@pytest.fixture(scope="session")
def ada() -> KeyPair:
    """The user whose certificate is registered in Anaplan."""
    return KeyPair.rsa("ada@example.com")


@pytest.fixture(scope="session")
def bob() -> KeyPair:
    """Somebody else."""
    return KeyPair.rsa("bob@example.com")


@pytest.fixture(scope="session")
def elliptic() -> KeyPair:
    """A key of a kind that Anaplan does not accept."""
    return KeyPair(ec.generate_private_key(ec.SECP256R1()), "curve@example.com")


@pytest.fixture(scope="session")
def now() -> float:
    """The moment that the certificates are made around, in epoch seconds: never the real day."""
    return NOW.timestamp()


class Perform(Protocol):
    """Drives a flow: files are really read, work is really done, and *answer* stands for Anaplan."""

    def __call__(self, flow: Generator[Step, Any, R], answer: Answer | None = None) -> R: ...


@pytest.fixture(scope="session")
def perform() -> Perform:
    """The driver of flows."""
    return _perform


class Identify(Protocol):
    """Loads certificate and key as a log-in does, from what a caller gives."""

    def __call__(
        self, certificate: Source, private_key: Source | None = None, password: str | None = None
    ) -> Identity: ...


@pytest.fixture
def identify(perform: Perform, now: float) -> Identify:
    """The loader of identities."""

    def load(certificate: Source, private_key: Source | None = None, password: str | None = None) -> Identity:
        own = perform(Material.of("certificate", certificate, expanded).read())
        key = None if private_key is None else perform(Material.of("private_key", private_key, expanded).read())
        return load_identity(own, key, password.encode() if password else None, now)

    return load


def _perform(flow: Generator[Step, Any, R], answer: Answer | None = None) -> R:
    return flows.perform(flow, lambda step: _do(step, answer))


def _do(step: Step, answer: Answer | None) -> object:
    if isinstance(step, ReadFile):
        return step.path.read_bytes()
    if isinstance(step, FileMode):
        return stat.S_IMODE(step.path.stat().st_mode)
    if isinstance(step, Compute):
        return step.work()
    assert isinstance(step, Request), f"no log-in asks for {step}"
    assert answer is not None, f"nothing should be sent, but {step} is"
    return answer(step)
