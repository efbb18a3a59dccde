"""Ways to log in that a test can watch and hold up."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from anaplan_sdk._core.login.basic import BasicLogin, Compute, Flow, ReadFile, Step, Token
from anaplan_sdk.auth import Credentials
from anaplan_sdk.emulator import Emulator
from stage.certificates import KeyPair


@functools.cache
def ada() -> KeyPair:
    """The keys of the demo tenant's administrator; making them takes a while."""
    return KeyPair.rsa("ada@example.com")


def certificate_options(**changes: Any) -> dict[str, Any]:
    """Arguments for a log-in with a certificate that is valid now."""
    begins = datetime.now(UTC) - timedelta(days=1)
    options = {"certificate": ada().certificate(begins=begins), "private_key": ada().private()}
    return {"user_email": None, "password": None, **options, **changes}


def basic_login(emulator: Emulator) -> BasicLogin:
    environment = emulator.environment
    return BasicLogin(environment["ANAPLAN_USER_EMAIL"], environment["ANAPLAN_PASSWORD"], emulator.url)


@attrs.define
class Ageing:
    """Logs in like *inner*, with a first token of which a few minutes are left. A renewal waits for ``may_renew``."""

    inner: Credentials
    remaining: float = 200
    may_renew: threading.Event = attrs.field(factory=threading.Event)
    waited: list[bool] = attrs.field(factory=list[bool])

    def log_in(self) -> Flow:
        token = yield from self.inner.log_in()
        return attrs.evolve(token, expires_at=time.time() + self.remaining, received_at=time.time() - 1_900)

    def renew(self, token: Token) -> Flow:
        self.waited.append((yield Compute(lambda: self.may_renew.wait(5))))
        return (yield from self.inner.renew(token))

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        return self.inner.log_out(token)


@attrs.frozen
class MountedToken:
    """A token that something else keeps fresh in a file: what the documentation of Credentials shows."""

    path: Path

    def log_in(self) -> Flow:
        content: bytes = yield ReadFile(self.path)
        return Token(content.decode().strip())

    def renew(self, token: Token) -> Flow:
        return (yield from self.log_in())

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        yield from ()
