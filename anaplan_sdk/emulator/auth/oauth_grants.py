"""OAuth clients, and what was given to them: codes, device codes and refresh tokens."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from ..world.tenant import OAuthClient, User
from ..world.times import forget

MOST_KEPT = 10_000

USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
# So long it is told that a log-in has expired, and not that it never was.
_EXPIRED_DEVICE_SECONDS = 3_600.0
SCOPES = ("openid", "email", "offline_access")  # `profile` is dropped without an error


def granted_scope(asked: str) -> str:
    return " ".join(scope for scope in asked.split() if scope in SCOPES)


@dataclass(slots=True)
class Grant:
    """Who may act for whom, and how far."""

    client: OAuthClient
    user: User
    scope: str


@dataclass(slots=True)
class Code:
    """What the browser brings to the redirect URI."""

    grant: Grant
    redirect_uri: str
    expires_at: float


@dataclass(slots=True)
class Device:
    """A log-in that waits for a person with a browser."""

    client: OAuthClient
    scope: str
    expires_at: float
    interval: float
    user_code: str
    state: Literal["pending", "approved", "denied"] = "pending"
    user: User | None = None
    polled_at: float | None = None

    @property
    def expired(self) -> bool:
        return self.expires_at <= time.time()

    def decide(self, user: User, *, deny: bool) -> None:
        self.user, self.state = user, "denied" if deny else "approved"

    def too_fast(self) -> bool:
        """Whether this poll comes too soon after the last one, which makes the interval five seconds longer."""
        now = time.time()
        too_fast = self.polled_at is not None and now - self.polled_at < self.interval
        self.polled_at = now
        if too_fast:
            self.interval += 5
        return too_fast


@dataclass(slots=True)
class RefreshToken:
    grant: Grant
    expires_at: float


@dataclass(slots=True)
class Grants:
    """Everything that can still be exchanged for a token."""

    codes: dict[str, Code] = field(default_factory=dict[str, Code])
    devices: dict[str, Device] = field(default_factory=dict[str, Device])
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict[str, RefreshToken])

    def add_code(self, grant: Grant, redirect_uri: str, seconds: float) -> str:
        _forget(self.codes)
        value = secrets.token_urlsafe(32)
        self.codes[value] = Code(grant, redirect_uri, time.time() + seconds)
        return value

    def add_device(self, client: OAuthClient, scope: str, *, seconds: float, interval: float) -> tuple[str, Device]:
        _forget(self.devices, _EXPIRED_DEVICE_SECONDS)
        value = f"Ag_{secrets.token_urlsafe(32)}"
        letters = "".join(secrets.choice(USER_CODE_LETTERS) for _ in range(8))
        device = Device(client, scope, time.time() + seconds, interval, f"{letters[:4]}-{letters[4:]}")
        self.devices[value] = device
        return value, device

    def add_refresh_token(self, grant: Grant) -> str:
        _forget(self.refresh_tokens)
        value = f"v1.{secrets.token_urlsafe(40)}"
        self.refresh_tokens[value] = RefreshToken(grant, time.time() + grant.client.refresh_seconds)
        return value

    def use_code(self, value: str) -> Code | None:
        """A code that is still good; it is not from now on."""
        code = self.codes.pop(value, None)
        return code if code and code.expires_at > time.time() else None

    def use_refresh_token(self, value: str) -> RefreshToken | None:
        """A refresh token that is still good; one that rotates is not from now on."""
        token = self.refresh_tokens.get(value)
        if token is None or token.expires_at <= time.time() or not token.grant.user.active:
            return None
        if token.grant.client.rotatable:
            del self.refresh_tokens[value]
        return token

    def device_of(self, user_code: str) -> Device | None:
        """The log-in that shows this code, as a person types it."""
        typed = user_code.strip().upper()
        waiting = (device for device in self.devices.values() if device.user_code == typed and not device.expired)
        return next(waiting, None)

    def revoke_all(self) -> None:
        """Forget every code and every refresh token."""
        for kept in (self.codes, self.devices, self.refresh_tokens):
            kept.clear()


GRANTS = web.AppKey("grants", Grants)


def _forget(kept: dict[str, Any], seconds: float = 0.0) -> None:
    """Forget what has expired so many seconds ago, and the first where there are too many."""
    now = time.time()
    forget(kept, lambda grant: grant.expires_at + seconds <= now, most=MOST_KEPT - 1)


def new_access_token() -> str:
    """A value that looks like the JSON web tokens that live tenants give, and is none."""
    return f"eyJhbGciOiJSUzI1NiJ9.{secrets.token_urlsafe(120)}.{uuid.uuid4().hex}"
