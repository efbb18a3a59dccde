"""Auth tokens and whose they are."""

from __future__ import annotations

import base64
import os
import threading
import time
import uuid
from dataclasses import dataclass, field

from aiohttp import web

from ..world.tenant import User
from ..world.times import forget

MOST_TOKENS = 10_000
MOST_PAYLOADS = 100_000


def _opaque() -> str:
    # 64 bytes end in "==" and contain "+" and "/" often enough to catch whoever puts them into a URL.
    return base64.b64encode(os.urandom(64)).decode()


@dataclass(slots=True)
class Token:
    user: User
    expires_at: float
    value: str = field(default_factory=_opaque, repr=False)
    id: str = field(default_factory=lambda: str(uuid.uuid1()))
    refresh_id: str = field(default_factory=lambda: str(uuid.uuid1()))
    of_oauth: bool = False


class Tokens:
    """The tokens that are accepted now."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}

    def issue(self, user: User, seconds: float, *, oauth_value: str | None = None) -> Token:
        forget(self._tokens, lambda token: token.expires_at <= time.time(), most=MOST_TOKENS - 1)
        token = Token(user, time.time() + seconds, oauth_value or _opaque(), of_oauth=oauth_value is not None)
        self._tokens[token.value] = token
        return token

    def find(self, value: str) -> Token | None:
        """The token if it is still valid."""
        token = self._tokens.get(value)
        return token if token and token.expires_at > time.time() and token.user.active else None

    def values(self) -> list[str]:
        return list(self._tokens)

    def renew(self, token: Token, seconds: float, *, keep_value: bool) -> Token:
        """The token with a later expiry, or another one in its place."""
        if not keep_value:
            self.revoke(token)
            return self.issue(token.user, seconds)
        token.expires_at = time.time() + seconds
        return token

    def revoke(self, token: Token) -> None:
        self._tokens.pop(token.value, None)

    def revoke_all(self) -> None:
        self._tokens.clear()


class UsedPayloads:
    """What certificates have signed lately: nothing may log in twice. Safe from many threads at once."""

    def __init__(self) -> None:
        self._digests: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def use(self, digest: bytes, seconds: float) -> bool:
        """Whether a payload is new; it is not for so many seconds, in which its timestamp is accepted."""
        now = time.time()
        with self._lock:
            forget(self._digests, lambda until: until < now, most=MOST_PAYLOADS - 1)
            if digest in self._digests:
                return False
            self._digests[digest] = now + seconds
            return True


TOKENS = web.AppKey("tokens", Tokens)
USED_PAYLOADS = web.AppKey("used payloads", UsedPayloads)
