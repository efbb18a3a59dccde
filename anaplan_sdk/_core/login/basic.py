"""The ways to log in: a token that is at hand, e-mail and password, or a certificate and its key."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Generator
from typing import Any

import attrs

from anaplan_sdk._core.api import auth
from anaplan_sdk._core.flow import Compute, Credentials, Flow, Once, Pause, ReadFile, Step
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.login.certificate.login import CertificateLogin
from anaplan_sdk._core.login.proof import Prover
from anaplan_sdk._core.login.service import ServiceLogin
from anaplan_sdk._core.login.token import Token
from anaplan_sdk._core.login.token_service import reason, refused, refuses, token_from
from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk.errors import AuthenticationError, ConfigurationError

__all__ = [
    "BasicLogin",
    "CertificateLogin",
    "Compute",
    "Credentials",
    "Flow",
    "Once",
    "Pause",
    "ReadFile",
    "StaticToken",
    "Step",
    "Token",
]

_SCHEMES = {"anaplanauthtoken": "AnaplanAuthToken", "bearer": "Bearer"}


class StaticToken(NotPickled):
    """A token made elsewhere, such as by another program. It is used until Anaplan refuses it.

    *value* may have ``AnaplanAuthToken`` or ``Bearer`` before it. It is not renewed, nor logged out, since
    others may be using it.
    """

    def __init__(self, value: str) -> None:
        first, _, rest = value.strip(" ").partition(" ")
        scheme = _SCHEMES.get(first.lower())
        self._token = Token(rest.strip(" "), scheme=scheme) if scheme else Token(value.strip(" "))

    def __repr__(self) -> str:
        return "StaticToken()"

    def log_in(self) -> Flow:
        """The token itself; nothing is sent."""
        yield from ()
        return self._token

    def renew(self, token: Token) -> Flow:
        """Impossible: raises AuthenticationError."""
        yield from ()
        raise AuthenticationError(
            "Anaplan refuses the token that was given: it has expired, was logged out, or belongs to another "
            "region. It cannot be renewed. Give a new one, or a certificate or e-mail and password instead."
        )

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        """Leave the token to those who made it."""
        yield from ()


@attrs.frozen
class BasicLogin(ServiceLogin):
    """E-mail and password. Where single sign-on is enforced, Anaplan takes it from exception users only."""

    email: str
    password: str = attrs.field(repr=False)
    auth_url: str
    clock: Callable[[], float] = attrs.field(default=time.time, kw_only=True, repr=False)
    _prover: Prover = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        _check("user_email", self.email)
        _check("password", self.password)
        object.__setattr__(self, "_prover", Prover(self.password.encode()))
        if ":" in self.email:
            raise ConfigurationError("user_email holds a colon, which Basic authentication cannot carry.")

    def log_in(self) -> Flow:
        """Get a token for the user."""
        request = auth.authenticate(self.auth_url, self._authorization())
        response: Response = yield request
        if refuses(response):
            raise refused(
                f"Anaplan refuses the e-mail and password of {self.email}: {reason(response)}. Check both, and that "
                "the password has not expired, that the user may log in without single sign-on (as an exception "
                "user), and that this machine's address is allowed.",
                response,
            )
        return token_from(request, response, self.clock())

    def store_key(self) -> Generator[Step, Any, str]:
        """Service and user."""
        yield from ()
        return f"basic {self.auth_url} {self.email}"

    def prover(self) -> Generator[Step, Any, Prover]:
        """The password has to be the same."""
        yield from ()
        return self._prover

    def _authorization(self) -> str:
        return f"Basic {b64encode(f'{self.email}:{self.password}'.encode()).decode()}"


def _check(argument: str, value: str) -> None:
    if not isinstance(value, str):
        raise ConfigurationError(f"{argument} must be text, not {type(value).__name__}.")
    if not value.strip():
        raise ConfigurationError(f"{argument} is empty.")
    if any(character < " " or character == "\x7f" for character in value):
        raise ConfigurationError(
            f"{argument} holds a line break or another control character. Was it read with its line end?"
        )
