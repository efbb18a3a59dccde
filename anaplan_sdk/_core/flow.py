"""Log-ins as conversations: a generator yields what it needs, its driver does it and sends the result in."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import attrs

from anaplan_sdk._core.http.messages import Request
from anaplan_sdk._core.login.token import Token


@attrs.frozen
class Once:
    """Send a request that must not be repeated blindly: it is sent again only if Anaplan certainly did not act on it.

    The result is a Response of any status; a TransportError is thrown in. With ``again=False`` it is never sent again.
    """

    request: Request
    again: bool = True


@attrs.frozen
class ReadFile:
    """Read a file. The result is its bytes; an OSError is thrown in."""

    path: Path


@attrs.frozen
class FileMode:
    """Find out who may read a file. The result is its mode, None if it cannot be told."""

    path: Path


@attrs.frozen
class Compute:
    """Do work that would block an event loop. The result is its value; what it raises is thrown in."""

    work: Callable[[], Any] = attrs.field(repr=False)


@attrs.frozen
class Pause:
    """Wait. There is no result."""

    seconds: float


# A Request gives a Response of any status, or has a TransportError thrown in when no attempt is left.
Step: TypeAlias = Request | Once | ReadFile | FileMode | Compute | Pause
Flow: TypeAlias = Generator[Step, Any, Token]


class Credentials(Protocol):
    """A way to log in. Write your own by giving an object these three generator methods.

    They hold no connection and never wait: they yield a step, get its result, and return a token in the end. One object
    therefore works with both clients, with their proxy and retries, and can be tested without a network::

        class MountedToken:
            def log_in(self):
                content = yield ReadFile(Path("/run/secrets/anaplan-token"))
                return Token(content.decode().strip())

            def renew(self, token):
                return (yield from self.log_in())

            def log_out(self, token):
                yield from ()

    Clients made from one another run one flow at a time. If Anaplan refuses, raise AuthenticationError.
    """

    def log_in(self) -> Flow:
        """Get a first token."""
        ...

    def renew(self, token: Token) -> Flow:
        """Get another token to replace one that is about to expire, has expired, or was refused."""
        ...

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        """Revoke a token. Succeeds if it is already invalid."""
        ...
