"""Where tokens outlive a process: what a store has to offer, and the text that it keeps."""

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
    """One of many locks with the same key. ``threading.Lock`` is one, as are the locks of many databases."""

    def acquire(self, *, blocking: bool) -> bool:
        """Try once (*blocking* is always False): whether the lock is held now."""
        ...

    def release(self) -> None:
        """Let go, at once."""
        ...


class TokenStore(Protocol):
    """A place for tokens that several clients or processes share. Write your own with these four plain methods.

    They may block, and are called in worker threads. A key says who logs in where (it holds no secret, and may be
    long); an entry is text that is as secret as a password. Raise TokenStoreError where the place cannot be used.
    """

    def load(self, key: str) -> str | None:
        """The entry of *key*, None where there is none."""
        ...

    def save(self, key: str, entry: str) -> None:
        """Keep *entry* in place of what was there, wholly or not at all."""
        ...

    def delete(self, key: str) -> None:
        """Forget the entry of *key*; none is no error."""
        ...

    def lock(self, key: str) -> StoreLock:
        """A lock, not yet held, that one client of all those with this store and *key* can hold at a time.

        It is held during a log-in, and must come free when its process dies.
        """
        ...


@runtime_checkable
class StorableCredentials(Credentials, Protocol):
    """Credentials that can be used with a token store: they say whose tokens are kept."""

    def store_key(self) -> Generator[Step, Any, str]:
        """Who logs in where, without any secret: tokens under the same key serve each other's holders."""
        ...


@runtime_checkable
class ProvingCredentials(Protocol):
    """Credentials with a secret that a stored token must have been got with."""

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
