"""Tokens, and how long they last."""

from __future__ import annotations

import math
import re
import time

import attrs

from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk.errors import ConfigurationError

# Renewed this many seconds before the end, or with a fifth of its life left where that is less. Anaplan's
# tokens live 35 minutes, and its own client, Anaplan Connect, refreshes with less than five left.
_EARLY = 300.0
_EARLY_SHARE = 0.2

_SENDABLE = re.compile(r"[\x21-\x7e]+")


def sendable(value: object) -> bool:
    """Whether *value* can stand in a header as it is: printable ASCII without blanks, and not empty."""
    return isinstance(value, str) and _SENDABLE.fullmatch(value) is not None


@attrs.frozen
class Token(NotPickled):
    """An access token. Its repr does not show the value.

    Args:
        value: The token itself.
        expires_at: When it expires, in epoch seconds of Anaplan's clock; None if that is not known.
        received_at: When it was received, in epoch seconds of the local clock; now by default.
        server_ahead: By how many seconds Anaplan's clock was ahead of the local one (negative: behind), so the lifetime
            is correct even if the local clock is wrong.
        scheme: The scheme of the Authorization header.
        refresh_token: Of OAuth: with which to get the next token.

    Raises:
        ConfigurationError: ``value`` is empty or cannot be sent in a header.
    """

    value: str = attrs.field(repr=False)
    expires_at: float | None = None
    received_at: float = attrs.field(factory=time.time)
    server_ahead: float = 0.0
    scheme: str = "AnaplanAuthToken"
    refresh_token: str | None = attrs.field(default=None, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not sendable(self.value):
            raise ConfigurationError(
                "The token is empty, or holds a blank, a line break or another character that no token has."
            )

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return f"{self.scheme} {self.value}"

    def header_as(self, scheme: str | None) -> str:
        """The same for a service that accepts only one scheme, whatever the token was issued with."""
        return f"{scheme or self.scheme} {self.value}"

    def remaining(self, now: float | None = None) -> float:
        """Seconds until it expires, never below zero; infinite if that is not known. ``now`` is of the local clock."""
        if self.expires_at is None:
            return math.inf
        return max(0.0, self.expires_at - self.server_ahead - (time.time() if now is None else now))

    def due(self, now: float | None = None) -> bool:
        """Whether to renew it: five minutes before it expires, or a fifth of its lifetime if that is shorter."""
        lifetime = self.remaining(self.received_at)
        return self.remaining(now) <= min(_EARLY, lifetime * _EARLY_SHARE)

    def expired(self, now: float | None = None) -> bool:
        """Whether it has expired."""
        return self.remaining(now) == 0
