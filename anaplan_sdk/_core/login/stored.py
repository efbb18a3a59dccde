"""Any way to log in, with tokens from a store: of all clients and processes that share one, one logs in at a time."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from threading import Lock
from typing import Any

import attrs

from anaplan_sdk._core.flow import Compute, Flow, Pause, Step
from anaplan_sdk._core.login.oauth.grant import OAuthLogin, is_used_up
from anaplan_sdk._core.login.proof import Prover
from anaplan_sdk._core.login.stores import (
    ProvingCredentials,
    StorableCredentials,
    StoreLock,
    TokenStore,
    from_entry,
    proof_of,
    to_entry,
)
from anaplan_sdk._core.login.token import Token
from anaplan_sdk._core.logs import logger_of
from anaplan_sdk._core.secret import NotPickled
from anaplan_sdk.errors import AuthenticationError, TokenStoreError

logger = logger_of("auth")

# Seconds between two tries for the lock, and until it is given up: a device log-in may take 15 minutes.
_TURN = 0.1
_PATIENCE = 1_200.0


@attrs.define(eq=False)
class StoredLogin(NotPickled):
    """*credentials* whose tokens are kept in *store*.

    A token that is still good is taken from there. Otherwise one client at a time gets a new one, which is saved before
    it is used; the others find it there. What the store no longer has is not used any more, since another process may
    have used up its refresh token.
    """

    credentials: StorableCredentials
    store: TokenStore = attrs.field(repr=lambda store: type(store).__name__)
    _unsaved: Token | None = attrs.field(default=None, init=False, repr=False)

    def log_in(self) -> Flow:
        """Take a good token from the store, or get one."""
        key = yield from self.credentials.store_key()
        token = None if self._is_fresh() else (yield from self._load(key))
        if token is not None and not token.due():
            return token
        return (yield from self._alone(key, None))

    def _is_fresh(self) -> bool:
        """Whether a person has just logged in, which goes before what was kept of earlier times."""
        return isinstance(self.credentials, OAuthLogin) and self.credentials.is_fresh()

    def renew(self, token: Token) -> Flow:
        """Take what another client has got in place of *token*, or get a new one."""
        key = yield from self.credentials.store_key()
        return (yield from self._alone(key, token))

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        """Forget the token, and end it as the credentials do, for everyone who shares the store."""
        key = yield from self.credentials.store_key()
        yield Compute(partial(self.store.delete, key))
        yield from self.credentials.log_out(token)

    def _alone(self, key: str, held: Token | None) -> Flow:
        turn = _Turn(self.store.lock(key))
        try:
            waited = 0.0
            while not (yield Compute(turn.take)):
                if waited >= _PATIENCE:
                    raise TokenStoreError(
                        f"Another process has held the lock of the token store for {_PATIENCE / 60:.0f} minutes. "
                        "Finish or end its log-in."
                    )
                yield Pause(_TURN)
                waited += _TURN
            return (yield from self._replace(key, held))
        finally:
            turn.end()

    def _replace(self, key: str, held: Token | None) -> Flow:
        stored = None if self._is_fresh() else (yield from self._load(key))
        if stored is not None and self._unsaved is None and _replaces(stored, held):
            return stored
        # Kept until it is saved: with a refresh token that is used up, losing the next one means a new log-in.
        self._unsaved = self._unsaved or (yield from self._new(key, stored, held))
        token = self._unsaved
        prover = yield from self._prover()
        proof: str | None = None if prover is None else (yield Compute(prover.make))
        yield Compute(partial(self.store.save, key, to_entry(token, proof)))
        self._unsaved = None
        return token

    def _new(self, key: str, stored: Token | None, held: Token | None) -> Flow:
        if stored is None:
            return (yield from self.credentials.log_in())
        if held is not None and held.value == stored.value and _refused(held):
            stored = attrs.evolve(stored, expires_at=0.0)
        try:
            return (yield from self.credentials.renew(stored))
        except AuthenticationError as error:
            if is_used_up(error):  # neither this nor any other process should try it again
                yield Compute(partial(self.store.delete, key))
            raise

    def _load(self, key: str) -> Generator[Step, Any, Token | None]:
        entry: str | None = yield Compute(partial(self.store.load, key))
        if entry is None:
            return None
        token = from_entry(entry)
        if token is None:
            logger.warning("The token store holds something that is no token of this version; logging in anew.")
            return None
        prover = yield from self._prover()
        if prover is not None and not (yield Compute(partial(prover.fits, proof_of(entry)))):
            logger.warning("The token store holds a token that was got with another secret; logging in anew.")
            return None
        return token

    def _prover(self) -> Generator[Step, Any, Prover | None]:
        if not isinstance(self.credentials, ProvingCredentials):
            return None
        return (yield from self.credentials.prover())


class _Turn:
    """One client's wait for a lock, which can be given up at any moment, even while a thread tries to take it."""

    def __init__(self, lock: StoreLock) -> None:
        self._lock = lock
        self._ended = False
        # Taken while *lock* is not held: whoever takes it next releases *lock*, and nobody else does.
        self._unheld = Lock()
        self._unheld.acquire(blocking=False)

    def take(self) -> bool:
        """Try to get the lock."""
        if self._lock.acquire(blocking=False):
            self._unheld.release()
        if self._ended:  # by a cancellation, meanwhile
            self.end()
        return not self._unheld.locked()

    def end(self) -> None:
        """Release the lock, if it is or ever gets held."""
        self._ended = True
        if self._unheld.acquire(blocking=False):
            self._lock.release()


def _replaces(stored: Token, held: Token | None) -> bool:
    """Whether *stored* is good, and newer than *held*: a refresh may have kept the value."""
    if stored.due():
        return False
    if held is None or stored.value != held.value:
        return True
    return not _refused(held) and (stored.expires_at or 0.0) > (held.expires_at or 0.0)


def _refused(token: Token) -> bool:
    """Whether Anaplan refused it before its time."""
    return token.expires_at == 0.0
