"""What a token store has to offer, and the text that it keeps."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any, Protocol, cast, runtime_checkable

import attrs

from anaplan_sdk._core.flow import Credentials, Step
from anaplan_sdk._core.login.proof import Prover
from anaplan_sdk._core.login.token import Token, sendable
from anaplan_sdk.errors import ConfigurationError

_FORMAT = 1


class StoreLock(Protocol):
    """A lock that excludes others with the same key. ``threading.Lock`` is one, as are the locks of many databases."""

    def acquire(self, *, blocking: bool) -> bool:
        """Try once, without waiting (``blocking`` is always False); return whether the lock is held now."""
        ...

    def release(self) -> None:
        """Release the lock."""
        ...


class TokenStore(Protocol):
    """Shares tokens between clients or processes. Write your own with these four plain methods.

    They may block, and are called in worker threads. A key says who logs in where (it contains no secret, and may be
    long); an entry is text that is as secret as a password. Raise TokenStoreError if the store cannot be used.
    """

    def load(self, key: str) -> str | None:
        """The entry of ``key``, None if there is none."""
        ...

    def save(self, key: str, entry: str) -> None:
        """Replace the entry of ``key``, either completely or not."""
        ...

    def delete(self, key: str) -> None:
        """Delete the entry of ``key``; succeeds if there is none."""
        ...

    def lock(self, key: str) -> StoreLock:
        """A lock, not yet held, that only one client with this store and ``key`` can hold at a time.

        It is held during a log-in, and must be released when its process dies.
        """
        ...


@runtime_checkable
class StorableCredentials(Credentials, Protocol):
    """Credentials that can be used with a token store: they say whose tokens are stored."""

    def store_key(self) -> Generator[Step, Any, str]:
        """Who logs in where, without any secret. Credentials with the same key share their tokens."""
        ...


@runtime_checkable
class ProvingCredentials(Protocol):
    """Credentials with a secret with which a stored token must have been obtained."""

    def prover(self) -> Generator[Step, Any, Prover | None]:
        """What makes and checks proofs of the secret, None where having come so far proves it."""
        ...


def to_entry(token: Token, proof: str | None = None) -> str:
    """The text to keep of *token*, with a proof of the secret that it was got with."""
    return json.dumps({"format": _FORMAT, **attrs.asdict(token), **({"proof": proof} if proof else {})})


def proof_of(entry: str) -> str | None:
    """The proof in a text that was kept."""
    try:
        proof = json.loads(entry).get("proof")
    except (ValueError, RecursionError, AttributeError):
        return None
    return proof if isinstance(proof, str) else None


def from_entry(entry: str) -> Token | None:
    """The token in a text that was kept; None for anything else, such as an entry of another version."""
    try:
        content: object = json.loads(entry)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    fields = cast("dict[str, Any]", content)
    if fields.pop("format", None) != _FORMAT:
        return None
    fields.pop("proof", None)
    try:
        token = Token(**fields)
    except (TypeError, ConfigurationError):  # other fields, or a value that no token has
        return None
    return token if _is_sound(token) else None


def _is_sound(token: Token) -> bool:
    numbers = (token.expires_at or 0.0, token.received_at, token.server_ahead)
    texts = (token.scheme, "x" if token.refresh_token is None else token.refresh_token)
    return all(_is_moment(number) for number in numbers) and all(
        isinstance(text, str) and sendable(text) for text in texts
    )


def _is_moment(value: object) -> bool:
    # The largest that a date can be; a number of hundreds of digits would be no float.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 253_402_300_800
